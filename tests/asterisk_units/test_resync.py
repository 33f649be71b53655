"""At every connect: what Asterisk has is compared with the rows (the table in `resync.py`)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from asgiref.sync import sync_to_async

from presence.domain.vocabulary import Condition, DestinationKind, Reason, Status
from presence.models import CallLeg, Extension
from presence.services import calls
from tests.asterisk_units.fake_asterisk import BUSY, FakeAsterisk, FakeChannel, Message
from tests.asterisk_units.linked import all_over, linked, ringing, talking, the_call, until, until_rows
from tests.cast import rule

pytestmark = pytest.mark.django_db(transaction=True)


@asynccontextmanager
async def without_a_link(asterisk: FakeAsterisk) -> AsyncIterator[None]:
    """What happens meanwhile is told to nobody."""

    def forget(_: Message) -> None:
        pass

    asterisk.deliver = forget
    yield
    asterisk.deliver = asterisk.tell
    asterisk.asked.clear()


async def talk(asterisk: FakeAsterisk) -> tuple[FakeChannel, FakeChannel]:
    ours = asterisk.dials("101", "102")
    theirs = await ringing(asterisk, "102")
    asterisk.answers(theirs)
    await talking(asterisk, ours, theirs)
    return ours, theirs


async def test_a_conversation_goes_on_and_nothing_is_asked_for_it(
    asterisk: FakeAsterisk, people: dict[str, Extension]
) -> None:
    async with linked(asterisk):
        ours, theirs = await talk(asterisk)
    async with without_a_link(asterisk):
        pass
    async with linked(asterisk) as exchange:
        await until(lambda: len(exchange.board.channels) == 2)
        await until(lambda: all(call.plan for call in exchange.board.calls.values()))
        assert [str(request) for request in asterisk.asked if request.method != "GET"] == []
        asterisk.hangs_up(ours)
        await all_over(asterisk, exchange)
    assert asterisk.hung_up == {theirs.id: 16}
    assert (await the_call()).end_reason == Reason.COMPLETED


async def test_who_left_meanwhile_has_left(asterisk: FakeAsterisk, people: dict[str, Extension]) -> None:
    async with linked(asterisk):
        ours, theirs = await talk(asterisk)
    async with without_a_link(asterisk):
        asterisk.hangs_up(theirs)
    async with linked(asterisk) as exchange:
        await all_over(asterisk, exchange)
    assert asterisk.hung_up == {ours.id: 16}


async def test_a_call_that_ended_meanwhile_ends_on_asterisk(
    asterisk: FakeAsterisk, people: dict[str, Extension]
) -> None:
    async with linked(asterisk):
        await talk(asterisk)
    async with without_a_link(asterisk):
        call = await the_call()
        await sync_to_async(calls.end_call)(call_id=call.pk, reason=Reason.LOST)
    async with linked(asterisk) as exchange:
        await all_over(asterisk, exchange)


async def test_channels_and_bridges_of_others_are_left_alone(
    asterisk: FakeAsterisk, people: dict[str, Extension]
) -> None:
    async with without_a_link(asterisk):
        others = asterisk.add_channel("1795903375.99", "900", "Up")
        asterisk.bridges["conference"] = {others.id}
        leftover = asterisk.add_channel("lf-000000000001-0123456789abcdef", "102", "Up")
        asterisk.enter(leftover)
        waits = asterisk.dials("103", "101")  # in our application, and no call of ours
        asterisk.bridges["lf-00000000-0000-4000-8000-000000000000"] = set()
    async with linked(asterisk):
        await until(lambda: asterisk.channels.keys() == {others.id})
        assert asterisk.bridges == {"conference": {others.id}}
    assert asterisk.hung_up == {leftover.id: 16, waits.id: 16}


async def test_a_phone_that_rings_goes_on_ringing_and_answers(
    asterisk: FakeAsterisk, people: dict[str, Extension]
) -> None:
    async with linked(asterisk):
        ours = asterisk.dials("101", "102")
        theirs = await ringing(asterisk, "102")
    async with without_a_link(asterisk):
        pass
    async with linked(asterisk):
        asterisk.answers(theirs)
        await talking(asterisk, ours, theirs)
    assert asterisk.rung() == []


async def test_a_phone_that_answered_meanwhile_has_the_call(
    asterisk: FakeAsterisk, people: dict[str, Extension]
) -> None:
    async with linked(asterisk):
        ours = asterisk.dials("101", "102")
        theirs = await ringing(asterisk, "102")
    async with without_a_link(asterisk):
        asterisk.answers(theirs)
    async with linked(asterisk):
        await talking(asterisk, ours, theirs)
        assert await CallLeg.objects.filter(ari_channel_id=theirs.id, window="sip-102").aexists()


async def test_a_message_under_way_is_recorded_to_its_end(asterisk: FakeAsterisk, people: dict[str, Extension]) -> None:
    await sync_to_async(rule)(people["102"], Status.AVAILABLE, Condition.BUSY, DestinationKind.VOICEMAIL)
    async with linked(asterisk):
        ours = asterisk.dials("101", "102")
        asterisk.hangs_up(await ringing(asterisk, "102"), BUSY)
        (playback,) = await until(lambda: list(asterisk.playbacks))
        asterisk.finish_playback(playback)
        await until(lambda: ours.recording)
    async with without_a_link(asterisk):
        pass
    async with linked(asterisk) as exchange:
        await until(lambda: any(channel.hears for channel in exchange.board.channels.values()))
        assert asterisk.playbacks == {}
        asterisk.said = b"a recording"
        asterisk.hangs_up(ours)
        await all_over(asterisk, exchange)
    await until_rows(lambda: people["102"].voicemails.filter(state="new").exists())
