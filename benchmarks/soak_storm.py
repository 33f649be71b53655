"""Everybody is cut off in the same moment: how soon are all of them back, and what does it ask of the database?"""

import asyncio
import statistics
import time
from dataclasses import dataclass
from itertools import cycle

from benchmarks.servers import Company, Server
from benchmarks.soak_browsers import Browser, Crowd
from benchmarks.soak_counts import counts_of

PATIENCE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Storm:
    """What was seen of one cut."""

    sockets: int
    back: int
    half_back_seconds: float
    last_back_seconds: float
    refused: int  # handshakes, all of which were tried again
    logged_out: int
    snapshot_queries: int

    @property
    def snapshot_queries_per_second(self) -> float:
        return self.snapshot_queries / max(1.0, self.last_back_seconds)


async def measure_storm(company: Company, server: Server, sockets: int) -> Storm:
    cookies = [f"sessionid={key}" for key, _ in zip(cycle(company.sessions), range(sockets), strict=False)]
    async with Crowd(Browser(server.port, "/ws/presence/", cookie) for cookie in cookies) as crowd:
        return await cut(server, crowd.browsers)


async def cut(server: Server, browsers: list[Browser]) -> Storm:
    before = (await counts_of(server))["snapshots"]
    for browser in browsers:
        browser.codes.clear()
        browser.greeted.clear()
        browser.cut()
    started = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(*(browser.greeted.wait() for browser in browsers))
    except TimeoutError:
        pass  # who is not back is counted
    seconds = sorted(browser.greeted_at - started for browser in browsers if browser.greeted.is_set())
    codes = [code for browser in browsers for code in browser.codes]
    return Storm(
        sockets=len(browsers),
        back=len(seconds),
        half_back_seconds=statistics.median(seconds),
        last_back_seconds=seconds[-1],
        refused=codes.count(403),
        logged_out=codes.count(4401),
        snapshot_queries=(await counts_of(server))["snapshots"] - before,
    )
