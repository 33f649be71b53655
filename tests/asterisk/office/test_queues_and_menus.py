"""Who waits, chooses or is sent on: queues, ring groups, the receptionist, parking, pick-up, two calls at once."""

import asyncio
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from django.core.files.base import ContentFile
from pytest_django import Settings

from presence import hub
from presence.calls import router
from presence.domain.forwarding import Destination
from presence.domain.vocabulary import Condition, DestinationKind, Lamp, RingStrategy, Status
from presence.models import Call, Extension, ParkedCall, QueueEntry, Receptionist, StatusProfileRow
from presence.services import call_control
from tests.asterisk.office.aftermath import nothing_is_left
from tests.asterisk.office.conftest import PhoneOf
from tests.asterisk.office.conversations import OUTSIDE_NUMBER, talk, talk_from_outside
from tests.asterisk.office.installation import call_ended, eventually, lamp_is
from tests.asterisk.patience import PATIENCE_SECONDS
from tests.asterisk.sip_call import SipCall
from tests.asterisk.tones import share_at, write_tone
from tests.asterisk.trunk import Trunk
from tests.cast import rule
from tests.line_cast import make_group, make_queue, make_receptionist

pytestmark = pytest.mark.django_db(transaction=True)

ADAMS_HZ, PIOTRS_HZ, ANNAS_HZ, EWAS_HZ, TRUNK_HZ = 440, 880, 1320, 660, 1760
FIRST_HZ, SECOND_HZ, WRONG_HZ, GREETING_HZ = 700, 750, 800, 1250
TO_ANNA = Destination(DestinationKind.EXTENSION, "103")


@pytest.fixture
def said_in_tones(office: object, settings: Settings, tmp_path: Path) -> None:
    """Each recording that a caller may hear in a queue or a menu is a tone of its own, one second long."""
    settings.ASTERISK_SOUNDS_DIR = tmp_path
    for name, frequency in {"place-1": FIRST_HZ, "place-2": SECOND_HZ, "phone-wrong-key": WRONG_HZ}.items():
        write_tone(tmp_path / f"{name}-en.wav", frequency, 1)


async def test_a_queue_says_the_place_plays_music_and_keeps_the_order(
    phone_of: PhoneOf, line_outside: Trunk, people: dict[str, Extension], said_in_tones: None
) -> None:
    await sync_to_async(make_queue)("800", people["103"])
    adam, anna = await phone_of("101"), await phone_of("103")
    first = adam.call("800")
    ringing = await anna.incoming()
    ringing.ring()
    await first.hears(FIRST_HZ)
    await hears_music(first, FIRST_HZ)
    await eventually(lamp_is("103", Lamp.RINGING))

    second = line_outside.call("800", caller=OUTSIDE_NUMBER)
    await second.hears(SECOND_HZ)
    assert ringing.caller_number == "101"
    await ringing.answer()
    await asyncio.gather(first.hears(ANNAS_HZ), ringing.hears(ADAMS_HZ), second.hears(FIRST_HZ))
    await first.hang_up()

    ringing = await anna.incoming()
    assert ringing.caller_number == OUTSIDE_NUMBER
    await ringing.answer()
    await asyncio.gather(second.hears(ANNAS_HZ), ringing.hears(TRUNK_HZ))
    await ringing.hang_up()
    await second.ends()
    await nothing_is_left()
    assert not await QueueEntry.objects.filter(left_at=None).aexists()


async def test_a_ring_group_rings_all_and_the_first_has_the_call(
    phone_of: PhoneOf, people: dict[str, Extension]
) -> None:
    await sync_to_async(make_group)("801", people["103"], people["104"])
    adam, anna, ewa = await phone_of("101"), await phone_of("103"), await phone_of("104")
    call = adam.call("801")
    annas, ewas = await anna.incoming(), await ewa.incoming()
    annas.ring()
    ewas.ring()
    await call.rings()
    for number in ("101", "103", "104"):
        await eventually(lamp_is(number, Lamp.RINGING))
    await ewas.answer()
    await asyncio.gather(call.hears(EWAS_HZ), ewas.hears(ADAMS_HZ), annas.is_cancelled())
    await eventually(lamp_is("103", Lamp.AVAILABLE))
    await call.hang_up()
    await nothing_is_left()


