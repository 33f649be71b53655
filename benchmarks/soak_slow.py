"""Windows that stop reading while a hundred changes come every second: what does it cost the others and the server?"""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlencode
from urllib.request import urlopen

from benchmarks.servers import Company, Server
from benchmarks.soak_browsers import Browser, Crowd
from benchmarks.soak_counts import counts_of
from benchmarks.spread import Spread

READERS = 100
RATE = 100
COMES_BACK_SECONDS = 30.0  # who was closed as too slow opens another, and stops reading again
MADE_AT = re.compile(rb'"(\d+\.\d{6})"\]')


@dataclass(frozen=True, slots=True)
class SlowReaders:
    """What was seen while `stalled` windows did not read, and before that."""

    stalled: int
    seconds: float
    rss_growth: int  # bytes, the most
    p99_before: float  # of the others, in milliseconds from the change to the window
    p99_during: float
    closed: int  # how often one of them was cut off

    @property
    def ratio(self) -> float:
        return self.p99_during / self.p99_before


class Latencies:
    """From the moment that a change carries as its note to its arrival."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def hear(self, text: bytes) -> None:
        now = time.monotonic()
        # Those of one patch, of which the last is as late as any; a snapshot tells nothing.
        if not text.startswith(b'{"snapshot"') and (made := MADE_AT.findall(text)):
            self.seconds.append(now - float(made[-1]))

    def p99(self) -> float:
        """In milliseconds; begins anew."""
        seconds, self.seconds = self.seconds, []
        return Spread.of(seconds).p99


async def measure_slow_readers(company: Company, server: Server, stalled: int, seconds: float) -> SlowReaders:
    cookies = [f"sessionid={key}" for key in company.sessions]
    latencies = Latencies()
    readers = [Browser(server.port, "/ws/presence/", cookies[n % len(cookies)]) for n in range(READERS)]
    for reader in readers:
        reader.on_message = latencies.hear
    slow = [Browser(server.port, "/ws/presence/", cookies[n % len(cookies)]) for n in range(stalled)]
    async with Crowd(readers):
        async with changes(server, seconds / 2):
            await asyncio.sleep(seconds / 2)
        before = latencies.p99()
        rss, most = (await counts_of(server))["rss"], 0
        async with Crowd(slow), changes(server, seconds):
            ends = time.monotonic() + seconds
            while (left := ends - time.monotonic()) > 0:
                for browser in slow:
                    browser.stop_reading()
                await asyncio.sleep(min(left, COMES_BACK_SECONDS))
                most = max(most, (await counts_of(server))["rss"] - rss)
                for browser in slow:
                    browser.cut()
    closed = sum(len(browser.codes) for browser in slow)
    return SlowReaders(stalled, seconds, most, before, latencies.p99(), closed)


@asynccontextmanager
async def changes(server: Server, seconds: float, rate: int = RATE) -> AsyncIterator[None]:
    """As many as `rate` a second; the block's end waits for the last of them."""
    query = urlencode({"changes": int(seconds * rate), "rate": rate})
    made = asyncio.create_task(asyncio.to_thread(_ask, f"http://127.0.0.1:{server.port}/soak/flow?{query}", seconds))
    yield
    await made


def _ask(address: str, seconds: float) -> None:
    with urlopen(address, timeout=seconds + 60) as answer:
        answer.read()
