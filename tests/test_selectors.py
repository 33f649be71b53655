"""What is read from the rows: presence, profiles and the facts for a decision."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from presence import selectors
from presence.domain.call_facts import CalleeFacts, QueueFacts, TargetFacts
from presence.domain.forwarding import END_CALL, Destination, default_profile
from presence.domain.vocabulary import (
    CallState,
    Condition,
    DestinationKind,
    Lamp,
    Origin,
    RuleKind,
    Status,
    SystemExtensionKind,
)
from presence.management.commands.seed_demo import seed
from presence.models import Call, CallLeg, Extension, StatusProfileRow, SystemExtension
from presence.selectors.callees import callee_facts
from tests.cast import register, rule

pytestmark = pytest.mark.django_db


def leg(extension: Extension, state: CallState, role: CallLeg.Role = CallLeg.Role.CALLER) -> CallLeg:
    call = Call.objects.create(caller_number="101", called_number="102", origin=Origin.INTERNAL)
    return CallLeg.objects.create(call=call, extension=extension, role=role, state=state)


@pytest.mark.parametrize(
    ("state", "lamp"),
    [
        (CallState.RINGING, Lamp.RINGING),
        (CallState.TALKING, Lamp.TALKING),
        (CallState.ON_HOLD, Lamp.TALKING),
        (CallState.ENDED, Lamp.LUNCH),
    ],
)
def test_a_call_shows_over_the_status_until_it_ends(adam: Extension, state: CallState, lamp: Lamp) -> None:
    adam.status = Status.LUNCH
    adam.save()
    leg(adam, state)
    (row,) = selectors.presence_rows(["101"])
    assert (row.lamp, row.status) == (lamp, Status.LUNCH)


def test_ringing_shows_over_talking(adam: Extension) -> None:
    leg(adam, CallState.TALKING)
    ringing = leg(adam, CallState.RINGING, CallLeg.Role.CALLEE)
    (row,) = selectors.presence_rows(["101"])
    assert (row.lamp, row.since) == (Lamp.RINGING, ringing.started_at)


@pytest.mark.parametrize(
    ("state", "role", "is_rung"),
    [
        (CallState.RINGING, CallLeg.Role.CALLEE, True),
        (CallState.RINGING, CallLeg.Role.CALLER, False),
        (CallState.TALKING, CallLeg.Role.CALLEE, False),
    ],
)
def test_only_who_is_called_is_rung(adam: Extension, state: CallState, role: CallLeg.Role, is_rung: bool) -> None:
    leg(adam, state, role)
    assert selectors.presence_rows(["101"])[0].is_rung is is_rung


def test_a_second_call_rings_while_the_first_goes_on(adam: Extension) -> None:
    leg(adam, CallState.TALKING)
    assert not selectors.presence_rows(["101"])[0].is_rung
    leg(adam, CallState.RINGING, CallLeg.Role.CALLEE)
    assert selectors.presence_rows(["101"])[0].is_rung


def test_a_row_says_since_when_the_status_holds_when_there_is_no_call(adam: Extension) -> None:
    (row,) = selectors.presence_rows()
    assert (row.since, row.registered) == (adam.status_since, False)


def test_an_open_window_is_a_registered_phone(adam: Extension) -> None:
    register(adam)
    assert selectors.presence_rows(["101"])[0].registered


def test_a_disabled_extension_is_shown_to_nobody(adam: Extension, piotr: Extension) -> None:
    Extension.objects.filter(pk=piotr.pk).update(is_enabled=False)
    assert [row.number for row in selectors.presence_rows()] == ["101"]
    assert selectors.directory_versions() == {"101": adam.version}


@pytest.mark.parametrize("extensions", [23, 1000])
def test_presence_of_everybody_takes_one_query_however_many_they_are(extensions: int) -> None:
    seed(extensions)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(selectors.presence_rows()) == extensions
    assert len(queries) == 1


@pytest.mark.parametrize("status", Status)
def test_a_new_extension_has_the_default_profiles(adam: Extension, status: Status) -> None:
    assert selectors.effective_profile(adam, status) == default_profile(status)


def test_own_rules_and_seconds_lie_over_the_given_ones(adam: Extension) -> None:
    to = rule(adam, Status.LUNCH, Condition.BUSY, DestinationKind.EXTENSION, "102", origin=Origin.EXTERNAL)
    StatusProfileRow.objects.create(extension=adam, status=Status.LUNCH, external_ring_seconds=7)
    profile = selectors.effective_profile(adam, Status.LUNCH)
    assert profile.destination(Condition.BUSY, Origin.EXTERNAL) == to
    assert profile.destination(Condition.BUSY, Origin.INTERNAL) == Destination(DestinationKind.VOICEMAIL)
    assert profile.ring_seconds == {Origin.INTERNAL: 20, Origin.EXTERNAL: 7}


def test_the_rule_kind_belongs_to_the_profile_and_not_to_the_statuss_name(adam: Extension) -> None:
    StatusProfileRow.objects.create(extension=adam, status=Status.LUNCH, rule_kind=RuleKind.NEVER_RINGS)
    profile = selectors.effective_profile(adam, Status.LUNCH)
    assert profile.kind is RuleKind.NEVER_RINGS
    assert set(profile.destinations) == {(Condition.ALWAYS, origin) for origin in Origin}


def test_the_facts_name_what_is_known_of_the_numbers_that_rules_point_at(adam: Extension, piotr: Extension) -> None:
    SystemExtension.objects.create(number="800", name="Support", kind=SystemExtensionKind.QUEUE)
    Extension.objects.filter(pk=piotr.pk).update(voicemail_on=False)
    rule(adam, Status.AVAILABLE, Condition.BUSY, DestinationKind.EXTENSION_VOICEMAIL, "102", origin=Origin.INTERNAL)
    rule(adam, Status.AVAILABLE, Condition.BUSY, DestinationKind.SYSTEM_EXTENSION, "800", origin=Origin.EXTERNAL)
    rule(adam, Status.AVAILABLE, Condition.NO_ANSWER, DestinationKind.EXTENSION, "999")
    facts = callee_facts("101")
    assert isinstance(facts, CalleeFacts)
    assert facts.targets == {
        "102": TargetFacts(voicemail_on=False),
        "800": TargetFacts(is_system=True, voicemail_on=False),
    }


def test_a_queue_without_members_has_nobody_logged_in(db: None) -> None:
    SystemExtension.objects.create(number="800", name="Support", kind=SystemExtensionKind.QUEUE)
    assert callee_facts("800") == QueueFacts("800", END_CALL, "Support", logged_in=0)


def test_nobody_has_an_unknown_number(db: None) -> None:
    assert callee_facts("999") is None
    assert selectors.voicemail_box("999") is None