async def test_a_ring_group_in_order_rings_one_after_the_other(phone_of: PhoneOf, people: dict[str, Extension]) -> None:
    await sync_to_async(make_group)("801", people["103"], people["104"], strategy=RingStrategy.IN_ORDER)
    adam, anna, ewa = await phone_of("101"), await phone_of("103"), await phone_of("104")
    call = adam.call("801")
    annas = await anna.incoming()
    assert not ewa.calls
    annas.decline()
    ewas = await ewa.incoming()
    await ewas.answer()
    await asyncio.gather(call.hears(EWAS_HZ), ewas.hears(ADAMS_HZ))
    await call.hang_up()
    await nothing_is_left()


async def test_a_receptionist_takes_a_key_and_says_when_it_is_a_wrong_one(
    phone_of: PhoneOf, line_outside: Trunk, people: dict[str, Extension], said_in_tones: None, tmp_path: Path
) -> None:
    await sync_to_async(make_front_desk)(tmp_path)
    anna = await phone_of("103")
    call = line_outside.call("802", caller=OUTSIDE_NUMBER)
    await call.hears(GREETING_HZ)
    await call.press_keys("9")
    await call.hears(WRONG_HZ)
    await call.hears(GREETING_HZ)
    await call.press_keys("1")
    theirs = await anna.incoming()
    await theirs.answer()
    await asyncio.gather(call.hears(ANNAS_HZ), theirs.hears(TRUNK_HZ))
    await call.hang_up()
    await nothing_is_left()


async def test_a_receptionist_who_gets_no_key_asks_again_and_then_sends_the_call_on(
    phone_of: PhoneOf, said_in_tones: None, tmp_path: Path
) -> None:
    await sync_to_async(make_front_desk)(tmp_path)
    adam = await phone_of("101")
    call = adam.call("802")
    await call.hears(GREETING_HZ)
    await call.hears_nothing()
    await call.hears(GREETING_HZ)
    await call.ends()
    await eventually(call_ended("no_choice"))
    await nothing_is_left()


async def test_a_parked_call_hears_music_and_is_fetched_by_its_code(phone_of: PhoneOf, line_outside: Trunk) -> None:
    adam, piotr = await phone_of("101"), await phone_of("102")
    outside, theirs = await talk_from_outside(line_outside, adam)
    await park(await Call.objects.aget(), "101")
    await theirs.ends()
    await outside.hears_something()
    await eventually(lamp_is("101", Lamp.AVAILABLE))
    fetching = piotr.call("*71")
    await asyncio.gather(outside.hears(PIOTRS_HZ), fetching.hears(TRUNK_HZ))
    await eventually(lamp_is("102", Lamp.TALKING))
    await fetching.hang_up()
    await outside.ends()
    await nothing_is_left()


async def test_an_empty_slot_and_an_idle_phone_give_nothing(phone_of: PhoneOf) -> None:
    adam = await phone_of("101")
    for code in ("*71", "**102"):
        assert (await adam.call(code).is_refused()).status == 480
    await nothing_is_left()


async def test_a_colleagues_call_is_picked_up_by_code(phone_of: PhoneOf) -> None:
    adam, piotr, anna = await phone_of("101"), await phone_of("102"), await phone_of("103")
    call = adam.call("102")
    ringing = await piotr.incoming()
    ringing.ring()
    await call.rings()
    picking = anna.call("**102")
    await asyncio.gather(call.hears(ANNAS_HZ), picking.hears(ADAMS_HZ), ringing.is_cancelled())
    await eventually(lamp_is("102", Lamp.AVAILABLE))
    await eventually(lamp_is("103", Lamp.TALKING))
    await call.hang_up()
    await picking.ends()
    await nothing_is_left()


async def test_who_calls_a_second_party_swaps_between_the_two(phone_of: PhoneOf) -> None:
    adam, piotr, anna = await phone_of("101"), await phone_of("102"), await phone_of("103")
    first, piotrs = await talk(adam, piotr)
    await first.hold()
    await hears_music(piotrs, ADAMS_HZ)
    second, annas = await talk(adam, anna)

    await second.hold()
    await hears_music(annas, ADAMS_HZ)
    await first.resume()
    await asyncio.gather(first.hears(PIOTRS_HZ), piotrs.hears(ADAMS_HZ))

    await first.hang_up()
    await piotrs.ends()
    await second.resume()
    await asyncio.gather(second.hears(ANNAS_HZ), annas.hears(ADAMS_HZ))
    await second.hang_up()
    await annas.ends()
    await nothing_is_left()


