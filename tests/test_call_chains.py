"""Calls through random companies by the real loop: they always end, with few forwards, no repeat and a reason."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presence.calls.route import route
from presence.domain.call_facts import LEGS_MAX, Callee, CalleeFacts, CallerId, IncomingCall, TargetFacts, VoicemailBox
from presence.domain.call_routing import FORWARDS_MAX
from presence.domain.decisions import AskForKey, DialOut, EndCall, Forward, RecordVoicemail, Ring, WaitInQueue
from presence.domain.forwarding import Destination, default_profile
from presence.domain.vocabulary import CallOutcome, Condition, DestinationKind, Origin, Reason, Status
from tests.fakes import FakeBackend
from tests.random_companies import KEYS, NUMBERS, PEOPLE, SYSTEMS, companies

MEMBERS = st.lists(st.sampled_from(PEOPLE), unique=True).map(tuple)


def routed(company: dict[str, Callee], called: str, origin: Origin, backend: FakeBackend) -> FakeBackend:
    first = company.get(called)
    box = VoicemailBox(called, first.voicemail_on) if isinstance(first, CalleeFacts) else None
    asyncio.run(route(IncomingCall(CallerId("201"), origin, (called,), box), backend))
    return backend


@settings(deadline=None)
@given(
    company=companies(),
    called=st.sampled_from(NUMBERS),
    origin=st.sampled_from(Origin),
    outcomes=st.dictionaries(st.sampled_from(NUMBERS), st.sampled_from(CallOutcome)),
    keys=st.dictionaries(st.sampled_from(SYSTEMS), st.sampled_from(KEYS)),
    queue_rings=st.dictionaries(st.sampled_from(SYSTEMS), MEMBERS),
    dialled_out=st.sampled_from(CallOutcome),
)
@pytest.mark.slow
def test_every_call_ends_with_few_forwards_no_repeat_and_a_reason(
    company: dict[str, Callee],
    called: str,
    origin: Origin,
    outcomes: dict[str, CallOutcome],
    keys: dict[str, str],
    queue_rings: dict[str, tuple[str, ...]],
    dialled_out: CallOutcome,
) -> None:
    backend = FakeBackend(company, outcomes, keys=keys, queue_rings=queue_rings, dialled_out=dialled_out)
    call = routed(company, called, origin, backend)

    decisions = [step.decision for step in call.trail]
    forwards = [decision.extension for decision in decisions if isinstance(decision, Forward)]
    assert len(forwards) <= FORWARDS_MAX
    assert len({called, *forwards}) == len(forwards) + 1
    assert len(call.rung) == len(set(call.rung)) < LEGS_MAX
    assert all(isinstance(decision.reason, Reason) for decision in decisions)
    waits = [decision.extension for decision in decisions if isinstance(decision, WaitInQueue | AskForKey)]
    assert len(waits) == len(set(waits))
    mobiles = [decision for decision in decisions if isinstance(decision, Ring) and decision.mobile_number]
    assert len(mobiles) + sum(isinstance(decision, DialOut) for decision in decisions) <= 1
    assert len(call.recorded) + len(call.ended) <= 1
    last = decisions[-1]
    match last:
        case RecordVoicemail():
            assert call.recorded == [last.extension]
            box = company[last.extension]
            assert isinstance(box, CalleeFacts)
            assert box.voicemail_on
        case EndCall():
            assert call.ended == [last]
        case DialOut():
            assert dialled_out in {CallOutcome.ANSWERED, CallOutcome.CANCELLED}
        case _:
            assert outcomes[last.extension] in {CallOutcome.ANSWERED, CallOutcome.CANCELLED}


def away_to(number: str, target: str) -> CalleeFacts:
    profile = default_profile(Status.AWAY)
    to = Destination(DestinationKind.EXTENSION, target)
    rules = dict.fromkeys(profile.destinations, to)
    return CalleeFacts(number, replace(profile, destinations=rules), targets={target: TargetFacts()})


@pytest.mark.parametrize("length", range(1, 51))
def test_a_chain_of_any_length_ends_after_five_forwards_in_the_first_voicemail(length: int) -> None:
    chain: dict[str, Callee] = {str(1000 + step): away_to(str(1000 + step), str(1001 + step)) for step in range(length)}
    last = str(1000 + length)
    chain[last] = CalleeFacts(last, default_profile(Status.AVAILABLE))
    call = routed(chain, "1000", Origin.INTERNAL, FakeBackend(chain, {last: CallOutcome.ANSWERED}))
    assert call.rung == ([last] if length <= FORWARDS_MAX else [])
    assert call.recorded == ([] if length <= FORWARDS_MAX else ["1000"])
    expected = Reason.AVAILABLE if length <= FORWARDS_MAX else Reason.TOO_MANY_FORWARDS
    assert call.trail[-1].decision.reason is expected


@pytest.mark.parametrize("length", range(2, 51))
def test_a_circle_of_any_length_ends_in_the_first_voicemail(length: int) -> None:
    circle: dict[str, Callee] = {
        str(1000 + step): away_to(str(1000 + step), str(1000 + (step + 1) % length)) for step in range(length)
    }
    call = routed(circle, "1000", Origin.EXTERNAL, FakeBackend(circle))
    assert call.recorded == ["1000"]
    expected = Reason.LOOP if length <= FORWARDS_MAX + 1 else Reason.TOO_MANY_FORWARDS
    assert call.trail[-1].decision.reason is expected


def test_a_declined_call_follows_the_busy_rule_of_the_extension_it_was_forwarded_to() -> None:
    away = away_to("102", "103")
    profile = default_profile(Status.AVAILABLE)
    busy = {(Condition.BUSY, Origin.INTERNAL): Destination(DestinationKind.END_CALL)}
    anna = CalleeFacts("103", replace(profile, destinations={**profile.destinations, **busy}))
    company: dict[str, Callee] = {"102": away, "103": anna}
    call = routed(company, "102", Origin.INTERNAL, FakeBackend(company, {"103": CallOutcome.REJECTED}))
    assert [step.decision for step in call.trail] == [
        Forward("103", Reason.AWAY),
        Ring("103", 20, Reason.AVAILABLE),
        EndCall(Reason.DECLINED),
    ]
