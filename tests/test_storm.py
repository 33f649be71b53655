"""Windows by the dozen at a real server: all cut at once, some that stop reading, some that come and go.

In their whole size these are rows of docs/reliability.md.
"""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from benchmarks.servers import Company, Server
from benchmarks.soak_browsers import Browser, Crowd
from benchmarks.soak_churn import KEPT, come_and_go
from benchmarks.soak_counts import counts_of, soak_server
from benchmarks.soak_slow import changes
from benchmarks.soak_storm import measure_storm
from presence.models import Extension
from tests.databases import database_url
from tests.mirror import Mirror
from tests.test_presence_socket import log_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

WINDOWS, STALLED = 120, 10
PATIENCE_SECONDS = 30
LOOK_SECONDS = 0.1
AHEAD = 1_000_000  # of the versions of changes in memory (benchmarks/soak_server.py)


@pytest.fixture
def office(adam: Extension, piotr: Extension, tmp_path: Path) -> Company:
    """This test's database, for a server of its own."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": settings.SECRET_KEY,
        "LOG_LEVEL": "WARNING",
    }
    return Company(environment, [log_in(adam), log_in(piotr)])


@pytest.fixture
def server(office: Company) -> Iterator[Server]:
    with soak_server(office) as server:
        yield server


async def until_it_is(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await condition():  # noqa: ASYNC110 - it is about another process
            await asyncio.sleep(LOOK_SECONDS)


async def test_all_who_were_cut_at_once_come_back_and_ask_the_database_for_no_snapshot(
    office: Company, server: Server
) -> None:
    storm = await measure_storm(office, server, WINDOWS)
    assert (storm.back, storm.logged_out, storm.snapshot_queries) == (WINDOWS, 0, 0)
    assert storm.last_back_seconds < 60


class Watcher:
    """A window and what it shows."""

    def __init__(self, server: Server, session: str) -> None:
        self.browser = Browser(server.port, "/ws/presence/", f"sessionid={session}")
        self.browser.on_message = self.hear
        self.mirror = Mirror()
        self.snapshots = 0

    def hear(self, text: bytes) -> None:
        self.snapshots += bool(json.loads(text).get("snapshot"))
        self.mirror.hear(text.decode())


async def test_windows_that_stop_reading_are_left_alone_until_they_read_again(office: Company, server: Server) -> None:
    reader = Watcher(server, office.sessions[0])
    stalled = [Watcher(server, office.sessions[1]) for _ in range(STALLED)]
    async with Crowd([reader.browser, *(each.browser for each in stalled)]):
        before = (await counts_of(server))["rss"]
        for each in stalled:
            each.browser.stop_reading()
        # More than the kernel's and our own patience hold of it; the one who reads shows all of it.
        for _ in range(4):
            async with changes(server, 2.0, rate=3_000):
                pass
        after = await counts_of(server)
        assert after["rss"] - before < 64 << 20
        made = 4 * 6_000

        async def reader_has_all() -> bool:
            return bool(max(row[1] for row in reader.mirror.rows.values()) == AHEAD + made)

        await until_it_is(reader_has_all)
        for each in stalled:
            each.browser.read_on()

        async def all_show_it() -> bool:
            return all(each.mirror.rows == reader.mirror.rows for each in stalled)

        await until_it_is(all_show_it)


async def test_who_came_and_went_leaves_nothing_behind(office: Company, server: Server) -> None:
    cookies = [f"sessionid={session}" for session in office.sessions]

    async def kept() -> dict[str, int]:
        counts = await counts_of(server)
        return {what: counts[what] for what in KEPT}

    await come_and_go(server, cookies, 1.0, 20.0, stay_seconds=0.1)
    await at_rest(kept)
    before = await kept()
    assert await come_and_go(server, cookies, 2.0, 20.0, stay_seconds=0.1) > 0

    async def is_as_before() -> bool:
        return await kept() == before

    await until_it_is(is_as_before)


async def at_rest(kept: Callable[[], Awaitable[dict[str, int]]]) -> None:
    """Until nothing has changed for longer than a phone's registration outlives its window."""
    seen, since = await kept(), time.monotonic()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while time.monotonic() - since < 4:
            await asyncio.sleep(LOOK_SECONDS)
            if (now := await kept()) != seen:
                seen, since = now, time.monotonic()