async def test_a_second_call_rings_a_phone_that_may_have_one(
    phone_of: PhoneOf, line_outside: Trunk, people: dict[str, Extension]
) -> None:
    await StatusProfileRow.objects.acreate(extension=people["102"], status=Status.AVAILABLE, takes_second_call=True)
    adam, piotr = await phone_of("101"), await phone_of("102")
    first, piotrs = await talk(adam, piotr)
    outside = line_outside.call("102", caller=OUTSIDE_NUMBER)
    knocking = await piotr.incoming()
    knocking.ring()
    await outside.rings()
    await piotrs.hold()
    await knocking.answer()
    await asyncio.gather(outside.hears(PIOTRS_HZ), knocking.hears(TRUNK_HZ), hears_music(first, PIOTRS_HZ))
    await outside.hang_up()
    await knocking.ends()
    await piotrs.resume()
    await asyncio.gather(first.hears(PIOTRS_HZ), piotrs.hears(ADAMS_HZ))
    await first.hang_up()
    await nothing_is_left()


async def test_who_talks_is_busy_to_others(phone_of: PhoneOf, line_outside: Trunk) -> None:
    adam, piotr = await phone_of("101"), await phone_of("102")
    first, _ = await talk(adam, piotr)
    anna = await phone_of("103")
    await sync_to_async(_no_voicemail)("102")
    call = anna.call("102")
    assert (await call.is_refused()).status == 486
    await eventually(call_ended("busy"))
    await first.hang_up()
    await nothing_is_left()


async def test_an_attended_transfer_connects_the_other_two(phone_of: PhoneOf) -> None:
    adam, piotr, anna = await phone_of("101"), await phone_of("102"), await phone_of("103")
    first, piotrs = await talk(adam, piotr)
    await first.hold()
    second, annas = await talk(adam, anna)
    await second.hold()
    await second.transfer_to_call(first)
    assert await second.transferred() == 200
    await asyncio.gather(piotrs.hears(ANNAS_HZ), annas.hears(PIOTRS_HZ), first.ends(), second.ends())
    await eventually(lamp_is("101", Lamp.AVAILABLE))
    await annas.hang_up()
    await piotrs.ends()
    await nothing_is_left()


async def test_a_caller_from_outside_is_transferred_into_a_queue(
    phone_of: PhoneOf, line_outside: Trunk, people: dict[str, Extension], said_in_tones: None
) -> None:
    await sync_to_async(make_queue)("800", people["103"])
    adam, anna = await phone_of("101"), await phone_of("103")
    outside, theirs = await talk_from_outside(line_outside, adam)
    await theirs.transfer("800")
    await theirs.ends()
    await outside.hears(FIRST_HZ)
    rung = await anna.incoming()
    assert rung.caller_number == OUTSIDE_NUMBER
    await rung.answer()
    await asyncio.gather(outside.hears(ANNAS_HZ), rung.hears(TRUNK_HZ))
    await outside.hang_up()
    await nothing_is_left()


async def test_a_transfer_to_nobody_is_refused_and_the_call_goes_on(phone_of: PhoneOf) -> None:
    adam, piotr = await phone_of("101"), await phone_of("102")
    first, piotrs = await talk(adam, piotr)
    await first.transfer("199")
    assert await first.transferred() == 603
    await asyncio.gather(first.hears(PIOTRS_HZ), piotrs.hears(ADAMS_HZ))
    await first.hang_up()
    await nothing_is_left()


def make_front_desk(folder: Path) -> None:
    """Key 1 leads to Anna; it greets with a tone, waits one second for a key and asks twice."""
    make_receptionist("802", {"1": TO_ANNA})
    write_tone(folder / "front-desk.wav", GREETING_HZ, 1)
    desk = Receptionist.objects.get()
    desk.greeting_seconds, desk.key_seconds, desk.repeats = 1.0, 1, 2
    desk.greeting.save("front-desk.wav", ContentFile((folder / "front-desk.wav").read_bytes()), save=False)
    desk.save()


async def park(call: Call, number: str) -> None:
    """As a window of theirs does it; desk phones have no code for it."""
    extension = await Extension.objects.aget(number=number)
    parked = await sync_to_async(call_control.park)(
        call_id=call.pk, extension=extension, window=f"sip-{number}", epoch=hub.epoch()
    )
    router.start_parking(parked)
    assert (await ParkedCall.objects.aget()).slot == 1


async def hears_music(call: SipCall, but: int) -> None:
    """Something that is not this tone, which was heard before."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        await call.hears_something()
        while share_at(but, call.audio._samples) > 0.2:
            await call.hears_something()


def _no_voicemail(number: str) -> None:
    Extension.objects.filter(number=number).update(voicemail_on=False)
    rule(Extension.objects.get(number=number), Status.AVAILABLE, Condition.BUSY, DestinationKind.END_CALL)
