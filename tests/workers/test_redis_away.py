"""Redis is killed for three seconds while people switch their statuses: nothing is lost, nothing fails."""

import asyncio
import logging
import os
import random
import time
from collections import Counter

import httpx
import pytest

from tests.workers.installation import Installation
from tests.workers.windows import until_views_are_right, windows

pytestmark = pytest.mark.timeout(400)

RATE = int(os.environ.get("CHANGES", "20"))  # a second; `make soak` sets 100
SECONDS = 6.0
KILLED_AFTER, AWAY_SECONDS = 1.0, 3.0
RIGHT_SECONDS_MAX = 15.0
PEOPLE = 20
log = logging.getLogger(__name__)

STATUSES = ("available", "away", "lunch", "dnd")


class Clerks:
    """Each person switches again and again; what the server said yes to last is remembered."""

    def __init__(self, office: Installation, browser: httpx.AsyncClient) -> None:
        self._office, self._browser = office, browser
        self.acknowledged: dict[str, str] = {}
        self.answers: Counter[int] = Counter()

    async def switch(self, number: str, until: float) -> None:
        """From now until that moment of the loop's clock, at this person's share of the rate."""
        clock = asyncio.get_running_loop().time
        due = clock() + random.uniform(0, PEOPLE / RATE)
        while (due := due + PEOPLE / RATE) < until:
            await asyncio.sleep(max(0.0, due - clock()))
            status = random.choice(STATUSES)
            answer = await self._browser.post("/status/", data={"status": status}, headers=self._headers(number))
            self.answers[answer.status_code] += 1
            if answer.status_code == httpx.codes.OK:
                self.acknowledged[number] = status

    def _headers(self, number: str) -> dict[str, str]:
        token = "t" * 32
        cookie = f"sessionid={self._office.sessions[number]}; csrftoken={token}"
        return {"Cookie": cookie, "X-CSRFToken": token, "HX-Request": "true"}


async def test_no_switch_is_lost_and_every_window_is_right_soon_after(office: Installation) -> None:
    people = list(office.sessions)[:PEOPLE]
    one, other = office.workers
    async with (
        windows(office, people[:5], at=one) as here,
        windows(office, people[5:10], at=other) as there,
        httpx.AsyncClient(base_url=office.address, timeout=30, limits=httpx.Limits(max_connections=None)) as browser,
    ):
        clerks = Clerks(office, browser)
        end = asyncio.get_running_loop().time() + SECONDS
        async with asyncio.TaskGroup() as group:
            for number in people:
                group.create_task(clerks.switch(number, end))
            group.create_task(take_redis_away(office))
        settled = time.monotonic()
        await until_views_are_right(office, [*here, *there], RIGHT_SECONDS_MAX)
        log.info("answers %s; all views right %.1f s after the last", clerks.answers, time.monotonic() - settled)
        assert set(clerks.answers) == {200}
        directory = office.clerk.directory()
        assert {number: directory[number][5] for number in clerks.acknowledged} == clerks.acknowledged
        pages = [
            await browser.get("/", headers={"Cookie": f"sessionid={office.sessions[people[0]]}"}) for _ in range(2)
        ]
        assert {page.status_code for page in pages} == {200}


async def take_redis_away(office: Installation) -> None:
    await asyncio.sleep(KILLED_AFTER)
    office.redis.kill()
    await asyncio.sleep(AWAY_SECONDS)
    await asyncio.to_thread(office.redis.start)
