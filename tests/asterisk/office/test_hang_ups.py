"""Whoever hangs up, and wherever the call has got to: nothing of it is left."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from asgiref.sync import sync_to_async

from presence.calls.asterisk import rest
from presence.domain.vocabulary import CallState, Condition, DestinationKind, Lamp, Origin, Status
from presence.models import Call, Extension, QueueEntry, ReceptionistTurn, Voicemail
from tests.asterisk.incoming_call import IncomingCall
from tests.asterisk.office.aftermath import nothing_is_left
from tests.asterisk.office.conftest import PhoneOf
from tests.asterisk.office.conversations import OUTSIDE_NUMBER, talk
from tests.asterisk.office.destinations import GREETING_HZ, MOBILE, make_places
from tests.asterisk.office.installation import eventually, lamp_is, messages_of
from tests.asterisk.outgoing_call import OutgoingCall
from tests.asterisk.sip_phone import SipPhone
from tests.asterisk.trunk import Treatment, Trunk
from tests.cast import rule

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True, slots=True)
class Scene:
    call: OutgoingCall
    anna: SipPhone
    outside: Trunk


async def has_only_dialled(scene: Scene) -> None:
    await scene.call.progresses(100)


async def rings(scene: Scene) -> None:
    (await scene.anna.incoming()).ring()
    await scene.call.rings()


async def talks(scene: Scene) -> None:
    theirs = await scene.anna.incoming()
    await theirs.answer()
    await scene.call.hears_something()


async def is_on_hold(scene: Scene) -> None:
    theirs = await scene.anna.incoming()
    await theirs.answer()
    await asyncio.gather(scene.call.hears_something(), theirs.hears_something())
    await theirs.hold()
    await eventually(lambda: Call.objects.filter(legs__state=CallState.ON_HOLD).exists())


async def hears_the_greeting(scene: Scene) -> None:
    await scene.call.hears(GREETING_HZ["102"])


async def is_recorded(scene: Scene) -> None:
    await hears_the_greeting(scene)
    await scene.call.hears_nothing()
    await eventually(Voicemail.objects.exists)


async def waits_in_the_queue(scene: Scene) -> None:
    await scene.call.hears_something()
    await eventually(lambda: QueueEntry.objects.filter(left_at=None).exists())
    (await scene.anna.incoming()).ring()


async def listens_to_the_menu(scene: Scene) -> None:
    await scene.call.hears_something()
    await eventually(ReceptionistTurn.objects.exists)


async def rings_outside(scene: Scene) -> None:
    await scene.outside.is_dialled(MOBILE)
    await scene.call.rings()


STEPS: dict[str, tuple[str, DestinationKind, Callable[[Scene], Awaitable[None]]]] = {
    "has only dialled": ("103", DestinationKind.END_CALL, has_only_dialled),
    "rings": ("103", DestinationKind.END_CALL, rings),
    "talks": ("103", DestinationKind.END_CALL, talks),
    "is on hold": ("103", DestinationKind.END_CALL, is_on_hold),
    "hears the greeting": ("102", DestinationKind.VOICEMAIL, hears_the_greeting),
    "is recorded": ("102", DestinationKind.VOICEMAIL, is_recorded),
    "waits in the queue": ("800", DestinationKind.END_CALL, waits_in_the_queue),
    "listens to the menu": ("802", DestinationKind.END_CALL, listens_to_the_menu),
    "rings outside": ("102", DestinationKind.MOBILE, rings_outside),
}


@pytest.mark.parametrize("origin", list(Origin))
@pytest.mark.parametrize("step", list(STEPS))
async def test_nothing_is_left_of_a_caller_who_hangs_up_when_the_call(
    phone_of: PhoneOf, line_outside: Trunk, people: dict[str, Extension], step: str, origin: Origin
) -> None:
    number, kind, gets_there = STEPS[step]
    await sync_to_async(make_places)(people)
    await Extension.objects.filter(number="102").aupdate(status=Status.AWAY)
    await sync_to_async(rule)(people["102"], Status.AWAY, Condition.ALWAYS, kind)
    line_outside.treatments[MOBILE] = Treatment.RINGS
    adam, anna = await phone_of("101"), await phone_of("103")
    call = adam.call(number) if origin is Origin.INTERNAL else line_outside.call(number, caller=OUTSIDE_NUMBER)
    await gets_there(Scene(call, anna, line_outside))
    await call.hang_up()
    await nothing_is_left()
    for each in ("101", "103"):
        await eventually(lamp_is(each, Lamp.AVAILABLE))
    for theirs in anna.calls:
        if theirs.end is None and isinstance(theirs, IncomingCall) and not theirs.is_talking:
            theirs.ring()  # nobody cancels what has given no sign yet (RFC 3261, 9.1)
        await theirs.ends()
    assert await sync_to_async(lambda: bool(messages_of("102")()))() is (step == "is recorded")
    assert not await stored_recordings()


async def test_both_hang_up_at_once(phone_of: PhoneOf) -> None:
    adam, piotr = await phone_of("101"), await phone_of("102")
    ours, theirs = await talk(adam, piotr)
    await asyncio.gather(ours.hang_up(), theirs.hang_up())
    await nothing_is_left()


async def test_one_answers_while_the_other_gives_up(phone_of: PhoneOf) -> None:
    adam, piotr = await phone_of("101"), await phone_of("102")
    ours = adam.call("102")
    theirs = await piotr.incoming()
    theirs.ring()
    await ours.rings()
    await asyncio.gather(ours.hang_up(), theirs.answer())
    await theirs.ends()
    await nothing_is_left()


async def test_two_who_call_each_other_at_once_do_not_block_each_other(phone_of: PhoneOf) -> None:
    adam, piotr = await phone_of("101"), await phone_of("102")
    calls = adam.call("102"), piotr.call("101")
    await asyncio.gather(*(call.progresses(100) for call in calls))
    await asyncio.gather(*(call.hang_up() for call in calls))
    await nothing_is_left()
    for phone in (adam, piotr):
        phone.forget_calls()  # one of them may have rung before it was over
    again, _ = await talk(adam, piotr)
    await again.hang_up()
    await nothing_is_left()


async def stored_recordings() -> list[object]:
    return list(await rest.request("GET", "/recordings/stored") or ())
