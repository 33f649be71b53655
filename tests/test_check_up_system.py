"""The check-up of queues, ring groups and digital receptionists: what leads nowhere, and what has nobody."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from presence.calls.check_up import check_up
from presence.domain.call_facts import TargetFacts
from presence.domain.check_up import CompanyFacts, SystemSubject, findings
from presence.domain.forwarding import END_CALL, Destination
from presence.domain.vocabulary import Condition, DestinationKind, Status, SystemExtensionKind
from presence.models import (
    Extension,
    Membership,
    Receptionist,
    ReceptionistOption,
    StatusProfileRow,
    SystemExtension,
)
from tests.cast import register, rule
from tests.operator_cast import browser_of, make_operator

QUEUE, GROUP, DESK = SystemExtensionKind.QUEUE, SystemExtensionKind.RING_GROUP, SystemExtensionKind.DIGITAL_RECEPTIONIST
ADAM = Destination(DestinationKind.EXTENSION, "101")
OUTSIDE = "+48221234567"
FACTS = CompanyFacts(
    targets={
        "101": TargetFacts(),
        "103": TargetFacts(is_enabled=False),
        "104": TargetFacts(voicemail_on=False),
        "800": TargetFacts(is_system=True),
    },
    absent=frozenset({"101"}),
)


def a_queue(destination: Destination = END_CALL, **more: Any) -> SystemSubject:
    return SystemSubject("800", QUEUE, {"destination": destination}, **{"members": 2, "logged_in": 1, **more})


@pytest.mark.parametrize(
    ("destination", "expected"),
    [
        (END_CALL, {}),
        (ADAM, {"forwards_to_absent": "101"}),
        (Destination(DestinationKind.EXTENSION, "103"), {"destination_disabled": "103"}),
        (Destination(DestinationKind.EXTENSION, "999"), {"destination_unknown": "999"}),
        (Destination(DestinationKind.EXTENSION, "800"), {"destination_unknown": "800", "loop": "800"}),
        (Destination(DestinationKind.SYSTEM_EXTENSION, "800"), {"loop": "800"}),
        (Destination(DestinationKind.SYSTEM_EXTENSION, "101"), {"destination_unknown": "101"}),
        (Destination(DestinationKind.EXTENSION_VOICEMAIL, "104"), {"voicemail_off": "104"}),
        (Destination(DestinationKind.EXTERNAL_NUMBER, OUTSIDE), {"outside": OUTSIDE, "no_trunk": OUTSIDE}),
    ],
)
def test_what_is_found_about_a_destination(destination: Destination, expected: dict[str, str]) -> None:
    found = findings([], FACTS, [a_queue(destination)])
    assert {finding.kind.value: finding.about for finding in found} == expected
    assert all((finding.extension, finding.places) == ("800", ("destination",)) for finding in found)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (a_queue(members=0, logged_in=0), ["no_members"]),
        (a_queue(logged_in=0), ["nobody_logged_in"]),
        (SystemSubject("810", GROUP, {"destination": END_CALL}), ["no_members"]),
        (SystemSubject("810", GROUP, {"destination": END_CALL}, members=1), []),
        (SystemSubject("830", DESK, {"destination": END_CALL, "closed": END_CALL}), ["no_options"]),
        (SystemSubject("830", DESK, {"destination": END_CALL, "key-1": END_CALL}), []),
    ],
)
def test_what_has_nobody_to_ring_or_nothing_to_choose_is_found(subject: SystemSubject, expected: list[str]) -> None:
    assert [finding.kind.value for finding in findings([], FACTS, [subject])] == expected


# Read from the rows.


def found_in_company() -> set[tuple[str, str]]:
    return {(finding.kind.value, finding.extension) for finding in check_up(timezone.now()).findings}


def a_desk(*, key: str = "1", to: str = "101", has_hours: bool = False, closed: str = "") -> SystemExtension:
    desk = SystemExtension.objects.create(number="830", name="Front desk", kind=DESK)
    kind = DestinationKind.EXTENSION if closed else DestinationKind.END_CALL
    receptionist = Receptionist.objects.create(
        system_extension=desk, has_hours=has_hours, closed_destination_kind=kind, closed_destination_value=closed
    )
    ReceptionistOption.objects.create(
        receptionist=receptionist, key=key, words="Adam", destination_kind="extension", destination_value=to
    )
    return desk


@pytest.mark.parametrize(("has_hours", "is_found"), [(True, True), (False, False)])
def test_where_calls_go_when_closed_counts_while_there_are_hours(
    adam: Extension, *, has_hours: bool, is_found: bool
) -> None:
    a_desk(has_hours=has_hours, closed="999")
    assert (("destination_unknown", "830") in found_in_company()) is is_found


def test_a_circle_through_a_person_names_them_both_with_the_rule_and_the_key(adam: Extension) -> None:
    a_desk(key="4")
    rule(adam, Status.AVAILABLE, Condition.BUSY, DestinationKind.SYSTEM_EXTENSION, "830")
    (found,) = check_up(timezone.now()).findings
    assert found.path == ("101", "830", "101")
    browser = browser_of(make_operator())
    page = browser.get("/admin/check-up/").content.decode()
    assert "101 Adam Nowak → 830 Front desk → 101 Adam Nowak" in page
    assert 'href="/admin/system/830/"' in page


@pytest.mark.parametrize(
    ("change", "is_deserted"),
    [
        ({}, False),
        ({"is_enabled": False}, True),
        ({"status": Status.AWAY}, True),
        ({"status": Status.LUNCH}, True),
        ({"registered": False}, True),
        ({"logged_in": False}, True),
        ({"status": Status.LUNCH, "stays": True}, False),
        ({"stays": False}, True),
    ],
)
def test_a_queue_where_no_member_gets_calls_is_found(
    adam: Extension, change: dict[str, Any], *, is_deserted: bool
) -> None:
    queue = SystemExtension.objects.create(number="800", name="Support", kind=QUEUE)
    Membership.objects.create(system_extension=queue, extension=adam, is_logged_in=change.pop("logged_in", True))
    if change.pop("registered", True):
        register(adam)
    if (stays := change.pop("stays", None)) is not None:
        status = change.get("status", Status.AVAILABLE)
        StatusProfileRow.objects.create(extension=adam, status=status, stays_in_queues=stays)
    Extension.objects.filter(pk=adam.pk).update(**change)
    assert (("nobody_logged_in", "800") in found_in_company()) is is_deserted


def test_the_page_says_it_in_words_and_leads_to_the_fix(adam: Extension, client: Client) -> None:
    SystemExtension.objects.create(number="810", name="Workshop", kind=GROUP)
    desk = a_desk(to="999")
    page = browser_of(make_operator()).get("/admin/check-up/").content.decode()
    for words in (
        "Queues and ring groups without members",
        "nobody is a member",
        "Key 1",
        "to 999, which is no extension",
    ):
        assert words in page
    assert f'href="/admin/system/{desk.number}/"' in page
