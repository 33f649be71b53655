"""Calls of desk phones through a real Asterisk: the same rules, lamps and rows as any call."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from presence.domain.vocabulary import Condition, DestinationKind, Lamp, Status
from presence.models import Call, Extension, StatusProfileRow
from tests.asterisk.conftest import OpenPhone
from tests.asterisk.office.conftest import PhoneOf
from tests.asterisk.office.conversations import hears_the_tone_and_is_recorded
from tests.asterisk.office.installation import PASSWORD, call_ended, eventually, lamp_is, messages_of
from tests.asterisk.server import AsteriskServer
from tests.cast import rule

pytestmark = pytest.mark.django_db(transaction=True)


async def test_two_phones_talk_and_everybody_sees_it(phone_of: PhoneOf) -> None:
    adam, piotr = await phone_of("101"), await phone_of("102")

    ours = adam.call("102")
    theirs = await piotr.incoming()
    assert (theirs.caller_number, theirs.caller_name) == ("101", "Adam Nowak")
    theirs.ring()
    await ours.rings()
    for number in ("101", "102"):
        await eventually(lamp_is(number, Lamp.RINGING))

    await theirs.answer()
    await asyncio.gather(ours.hears(880), theirs.hears(440))
    for number in ("101", "102"):
        await eventually(lamp_is(number, Lamp.TALKING))

    await ours.hang_up()
    await theirs.ends()
    await eventually(call_ended("completed"))
    for number in ("101", "102"):
        await eventually(lamp_is(number, Lamp.AVAILABLE))


async def test_all_phones_of_an_extension_ring_and_the_first_to_answer_has_the_call(phone_of: PhoneOf) -> None:
    adam, kitchen, piotr = await phone_of("101"), await phone_of("101-kitchen"), await phone_of("102")
    ours = piotr.call("101")
    desk, there = await adam.incoming(), await kitchen.incoming()
    desk.ring()
    there.ring()
    await there.answer()
    await asyncio.gather(ours.hears(550), there.hears(880))
    await desk.is_cancelled()


async def test_every_device_with_one_account_rings(
    office: AsteriskServer, phone_of: PhoneOf, open_phone: OpenPhone
) -> None:
    caller, first = await phone_of("102"), await phone_of("101")
    second = open_phone(office, "101", PASSWORD, tone=1000)
    await second.register()
    ours = caller.call("101")
    ringing, taken = await first.incoming(), await second.incoming()
    ringing.ring()
    await taken.answer()
    await ours.hears(1000)
    await ringing.is_cancelled()


@pytest.mark.parametrize(
    ("what", "status", "reason"),
    [("decline", 603, "declined"), ("busy", 486, "busy")],
)
async def test_who_does_not_take_a_call_sends_it_to_the_busy_rule(
    phone_of: PhoneOf, people: dict[str, Extension], what: str, status: int, reason: str
) -> None:
    await sync_to_async(rule)(people["102"], Status.AVAILABLE, Condition.BUSY, DestinationKind.END_CALL)
    adam, piotr = await phone_of("101"), await phone_of("102")
    ours = adam.call("102")
    getattr(await piotr.incoming(), what)()
    assert (await ours.is_refused()).status == status
    await eventually(call_ended(reason))


async def test_nobody_answers_and_the_caller_is_told(phone_of: PhoneOf, people: dict[str, Extension]) -> None:
    await sync_to_async(rule)(people["102"], Status.AVAILABLE, Condition.NO_ANSWER, DestinationKind.END_CALL)
    await sync_to_async(StatusProfileRow.objects.create)(
        extension=people["102"], status=Status.AVAILABLE, internal_ring_seconds=5, external_ring_seconds=5
    )
    adam, piotr = await phone_of("101"), await phone_of("102")
    ours = adam.call("102")
    theirs = await piotr.incoming()
    theirs.ring()
    await theirs.is_cancelled(patience=10)
    assert (await ours.is_refused()).status == 480


async def test_a_number_that_nobody_has_is_not_found(phone_of: PhoneOf) -> None:
    adam = await phone_of("101")
    assert (await adam.call("199").is_refused()).status == 404
    await eventually(call_ended("unknown_number"))


async def test_a_caller_who_hangs_up_while_it_rings_has_cancelled(phone_of: PhoneOf) -> None:
    adam, piotr = await phone_of("101"), await phone_of("102")
    ours = adam.call("102")
    theirs = await piotr.incoming()
    theirs.ring()
    await ours.rings()
    await ours.cancel()
    await theirs.is_cancelled()
    await eventually(call_ended("cancelled"))


async def test_a_message_is_recorded_into_the_one_store(phone_of: PhoneOf, people: dict[str, Extension]) -> None:
    await sync_to_async(rule)(people["102"], Status.AVAILABLE, Condition.NOT_REGISTERED, DestinationKind.VOICEMAIL)
    adam = await phone_of("101")
    ours = adam.call("102")
    await ours.talks()
    await hears_the_tone_and_is_recorded(ours)
    await ours.hang_up()
    await eventually(messages_of("102"))
    (message,) = await sync_to_async(messages_of("102"))()
    assert (message.seconds or 0) > 0.3


async def test_a_held_call_hears_music_and_goes_on(phone_of: PhoneOf) -> None:
    adam, piotr = await phone_of("101"), await phone_of("102")
    ours = adam.call("102")
    theirs = await piotr.incoming()
    await theirs.answer()
    await ours.hears(880)
    await ours.hold()
    await theirs.hears_something()
    await eventually(lambda: Call.objects.filter(legs__state="on_hold").exists())
    await ours.resume()
    await asyncio.gather(ours.hears(880), theirs.hears(440))


async def test_a_phones_own_transfer_sends_the_other_side_on(phone_of: PhoneOf) -> None:
    adam, piotr, anna = await phone_of("101"), await phone_of("102"), await phone_of("103")
    ours = adam.call("102")
    theirs = await piotr.incoming()
    await theirs.answer()
    await ours.hears(880)
    await theirs.transfer("103")
    third = await anna.incoming()
    assert third.caller_number == "101"
    await third.answer()
    await asyncio.gather(ours.hears(1320), third.hears(440))
    await theirs.ends()
