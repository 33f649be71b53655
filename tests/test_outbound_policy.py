"""Which outside numbers a rule may send calls to."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from presence.selectors.outbound_policy import Refusal, RefusedNumberError, outside_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+48221234567", "+48221234567"),
        ("22 123 45 67", "+48221234567"),
        ("(22) 123-45-67", "+48221234567"),
        (" 600.100.200 ", "+48600100200"),
        ("0048600100200", "+48600100200"),
        ("６００１００２００", "+48600100200"),
        ("800 123 456", "+48800123456"),
    ],
)
def test_a_number_of_the_home_country_is_kept_in_one_form_however_it_is_written(typed: str, number: str) -> None:
    assert outside_number(typed, "PL") == number


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", Refusal.NOT_A_NUMBER),
        ("Piotr", Refusal.NOT_A_NUMBER),
        ("٦٠٠١٠٠٢٠٠", Refusal.NOT_A_NUMBER),
        ("600100200,,1", Refusal.NOT_A_NUMBER),
        ("sip:600100200", Refusal.NOT_A_NUMBER),
        ("++48600100200", Refusal.NOT_A_NUMBER),
        ("+48 600 100 20", Refusal.NOT_A_NUMBER),
        ("112", Refusal.EMERGENCY),
        ("999", Refusal.EMERGENCY),
        ("+48112", Refusal.EMERGENCY),
        ("19123", Refusal.SHORT),
        ("+4930123456", Refusal.ABROAD),
        ("+88216123456", Refusal.ABROAD),
        ("700123456", Refusal.SPECIAL_CHARGE),
        ("801123456", Refusal.SPECIAL_CHARGE),
        ("804123456", Refusal.SPECIAL_CHARGE),
    ],
)
def test_a_number_that_is_none_or_may_cost_money_is_refused_with_the_reason(typed: str, refusal: Refusal) -> None:
    with pytest.raises(RefusedNumberError) as refused:
        outside_number(typed, "PL")
    assert refused.value.refusal is refusal


def test_the_home_country_is_the_companys() -> None:
    assert outside_number("030 123456", "DE") == "+4930123456"


@given(st.one_of(st.text(max_size=30), st.from_regex(r"\+?[0-9 ]{1,20}", fullmatch=True)))
@example("+")
@example("00")
@example("+0000000")
def test_whatever_is_typed_becomes_a_polish_number_or_a_refusal(typed: str) -> None:
    try:
        number = outside_number(typed, "PL")
    except RefusedNumberError:
        return
    assert number.startswith("+48")
    assert number[1:].isascii()
    assert number[1:].isdigit()
