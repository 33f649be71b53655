"""Where a call goes when its rule leads nowhere, how often it is forwarded, and who is asked first; no Django."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from presence.domain.call_facts import Callee, CallException, OutsideNumberFacts, RingGroupFacts, TargetFacts
from presence.domain.call_routing import FORWARDS_MAX, decide
from presence.domain.decisions import Decision, EndCall, Forward, OutsideRefused, RecordVoicemail
from presence.domain.forwarding import END_CALL, VOICEMAIL
from presence.domain.toll_guard import OutsideFacts
from presence.domain.vocabulary import CallOutcome, Reason
from tests.routing_cast import (
    ADAM,
    ADAMS_BOX,
    ADAMS_BOX_OFF,
    NOON,
    OLGA,
    OUTSIDE,
    PIOTR,
    PIOTRS_LINE,
    QUEUE,
    a_call,
    available,
    away,
    to,
)

PATH_OF_FIVE_FORWARDS = ("1", "2", "3", "4", "5", PIOTR)
DEAD_ENDS: dict[str, tuple[Callee | None, tuple[str, ...], Reason]] = {
    "no such number": (None, (ADAM, PIOTR), Reason.UNKNOWN_NUMBER),
    "a ring group's own voicemail": (RingGroupFacts(QUEUE, VOICEMAIL), (ADAM, QUEUE), Reason.UNKNOWN_NUMBER),
    "a ring group's mobile": (RingGroupFacts(QUEUE, to("mobile")), (ADAM, QUEUE), Reason.NO_MOBILE_NUMBER),
    "callee disabled": (replace(available(), is_enabled=False), (ADAM, PIOTR), Reason.DISABLED),
    "own voicemail off": (replace(away(VOICEMAIL), voicemail_on=False), (ADAM, PIOTR), Reason.VOICEMAIL_OFF),
    "own voicemail full": (replace(away(VOICEMAIL), voicemail_full=True), (ADAM, PIOTR), Reason.VOICEMAIL_FULL),
    "no mobile number": (replace(away(to("mobile")), mobile_number=""), (ADAM, PIOTR), Reason.NO_MOBILE_NUMBER),
    "mobile without trunk": (replace(away(to("mobile")), outside=None), (ADAM, PIOTR), Reason.NO_TRUNK),
    "number without trunk": (
        replace(away(to("external_number", OUTSIDE)), outside=None),
        (ADAM, PIOTR),
        Reason.NO_TRUNK,
    ),
    "number that the policy forbids": (
        replace(away(to("external_number", OUTSIDE)), outside=OutsideFacts()),
        (ADAM, PIOTR),
        Reason.OUTSIDE_NOT_ALLOWED,
    ),
    "too many calls outside": (
        replace(away(to("mobile")), outside=replace(PIOTRS_LINE, calls=2)),
        (ADAM, PIOTR),
        Reason.OUTSIDE_CALLS_MAX,
    ),
    "number of the outside, by a forward": (
        OutsideNumberFacts(OUTSIDE, PIOTRS_LINE),
        (ADAM, OUTSIDE),
        Reason.UNKNOWN_NUMBER,
    ),
    "unknown target": (away(to("extension", "999")), (ADAM, PIOTR), Reason.UNKNOWN_NUMBER),
    "unknown box": (away(to("extension_voicemail", "999")), (ADAM, PIOTR), Reason.UNKNOWN_NUMBER),
    "box of a queue": (away(to("extension_voicemail", QUEUE)), (ADAM, PIOTR), Reason.UNKNOWN_NUMBER),
    "back to the first": (away(to("extension", ADAM)), (ADAM, PIOTR), Reason.LOOP),
    "to oneself": (away(to("extension", PIOTR)), (ADAM, PIOTR), Reason.LOOP),
    "a sixth forward": (away(to("extension", OLGA)), PATH_OF_FIVE_FORWARDS, Reason.TOO_MANY_FORWARDS),
}
BAD_TARGETS: dict[str, tuple[str, TargetFacts, Reason]] = {
    "target disabled": ("extension", TargetFacts(is_enabled=False), Reason.DISABLED),
    "box disabled": ("extension_voicemail", TargetFacts(is_enabled=False), Reason.DISABLED),
    "box switched off": ("extension_voicemail", TargetFacts(voicemail_on=False), Reason.VOICEMAIL_OFF),
    "box full": ("extension_voicemail", TargetFacts(voicemail_full=True), Reason.VOICEMAIL_FULL),
}
for _name, (_kind, _facts, _reason) in BAD_TARGETS.items():
    DEAD_ENDS[_name] = (replace(away(to(_kind, OLGA)), targets={OLGA: _facts}), (ADAM, PIOTR), _reason)


@pytest.mark.parametrize("name", DEAD_ENDS)
def test_a_dead_end_goes_to_the_voicemail_of_the_extension_first_called_or_ends(name: str) -> None:
    callee, path, reason = DEAD_ENDS[name]
    assert decide(a_call(path=path, first_box=ADAMS_BOX), callee, NOON) == RecordVoicemail(ADAM, reason)
    assert decide(a_call(path=path, first_box=ADAMS_BOX_OFF), callee, NOON) == EndCall(reason)
    assert decide(a_call(path=path), callee, NOON) == EndCall(reason)


def test_the_fifth_forward_is_the_last() -> None:
    call = a_call(path=PATH_OF_FIVE_FORWARDS[1:])
    assert call.forwards == FORWARDS_MAX - 1
    assert decide(call, away(to("extension", OLGA)), NOON) == Forward(OLGA, Reason.AWAY)
    assert call.forwarded_to(OLGA).forwards == FORWARDS_MAX


def test_a_call_forwarded_five_times_may_still_reach_a_voicemail() -> None:
    assert decide(a_call(path=PATH_OF_FIVE_FORWARDS), away(VOICEMAIL), NOON) == RecordVoicemail(PIOTR, Reason.AWAY)


def test_a_caller_who_gave_up_ends_the_call_whatever_the_rules_say() -> None:
    for callee in (available(no_answer=VOICEMAIL), away(VOICEMAIL)):
        assert decide(a_call(), callee, NOON, CallOutcome.CANCELLED) == EndCall(Reason.CANCELLED)


def test_an_answered_call_is_no_question() -> None:
    with pytest.raises(ValueError, match="answered"):
        decide(a_call(), available(), NOON, CallOutcome.ANSWERED)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (CallOutcome.NO_ANSWER, Reason.NO_ANSWER),
        (CallOutcome.BUSY, Reason.BUSY),
        (CallOutcome.REJECTED, Reason.DECLINED),
        (CallOutcome.NOT_REGISTERED, Reason.FAILED),
        (CallOutcome.FAILED, Reason.FAILED),
    ],
)
def test_an_outside_number_that_was_dialled_in_vain_is_a_dead_end_and_never_dialled_again(
    outcome: CallOutcome, reason: Reason
) -> None:
    call = a_call(path=(ADAM, PIOTR), first_box=ADAMS_BOX).dialled_out()
    assert decide(call, away(to("external_number", OUTSIDE)), NOON, outcome) == RecordVoicemail(ADAM, reason)


def test_an_extension_disabled_while_it_rang_is_a_dead_end() -> None:
    callee = replace(available(no_answer=VOICEMAIL), is_enabled=False)
    assert decide(a_call(), callee, NOON, CallOutcome.NO_ANSWER) == EndCall(Reason.DISABLED)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("caller", "starts_at", "ends_at", "applies"),
    [
        ("201", None, None, True),
        ("999", None, None, False),
        ("201", NOON, None, True),
        ("201", NOON + HOUR, None, False),
        ("201", None, NOON, False),
        ("201", NOON - HOUR, NOON + HOUR, True),
    ],
)
def test_an_exception_for_the_caller_decides_before_the_status_in_its_hours(
    caller: str, starts_at: datetime | None, ends_at: datetime | None, applies: bool
) -> None:
    exception = CallException(frozenset({caller}), VOICEMAIL, starts_at, ends_at)
    callee = replace(away(END_CALL), exceptions=(exception,))
    expected: Decision = RecordVoicemail(PIOTR, Reason.EXCEPTION) if applies else EndCall(Reason.AWAY)
    assert decide(a_call(), callee, NOON) == expected


def test_no_exception_is_asked_again_after_ringing() -> None:
    exception = CallException(frozenset({"201"}), END_CALL)
    callee = replace(available(no_answer=VOICEMAIL), exceptions=(exception,))
    assert decide(a_call(), callee, NOON, CallOutcome.NO_ANSWER) == RecordVoicemail(PIOTR, Reason.NO_ANSWER)


@pytest.mark.parametrize("callee", [away(to("mobile")), OutsideNumberFacts(OUTSIDE, PIOTRS_LINE)])
def test_a_number_that_the_toll_guard_refused_after_all_is_a_dead_end(callee: Callee) -> None:
    call = a_call(first_box=ADAMS_BOX).dialled_out()
    refused = OutsideRefused(Reason.OUTSIDE_CALLS_MAX)
    assert decide(call, callee, NOON, refused) == RecordVoicemail(ADAM, Reason.OUTSIDE_CALLS_MAX)
