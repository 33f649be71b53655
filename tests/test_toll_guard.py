"""The toll guard's table, and the one number outside that a person may dial."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presence.domain.call_facts import CallerId, IncomingCall, OutsideNumberFacts
from presence.domain.call_routing import decide
from presence.domain.decisions import DialOut, EndCall
from presence.domain.toll_guard import OutsideFacts, Talk, refusal, seconds_talked
from presence.domain.vocabulary import CallOutcome, Origin, Reason
from tests.routing_cast import ADAM, NOON, OUTSIDE

AS_TYPED = "22 123 45 67"
LINE = OutsideFacts({AS_TYPED: OUTSIDE}, charged_to=ADAM, calls_max=2, seconds_per_day=600)
NOBODYS = replace(LINE, charged_to="")
OUT = Reason.OUTSIDE_NOT_ALLOWED
FIRST, AGAIN = False, True


@pytest.mark.parametrize(
    ("facts", "has_been_outside", "expected"),
    [
        (LINE, FIRST, None),
        (replace(LINE, dialable={}), FIRST, OUT),
        (replace(LINE, dialable={}), AGAIN, OUT),
        (LINE, AGAIN, Reason.OUTSIDE_ALREADY),
        (replace(LINE, calls=1), FIRST, None),
        (replace(LINE, calls=2), FIRST, Reason.OUTSIDE_CALLS_MAX),
        (replace(LINE, calls=2, seconds_today=600), FIRST, Reason.OUTSIDE_CALLS_MAX),
        (replace(LINE, calls_max=0), FIRST, Reason.OUTSIDE_CALLS_MAX),
        (replace(LINE, seconds_today=599), FIRST, None),
        (replace(LINE, seconds_today=600), FIRST, Reason.OUTSIDE_MINUTES_USED),
        (replace(LINE, seconds_per_day=0), FIRST, Reason.OUTSIDE_MINUTES_USED),
        (replace(NOBODYS, calls=9, seconds_today=9999), FIRST, None),
        (replace(NOBODYS, dialable={}), FIRST, OUT),
        (NOBODYS, AGAIN, Reason.OUTSIDE_ALREADY),
    ],
)
def test_the_guard_says_why_a_number_is_not_dialled(
    facts: OutsideFacts, *, has_been_outside: bool, expected: Reason | None
) -> None:
    assert refusal(facts, AS_TYPED, has_been_outside=has_been_outside) is expected


def test_a_number_is_asked_about_as_it_was_written() -> None:
    assert refusal(LINE, OUTSIDE, has_been_outside=False) is OUT


def dialled(origin: Origin = Origin.INTERNAL) -> IncomingCall:
    return IncomingCall(CallerId(ADAM, "Adam Nowak"), origin, path=(AS_TYPED,))


def test_a_person_dials_a_number_outside_and_pays_for_it() -> None:
    callee = OutsideNumberFacts(AS_TYPED, LINE)
    assert decide(dialled(), callee, NOON) == DialOut(OUTSIDE, Reason.DIALLED, charged_to=ADAM)


def test_whoever_calls_from_outside_may_not_dial_outside() -> None:
    callee = OutsideNumberFacts(AS_TYPED, LINE)
    assert decide(dialled(Origin.EXTERNAL), callee, NOON) == EndCall(Reason.UNKNOWN_NUMBER)


def test_the_guard_holds_for_what_is_dialled_too() -> None:
    callee = OutsideNumberFacts(AS_TYPED, replace(LINE, calls=2))
    assert decide(dialled(), callee, NOON) == EndCall(Reason.OUTSIDE_CALLS_MAX)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [(CallOutcome.BUSY, Reason.BUSY), (CallOutcome.NO_ANSWER, Reason.NO_ANSWER), (CallOutcome.FAILED, Reason.FAILED)],
)
def test_a_number_that_was_dialled_in_vain_ends_the_call(outcome: CallOutcome, reason: Reason) -> None:
    call = dialled().dialled_out()
    assert decide(call, OutsideNumberFacts(AS_TYPED, LINE), NOON, outcome) == EndCall(reason)


def test_only_what_was_talked_since_midnight_counts() -> None:
    midnight = NOON - timedelta(hours=12)
    talks: list[Talk] = [
        (midnight - timedelta(minutes=9), midnight - timedelta(minutes=8)),
        (midnight - timedelta(minutes=5), midnight + timedelta(minutes=1)),
        (NOON - timedelta(hours=1), NOON - timedelta(minutes=58)),
        (NOON - timedelta(minutes=4), None),
    ]
    assert seconds_talked(talks, midnight, NOON) == 60 * (1 + 2 + 4)


minutes = st.integers(-2000, 2000).map(lambda count: NOON + timedelta(minutes=count))


@given(st.lists(st.tuples(minutes, st.one_of(st.none(), minutes))), minutes)
def test_talks_are_never_longer_than_the_day_so_far_nor_shorter_than_nothing(talks: list[Talk], now: datetime) -> None:
    since = NOON - timedelta(hours=12)
    total = seconds_talked(talks, since, now)
    assert 0 <= total <= len(talks) * max(0.0, (now - since).total_seconds())
