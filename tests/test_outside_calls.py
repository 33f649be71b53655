"""Calls over the trunk as rows: what the switch is shown, what it reports, and what the toll guard keeps from it."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django import Settings

from presence.domain.decisions import OutsideRefused
from presence.domain.vocabulary import CallBackendKind, CallOutcome, CallState, Origin, Reason
from presence.models import AsteriskLink, Call, CallLeg, CallStep, Company, Extension
from presence.services import call_control, calls, outside_calls
from presence.services.call_rows import CallGoneError
from tests.outside_cast import (
    ABROAD,
    MOBILE,
    OUTSIDE,
    PREMIUM,
    answer,
    call_on_asterisk,
    open_line,
    reread,
    ring_outside,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def line(settings: Settings, db: None) -> AsteriskLink:
    return open_line(settings)


def refused(call: Call, by: Extension | None, number: str = OUTSIDE) -> object:
    return outside_calls.ring_outside(call_id=call.pk, number=number, by=by.number if by is not None else "")


def leg_of(pk: int) -> CallLeg:
    return CallLeg.objects.get(pk=pk)


def talked(by: Extension, minutes: int, *, ended: datetime | None = None) -> None:
    """A call outside of `by` that is over."""
    call = call_on_asterisk(by, OUTSIDE)
    leg = ring_outside(call, by)
    answer(leg)
    calls.end_call(call_id=call.pk, reason=Reason.COMPLETED)
    end = ended or timezone.now()
    CallLeg.objects.filter(pk=leg.pk).update(answered_at=end - timedelta(minutes=minutes), ended_at=end)


def where_it_is_noon() -> str:
    """A time zone whose day is half over: its midnight was 12 to 13 hours ago."""
    return f"Etc/GMT{timezone.now().hour - 12:+d}"  # "Etc/GMT-2" is two hours ahead


def test_a_number_outside_rings_as_a_leg_without_an_extension(adam: Extension) -> None:
    call = call_on_asterisk(adam, "22 123 45 67")
    leg = ring_outside(call, adam, "22 123 45 67")
    assert (leg.extension, leg.role, leg.state) == (None, CallLeg.Role.CALLEE, CallState.RINGING)
    assert (leg.outside_number, leg.charged_to, leg.window[:8]) == (OUTSIDE, adam, "outside-")
    assert reread(call.pk).version == call.version + 1
    assert outside_calls.outside_outcome(call_id=call.pk, leg_pk=leg.pk) is None


def test_who_answers_outside_talks_to_the_caller(adam: Extension) -> None:
    call = call_on_asterisk(adam, OUTSIDE)
    leg = ring_outside(call, adam)
    answer(leg)
    assert set(call.legs.values_list("state", flat=True)) == {CallState.TALKING}
    assert (reread(call.pk).state, outside_calls.outside_outcome(call_id=call.pk, leg_pk=leg.pk)) == (
        CallState.TALKING,
        CallOutcome.ANSWERED,
    )
    assert outside_calls.stop_ringing_outside(call_id=call.pk, leg_pk=leg.pk) is CallOutcome.ANSWERED


def test_the_phone_that_rang_beside_it_stops_and_a_caller_who_talks_elsewhere_waits(
    adam: Extension, piotr: Extension
) -> None:
    elsewhere = call_on_asterisk(adam, "103")
    elsewhere.legs.update(state=CallState.TALKING)
    call = call_on_asterisk(adam, piotr.number)
    ringing = CallLeg.objects.create(call=call, extension=piotr, role=CallLeg.Role.CALLEE)
    answer(ring_outside(call, piotr))
    assert leg_of(ringing.pk).end_reason == Reason.ANSWERED_ELSEWHERE
    assert call.legs.get(role=CallLeg.Role.CALLER).state == CallState.ON_HOLD


def test_an_answer_that_comes_too_late_is_refused(adam: Extension) -> None:
    call = call_on_asterisk(adam, OUTSIDE)
    leg = ring_outside(call, adam)
    assert outside_calls.stop_ringing_outside(call_id=call.pk, leg_pk=leg.pk) is CallOutcome.NO_ANSWER
    with pytest.raises(CallGoneError):
        answer(leg)


@pytest.mark.parametrize(
    ("told", "reason", "outcome"),
    [
        (CallOutcome.NO_ANSWER, Reason.NO_ANSWER, CallOutcome.NO_ANSWER),
        (CallOutcome.BUSY, Reason.BUSY, CallOutcome.BUSY),
        (CallOutcome.REJECTED, Reason.DECLINED, CallOutcome.REJECTED),
        (CallOutcome.NOT_REGISTERED, Reason.FAILED, CallOutcome.FAILED),
        (CallOutcome.FAILED, Reason.FAILED, CallOutcome.FAILED),
        (CallOutcome.CANCELLED, Reason.FAILED, CallOutcome.FAILED),
        (CallOutcome.ANSWERED, Reason.FAILED, CallOutcome.FAILED),
    ],
)
def test_what_the_trunk_says_of_a_ringing_number_is_the_outcome(
    adam: Extension, told: CallOutcome, reason: Reason, outcome: CallOutcome
) -> None:
    call = call_on_asterisk(adam, OUTSIDE)
    leg = ring_outside(call, adam)
    for _ in range(2):  # told twice is told once
        outside_calls.outside_ended(call_id=call.pk, leg_pk=leg.pk, outcome=told)
    assert leg_of(leg.pk).end_reason == reason
    assert outside_calls.outside_outcome(call_id=call.pk, leg_pk=leg.pk) is outcome
    assert reread(call.pk).state == CallState.RINGING  # the router goes on


def test_who_hangs_up_outside_ends_the_call(adam: Extension) -> None:
    call = call_on_asterisk(adam, OUTSIDE)
    leg = ring_outside(call, adam)
    answer(leg)
    outside_calls.outside_ended(call_id=call.pk, leg_pk=leg.pk, outcome=CallOutcome.FAILED)
    assert (reread(call.pk).state, reread(call.pk).end_reason) == (CallState.ENDED, Reason.COMPLETED)


@pytest.mark.parametrize("who", [CallLeg.Role.CALLER, CallLeg.Role.CALLEE])
def test_of_two_outside_parties_each_may_hang_up(adam: Extension, who: str) -> None:
    call = from_outside("+48601234567", adam)
    answer(ring_outside(call, adam, MOBILE))
    calls.hang_up(call_id=call.pk, extension=None, window="nobody's")
    assert reread(call.pk).state == CallState.TALKING
    calls.hang_up(call_id=call.pk, extension=None, window=call.legs.get(role=who).window)
    assert reread(call.pk).end_reason == Reason.COMPLETED


def test_a_caller_who_gives_up_stops_the_ringing_outside(adam: Extension) -> None:
    call = call_on_asterisk(adam, OUTSIDE)
    leg = ring_outside(call, adam)
    calls.hang_up(call_id=call.pk, extension=adam, window="sip-101")
    assert outside_calls.outside_outcome(call_id=call.pk, leg_pk=leg.pk) is CallOutcome.CANCELLED
    assert refused(call, adam) is CallOutcome.CANCELLED


def test_an_outside_party_can_be_sent_on_and_is_still_charged(adam: Extension, piotr: Extension) -> None:
    call = call_on_asterisk(adam, OUTSIDE)
    leg = ring_outside(call, adam)
    answer(leg)
    sent = call_control.transfer(
        call_id=call.pk, extension=adam, window="sip-101", number=piotr.number, epoch=call.router_epoch
    )
    stays = sent.legs.get()
    assert (stays.outside_number, stays.charged_to, sent.caller_number, sent.origin) == (
        OUTSIDE,
        adam,
        OUTSIDE,
        Origin.EXTERNAL,
    )
    outside_calls.outside_ended(call_id=sent.pk, leg_pk=stays.pk, outcome=CallOutcome.FAILED)
    assert reread(sent.pk).end_reason == Reason.CANCELLED


def test_whoever_is_reached_at_their_mobile_and_sent_on_is_shown_by_name(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    Extension.objects.filter(pk=piotr.pk).update(mobile_number=MOBILE)
    call = call_on_asterisk(adam, piotr.number)
    answer(ring_outside(call, piotr, MOBILE))
    sent = call_control.transfer(
        call_id=call.pk, extension=adam, window="sip-101", number=anna.number, epoch=call.router_epoch
    )
    assert (sent.caller_number, sent.caller_name, sent.origin) == ("102", "Piotr Adamiak", Origin.EXTERNAL)
    assert sent.legs.get().outside_number == MOBILE


def test_a_number_that_nobody_watches_over_rings_no_more_and_the_call_goes_on(adam: Extension) -> None:
    call = call_on_asterisk(adam, OUTSIDE)
    leg = ring_outside(call, adam)
    calls.drop_leg(leg.pk)
    assert (leg_of(leg.pk).end_reason, reread(call.pk).state) == (Reason.FAILED, CallState.RINGING)


def test_a_call_between_browsers_has_no_way_outside(adam: Extension) -> None:
    call = call_on_asterisk(adam, OUTSIDE)
    Call.objects.update(backend_kind=CallBackendKind.BROWSER)
    assert refused(call, adam) is CallOutcome.FAILED


def test_a_line_that_is_gone_by_now_fails_and_so_does_a_payer(adam: Extension, line: AsteriskLink) -> None:
    call = call_on_asterisk(adam, OUTSIDE)
    assert outside_calls.ring_outside(call_id=call.pk, number=OUTSIDE, by="999") is CallOutcome.FAILED
    AsteriskLink.objects.update(has_trunk=False)
    assert refused(call, adam) is CallOutcome.FAILED


# The toll guard, at the moment of dialling.


@pytest.mark.parametrize("number", [PREMIUM, ABROAD, "112", "999", "١٢٣", "+48 22 123 45 67;rm"])
def test_a_number_that_the_policy_does_not_allow_is_not_dialled_whoever_asks(adam: Extension, number: str) -> None:
    call = call_on_asterisk(adam, "102")
    for payer in (adam, None):
        assert refused(call, payer, number) == OutsideRefused(Reason.OUTSIDE_NOT_ALLOWED)
    assert not CallLeg.objects.exclude(outside_number="").exists()


def test_a_country_that_the_company_allows_may_be_dialled(adam: Extension) -> None:
    Company.objects.create(countries=["PL", "DE"])
    assert ring_outside(call_on_asterisk(adam, ABROAD), adam, ABROAD).outside_number == ABROAD


def test_the_switches_of_company_and_extension_hold_when_dialling(adam: Extension) -> None:
    Extension.objects.filter(pk=adam.pk).update(external_forwarding=False)
    assert refused(call_on_asterisk(adam, OUTSIDE), adam) == OutsideRefused(Reason.OUTSIDE_NOT_ALLOWED)
    Extension.objects.filter(pk=adam.pk).update(external_forwarding=True)
    Company.objects.create(external_forwarding=False)
    assert refused(call_on_asterisk(adam, OUTSIDE), adam) == OutsideRefused(Reason.OUTSIDE_NOT_ALLOWED)


def test_one_call_goes_outside_once(adam: Extension) -> None:
    call = call_on_asterisk(adam, "102")
    leg = ring_outside(call, adam)
    outside_calls.outside_ended(call_id=call.pk, leg_pk=leg.pk, outcome=CallOutcome.BUSY)
    assert refused(call, None, MOBILE) == OutsideRefused(Reason.OUTSIDE_ALREADY)


def test_the_third_call_outside_at_once_is_refused_and_only_to_whom_they_are_charged(
    adam: Extension, piotr: Extension
) -> None:
    legs = [ring_outside(call_on_asterisk(adam, OUTSIDE), adam) for _ in range(2)]
    call = call_on_asterisk(adam, OUTSIDE)
    assert refused(call, adam) == OutsideRefused(Reason.OUTSIDE_CALLS_MAX)
    calls.end_call(call_id=legs[0].call_id, reason=Reason.CANCELLED)
    ring_outside(call, adam)
    ring_outside(call_on_asterisk(adam, OUTSIDE), piotr)


def test_a_system_extension_charges_nobody(adam: Extension) -> None:
    for _ in range(3):
        assert ring_outside(call_on_asterisk(adam, "800"), None).charged_to is None


def test_when_the_minutes_of_the_day_are_used_up_nothing_is_dialled(adam: Extension) -> None:
    Company.objects.create(outside_minutes_per_day=10, time_zone=where_it_is_noon())
    talked(adam, 60, ended=timezone.now() - timedelta(hours=13, minutes=1))
    ring_outside(call_on_asterisk(adam, OUTSIDE), adam)
    talked(adam, 10)
    assert refused(call_on_asterisk(adam, OUTSIDE), adam) == OutsideRefused(Reason.OUTSIDE_MINUTES_USED)


def test_a_talk_that_passes_the_minutes_of_the_day_is_ended(adam: Extension, piotr: Extension) -> None:
    Company.objects.create(outside_minutes_per_day=0)
    call, others = call_on_asterisk(adam, OUTSIDE), call_on_asterisk(piotr, "102")
    outside_calls.end_talks_over_the_limit()  # nobody talks outside
    Company.objects.update(outside_minutes_per_day=1)
    leg = ring_outside(call, adam)
    outside_calls.end_talks_over_the_limit()
    assert reread(call.pk).state == CallState.RINGING  # ringing costs nothing
    answer(leg)
    outside_calls.end_talks_over_the_limit()
    assert reread(call.pk).state == CallState.TALKING
    Company.objects.update(outside_minutes_per_day=0)
    outside_calls.end_talks_over_the_limit()
    assert reread(call.pk).end_reason == Reason.OUTSIDE_MINUTES_USED
    assert reread(others.pk).state == CallState.RINGING


# Loops through the outside.


def from_outside(caller: str, called: Extension) -> Call:
    """A call of `caller`, from the trunk, at `called`, whose rule is about to send it outside."""
    call = Call.objects.create(
        caller_number=caller,
        origin=Origin.EXTERNAL,
        called_number=called.number,
        backend_kind=CallBackendKind.ASTERISK,
    )
    CallLeg.objects.create(call=call, role=CallLeg.Role.CALLER, window="sip-trunk-1")
    return call


def step(call: Call, number: str) -> None:
    CallStep.objects.create(
        call=call, position=call.steps.count(), number=number, decision="forward", reason=Reason.AWAY
    )


def test_a_call_that_comes_back_to_where_it_has_been_is_known(adam: Extension, piotr: Extension) -> None:
    call = from_outside("+48601234567", adam)
    step(call, adam.number)
    step(call, piotr.number)
    assert not outside_calls.comes_back("+48601234567", adam.number)  # not outside yet
    leg = ring_outside(call, piotr, MOBILE)
    for caller in ("+48601234567", "601234567", "0048 601 234 567"):
        assert outside_calls.comes_back(caller, adam.number)
        assert outside_calls.comes_back(caller, piotr.number)
        assert not outside_calls.comes_back(caller, "103")
    assert not outside_calls.comes_back("+48609999999", adam.number)
    assert not outside_calls.comes_back("", adam.number)
    answer(leg)
    assert outside_calls.comes_back("+48601234567", adam.number)  # somebody else's voicemail may have answered
    CallLeg.objects.filter(pk=leg.pk).update(started_at=timezone.now() - timedelta(minutes=2))
    assert not outside_calls.comes_back("+48601234567", adam.number)
    calls.end_call(call_id=call.pk, reason=Reason.COMPLETED)
    assert not outside_calls.comes_back("+48601234567", adam.number)


def test_a_call_that_comes_back_with_the_number_we_presented_is_known_too(adam: Extension, piotr: Extension) -> None:
    Company.objects.create(main_number="+48221000000")
    call = call_on_asterisk(adam, piotr.number)
    step(call, piotr.number)
    ring_outside(call, piotr, MOBILE)
    assert outside_calls.comes_back("221000000", piotr.number)


@pytest.mark.parametrize(
    ("presents", "caller", "origin", "shown"),
    [
        (False, "+48601234567", Origin.EXTERNAL, "+48221000000"),
        (True, "+48601234567", Origin.EXTERNAL, "+48601234567"),
        (True, "601 234 567", Origin.EXTERNAL, "+48601234567"),
        (True, "", Origin.EXTERNAL, "+48221000000"),
        (True, "anonymous", Origin.EXTERNAL, "+48221000000"),
        (True, "101", Origin.INTERNAL, "+48221000000"),
        (True, "601234567", Origin.INTERNAL, "+48221000000"),
    ],
)
def test_outside_the_caller_is_shown_as_the_company_allows(
    *, presents: bool, caller: str, origin: Origin, shown: str
) -> None:
    Company.objects.create(main_number="+48221000000", presents_callers=presents)
    assert outside_calls.presented_number(Call(caller_number=caller, origin=origin)) == shown


def test_without_a_number_of_its_own_the_company_shows_none() -> None:
    assert outside_calls.presented_number(Call(id=UUID(int=1), caller_number="101", origin=Origin.INTERNAL)) == ""
