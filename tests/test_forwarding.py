"""Destinations, what each surface offers, and profiles: given, and an extension's own over it; no Django."""

import pytest

from presence.domain.forwarding import (
    END_CALL,
    OFFERED,
    VOICEMAIL,
    Destination,
    conditions_of,
    default_profile,
    overlay,
    rule_keys,
)
from presence.domain.vocabulary import Condition, DestinationKind, Origin, RuleKind, Status, Surface

TO_OLGA = Destination(DestinationKind.EXTENSION, "100")


@pytest.mark.parametrize(
    ("kind", "surfaces"),
    [
        ("voicemail", {"operator_panel", "desktop_app", "web_client"}),
        ("extension_voicemail", {"operator_panel", "desktop_app"}),
        ("mobile", {"operator_panel", "desktop_app"}),
        ("extension", {"operator_panel", "web_client"}),
        ("external_number", {"operator_panel", "desktop_app", "web_client"}),
        ("system_extension", {"desktop_app", "web_client"}),
        ("end_call", {"operator_panel", "desktop_app", "web_client"}),
    ],
)
def test_each_surface_offers_its_own_destinations(kind: str, surfaces: set[str]) -> None:
    assert {surface.value for surface in Surface if DestinationKind(kind) in OFFERED[surface]} == surfaces


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("extension", ""),
        ("extension_voicemail", ""),
        ("external_number", ""),
        ("system_extension", ""),
        ("voicemail", "100"),
        ("mobile", "+48600100200"),
        ("end_call", "100"),
    ],
)
def test_a_destination_has_a_value_exactly_when_its_kind_needs_one(kind: str, value: str) -> None:
    with pytest.raises(ValueError, match=kind):
        Destination(DestinationKind(kind), value)


def test_a_status_that_rings_first_has_three_conditions_and_one_that_never_rings_has_one() -> None:
    assert conditions_of(RuleKind.RINGS_FIRST) == (
        Condition.NO_ANSWER,
        Condition.BUSY,
        Condition.NOT_REGISTERED,
    )
    assert conditions_of(RuleKind.NEVER_RINGS) == (Condition.ALWAYS,)


@pytest.mark.parametrize(
    ("status", "kind", "destination"),
    [
        ("available", "rings_first", VOICEMAIL),
        ("lunch", "rings_first", VOICEMAIL),
        ("away", "never_rings", END_CALL),
        ("dnd", "never_rings", END_CALL),
        ("business_trip", "never_rings", VOICEMAIL),
    ],
)
def test_a_new_extension_has_the_same_rules_for_both_origins(status: str, kind: str, destination: Destination) -> None:
    profile = default_profile(Status(status))
    assert profile.kind == kind
    assert profile.destinations == dict.fromkeys(rule_keys(profile.kind), destination)
    assert profile.ring_seconds == {Origin.INTERNAL: 20, Origin.EXTERNAL: 20}


def test_own_rules_lie_over_the_given_ones_and_leave_the_others() -> None:
    given = default_profile(Status.AVAILABLE)
    own = overlay(
        given,
        destinations={(Condition.BUSY, Origin.INTERNAL): TO_OLGA},
        ring_seconds={Origin.EXTERNAL: 45},
        takes_second_call=True,
    )
    assert own.destinations == {**given.destinations, (Condition.BUSY, Origin.INTERNAL): TO_OLGA}
    assert own.ring_seconds == {Origin.INTERNAL: 20, Origin.EXTERNAL: 45}
    assert own.takes_second_call


def test_rules_of_the_other_rule_kind_lie_dormant() -> None:
    given = default_profile(Status.AWAY)
    dormant = {(Condition.BUSY, Origin.INTERNAL): TO_OLGA}
    assert overlay(given, destinations=dormant, ring_seconds={}) == given


def test_a_profile_that_changes_its_rule_kind_has_a_rule_for_every_condition() -> None:
    own = overlay(default_profile(Status.AWAY), kind=RuleKind.RINGS_FIRST, destinations={}, ring_seconds={})
    assert own.kind is RuleKind.RINGS_FIRST
    assert own.destinations == dict.fromkeys(rule_keys(RuleKind.RINGS_FIRST), END_CALL)
