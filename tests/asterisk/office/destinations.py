"""SPEC.md's destinations as a caller meets them: what each needs, and what is heard there."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import ContentFile

from presence.domain.forwarding import Destination
from presence.domain.vocabulary import DestinationKind, Lamp
from presence.models import Extension, Greeting
from tests.asterisk.office.installation import eventually, lamp_is
from tests.asterisk.outgoing_call import OutgoingCall
from tests.asterisk.sip_phone import SipPhone
from tests.asterisk.tones import write_tone
from tests.asterisk.trunk import Trunk
from tests.line_cast import make_group, make_queue, make_receptionist

MOBILE, ELSEWHERE = "+48600700800", "+48221234567"
QUEUE, GROUP, RECEPTIONIST = "800", "801", "802"
OUTSIDE_HZ, ANNAS_HZ = 950, 1320
GREETING_HZ = {"102": 1000, "103": 1200}
_TO_ANNA = Destination(DestinationKind.EXTENSION, "103")


@dataclass(frozen=True, slots=True)
class Scene:
    """A call on its way, and who stands where it may arrive."""

    call: OutgoingCall
    callers_hz: int
    anna: SipPhone
    outside: Trunk


@dataclass(frozen=True, slots=True)
class Place:
    """A destination, what the trail says of it, and the steps at the number that it leads to."""

    kind: DestinationKind
    value: str
    decision: str
    arrives: Callable[[Scene], Awaitable[None]]
    steps_there: tuple[tuple[str, str, str], ...] = ()


async def hears_piotrs_greeting(scene: Scene) -> None:
    await scene.call.hears(GREETING_HZ["102"])


async def hears_annas_greeting(scene: Scene) -> None:
    await scene.call.hears(GREETING_HZ["103"])


async def talks_to_the_mobile(scene: Scene) -> None:
    await _talks_outside(scene, MOBILE)


async def talks_to_elsewhere(scene: Scene) -> None:
    await _talks_outside(scene, ELSEWHERE)


async def talks_to_anna(scene: Scene) -> None:
    theirs = await scene.anna.incoming()
    theirs.ring()
    await eventually(lamp_is("103", Lamp.RINGING))
    await theirs.answer()
    await asyncio.gather(scene.call.hears(ANNAS_HZ), theirs.hears(scene.callers_hz))
    await eventually(lamp_is("103", Lamp.TALKING))


async def chooses_anna(scene: Scene) -> None:
    await scene.call.hears_something()
    await scene.call.press_keys("1")
    await talks_to_anna(scene)


async def _talks_outside(scene: Scene, number: str) -> None:
    theirs = await scene.outside.is_dialled(number)
    theirs.play(OUTSIDE_HZ)
    await asyncio.gather(scene.call.hears(OUTSIDE_HZ), theirs.hears(scene.callers_hz))


_ANNA_RINGS = ("103", "ring", "available")
PLACES = {
    "voicemail": Place(DestinationKind.VOICEMAIL, "", "record_voicemail", hears_piotrs_greeting),
    "extension_voicemail": Place(DestinationKind.EXTENSION_VOICEMAIL, "103", "record_voicemail", hears_annas_greeting),
    "mobile": Place(DestinationKind.MOBILE, "", "dial_out", talks_to_the_mobile),
    "extension": Place(DestinationKind.EXTENSION, "103", "forward", talks_to_anna, (_ANNA_RINGS,)),
    "external_number": Place(DestinationKind.EXTERNAL_NUMBER, ELSEWHERE, "dial_out", talks_to_elsewhere),
    "queue": Place(
        DestinationKind.SYSTEM_EXTENSION, QUEUE, "forward", talks_to_anna, ((QUEUE, "wait_in_queue", "queue"),)
    ),
    "ring_group": Place(
        DestinationKind.SYSTEM_EXTENSION, GROUP, "forward", talks_to_anna, ((GROUP, "ring_members", "ring_group"),)
    ),
    "receptionist": Place(
        DestinationKind.SYSTEM_EXTENSION,
        RECEPTIONIST,
        "forward",
        chooses_anna,
        (
            (RECEPTIONIST, "ask_for_key", "digital_receptionist"),
            (RECEPTIONIST, "forward", "key_pressed"),
            _ANNA_RINGS,
        ),
    ),
}


def make_places(people: dict[str, Extension]) -> None:
    """Everything that a rule of Piotr's may lead to; each of the two voicemails greets with a tone of its own."""
    piotr, anna = people["102"], people["103"]
    piotr.mobile_number = MOBILE
    piotr.save()
    for number, frequency in GREETING_HZ.items():
        greet_with_tone(people[number], frequency)
    make_queue(QUEUE, anna)
    make_group(GROUP, anna)
    make_receptionist(RECEPTIONIST, {"1": _TO_ANNA})


def greet_with_tone(extension: Extension, frequency: int, seconds: int = 1) -> None:
    """Callers of this voicemail hear a tone and no words."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "greeting.wav"
        write_tone(path, frequency, seconds)
        greeting = Greeting(extension=extension, seconds=seconds)
        greeting.sound.save(path.name, ContentFile(path.read_bytes()), save=False)
        greeting.save()
