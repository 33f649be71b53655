"""The company's check-up: which rules lead nowhere, why, and how it is shown to an operator."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from presence.calls.check_up import check_up, country_of
from presence.domain.call_facts import TargetFacts
from presence.domain.check_up import CompanyFacts, FindingKind, Subject, findings
from presence.domain.extension_settings import Values, parse_key, profile_with
from presence.domain.forwarding import default_profile
from presence.domain.loops import find_loops
from presence.domain.vocabulary import Status, Surface, SystemExtensionKind
from presence.models import Company, Extension, SystemExtension, TemplateSetting, User
from presence.services.extension_settings import write_settings
from tests.cast import make_extension

ADAM, PIOTR, OFF, NO_BOX, QUEUE, ABSENT = "101", "102", "103", "104", "800", "105"
MOBILE, OUTSIDE, ABROAD = "+48600100200", "+48221234567", "+4930901820"
BUSY = "available.busy.external"
FACTS = CompanyFacts(
    targets={
        ADAM: TargetFacts(),
        PIOTR: TargetFacts(),
        OFF: TargetFacts(is_enabled=False),
        NO_BOX: TargetFacts(voicemail_on=False),
        ABSENT: TargetFacts(),
        QUEUE: TargetFacts(is_system=True),
    },
    absent=frozenset({ABSENT}),
    has_trunk=True,
    is_allowed_outside=lambda number: number != ABROAD,
)


def subject(number: str, values: Values, *, status: Status = Status.AVAILABLE, **more: Any) -> Subject:
    """An extension with these rules over the recommended ones."""
    profiles = {status: profile_with(default_profile(status), values) for status in Status}
    return Subject(number, status, profiles, **more)


# What Adam's rule for external calls while he talks says, what else is so, and what is found: kind -> about.
CASES: dict[str, tuple[str, dict[str, Any], dict[str, str]]] = {
    "voicemail": ("voicemail", {}, {}),
    "the end": ("end_call", {"voicemail_on": True}, {}),
    "mobile": ("mobile", {"mobile_number": MOBILE}, {"outside": MOBILE}),
    "mobile without a number": ("mobile", {}, {"no_mobile_number": ""}),
    "mobile, not allowed": (
        "mobile",
        {"mobile_number": MOBILE, "may_forward_outside": False},
        {"outside": MOBILE, "outside_not_allowed": MOBILE},
    ),
    "outside": (f"external_number:{OUTSIDE}", {}, {"outside": OUTSIDE}),
    "abroad": (f"external_number:{ABROAD}", {}, {"outside": ABROAD, "outside_not_allowed": ABROAD}),
    "a colleague": (f"extension:{PIOTR}", {}, {}),
    "a colleague who is away for long": (f"extension:{ABSENT}", {}, {"forwards_to_absent": ABSENT}),
    "the voicemail of one who is away for long": (f"extension_voicemail:{ABSENT}", {}, {}),
    "nobody": ("extension:999", {}, {"destination_unknown": "999"}),
    "one who is switched off": (f"extension:{OFF}", {}, {"destination_disabled": OFF}),
    "the voicemail of one who is switched off": (f"extension_voicemail:{OFF}", {}, {"destination_disabled": OFF}),
    "a voicemail that is off": (f"extension_voicemail:{NO_BOX}", {}, {"voicemail_off": NO_BOX}),
    "one whose voicemail is off": (f"extension:{NO_BOX}", {}, {}),
    "a queue as a person": (f"extension:{QUEUE}", {}, {"destination_unknown": QUEUE}),
    "the voicemail of a queue": (f"extension_voicemail:{QUEUE}", {}, {"destination_unknown": QUEUE}),
    "a queue": (f"system_extension:{QUEUE}", {}, {}),
    "a queue that is gone": ("system_extension:899", {}, {"destination_unknown": "899"}),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_found_about_a_rule(name: str) -> None:
    destination, more, expected = CASES[name]
    found = findings([subject(ADAM, {BUSY: destination}, **more)], FACTS)
    rule = parse_key(BUSY)
    assert {finding.kind.value: finding.about for finding in found} == expected
    assert all((finding.extension, finding.rules) == (ADAM, (rule,)) for finding in found)


def test_without_a_trunk_nothing_reaches_the_outside() -> None:
    facts = CompanyFacts(targets={}, has_trunk=False)
    found = findings([subject(ADAM, {BUSY: f"external_number:{OUTSIDE}"})], facts)
    assert {finding.kind for finding in found} == {FindingKind.NO_TRUNK, FindingKind.OUTSIDE}


def test_ones_own_voicemail_that_is_off_is_found_once_with_all_rules_that_use_it() -> None:
    (found,) = findings([subject(ADAM, {BUSY: "end_call"}, voicemail_on=False)], FACTS)
    assert found.kind is FindingKind.VOICEMAIL_OFF
    assert {rule.status for rule in found.rules} == {Status.AVAILABLE, Status.LUNCH, Status.BUSINESS_TRIP}
    assert parse_key(BUSY) not in found.rules


def test_findings_come_by_kind_and_then_by_extension() -> None:
    rules: Values = {BUSY: "extension:999", "lunch.busy.external": "mobile"}
    found = findings([subject(ADAM, rules), subject(PIOTR, rules)], FACTS)
    assert [(finding.kind.value, finding.extension) for finding in found] == [
        ("no_mobile_number", ADAM),
        ("no_mobile_number", PIOTR),
        ("destination_unknown", ADAM),
        ("destination_unknown", PIOTR),
    ]


# Loops.


@pytest.mark.parametrize(
    ("forwards", "loops"),
    [
        ({}, []),
        ({"a": "b"}, []),
        ({"a": "a"}, ["aa"]),
        ({"a": "b", "b": "a"}, ["aba"]),
        ({"a": "bc", "b": "c", "c": "a"}, ["aca", "bcab"]),
        ({"x": "a", "a": "b", "b": "ay", "y": "z"}, ["aba"]),
        ({"a": "b", "b": "a", "c": "d", "d": "c"}, ["aba", "cdc"]),
        ({"a": "b", "b": "ac", "c": "d", "d": "ed", "e": ""}, ["aba", "dd"]),
    ],
)
def test_each_circle_is_found_by_the_shortest_way(forwards: Mapping[str, str], loops: list[str]) -> None:
    assert ["".join(loop) for loop in find_loops(forwards)] == loops


@pytest.mark.slow
def test_a_chain_of_ten_thousand_is_no_circle_until_it_closes() -> None:
    chain = {str(n): [str(n + 1)] for n in range(10_000)}
    assert find_loops(chain) == []
    (loop,) = find_loops({**chain, "10000": ["0"]})
    assert len(loop) == 10_002


def test_a_loop_of_rules_in_force_is_found_once_with_the_rules_that_begin_it() -> None:
    both: Values = {BUSY: f"extension:{PIOTR}", "available.busy.internal": f"extension:{PIOTR}"}
    back: Values = {"available.no_answer.external": f"extension:{ADAM}", "available.busy.internal": f"extension:{ADAM}"}
    (found,) = findings([subject(ADAM, both), subject(PIOTR, back)], FACTS)
    assert (found.kind, found.extension, found.path) == (FindingKind.LOOP, ADAM, (ADAM, PIOTR, ADAM))
    assert set(found.rules) == {parse_key(BUSY), parse_key("available.busy.internal")}


@pytest.mark.parametrize(
    ("key", "status"),
    [("available.busy.internal", Status.AVAILABLE), (BUSY, Status.LUNCH), ("lunch.busy.external", Status.AVAILABLE)],
)
def test_rules_of_other_origins_and_statuses_make_no_loop(key: str, status: Status) -> None:
    way_back = subject(PIOTR, {key: f"extension:{ADAM}"}, status=status)
    assert findings([subject(ADAM, {BUSY: f"extension:{PIOTR}"}), way_back], FACTS) == []


# Read from the rows.


def write(extension: Extension, values: Values) -> None:
    write_settings({extension.pk: values}, by=None, surface=Surface.OPERATOR_PANEL)


def found_in_company() -> set[tuple[str, str, str]]:
    return {(finding.kind.value, finding.extension, finding.about) for finding in check_up(timezone.now()).findings}


def test_a_company_as_recommended_has_nothing_to_put_right(adam: Extension, piotr: Extension) -> None:
    assert check_up(timezone.now()).findings == []


def test_own_rules_and_templates_are_both_asked(adam: Extension, anna: Extension) -> None:
    SystemExtension.objects.create(number="800", name="Support queue", kind=SystemExtensionKind.QUEUE)
    TemplateSetting.objects.create(department=adam.department, key=BUSY, value="mobile")
    write(anna, {"away.always.external": "system_extension:899", "away.always.internal": "system_extension:800"})
    assert found_in_company() == {
        ("no_mobile_number", "101", ""),
        ("destination_unknown", "103", "899"),
        ("no_members", "800", ""),
    }


def test_nobody_asks_the_rules_of_a_disabled_extension_but_rules_that_point_at_it_are_found(
    adam: Extension, piotr: Extension
) -> None:
    write(adam, {BUSY: "extension:102"})
    write(piotr, {BUSY: "extension:999", "is_enabled": False})
    assert found_in_company() == {("destination_disabled", "101", "102")}


@pytest.mark.parametrize(
    ("status", "days", "is_found"),
    [(Status.AWAY, 4, True), (Status.BUSINESS_TRIP, 4, True), (Status.DND, 2, False), (Status.LUNCH, 4, False)],
)
def test_forwards_to_people_who_have_not_taken_calls_for_days_are_found(
    adam: Extension, piotr: Extension, status: Status, days: int, *, is_found: bool
) -> None:
    write(adam, {BUSY: "extension:102"})
    Extension.objects.filter(pk=piotr.pk).update(status=status, status_since=timezone.now() - timedelta(days=days))
    assert found_in_company() == ({("forwards_to_absent", "101", "102")} if is_found else set())


def test_forwards_to_the_outside_stand_by_country_and_are_asked_whether_they_are_allowed(
    adam: Extension, piotr: Extension
) -> None:
    write(adam, {BUSY: f"external_number:{OUTSIDE}"})
    write(piotr, {BUSY: f"external_number:{ABROAD}", "available.busy.internal": "mobile", "mobile_number": MOBILE})
    outside = [f for f in check_up(timezone.now()).findings if f.kind is FindingKind.OUTSIDE]
    assert [(country_of(f.about), f.extension) for f in outside] == [("DE", "102"), ("PL", "101"), ("PL", "102")]
    assert {about for kind, _, about in found_in_company() if kind == "outside_not_allowed"} == {ABROAD}
    Company.objects.create(external_forwarding=False)
    assert len([1 for kind, *_ in found_in_company() if kind == "outside_not_allowed"]) == 3


@pytest.mark.parametrize(("number", "country"), [(OUTSIDE, "PL"), (ABROAD, "DE"), ("+999123", ""), ("nonsense", "")])
def test_a_number_has_the_country_that_owns_it(number: str, country: str) -> None:
    assert country_of(number) == country


def test_a_company_of_sixty_takes_as_many_queries_as_one_of_two(adam: Extension, piotr: Extension) -> None:
    counts = []
    for n in (0, 60):
        for extra in range(n):
            queue = SystemExtension.objects.create(number=str(800 + extra), name="Q", kind=SystemExtensionKind.QUEUE)
            queue.members.add(adam, piotr)
            write(make_extension(str(200 + extra), f"U{extra} Person"), {BUSY: "extension:999"})
        with CaptureQueriesContext(connection) as queries:
            check_up(timezone.now())
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 11


# The page.


@pytest.fixture
def olgas_browser(client: Client, db: None) -> Client:
    olga = User.objects.create(username="olga", is_staff=True)
    olga.user_permissions.add(Permission.objects.get(codename="view_extension", content_type__app_label="presence"))
    client.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(browser: Client, address: str = "/admin/check-up/") -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_page_says_what_is_wrong_and_leads_to_the_fix(
    olgas_browser: Client, adam: Extension, piotr: Extension
) -> None:
    TemplateSetting.objects.create(department=None, key="business_trip.always.external", value="mobile")
    write(adam, {BUSY: "extension:102", "available.no_answer.external": "extension:102", "mobile_number": MOBILE})
    write(piotr, {BUSY: "extension:101", "lunch.busy.internal": "extension_voicemail:101"})
    write(adam, {"voicemail_on": False})
    Extension.objects.filter(pk=piotr.pk).update(status_since=timezone.now() - timedelta(days=9))
    page = text_of(olgas_browser)
    for words in (
        '<a href="/admin/extensions/101/">101 Adam Nowak</a>',
        '<a href="/admin/extensions/102/">102 Piotr Adamiak</a>',
        "Business Trip (External calls)",
        "to the mobile, but there is no mobile number",
        "101 Adam Nowak → 102 Piotr Adamiak → 101 Adam Nowak",
        "Available: No answer, Busy (External calls)",
        "to the voicemail of 101 Adam Nowak, which is off",
        "to the voicemail, which is off",
        "PL (+48)",
        "to 600 100 200, but there is no line to the outside",
    ):
        assert words in page


def test_long_absence_is_said_with_its_status_and_date(
    olgas_browser: Client, adam: Extension, piotr: Extension
) -> None:
    write(adam, {BUSY: "extension:102"})
    since = timezone.now() - timedelta(days=9)
    Extension.objects.filter(pk=piotr.pk).update(status=Status.AWAY, status_since=since)
    assert f"to 102 Piotr Adamiak, Away since {timezone.localtime(since):%-d %B}" in text_of(olgas_browser)


def test_one_kind_can_be_asked_for_and_is_paged(olgas_browser: Client, adam: Extension) -> None:
    department = adam.department
    Extension.objects.bulk_create(
        Extension(number=str(1000 + n), name=f"Person {n}", department=department) for n in range(250)
    )
    TemplateSetting.objects.create(department=department, key=BUSY, value="extension:999")
    write(adam, {"lunch.busy.external": "mobile"})
    shown = {
        address: text_of(olgas_browser, address).count('data-finding="destination_unknown"')
        for address in (
            "/admin/check-up/",
            "/admin/check-up/?kind=destination_unknown",
            "/admin/check-up/?kind=destination_unknown&page=2",
            "/admin/check-up/?kind=no_mobile_number",
            "/admin/check-up/?kind=nonsense",
        )
    }
    assert list(shown.values()) == [20, 200, 51, 0, 20]
    assert "Show all 251" in text_of(olgas_browser)
    assert "There is nothing of this kind." in text_of(olgas_browser, "/admin/check-up/?kind=loop")


def test_a_name_is_text_and_not_markup(olgas_browser: Client, adam: Extension) -> None:
    Extension.objects.filter(pk=adam.pk).update(name="<b>Adam</b>")
    write(adam, {BUSY: "extension:999"})
    assert "<b>Adam</b>" not in text_of(olgas_browser)


def test_where_nothing_is_wrong_the_page_says_so(olgas_browser: Client, adam: Extension) -> None:
    assert "Every rule leads somewhere." in text_of(olgas_browser)


def test_to_whoever_is_no_operator_there_is_no_such_page(adams_browser: Client) -> None:
    assert adams_browser.get("/admin/check-up/").status_code == 404
    assert Client().get("/admin/check-up/").status_code == 302
