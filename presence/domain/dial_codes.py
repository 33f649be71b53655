"""What a dialled text means: a number, or a code for something that is done to a call, a status or a box.

| dialled           | means                                                                           |
|-------------------|---------------------------------------------------------------------------------|
| `**102`           | pick up the call that rings at extension 102                                    |
| `*71`             | fetch the call parked in slot 1 (1 to 9)                                        |
| `*43`             | the echo test: hear oneself                                                     |
| `*30` to `*34`    | set the status: available, away, do not disturb, lunch, business trip           |
| `*33*30`          | the same for 30 minutes; no longer than a status may last (`status_end.LONGEST`)|
| `*97`             | hear the messages in one's own voicemail                                        |
"""

import re
from dataclasses import dataclass
from datetime import timedelta

from presence.domain.status_end import LONGEST
from presence.domain.vocabulary import Status

PARKING_SLOTS = range(1, 10)
ECHO_NUMBER = "*43"
VOICEMAIL_NUMBER = "*97"
STATUS_NUMBERS = {status: f"*3{digit}" for digit, status in enumerate(Status)}
MINUTES_MAX = LONGEST // timedelta(minutes=1)
_PICK_UP = re.compile(r"\*\*([0-9]{2,10})\Z")
_FETCH = re.compile(r"\*7([1-9])\Z")
_STATUS = re.compile(r"(\*3[0-4])(?:\*([0-9]{1,6}))?\Z")


@dataclass(frozen=True, slots=True)
class PickUp:
    """Answer the call that rings at this extension."""

    extension: str


@dataclass(frozen=True, slots=True)
class Fetch:
    """Talk to the caller who is parked in this slot."""

    slot: int


@dataclass(frozen=True, slots=True)
class EchoTest:
    """Talk to the server, which sends back what it hears."""


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Say whether one can be called; `minutes`: for how long, None: until it is changed again."""

    status: Status
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class CheckVoicemail:
    """Hear one's own messages."""


DialCode = PickUp | Fetch | EchoTest | SetStatus | CheckVoicemail

_CODES: dict[str, DialCode] = {ECHO_NUMBER: EchoTest(), VOICEMAIL_NUMBER: CheckVoicemail()}
_STATUS_OF_NUMBER = {number: status for status, number in STATUS_NUMBERS.items()}


def dial_code(text: str) -> DialCode | None:
    """The code that `text` is; None: it is a number, or nothing at all."""
    if found := _PICK_UP.match(text):
        return PickUp(found[1])
    if found := _FETCH.match(text):
        return Fetch(int(found[1]))
    if found := _STATUS.match(text):
        return _set_status(_STATUS_OF_NUMBER[found[1]], found[2])
    return _CODES.get(text)


def _set_status(status: Status, minutes_text: str | None) -> SetStatus | None:
    if minutes_text is None:
        return SetStatus(status)
    minutes = int(minutes_text)
    return SetStatus(status, minutes) if 1 <= minutes <= MINUTES_MAX else None
