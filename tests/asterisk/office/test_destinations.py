"""Every destination, for calls from a phone and from the trunk, by every condition that may lead there (SPEC.md 2)."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from presence.domain.vocabulary import Condition, DestinationKind, Lamp, Origin, Status
from presence.models import CallStep, Extension, Voicemail
from tests import phones
from tests.asterisk.office.aftermath import nothing_is_left
from tests.asterisk.office.conftest import TONES, PhoneOf
from tests.asterisk.office.conversations import OUTSIDE_NUMBER, hears_the_tone_and_is_recorded
from tests.asterisk.office.destinations import GREETING_HZ, PLACES, Place, Scene, greet_with_tone, make_places
from tests.asterisk.office.installation import call_ended, eventually, lamp_is, messages_of
from tests.asterisk.outgoing_call import OutgoingCall
from tests.asterisk.tones import share_at
from tests.asterisk.trunk import Trunk
from tests.cast import rule
from tests.sounds import RATE, samples_of, stored

pytestmark = pytest.mark.django_db(transaction=True)

TRUNK_HZ = 1760
SPOKEN_SECONDS = 2.0
TELEPHONE_RATE = 8000

# What Piotr's phone says to a call that it does not take, and what the trail says of that.
REFUSALS = {Condition.NO_ANSWER: 480, Condition.BUSY: 486}
REASONS = {
    Condition.ALWAYS: "away",
    Condition.NO_ANSWER: "no_answer",
    Condition.BUSY: "busy",
    Condition.NOT_REGISTERED: "not_registered",
}
TOLD_AT_THE_END = {
    Condition.ALWAYS: 480,
    Condition.NO_ANSWER: 480,
    Condition.BUSY: 486,
    Condition.NOT_REGISTERED: 480,
}

origins = pytest.mark.parametrize("origin", list(Origin))
conditions = pytest.mark.parametrize("condition", list(REASONS))


@origins
@conditions
@pytest.mark.parametrize("name", list(PLACES))
async def test_a_rule_leads_a_call_to_its_destination(
    phone_of: PhoneOf,
    line_outside: Trunk,
    people: dict[str, Extension],
    name: str,
    condition: Condition,
    origin: Origin,
) -> None:
    place = PLACES[name]
    await sync_to_async(make_places)(people)
    await sync_to_async(piotr_has)(people, condition, place.kind, place.value, origin)
    anna = await phone_of("103")
    call = await calls_piotr(phone_of, line_outside, condition, origin)
    await place.arrives(Scene(call, TRUNK_HZ if origin is Origin.EXTERNAL else TONES["101"], anna, line_outside))
    assert await sync_to_async(trail)() == expected_trail(place, condition)
    await eventually(lamp_is("101", Lamp.TALKING if origin is Origin.INTERNAL else Lamp.AVAILABLE))
    await eventually(lamp_is("102", Lamp.AWAY if condition is Condition.ALWAYS else Lamp.AVAILABLE))
    await call.hang_up()
    await nothing_is_left()
    for number in ("101", "103"):
        await eventually(lamp_is(number, Lamp.AVAILABLE))


@origins
@conditions
async def test_a_rule_ends_a_call_and_the_caller_is_told_why(
    phone_of: PhoneOf, line_outside: Trunk, people: dict[str, Extension], condition: Condition, origin: Origin
) -> None:
    await sync_to_async(piotr_has)(people, condition, DestinationKind.END_CALL, "", origin)
    call = await calls_piotr(phone_of, line_outside, condition, origin)
    assert (await call.is_refused()).status == TOLD_AT_THE_END[condition]
    await eventually(call_ended(REASONS[condition]))
    assert (await sync_to_async(trail)())[-1] == ("102", "end_call", REASONS[condition])
    await nothing_is_left()
    for number in ("101", "102"):
        await eventually(
            lamp_is(number, Lamp.AWAY if (number, condition) == ("102", Condition.ALWAYS) else Lamp.AVAILABLE)
        )


@origins
async def test_a_message_holds_what_the_caller_said_and_windows_are_told_of_it(
    phone_of: PhoneOf, line_outside: Trunk, people: dict[str, Extension], origin: Origin
) -> None:
    piotr = people["102"]
    await sync_to_async(greet_with_tone)(piotr, GREETING_HZ["102"])
    await sync_to_async(piotr_has)(people, Condition.ALWAYS, DestinationKind.VOICEMAIL, "", origin)
    async with phones.phone(piotr) as window:
        call = await calls_piotr(phone_of, line_outside, Condition.ALWAYS, origin)
        await call.hears(GREETING_HZ["102"])
        await hears_the_tone_and_is_recorded(call)
        await asyncio.sleep(SPOKEN_SECONDS)  # this long the caller speaks
        await call.hang_up()
        told = await window.until(lambda message: message["type"] == "unheard")
    assert told["count"] == 1
    (message,) = await sync_to_async(messages_of("102"))()
    said = TRUNK_HZ if origin is Origin.EXTERNAL else TONES["101"]
    samples = (await sync_to_async(telephone_samples)(message))[-int(TELEPHONE_RATE * SPOKEN_SECONDS / 2) :]
    assert share_at(said, samples) > 0.9
    assert message.seconds == pytest.approx(SPOKEN_SECONDS + 0.5, abs=0.7)
    assert message.origin == origin
    assert message.caller_number == (OUTSIDE_NUMBER if origin is Origin.EXTERNAL else "101")
    await nothing_is_left()


async def test_a_key_ends_a_message(phone_of: PhoneOf, line_outside: Trunk, people: dict[str, Extension]) -> None:
    await sync_to_async(greet_with_tone)(people["102"], GREETING_HZ["102"])
    await sync_to_async(piotr_has)(people, Condition.ALWAYS, DestinationKind.VOICEMAIL, "", Origin.INTERNAL)
    call = await calls_piotr(phone_of, line_outside, Condition.ALWAYS, Origin.INTERNAL)
    await call.hears(GREETING_HZ["102"])
    await hears_the_tone_and_is_recorded(call)
    await call.press_keys("#")
    await call.ends()
    await eventually(call_ended("voicemail_left"))
    await eventually(messages_of("102"))
    await nothing_is_left()


async def test_rules_for_callers_outside_are_not_those_for_colleagues(
    phone_of: PhoneOf, line_outside: Trunk, people: dict[str, Extension]
) -> None:
    await sync_to_async(make_places)(people)
    await sync_to_async(piotr_has)(people, Condition.ALWAYS, DestinationKind.END_CALL, "", Origin.INTERNAL)
    await sync_to_async(piotr_has)(people, Condition.ALWAYS, DestinationKind.VOICEMAIL, "", Origin.EXTERNAL)
    adam = await phone_of("101")
    assert (await adam.call("102").is_refused()).status == TOLD_AT_THE_END[Condition.ALWAYS]
    outside = line_outside.call("102", caller=OUTSIDE_NUMBER)
    await outside.hears(GREETING_HZ["102"])
    await outside.hang_up()
    await nothing_is_left()


def piotr_has(
    people: dict[str, Extension], condition: Condition, kind: DestinationKind, value: str, origin: Origin
) -> None:
    """He is in a status to which the condition belongs, and this is his rule there, for this origin alone."""
    piotr = people["102"]
    piotr.status = Status.AWAY if condition is Condition.ALWAYS else Status.AVAILABLE
    piotr.save()
    rule(piotr, Status(piotr.status), condition, kind, value, origin=origin)


async def calls_piotr(phone_of: PhoneOf, line_outside: Trunk, condition: Condition, origin: Origin) -> OutgoingCall:
    """His phone rings where the condition has it that it does, and refuses; else he has none."""
    adam = await phone_of("101")
    piotr = await phone_of("102") if condition in REFUSALS else None
    call = adam.call("102") if origin is Origin.INTERNAL else line_outside.call("102", caller=OUTSIDE_NUMBER)
    if piotr is not None:
        theirs = await piotr.incoming()
        theirs.ring()
        await call.rings()
        theirs.refuse(REFUSALS[condition])
    return call


def expected_trail(place: Place, condition: Condition) -> list[tuple[str, str, str]]:
    rang = [("102", "ring", "available")] if condition in REFUSALS else []
    return [*rang, ("102", place.decision, REASONS[condition]), *place.steps_there]


def trail() -> list[tuple[str, str, str]]:
    return list(CallStep.objects.order_by("call__started_at", "position").values_list("number", "decision", "reason"))


def telephone_samples(message: Voicemail) -> list[int]:
    return list(samples_of(stored(message.sound)))[:: RATE // TELEPHONE_RATE]
