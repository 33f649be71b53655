"""The specification of `decide` as a table: status x condition x origin x destination; no Django."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import pytest

from presence.domain.call_routing import decide
from presence.domain.decisions import Decision, DialOut, EndCall, Forward, RecordVoicemail, Ring
from presence.domain.forwarding import END_CALL, VOICEMAIL, Destination, default_profile, rule_keys
from presence.domain.vocabulary import CallOutcome, Condition, DestinationKind, Origin, Reason, RuleKind, Status
from tests.routing_cast import (
    EXTERNAL,
    INTERNAL,
    MOBILE,
    NOON,
    OLGA,
    OUTSIDE,
    PIOTR,
    QUEUE,
    a_call,
    a_profile,
    piotr,
    to,
)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.AVAILABLE, Ring(PIOTR, 20, Reason.AVAILABLE)),
        (Status.LUNCH, Ring(PIOTR, 20, Reason.LUNCH)),
        (Status.AWAY, EndCall(Reason.AWAY)),
        (Status.DND, EndCall(Reason.DND)),
        (Status.BUSINESS_TRIP, RecordVoicemail(PIOTR, Reason.BUSINESS_TRIP)),
    ],
)
@pytest.mark.parametrize("origin", Origin)
def test_a_new_extension_treats_calls_by_the_defaults_of_its_status(
    status: Status, origin: Origin, expected: Decision
) -> None:
    assert decide(a_call(origin=origin), piotr(default_profile(status)), NOON) == expected


@pytest.mark.parametrize("outcome", [CallOutcome.NO_ANSWER, CallOutcome.BUSY, CallOutcome.NOT_REGISTERED])
@pytest.mark.parametrize("status", [Status.AVAILABLE, Status.LUNCH])
def test_a_new_extension_that_was_rung_in_vain_takes_a_message(status: Status, outcome: CallOutcome) -> None:
    expected = RecordVoicemail(PIOTR, Reason(outcome.value))
    assert decide(a_call(), piotr(default_profile(status)), NOON, outcome) == expected


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize(("origin", "seconds"), [(INTERNAL, 15), (EXTERNAL, 25)])
def test_the_rule_kind_decides_whether_the_phone_rings_and_never_the_name(
    status: Status, origin: Origin, seconds: int
) -> None:
    call = a_call(origin=origin)
    reason = Reason.of(status)
    assert decide(call, piotr(a_profile(status, RuleKind.RINGS_FIRST)), NOON) == Ring(PIOTR, seconds, reason)
    assert decide(call, piotr(a_profile(status, RuleKind.NEVER_RINGS)), NOON) == EndCall(reason)


@pytest.mark.parametrize(
    ("is_registered", "has_call", "takes_second_call", "reason"),
    [
        (True, False, False, Reason.AVAILABLE),
        (True, True, True, Reason.AVAILABLE),
        (True, True, False, Reason.BUSY),
        (False, False, False, Reason.NOT_REGISTERED),
        (False, True, False, Reason.NOT_REGISTERED),
    ],
)
def test_no_device_comes_before_busy_and_busy_before_ringing(
    is_registered: bool, has_call: bool, takes_second_call: bool, reason: Reason
) -> None:
    profile = replace(a_profile(Status.AVAILABLE), takes_second_call=takes_second_call)
    callee = replace(piotr(profile), is_registered=is_registered, has_call=has_call)
    assert decide(a_call(), callee, NOON).reason is reason


SENT_BY: dict[Destination, Callable[[Reason], Decision]] = {
    to("voicemail"): partial(RecordVoicemail, PIOTR),
    to("extension_voicemail", OLGA): partial(RecordVoicemail, OLGA),
    to("mobile"): partial(DialOut, MOBILE, charged_to=PIOTR, is_mobile=True),
    to("extension", OLGA): partial(Forward, OLGA),
    to("external_number", OUTSIDE): partial(DialOut, OUTSIDE, charged_to=PIOTR),
    to("system_extension", QUEUE): partial(Forward, QUEUE),
    to("end_call"): EndCall,
}

# How a callee comes under each condition: on arrival, or by what became of ringing.
UNDER: dict[Condition, list[tuple[dict[str, Any], CallOutcome | None, Reason | None]]] = {
    Condition.NO_ANSWER: [({}, CallOutcome.NO_ANSWER, Reason.NO_ANSWER)],
    Condition.BUSY: [
        ({"has_call": True}, None, Reason.BUSY),
        ({}, CallOutcome.BUSY, Reason.BUSY),
        ({}, CallOutcome.REJECTED, Reason.DECLINED),
    ],
    Condition.NOT_REGISTERED: [
        ({"is_registered": False}, None, Reason.NOT_REGISTERED),
        ({}, CallOutcome.NOT_REGISTERED, Reason.NOT_REGISTERED),
        ({}, CallOutcome.FAILED, Reason.NOT_REGISTERED),
    ],
    # The reason is the status itself; the status may also have been chosen while the phone rang.
    Condition.ALWAYS: [({}, None, None), ({"is_registered": False}, None, None), ({}, CallOutcome.NO_ANSWER, None)],
}


def whole_table() -> Iterator[tuple[Status, Condition, Origin, Destination]]:
    for status in Status:
        for (condition, origin), destination in product(rule_keys(default_profile(status).kind), SENT_BY):
            yield status, condition, origin, destination


@pytest.mark.parametrize(("status", "condition", "origin", "destination"), list(whole_table()))
def test_the_rule_of_status_condition_and_origin_decides_where_a_call_goes(
    status: Status, condition: Condition, origin: Origin, destination: Destination
) -> None:
    decoy = VOICEMAIL if destination.kind is DestinationKind.END_CALL else END_CALL
    callee = piotr(a_profile(status, rules={(condition, origin): destination}, everywhere=decoy))
    for facts, outcome, reason in UNDER[condition]:
        decision = decide(a_call(origin=origin), replace(callee, **facts), NOON, outcome)
        assert decision == SENT_BY[destination](reason or Reason.of(status))
