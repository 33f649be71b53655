"""The call log of calls that people moved: each party reads who sent, parked, fetched or picked up what."""

import pytest

from presence.domain.vocabulary import PickUpScope, Reason, SystemExtensionKind
from presence.models import Call, CallLeg, Company, Extension, SystemExtension
from presence.services import call_control, call_pick_up, calls
from tests.cast import EPOCH
from tests.test_call_log import log_of

pytestmark = pytest.mark.django_db


def a_talk(caller: Extension, callee: Extension) -> Call:
    call = calls.start_call(extension=caller, window=caller.name, number=callee.number, epoch=EPOCH)
    take(call, callee)
    return call


def take(call: Call, by: Extension) -> None:
    calls.ring_extension(call_id=call.pk, number=by.number)
    calls.answer_call(call_id=call.pk, extension=by, window=by.name)


def test_a_transferred_call_says_who_sent_it_and_where(adam: Extension, piotr: Extension, anna: Extension) -> None:
    call = a_talk(adam, piotr)
    sent = call_control.transfer(call_id=call.pk, extension=piotr, window=piotr.name, number="103", epoch=EPOCH)
    take(sent, anna)
    calls.end_call(call_id=sent.pk, reason=Reason.COMPLETED)
    assert "Piotr Adamiak transferred the call to 103." in log_of(piotr)
    assert "Piotr Adamiak transferred the call." in log_of(anna)
    assert "Incoming Adam Nowak" in log_of(anna)
    assert "Missed" not in log_of(adam) + log_of(piotr) + log_of(anna)


def test_a_parked_call_says_who_parked_and_who_fetched_it(adam: Extension, piotr: Extension, anna: Extension) -> None:
    call = a_talk(adam, piotr)
    parked = call_control.park(call_id=call.pk, extension=piotr, window=piotr.name, epoch=EPOCH)
    call_pick_up.fetch(slot=1, extension=anna, window=anna.name)
    calls.end_call(call_id=parked.pk, reason=Reason.COMPLETED)
    assert "Piotr Adamiak parked the call." in log_of(adam)
    assert "Piotr Adamiak parked the call." in log_of(piotr)
    assert "You fetched the call." in log_of(anna)
    assert "You fetched the call." not in log_of(adam)


def test_a_call_that_rang_back_says_so(adam: Extension, piotr: Extension) -> None:
    call = a_talk(adam, piotr)
    parked = call_control.park(call_id=call.pk, extension=piotr, window=piotr.name, epoch=EPOCH)
    call_control.ring_back(call_id=parked.pk)
    take(parked, piotr)
    calls.end_call(call_id=parked.pk, reason=Reason.COMPLETED)
    assert "Nobody fetched the call: it rang back at Piotr Adamiak." in log_of(adam)
    assert "You fetched the call." not in log_of(piotr)


def test_a_call_that_a_colleague_picked_up_was_not_missed(adam: Extension, piotr: Extension, anna: Extension) -> None:
    Company.objects.create(pk=1, pick_up=PickUpScope.EVERYBODY)
    call = calls.start_call(extension=adam, window=adam.name, number="102", epoch=EPOCH)
    calls.ring_extension(call_id=call.pk, number="102")
    call_pick_up.pick_up(number="102", extension=anna, window=anna.name)
    calls.end_call(call_id=call.pk, reason=Reason.COMPLETED)
    assert "Anna Kowalska picked up the call" in log_of(piotr)
    assert "Missed" not in log_of(piotr)
    assert "You picked up a call that rang at Piotr Adamiak." in log_of(anna)


def test_a_call_of_a_group_that_another_member_answered_was_not_missed(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    group = SystemExtension.objects.create(number="600", name="Help", kind=SystemExtensionKind.RING_GROUP)
    call = calls.start_call(extension=adam, window=adam.name, number="600", epoch=EPOCH)
    for member in (piotr, anna):
        CallLeg.objects.create(call=call, extension=member, role=CallLeg.Role.CALLEE, rung_for=group)
    calls.answer_call(call_id=call.pk, extension=anna, window=anna.name)
    calls.end_call(call_id=call.pk, reason=Reason.COMPLETED)
    assert "A colleague answered" in log_of(piotr)
    assert "Missed" not in log_of(piotr)
