"""What is dialled is a number or a code; no Django."""

import pytest

from presence.domain.dial_codes import (
    MINUTES_MAX,
    PARKING_SLOTS,
    CheckVoicemail,
    DialCode,
    EchoTest,
    Fetch,
    PickUp,
    SetStatus,
    dial_code,
)
from presence.domain.vocabulary import Status


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("**102", PickUp("102")),
        ("**99", PickUp("99")),
        ("**0123456789", PickUp("0123456789")),
        ("*71", Fetch(1)),
        ("*79", Fetch(9)),
        ("*43", EchoTest()),
        ("*30", SetStatus(Status.AVAILABLE)),
        ("*31", SetStatus(Status.AWAY)),
        ("*32", SetStatus(Status.DND)),
        ("*33", SetStatus(Status.LUNCH)),
        ("*34", SetStatus(Status.BUSINESS_TRIP)),
        ("*33*30", SetStatus(Status.LUNCH, 30)),
        ("*33*030", SetStatus(Status.LUNCH, 30)),
        ("*34*1", SetStatus(Status.BUSINESS_TRIP, 1)),
        ("*34*86400", SetStatus(Status.BUSINESS_TRIP, 86_400)),
        ("*97", CheckVoicemail()),
        ("*35", None),
        ("*3", None),
        ("*33*", None),
        ("*33*0", None),
        ("*33*000", None),
        ("*33*86401", None),
        ("*33*9999999", None),
        ("*33*-1", None),
        ("*33*30*", None),
        ("*33*30\n", None),
        ("*33*\u0663\u0660", None),
        ("*3330", None),
        ("*97\n", None),
        ("*971", None),
        ("*43\n", None),
        ("*431", None),
        ("43", None),
        ("102", None),
        ("", None),
        ("**", None),
        ("**1", None),
        ("**01234567890", None),
        ("**102\n", None),
        ("**\u0661\u0660\u0662", None),
        ("*70", None),
        ("*711", None),
        ("*7", None),
        ("*102", None),
        ("+48600100200", None),
    ],
)
def test_a_code_is_told_from_a_number(text: str, code: DialCode | None) -> None:
    assert dial_code(text) == code


def test_every_slot_has_a_code() -> None:
    assert [dial_code(f"*7{slot}") for slot in PARKING_SLOTS] == [Fetch(slot) for slot in PARKING_SLOTS]


def test_the_longest_status_by_code_is_the_longest_by_menu() -> None:
    assert MINUTES_MAX == 60 * 24 * 60
