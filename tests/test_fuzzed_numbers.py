"""A number is `+` and ASCII digits or it is none, whatever is typed; and no code is a number."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presence.domain.dial_codes import dial_code
from presence.selectors.outbound_policy import RefusedNumberError, outside_number, plain_number
from presence.services.call_rows import CallRefusedError
from presence.services.calls import dialled_number, typed
from tests.nonsense import TEXTS
from tests.soak_size import size

MANY = settings(max_examples=size(300, 100_000), deadline=None)
A_NUMBER = re.compile(r"\+?[0-9]{1,20}", re.ASCII)
digits = st.text(alphabet="0123456789", min_size=1, max_size=25)
likely = st.builds(
    "{}{}{}".format, st.sampled_from(["", "+", "00", "++", " +"]), digits, st.sampled_from(["", " ", "-"])
)
other_scripts = st.text(alphabet=st.characters(categories=["Nd", "Zs", "Pd", "Sm"]), max_size=25)
anything = st.one_of(st.text(max_size=40), likely, other_scripts, st.sampled_from(TEXTS), st.integers().map(str))


@MANY
@given(anything)
def test_what_is_dialled_is_plus_and_digits_or_refused(text: str) -> None:
    try:
        number = dialled_number(text)
    except CallRefusedError:
        return
    assert A_NUMBER.fullmatch(number)
    assert dialled_number(number) == number


@MANY
@given(anything)
def test_a_code_never_is_a_number_as_well(text: str) -> None:
    if dial_code(typed(text)) is not None:
        with pytest.raises(CallRefusedError):
            dialled_number(text)


@MANY
@given(anything)
def test_what_may_be_called_outside_is_an_ordinary_number_at_home(text: str) -> None:
    try:
        number = outside_number(text, "PL")
    except RefusedNumberError:
        return
    # Nine digits with few exceptions, such as (30) 00 000 and 800 000 0000.
    assert re.fullmatch(r"\+48[0-9]{7,10}", number)
    assert outside_number(number, "PL") == number
    assert plain_number(text, "PL") == number
