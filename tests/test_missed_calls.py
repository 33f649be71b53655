"""Missed calls that nobody has looked at yet: which count, and when they stop to."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from presence.domain.vocabulary import CallState, Origin, Reason
from presence.models import Call, CallLeg, Extension, SystemExtension
from presence.services.missed_calls import missed_count, see_calls


def rang(
    extension: Extension, reason: Reason, *, minutes: int = 0, group: str = "", answered_by_another: bool = False
) -> None:
    """A call that rang at `extension` and ended there, so many minutes from now."""
    moment = timezone.now() + timedelta(minutes=minutes)
    call = Call.objects.create(
        caller_number="103",
        called_number=extension.number,
        origin=Origin.INTERNAL,
        state=CallState.ENDED,
        answered_at=moment if answered_by_another else None,
    )
    CallLeg.objects.create(
        call=call,
        extension=extension,
        role=CallLeg.Role.CALLEE,
        state=CallState.ENDED,
        started_at=moment,
        ended_at=moment,
        answered_at=moment if reason == Reason.COMPLETED else None,
        end_reason=reason,
        rung_for=SystemExtension.objects.get_or_create(number=group, kind="ring_group")[0] if group else None,
    )


@pytest.mark.parametrize(
    ("reason", "count"),
    [
        (Reason.NO_ANSWER, 1),
        (Reason.CANCELLED, 1),
        (Reason.DECLINED, 0),
        (Reason.ANSWERED_ELSEWHERE, 0),
        (Reason.PICKED_UP, 0),
        (Reason.TRANSFERRED, 0),
        (Reason.COMPLETED, 0),
    ],
)
def test_a_call_was_missed_when_nobody_did_anything_about_it(adam: Extension, reason: Reason, count: int) -> None:
    rang(adam, reason)
    assert missed_count(adam) == count


def test_a_call_of_a_group_is_missed_only_if_nobody_answered(adam: Extension) -> None:
    rang(adam, Reason.NO_ANSWER, group="810", answered_by_another=True)
    assert missed_count(adam) == 0
    rang(adam, Reason.NO_ANSWER, group="810")
    assert missed_count(adam) == 1


def test_the_calls_of_others_are_theirs(adam: Extension, piotr: Extension) -> None:
    rang(piotr, Reason.NO_ANSWER)
    assert missed_count(adam) == 0


def test_whoever_has_looked_has_missed_nothing_until_the_next_one(adam: Extension) -> None:
    rang(adam, Reason.NO_ANSWER)
    see_calls(extension=adam)
    assert missed_count(Extension.objects.get(pk=adam.pk)) == 0
    rang(adam, Reason.NO_ANSWER, minutes=1)
    assert missed_count(Extension.objects.get(pk=adam.pk)) == 1


def test_opening_the_log_changes_nothing_and_saying_that_it_was_seen_does(
    adams_browser: Client, adam: Extension
) -> None:
    rang(adam, Reason.NO_ANSWER)
    page = adams_browser.get("/calls/").content.decode()
    assert '<span data-role="missed-count">1</span>' in page
    assert missed_count(Extension.objects.get(pk=adam.pk)) == 1

    assert adams_browser.post("/calls/seen/").status_code == 204

    assert missed_count(Extension.objects.get(pk=adam.pk)) == 0
