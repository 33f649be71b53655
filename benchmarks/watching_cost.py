"""What the instruments of `/metrics` cost: `python -m benchmarks.watching_cost` says so as JSON.

The same is done with the instruments and without them, in turns, so that a slow minute of the machine hits both; what
is counted is the processor's time, which others on the machine disturb least.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402 - these need the apps
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from prometheus_client.metrics import MetricWrapperBase  # noqa: E402

from presence import hub, measures, selectors  # noqa: E402
from presence.domain.audiences import Audiences  # noqa: E402
from presence.domain.presence_row import PresenceRow  # noqa: E402
from presence.hub.pace import Pace  # noqa: E402
from webclient.watched_requests import WatchedRequests  # noqa: E402

ROUNDS = 11
CHANGES = 200
QUERIES = 1_000
PAGES = 1_000
WINDOWS = 1_000
NEVER = 86_400.0


class Idle:
    """An instrument that counts nothing."""

    def labels(self, *_: object) -> "Idle":
        return self

    def inc(self, amount: float = 1) -> None: ...
    def observe(self, amount: float) -> None: ...
    def set(self, value: float) -> None: ...
    def set_to_current_time(self) -> None: ...


@contextmanager
def without_instruments() -> Iterator[None]:
    kept = {name: value for name, value in vars(measures).items() if isinstance(value, MetricWrapperBase)}
    wrappers, connection.execute_wrappers = connection.execute_wrappers, []
    vars(measures).update(dict.fromkeys(kept, Idle()))
    yield
    vars(measures).update(kept)
    connection.execute_wrappers = wrappers


class Directory:
    """The database's rows, in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, PresenceRow] = {row.number: row for row in selectors.presence_rows()}

    def presence_rows(self, numbers: Collection[str] | None = None) -> list[PresenceRow]:
        return [self.rows[number] for number in numbers or self.rows]

    def audiences(self) -> Audiences:
        return selectors.audiences()

    def directory_versions(self) -> dict[str, int]:
        return {row.number: row.version for row in self.rows.values()}

    def change(self, number: str) -> None:
        self.rows[number] = replace(self.rows[number], version=self.rows[number].version + 1)


class Window:
    """It takes every frame at once: what is left is the hub's own work."""

    user_id = 0
    session = ""
    expires_at = datetime.now(UTC) + timedelta(days=1)

    def __init__(self) -> None:
        self.frame_writer = self
        self.told = asyncio.Event()

    def write(self, frame: bytes) -> bool:
        self.told.set()
        return True

    def has_room(self) -> bool:
        return True

    async def send_text(self, text: str) -> None: ...
    async def close(self, code: int) -> None: ...


async def changes(windows: int) -> float:
    """One after the other, each from its publication to the last window."""
    directory = Directory()
    hub.reset(pace=Pace(coalesce=0.0, heal=NEVER, pulse=NEVER), directory=directory)
    joined = [Window() for _ in range(windows)]
    for window in joined:
        await hub.join_presence(window)
    number = next(iter(directory.rows))
    started = time.process_time()
    for _ in range(CHANGES):
        joined[-1].told.clear()
        directory.change(number)
        hub.publish_presence([number])
        await joined[-1].told.wait()
    spent = time.process_time() - started
    hub.reset()
    return spent / CHANGES


async def queries() -> float:
    with connection.cursor() as cursor:
        started = time.process_time()
        for _ in range(QUERIES):
            cursor.execute("SELECT 1")
        return (time.process_time() - started) / QUERIES


async def pages(answer: Callable[[HttpRequest], Any]) -> float:
    request = RequestFactory().get("/livez")
    started = time.process_time()
    for _ in range(PAGES):
        answer(request)
    return (time.process_time() - started) / PAGES


def nothing(_: HttpRequest) -> HttpResponse:
    return HttpResponse()


Work = Callable[[], Awaitable[float]]  # seconds of the processor, of one

# With the instruments and, where that is not the same without them, without.
WORK: dict[str, tuple[Work, Work]] = {
    "a change to one window": (partial(changes, 1), partial(changes, 1)),
    f"a change to {WINDOWS:,} windows": (partial(changes, WINDOWS), partial(changes, WINDOWS)),
    "a query": (queries, queries),
    "a page": (partial(pages, WatchedRequests(nothing)), partial(pages, nothing)),
}


async def measure() -> dict[str, tuple[float, float]]:
    """What is done -> with and without the instruments, in microseconds of each."""
    found: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in WORK}
    for _ in range(ROUNDS):
        for name, (watched, plain) in WORK.items():
            found[name][0].append(await watched() * 1e6)
            with without_instruments():
                found[name][1].append(await plain() * 1e6)
    return {name: (median(watched), median(plain)) for name, (watched, plain) in found.items()}


if __name__ == "__main__":
    json.dump(asyncio.run(measure()), sys.stdout)
