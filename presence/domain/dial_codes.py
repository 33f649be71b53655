"""What a dialled text means: a number, or a code for something that is done to a call.

| dialled    | means                                         |
|------------|-----------------------------------------------|
| `**102`    | pick up the call that rings at extension 102  |
| `*71`      | fetch the call parked in slot 1 (1 to 9)      |
| `*43`      | the echo test: hear oneself                   |
"""

import re
from dataclasses import dataclass

PARKING_SLOTS = range(1, 10)
ECHO_NUMBER = "*43"
_PICK_UP = re.compile(r"\*\*([0-9]{2,10})\Z")
_FETCH = re.compile(r"\*7([1-9])\Z")


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


DialCode = PickUp | Fetch | EchoTest


def dial_code(text: str) -> DialCode | None:
    """The code that `text` is; None: it is a number, or nothing at all."""
    if found := _PICK_UP.match(text):
        return PickUp(found.group(1))
    if found := _FETCH.match(text):
        return Fetch(int(found.group(1)))
    return EchoTest() if text == ECHO_NUMBER else None
