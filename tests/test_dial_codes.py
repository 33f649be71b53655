"""What is dialled is a number or a code; no Django."""

import pytest

from presence.domain.dial_codes import PARKING_SLOTS, DialCode, EchoTest, Fetch, PickUp, dial_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("**102", PickUp("102")),
        ("**99", PickUp("99")),
        ("**0123456789", PickUp("0123456789")),
        ("*71", Fetch(1)),
        ("*79", Fetch(9)),
        ("*43", EchoTest()),
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
