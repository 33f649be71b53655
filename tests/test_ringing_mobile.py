"""Ring mobile too: while a person's phones ring, their mobile rings outside beside them, and the first answer wins."""

from dataclasses import replace

import pytest

from presence.calls.route import route
from presence.domain.call_facts import CalleeFacts
from presence.domain.call_routing import decide
from presence.domain.decisions import Decision, EndCall, RecordVoicemail, Ring
from presence.domain.toll_guard import OutsideFacts
from presence.domain.vocabulary import CallOutcome, Reason, RuleKind, Status
from tests.fakes import FakeBackend
from tests.routing_cast import ADAMS_BOX, MOBILE, NOON, PIOTR, PIOTRS_LINE, a_call, a_profile, piotr, to

WISHED = piotr(replace(a_profile(Status.AVAILABLE), rings_mobile_too=True))
ALONE, BOTH = Ring(PIOTR, 15, Reason.AVAILABLE), Ring(PIOTR, 15, Reason.AVAILABLE, MOBILE)


def without(reason: Reason) -> Ring:
    return Ring(PIOTR, 15, Reason.AVAILABLE, "", reason)


def with_line(outside: OutsideFacts | None) -> CalleeFacts:
    return replace(WISHED, outside=outside)


@pytest.mark.parametrize(
    ("callee", "expected"),
    [
        (WISHED, BOTH),
        (replace(WISHED, profile=replace(WISHED.profile, rings_mobile_too=False)), ALONE),
        (replace(WISHED, mobile_number=""), ALONE),
        (with_line(None), ALONE),
        (with_line(replace(PIOTRS_LINE, dialable={})), without(Reason.OUTSIDE_NOT_ALLOWED)),
        (with_line(replace(PIOTRS_LINE, calls=2)), without(Reason.OUTSIDE_CALLS_MAX)),
        (with_line(replace(PIOTRS_LINE, seconds_today=7200)), without(Reason.OUTSIDE_MINUTES_USED)),
        (replace(WISHED, is_registered=False), EndCall(Reason.NOT_REGISTERED)),
        (replace(WISHED, has_call=True), EndCall(Reason.BUSY)),
    ],
)
def test_the_mobile_rings_beside_the_phones_or_they_ring_alone(callee: CalleeFacts, expected: Decision) -> None:
    assert decide(a_call(), callee, NOON) == expected


def test_a_status_that_never_rings_rings_no_mobile() -> None:
    profile = replace(a_profile(Status.AWAY, RuleKind.NEVER_RINGS), rings_mobile_too=True)
    assert decide(a_call(), replace(WISHED, profile=profile), NOON) == EndCall(Reason.AWAY)


def test_of_two_in_a_chain_only_the_first_mobile_rings() -> None:
    call = a_call().having_rung_mobile()
    assert decide(call, WISHED, NOON) == without(Reason.OUTSIDE_ALREADY)
    assert decide(a_call().dialled_out(), WISHED, NOON) == without(Reason.OUTSIDE_ALREADY)


def test_after_the_mobile_rang_beside_the_phones_the_call_goes_outside_no_more() -> None:
    profile = replace(a_profile(Status.AVAILABLE, everywhere=to("mobile")), rings_mobile_too=True)
    call = a_call(first_box=ADAMS_BOX).having_rung([PIOTR]).having_rung_mobile()
    decision = decide(call, replace(WISHED, profile=profile), NOON, CallOutcome.NO_ANSWER)
    assert decision == RecordVoicemail("101", Reason.OUTSIDE_ALREADY)


async def test_the_loop_remembers_that_a_mobile_rang() -> None:
    profile = replace(a_profile(Status.AVAILABLE, everywhere=to("mobile")), rings_mobile_too=True)
    backend = FakeBackend({PIOTR: replace(WISHED, profile=profile)})
    await route(a_call(), backend)
    assert [step.decision for step in backend.trail] == [BOTH, EndCall(Reason.OUTSIDE_ALREADY)]
