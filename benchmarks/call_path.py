"""`python -m benchmarks.call_path`: plain calls through services, router and hub in one process, without a network.

Prints JSON: every query of one call by phase, and how many calls a second come about when many are made at once.
"""

import asyncio
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webclient.settings")
django.setup()

from channels.db import database_sync_to_async  # noqa: E402

from benchmarks.query_log import Query, QueryLog, logged_queries  # noqa: E402
from presence import hub  # noqa: E402
from presence.calls import router  # noqa: E402
from presence.calls.card import load_card  # noqa: E402
from presence.models import Call, Extension  # noqa: E402
from presence.services import calls, registration  # noqa: E402
from webclient.database_thread import keep_connection_of_sockets  # noqa: E402

PAIRS = 16
CALLS = 320
WARM_UP_CALLS = 16
PATIENCE_SECONDS = 60.0
QUIET_SECONDS = 0.3  # the hub has read what it was told, and the router has gone on waiting

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Path:
    """What this process measured."""

    queries: dict[str, list[Query]]  # by phase
    calls_a_second: float
    cpu_ms: float  # a call
    ring_ms: list[float]  # of each call, from the dial to the card that rings


class Window:
    """One window of an extension; `presence.hub.sockets.PhoneSocket` says what the hub needs of it."""

    user_id, session = 0, ""
    expires_at = datetime.max.replace(tzinfo=UTC)

    def __init__(self, holder: Extension) -> None:
        self.holder, self.extension, self.window = holder, holder.number, f"window-of-{holder.number}"
        self._card: Message = {}
        self._news = asyncio.Event()

    async def send_message(self, message: Message) -> None:
        if message["type"] == "call":
            self._card = message
            self._news.set()

    async def close(self, code: int) -> None:
        raise RuntimeError(f"the hub closed the window of {self.extension}: {code}")

    async def until(self, state: str) -> UUID:
        """Until a call is in that state, which is returned."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self._card.get("state") != state:
                self._news.clear()
                await self._news.wait()
        return UUID(self._card["call"])

    async def dial(self, number: str) -> None:
        await router.begin(
            calls.start_call, extension=self.holder, window=self.window, number=number, epoch=hub.epoch()
        )

    async def answer(self, call_id: UUID) -> None:
        await self._act(calls.answer_call, call_id=call_id)

    async def hang_up(self, call_id: UUID) -> None:
        await self._act(calls.hang_up, call_id=call_id)

    async def _act(self, service: Callable[..., Any], **arguments: Any) -> Any:
        return await database_sync_to_async(service)(extension=self.holder, window=self.window, **arguments)


async def measure(log: QueryLog) -> Path:
    keep_connection_of_sockets()
    hub.cards_from(load_card)
    pairs = await _pairs()
    await _many(pairs, WARM_UP_CALLS)
    queries = await _one(*pairs[0], log)
    cpu, began = time.process_time(), time.perf_counter()
    ring_ms = await _many(pairs, CALLS)
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
    await database_sync_to_async(_nothing_is_left)()
    return Path(queries, CALLS / seconds, cpu_seconds / CALLS * 1000, ring_ms)


async def _pairs() -> list[tuple[Window, Window]]:
    windows = [Window(holder) for holder in await database_sync_to_async(_holders)(2 * PAIRS)]
    for window in windows:
        await hub.join_phone(window)
        await database_sync_to_async(registration.register)(
            extension=window.holder, window=window.window, epoch=hub.epoch()
        )
    return list(zip(windows[::2], windows[1::2], strict=True))


def _holders(count: int) -> list[Extension]:
    """Who can be rung, each in whatever company this is."""
    Extension.objects.update(status="available")
    return list(Extension.objects.filter(is_enabled=True).order_by("pk")[:count])


async def _one(caller: Window, callee: Window, log: QueryLog) -> dict[str, list[Query]]:
    """One call, waiting after each phase until all that follows from it is done."""
    phases: dict[str, list[Query]] = {}

    async def over(phase: str) -> None:
        await asyncio.sleep(QUIET_SECONDS)
        phases[phase] = log.taken()

    await asyncio.sleep(QUIET_SECONDS)
    log.is_on = True
    await caller.dial(callee.extension)
    call_id = await callee.until("ringing")
    await over("until it rings")
    await callee.answer(call_id)
    await asyncio.gather(caller.until("talking"), callee.until("talking"))
    await over("until both talk")
    await caller.hang_up(call_id)
    await asyncio.gather(caller.until("ended"), callee.until("ended"))
    await over("until it has ended")
    log.is_on = False
    return phases


async def _many(pairs: list[tuple[Window, Window]], count: int) -> list[float]:
    """`count` calls by all pairs at once, each pair's one after the other; the milliseconds until each rang."""
    turns = iter(range(count))
    ring_ms: list[float] = []

    async def work(caller: Window, callee: Window) -> None:
        for _ in turns:
            began = time.perf_counter()
            await caller.dial(callee.extension)
            call_id = await callee.until("ringing")
            ring_ms.append((time.perf_counter() - began) * 1000)
            await callee.answer(call_id)
            await asyncio.gather(caller.until("talking"), callee.until("talking"))
            await caller.hang_up(call_id)
            await asyncio.gather(caller.until("ended"), callee.until("ended"))

    await asyncio.gather(*(work(*pair) for pair in pairs))
    return ring_ms


def _nothing_is_left() -> None:
    if left := Call.objects.exclude(state="ended").count():
        raise RuntimeError(f"{left} calls have not ended")


if __name__ == "__main__":
    with logged_queries() as log:
        print(json.dumps(asdict(asyncio.run(measure(log)))))
    hub.reset()
