"""When everybody opens a socket at once: first come, first served, and whoever comes too late is told to come again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from channels.db import database_sync_to_async

from presence import hub
from presence.hub.door import CrowdedError, Door
from presence.hub.pace import Pace
from presence.models import Extension
from tests.hub_cast import until
from tests.phones import phone
from tests.test_presence_socket import Window, log_in
from webclient.consumers.phone import PhoneConsumer
from webclient.consumers.presence import PresenceConsumer

LAMPS, PHONES = PresenceConsumer.__name__, PhoneConsumer.__name__


def a_door(*, at_once: int = 2, waiting_max: int = 10, patience_seconds: float = 10) -> Door:
    return Door(at_once, waiting_max, patience_seconds)


@asynccontextmanager
async def all_turns_taken(door: Door, at_once: int) -> AsyncIterator[None]:
    async with AsyncExitStack() as turns:
        for _ in range(at_once):
            await turns.enter_async_context(door.turn())
        yield


async def test_no_more_than_so_many_open_at_once_and_all_get_in() -> None:
    door, inside, seen = a_door(at_once=3), 0, [0]

    async def come() -> None:
        nonlocal inside
        async with door.turn():
            inside += 1
            seen.append(inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(come() for _ in range(10)))
    assert (max(seen), len(seen), door.waiting) == (3, 11, 0)


async def test_they_get_in_as_they_came() -> None:
    door, came = a_door(at_once=1), []

    async def come(who: int) -> None:
        async with door.turn():
            came.append(who)

    async with all_turns_taken(door, 1):
        waiting = [asyncio.create_task(come(who)) for who in range(5)]
        await until(lambda: door.waiting == 5)
    await asyncio.gather(*waiting)
    assert came == list(range(5))


async def test_where_too_many_wait_already_the_next_is_sent_away_at_once() -> None:
    door = a_door(waiting_max=1)
    async with all_turns_taken(door, 2):
        waiting = asyncio.create_task(door.turn().__aenter__())
        await until(lambda: door.waiting == 1)
        with pytest.raises(CrowdedError):
            await door.turn().__aenter__()
    await waiting


async def test_whose_turn_does_not_come_in_time_is_sent_away_and_takes_nobodys_place() -> None:
    door = a_door(patience_seconds=0.01)
    async with all_turns_taken(door, 2):
        with pytest.raises(CrowdedError):
            await door.turn().__aenter__()
    assert door.waiting == 0
    async with all_turns_taken(door, 2):
        pass


async def test_a_turn_that_ends_in_an_error_is_given_back() -> None:
    door = a_door(at_once=1)
    with pytest.raises(ZeroDivisionError):
        async with door.turn():
            raise ZeroDivisionError
    async with door.turn():
        pass


@pytest.mark.django_db(transaction=True)
async def test_in_a_crowd_a_handshake_is_refused_which_is_no_log_out(adam: Extension) -> None:
    hub.reset(pace=Pace(opening_at_once=1, opening_patience=0.05))
    session = await database_sync_to_async(log_in)(adam)
    async with hub.opening(LAMPS):
        # Not accepted, and so without a code: a browser sees 1006, which is not 4401.
        assert await Window(session).connect(timeout=5) == (False, 1000)
    window = await Window(session).open()
    assert (await window.hear())["snapshot"] is True
    await window.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_who_is_in_already_is_not_kept_by_those_who_wait_to_come_in(adam: Extension, piotr: Extension) -> None:
    hub.reset(pace=Pace(opening_at_once=1))
    async with phone(adam) as adams, phone(piotr) as piotrs, hub.opening(LAMPS):
        waiting = Window(await database_sync_to_async(log_in)(adam))
        opening = asyncio.create_task(waiting.open())
        await until(lambda: hub._hub is not None and hub._hub.door(LAMPS).waiting == 1)
        await adams.say(type="dial", number="102")
        await piotrs.until_card("ringing")
        await adams.say(type="hang_up", call=piotrs.call)
        await piotrs.until_card("ended")
        assert not opening.done()
    await opening
    await waiting.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_lamps_do_not_wait_for_phones(adam: Extension) -> None:
    hub.reset(pace=Pace(opening_at_once=1, opening_patience=0.05))
    session = await database_sync_to_async(log_in)(adam)
    async with hub.opening(PHONES):
        window = await Window(session).open()
        assert (await window.hear())["snapshot"] is True
    await window.disconnect()
