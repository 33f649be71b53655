"""Windows that come and go all day, statuses that change: does the server keep anything of those who went?"""

import asyncio
import random
import time
from dataclasses import dataclass

from benchmarks.servers import Company, Server
from benchmarks.soak_browsers import Browser, Crowd
from benchmarks.soak_counts import counts_of

STAYING = 50  # windows
STAY_SECONDS = 5.0  # of one that comes, on the average
AWAY_SECONDS = 15.0  # from the last window's end to the counting: longer than a server takes to notice an end
SAMPLE_SECONDS = 10.0
WARM_UP_SHARE = 0.3  # of the time, in which caches fill
STATUSES = ("away", "lunch", "dnd", "available")
KEPT = ("files", "tasks", "threads", "sockets")


@dataclass(frozen=True, slots=True)
class Churn:
    """What a time of coming and going left behind."""

    seconds: float
    came: int
    rss_slope: float  # bytes an hour, by least squares after the warm-up
    left_behind: dict[str, int]  # of `KEPT`, beyond what there was before


async def measure_churn(company: Company, server: Server, seconds: float, per_second: float) -> Churn:
    cookies = [f"sessionid={key}" for key in company.sessions]
    # Whatever is made once per process is made before the counting begins.
    await come_and_go(server, cookies, min(20.0, seconds / 4), per_second)
    await asyncio.sleep(AWAY_SECONDS)
    before = await counts_of(server)
    samples: list[tuple[float, int]] = []
    sampling = asyncio.create_task(_sample(server, samples))
    came = await come_and_go(server, cookies, seconds, per_second)
    sampling.cancel()
    await asyncio.sleep(AWAY_SECONDS)
    after = await counts_of(server)
    return Churn(seconds, came, slope(samples), {what: after[what] - before[what] for what in KEPT})


async def come_and_go(
    server: Server, cookies: list[str], seconds: float, per_second: float, stay_seconds: float = STAY_SECONDS
) -> int:
    """How many came."""
    ends, came = time.monotonic() + seconds, 0
    staying = [Browser(server.port, "/ws/presence/", cookies[n % len(cookies)]) for n in range(STAYING)]
    async with Crowd(staying):
        visits: set[asyncio.Task[None]] = set()
        while time.monotonic() < ends:
            for path in ("/ws/presence/", f"/ws/phone/?window=window-of-visit-{came}"):
                visit = asyncio.create_task(_visit(Browser(server.port, path, random.choice(cookies)), stay_seconds))
                visits.add(visit)
                visit.add_done_callback(visits.discard)
            came += 1
            if came % 5 == 0:
                await asyncio.to_thread(_switch, server, random.choice(cookies))
            await asyncio.sleep(random.expovariate(per_second))
        await asyncio.gather(*visits)
    return came


async def _visit(browser: Browser, stay_seconds: float) -> None:
    """It vanishes without a close frame, like a window whose computer was closed."""
    async with Crowd([browser]):
        await asyncio.sleep(random.expovariate(1 / stay_seconds))


def _switch(server: Server, cookie: str) -> None:
    server.post_status(random.choice(STATUSES), cookie)
    server.answer()


async def _sample(server: Server, samples: list[tuple[float, int]]) -> None:
    while True:
        samples.append((time.monotonic(), (await counts_of(server))["rss"]))
        await asyncio.sleep(SAMPLE_SECONDS)


def slope(samples: list[tuple[float, int]]) -> float:
    """Bytes an hour."""
    steady = samples[int(len(samples) * WARM_UP_SHARE) :]
    if len(steady) < 2:
        return 0.0
    mean_x = sum(x for x, _ in steady) / len(steady)
    mean_y = sum(y for _, y in steady) / len(steady)
    spread = sum((x - mean_x) ** 2 for x, _ in steady)
    return 3600 * sum((x - mean_x) * (y - mean_y) for x, y in steady) / spread
