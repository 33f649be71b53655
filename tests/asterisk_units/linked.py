"""A link to the Asterisk in memory, with the real exchange, rows, services, router and hub."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from asgiref.sync import sync_to_async

from presence import hub
from presence.calls.asterisk.exchange import Exchange
from presence.calls.asterisk.resync import resync
from presence.domain.vocabulary import CallState
from presence.models import AsteriskLink, Call, ServerProcess
from tests.asterisk_units.fake_asterisk import FakeAsterisk, FakeChannel
from webclient import asgi  # noqa: F401 - tells the hub how a call becomes cards

PATIENCE_SECONDS = 10.0
LOOK_AGAIN_SECONDS = 0.002
TRUNK = "trunk"

T = TypeVar("T")


@asynccontextmanager
async def linked(asterisk: FakeAsterisk) -> AsyncIterator[Exchange]:
    """As `link.py` does it: listen, find everything again, say that it is ready."""
    await sync_to_async(_describe)(is_ready=True)
    exchange = Exchange(asterisk, app="lampfield", trunk=TRUNK, fetch_file=asterisk.fetch)
    working = asyncio.create_task(exchange.work())
    await exchange.devices.take_all(await exchange.requests.endpoints())
    await resync(exchange)
    try:
        yield exchange
        assert not working.done(), working
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        await exchange.devices.leave_all()
        await sync_to_async(_describe)(is_ready=False)


def _describe(*, is_ready: bool) -> None:
    ServerProcess.objects.get_or_create(epoch=hub.epoch())
    # Owned by nobody: an owner that does not renew its lease is buried.
    row = {"is_ready": is_ready, "has_trunk": is_ready}
    AsteriskLink.objects.update_or_create(pk=1, defaults=row)


async def until(question: Callable[[], T | None], patience: float = PATIENCE_SECONDS) -> T:
    """The first answer that is true, about what is in memory; AssertionError when there is none in time."""

    async def ask() -> T | None:
        return question()

    return await _until(ask, patience)


async def until_rows(question: Callable[[], T | None], patience: float = PATIENCE_SECONDS) -> T:
    """The same about rows."""
    return await _until(sync_to_async(question), patience)


async def _until(ask: Callable[[], Awaitable[T | None]], patience: float) -> T:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    while True:
        if answer := await ask():
            return answer
        if loop.time() > deadline:
            calls = await sync_to_async(_calls)()
            raise AssertionError(f"not within {patience:g} s: {calls}")
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def ringing(asterisk: FakeAsterisk, endpoint: str) -> FakeChannel:
    """The channel that rings at a phone, as soon as it does."""
    return await until(lambda: asterisk.ringing(endpoint))


async def talking(asterisk: FakeAsterisk, *channels: FakeChannel) -> None:
    """Until these channels, and no others, are in one bridge."""
    ids = {channel.id for channel in channels}
    await until(lambda: ids in asterisk.bridges.values())


async def all_over(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    """Until no call is open in the rows, and nothing of one is left on Asterisk or on the board."""
    await until_rows(lambda: not Call.objects.exclude(state=CallState.ENDED).exists())
    await until(lambda: asterisk.is_empty() and not exchange.board.calls and not exchange.board.channels)


@sync_to_async
def the_call() -> Call:
    return Call.objects.get()


def _calls() -> list[tuple[str, str, str, str]]:
    return list(Call.objects.values_list("caller_number", "called_number", "state", "end_reason"))
