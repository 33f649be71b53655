"""System extensions in the operator panel: made, changed, guarded against a second editor, deleted, told."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from presence.domain.vocabulary import Condition, DestinationKind, Origin, Status
from presence.models import (
    Call,
    ChangeRecord,
    Extension,
    Membership,
    QueueEntry,
    Receptionist,
    ReceptionistOption,
    SystemExtension,
    TemplateSetting,
)
from tests.cast import rule
from tests.operator_cast import browser_of, make_company, make_operator

LIST = "/admin/system/"
PERMISSIONS = tuple(f"{verb}_systemextension" for verb in ("view", "add", "change", "delete"))
GROUP = {
    "number": "810",
    "name": "Workshop",
    "ring_strategy": "all",
    "ring_seconds": "20",
    "destination-kind": "end_call",
}
QUEUE = {**GROUP, "ring_strategy": "longest_idle", "wait_seconds_max": "300", "length_max": "20"}
RECEPTIONIST = {
    "number": "830",
    "name": "Front desk",
    "takes_visits": "on",
    "repeats": "2",
    "key_seconds": "8",
    "destination-kind": "end_call",
    "closed-kind": "end_call",
    "key-1-words": "Adam",
    "key-1-kind": "extension",
    "key-1-extension": "101 Adam Nowak",
}


@pytest.fixture
def olga(adam: Extension, piotr: Extension) -> Client:
    """An operator's browser; Adam and Piotr are there."""
    return browser_of(make_operator(*PERMISSIONS, "view_changerecord", "view_extension", "change_extension"))


def make(olga: Client, kind: str, controls: dict[str, str], **more: str) -> Any:
    return olga.post(f"{LIST}new/{kind}/", {**controls, **more})


def save(olga: Client, controls: dict[str, str], **more: str) -> Any:
    return olga.post(f"{LIST}{controls['number']}/", {**controls, "version": "1", **more})


def text_of(response: Any) -> str:
    return str(response.content.decode())


def members_of(number: str) -> list[str]:
    rows = Membership.objects.filter(system_extension__number=number).order_by("position")
    return list(rows.values_list("extension__number", flat=True))


# Who may.


@pytest.mark.parametrize(
    ("permission", "allowed"),
    [
        ("view_systemextension", {LIST}),
        ("add_systemextension", {f"{LIST}new/queue/"}),
        ("change_systemextension", {f"{LIST}800/"}),
        ("delete_systemextension", {f"{LIST}800/delete/"}),
    ],
)
def test_each_page_asks_its_own_permission(db: None, permission: str, allowed: set[str]) -> None:
    SystemExtension.objects.create(number="800", name="Sales", kind="queue")
    browser = browser_of(make_operator(permission))
    pages = [LIST, f"{LIST}new/queue/", f"{LIST}800/", f"{LIST}800/delete/"]
    assert {page for page in pages if browser.get(page).status_code == 200} == allowed
    assert {browser.get(page).status_code for page in set(pages) - allowed} == {403}


def test_a_kind_and_a_number_that_are_none_have_no_page(olga: Client) -> None:
    pages = ["new/lift/", "899/", "899/delete/", "899/greeting/open/"]
    assert [olga.get(LIST + page).status_code for page in pages] == [404] * 4


# Made and changed.


def test_a_ring_group_is_made_with_its_members_in_the_order_of_their_places(olga: Client) -> None:
    members = {"member-0": "101", "member-0-position": "2", "member-1": "102 Piotr", "member-1-position": "1"}
    response = make(
        olga, "ring_group", GROUP, ring_strategy="in_order", ring_seconds="30", takes_visits="on", **members
    )
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/system/810/")
    system = SystemExtension.objects.get()
    assert (system.kind, system.ring_strategy, system.ring_seconds, system.takes_visits) == (
        "ring_group", "in_order", 30, True,
    )  # fmt: skip
    assert members_of("810") == ["102", "101"]


def test_a_member_without_a_place_comes_last_and_an_empty_row_is_none(olga: Client) -> None:
    make(olga, "ring_group", GROUP, **{"member-0": "101", "member-1": "", "member-2": "102", "member-2-position": "1"})
    assert members_of("810") == ["102", "101"]


def test_who_stays_in_a_queue_keeps_their_own_switch(olga: Client) -> None:
    make(olga, "queue", QUEUE, **{"member-0": "101", "member-1": "102"})
    Membership.objects.filter(extension__number="102").update(is_logged_in=False)
    save(olga, QUEUE, **{"member-0": "102"})
    assert members_of("810") == ["102"]
    assert not Membership.objects.get().is_logged_in


def test_a_queue_keeps_its_limits(olga: Client) -> None:
    make(olga, "queue", QUEUE, wait_seconds_max="３６００", length_max="100")
    system = SystemExtension.objects.get()
    assert (system.wait_seconds_max, system.length_max, system.ring_strategy) == (3600, 100, "longest_idle")


def test_a_receptionist_is_made_with_keys_and_hours(olga: Client) -> None:
    hours = {"has_hours": "on", "keeps_holidays": "on", "hours-0": "8-12, 13:00–16:00", "hours-5": "20:00-24:00"}
    closed = {"closed-kind": "extension_voicemail", "closed-extension": "102"}
    assert make(olga, "digital_receptionist", RECEPTIONIST, **hours, **closed).status_code == 302
    receptionist = Receptionist.objects.get()
    assert receptionist.hours == {
        "0": [["08:00", "12:00"], ["13:00", "16:00"]],
        "5": [["20:00", "23:59:59.999999"]],
    }
    assert (receptionist.closed_destination_kind, receptionist.closed_destination_value) == (
        "extension_voicemail",
        "102",
    )
    option = ReceptionistOption.objects.get()
    assert (option.key, option.words, option.destination_kind, option.destination_value) == (
        "1", "Adam", "extension", "101",
    )  # fmt: skip
    page = text_of(olga.get(f"{LIST}830/"))
    assert 'value="08:00-12:00, 13:00-16:00"' in page
    assert 'value="20:00-24:00"' in page


def test_saved_as_it_is_nothing_changes_and_nothing_is_told(olga: Client) -> None:
    make(olga, "digital_receptionist", RECEPTIONIST)
    assert save(olga, RECEPTIONIST).status_code == 302
    assert SystemExtension.objects.get().version == 1
    assert ChangeRecord.objects.count() == 1


# Refused.


@pytest.mark.parametrize(
    ("kind", "control", "typed", "words"),
    [
        ("ring_group", "number", "", "Type 2 to 10 digits"),
        ("ring_group", "number", "*71", "Type 2 to 10 digits"),
        ("ring_group", "number", "**102", "Type 2 to 10 digits"),
        ("ring_group", "number", "1", "Type 2 to 10 digits"),
        ("ring_group", "number", "101", "101 Adam Nowak has this number already."),
        ("ring_group", "number", "899", "899 Night has this number already."),
        ("ring_group", "name", "  ", "Type a name."),
        ("ring_group", "name", "x" * 121, "This name is too long."),
        ("ring_group", "ring_seconds", "4", "from 5 to 120"),
        ("ring_group", "ring_seconds", "121", "from 5 to 120"),
        ("ring_group", "ring_seconds", "soon", "from 5 to 120"),
        ("ring_group", "ring_strategy", "longest_idle", "Choose one of the values."),
        ("ring_group", "member-0", "555", "There is no extension 555."),
        ("ring_group", "member-0", "899", "There is no extension 899."),
        ("ring_group", "member-0", "<b>nobody", "There is no extension &lt;b&gt;nobody."),
        ("queue", "ring_strategy", "in_order", "Choose one of the values."),
        ("queue", "wait_seconds_max", "9", "from 10 to 3600"),
        ("queue", "length_max", "101", "from 1 to 100"),
        ("queue", "length_max", "0", "from 1 to 100"),
        ("ring_group", "destination-kind", "voicemail", "This destination cannot be chosen here."),
        ("ring_group", "destination-kind", "mobile", "This destination cannot be chosen here."),
        ("ring_group", "destination-kind", "", "This destination cannot be chosen here."),
        ("ring_group", "destination-kind", "extension", "Type the number of the extension"),
        ("ring_group", "destination-kind", "external_number", "Type the number to forward to."),
        ("ring_group", "destination-kind", "system_extension", "Choose a system extension."),
        ("digital_receptionist", "repeats", "6", "from 1 to 5"),
        ("digital_receptionist", "key_seconds", "2", "from 3 to 30"),
        ("digital_receptionist", "key-1-words", "", "Type what the caller reads on this key."),
        ("digital_receptionist", "key-2-words", "Nobody", "Choose where this key leads"),
        ("digital_receptionist", "key-1-extension", "555", "There is no extension 555."),
        ("digital_receptionist", "hours-0", "8", "Type from when until when"),
        ("digital_receptionist", "hours-0", "25:00-26:00", "25:00 is not a time of day."),
        ("digital_receptionist", "hours-0", "24:00-24:00", "24:00 is not a time of day."),
        ("digital_receptionist", "hours-3", "16:00-08:00", "16:00-08:00 ends before it starts."),
        ("digital_receptionist", "hours-3", "08:00-08:00", "08:00-08:00 ends before it starts."),
        ("digital_receptionist", "hours-6", "08:00-12:00, 11:59-13:00", "Two of these spans overlap."),
        ("digital_receptionist", "hours-6", "1-2 3-4 5-6 7-8 9-10 11-12 13-14", "At most 6 spans a day."),
    ],
)
def test_bad_input_is_refused_beside_its_field_and_nothing_typed_is_lost(
    olga: Client, kind: str, control: str, typed: str, words: str
) -> None:
    SystemExtension.objects.create(number="899", name="Night", kind="queue")
    controls = {"ring_group": GROUP, "queue": QUEUE, "digital_receptionist": RECEPTIONIST}[kind]
    response = make(olga, kind, {**controls, control: typed})
    assert response.status_code == 422
    page = text_of(response)
    assert words in page.replace("&quot;", '"')
    assert f'value="{controls["name"]}"' in page or control == "name"
    assert not SystemExtension.objects.exclude(number="899").exists()


def test_the_same_member_twice_is_refused(olga: Client) -> None:
    response = make(olga, "queue", QUEUE, **{"member-0": "101", "member-1": "101 Adam Nowak"})
    assert response.status_code == 422
    assert "101 Adam Nowak is a member already." in text_of(response)


def test_a_refused_form_shows_the_members_in_the_order_that_was_sent(olga: Client) -> None:
    members = {"member-0": "102", "member-0-position": "2", "member-1": "555", "member-1-position": "1"}
    page = text_of(make(olga, "queue", QUEUE, **members))
    assert page.index('value="555"') < page.index('value="102"')


@pytest.mark.parametrize("number", ["112", "+48 700 123 456", "+49 30 123456"])
def test_the_policy_of_outside_calls_is_asked(olga: Client, number: str) -> None:
    outside = {"destination-kind": "external_number", "destination-number": number}
    assert make(olga, "ring_group", GROUP, **outside).status_code == 422


def test_an_extension_cannot_have_the_number_of_a_system_extension(olga: Client) -> None:
    make(olga, "ring_group", GROUP)
    browser = browser_of(make_operator("add_extension", username="jan"))
    new = {"number": "810", "name": "Jan Lis", "username": "lis"}
    response = browser.post("/admin/extensions/new/", new)
    assert "810 Workshop has this number already." in text_of(response)


# Circles.


def test_a_receptionist_that_points_at_itself_is_refused(olga: Client) -> None:
    make(olga, "digital_receptionist", RECEPTIONIST)
    itself = {"key-9-words": "Again", "key-9-kind": "system_extension", "key-9-system": "830"}
    response = save(olga, RECEPTIONIST, **itself)
    assert response.status_code == 422
    assert "calls would go round in a circle" in text_of(response)


def test_a_circle_through_other_system_extensions_is_named(olga: Client) -> None:
    make(olga, "digital_receptionist", RECEPTIONIST)
    onward = {"destination-kind": "system_extension", "destination-system": "830"}
    make(olga, "ring_group", GROUP, **onward)
    back = {"closed-kind": "system_extension", "closed-system": "810", "has_hours": "on"}
    response = save(olga, RECEPTIONIST, **back)
    assert response.status_code == 422
    assert "830 Front desk → 810 Workshop → 830 Front desk" in text_of(response)


def test_a_circle_through_the_rules_in_force_of_an_extension_is_named(olga: Client, adam: Extension) -> None:
    make(olga, "digital_receptionist", {**RECEPTIONIST, "key-1-extension": "102"})
    rule(adam, Status.AWAY, Condition.ALWAYS, DestinationKind.SYSTEM_EXTENSION, "830", origin=Origin.EXTERNAL)
    assert save(olga, RECEPTIONIST).status_code == 302  # Adam is not away
    Extension.objects.filter(number="101").update(status="away")
    response = save(olga, {**RECEPTIONIST, "name": "Desk"}, version="2")
    assert response.status_code == 422
    assert "830 Front desk → 101 Adam Nowak → 830 Front desk" in text_of(response)


def test_members_are_rung_without_their_own_rules_and_close_no_circle(olga: Client, adam: Extension) -> None:
    rule(adam, Status.AVAILABLE, Condition.NO_ANSWER, DestinationKind.SYSTEM_EXTENSION, "810")
    assert make(olga, "ring_group", GROUP, **{"member-0": "101"}).status_code == 302


def test_a_persons_rule_that_comes_back_to_them_through_a_receptionist_is_refused(
    olga: Client, adams_browser: Client
) -> None:
    make(olga, "digital_receptionist", RECEPTIONIST)
    to_the_desk = {"always-internal-kind": "system_extension", "always-internal-system": "830"}
    response = adams_browser.post("/settings/status/away/", to_the_desk)
    assert response.status_code == 422
    assert "Calls would go round in a circle: you → Front desk → you." in text_of(response)


# Two editors.


def test_the_slower_of_two_is_shown_what_is_saved_and_loses_nothing(olga: Client) -> None:
    make(olga, "queue", QUEUE)
    save(olga, {**QUEUE, "name": "Service"}, length_max="5")
    response = save(olga, {**QUEUE, "name": "Repairs"})
    page = text_of(response)
    assert response.status_code == 409
    assert 'data-role="conflict"' in page
    assert "Service" in page
    assert 'value="Repairs"' in page
    assert 'name="version" value="2"' in page
    assert SystemExtension.objects.get().name == "Service"
    assert save(olga, {**QUEUE, "name": "Repairs"}, version="2").status_code == 302
    assert SystemExtension.objects.get().name == "Repairs"


def test_an_error_does_not_hide_that_somebody_else_was_faster(olga: Client) -> None:
    make(olga, "queue", QUEUE)
    save(olga, {**QUEUE, "name": "Service"})
    assert 'name="version" value="1"' in text_of(save(olga, QUEUE, ring_seconds="1"))


def test_a_deletion_of_what_somebody_else_changed_is_refused(olga: Client) -> None:
    make(olga, "queue", QUEUE)
    save(olga, {**QUEUE, "name": "Service"})
    assert olga.post(f"{LIST}810/delete/", {"version": "1"}).status_code == 409
    assert SystemExtension.objects.exists()


# Deleted.


def test_what_nobody_points_at_is_deleted(olga: Client) -> None:
    make(olga, "digital_receptionist", RECEPTIONIST)
    assert "Nobody sends calls here." in text_of(olga.get(f"{LIST}830/delete/"))
    assert olga.post(f"{LIST}830/delete/", {"version": "1"}).status_code == 302
    assert not SystemExtension.objects.exists()


@pytest.mark.parametrize("who", ["rule", "template", "system", "key", "closed"])
def test_what_calls_are_sent_to_is_not_deleted_nor_renumbered_and_it_says_who_sends_them(
    olga: Client, adam: Extension, who: str
) -> None:
    make(olga, "ring_group", GROUP)
    to = {"kind": "system_extension", "system": "810"}
    match who:
        case "rule":
            rule(adam, Status.LUNCH, Condition.BUSY, DestinationKind.SYSTEM_EXTENSION, "810")
        case "template":
            TemplateSetting.objects.create(key="away.always.internal", value="system_extension:810")
        case "system":
            make(olga, "queue", {**QUEUE, "number": "830"}, **{f"destination-{part}": to[part] for part in to})
        case "key" | "closed":
            place = "key-2" if who == "key" else "closed"
            more = {f"{place}-{part}": to[part] for part in to} | ({"key-2-words": "W"} if who == "key" else {})
            make(olga, "digital_receptionist", RECEPTIONIST, **more)
    page = text_of(olga.get(f"{LIST}810/delete/"))
    assert {"rule": "101 Adam Nowak", "template": "the company's template"}.get(who, "830 ") in page
    assert olga.post(f"{LIST}810/delete/", {"version": "1"}).status_code == 409
    renumbered = olga.post(f"{LIST}810/", {**GROUP, "number": "811", "version": "1"})
    assert renumbered.status_code == 422
    assert "Calls are sent to the number it has now by:" in text_of(renumbered)
    assert SystemExtension.objects.filter(number="810").exists()


def test_with_callers_in_the_line_it_is_not_deleted(olga: Client) -> None:
    make(olga, "queue", QUEUE)
    call = Call.objects.create(caller_number="101", called_number="810", origin=Origin.INTERNAL)
    entry = QueueEntry.objects.create(call=call, queue=SystemExtension.objects.get())
    assert "there are callers" in text_of(olga.get(f"{LIST}810/delete/"))
    assert olga.post(f"{LIST}810/delete/", {"version": "1"}).status_code == 409
    entry.delete()
    assert olga.post(f"{LIST}810/delete/", {"version": "1"}).status_code == 302


def test_a_number_nobody_points_at_can_be_changed(olga: Client) -> None:
    make(olga, "queue", QUEUE)
    response = olga.post(f"{LIST}810/", {**QUEUE, "number": "811", "version": "1"})
    assert response.headers["Location"] == "/admin/system/811/"


# The history.


def test_the_history_says_in_words_what_was_made_changed_and_deleted(olga: Client) -> None:
    make(olga, "queue", QUEUE, **{"member-0": "101"})
    save(
        olga,
        QUEUE,
        **{"member-0": "102", "member-1": "101", "destination-kind": "extension", "destination-extension": "102"},
    )
    olga.post(f"{LIST}810/delete/", {"version": "2"})
    page = text_of(olga.get("/admin/history/"))
    for words in (
        "810</span> Workshop",
        "102 Piotr Adamiak, 101 Adam Nowak",
        "Forward to an internal number: 102 Piotr Adamiak",
        "deleted",
        "Whoever has been free for longest",
    ):
        assert words in page
    assert 'data-role="undo"' not in page
    assert [record.by and record.by.username for record in ChangeRecord.objects.all()] == ["olga"] * 3


def test_the_history_of_a_number_is_found_and_exported(olga: Client) -> None:
    make(olga, "digital_receptionist", RECEPTIONIST, has_hours="on", **{"hours-0": "8-16"})
    assert "08:00-16:00" in text_of(olga.get("/admin/history/?extension=830&kind=system"))
    assert "Front desk" not in text_of(olga.get("/admin/history/?extension=810"))
    table = text_of(olga.get("/admin/history/export/?kind=system"))
    assert "830,Front desk,system.option_1" in table


# The list.


def test_the_list_says_who_waits_and_what_happens_otherwise(olga: Client) -> None:
    make(olga, "queue", QUEUE, **{"member-0": "101", "destination-kind": "extension", "destination-extension": "102"})
    call = Call.objects.create(caller_number="101", called_number="810", origin=Origin.INTERNAL)
    QueueEntry.objects.create(call=call, queue=SystemExtension.objects.get())
    page = text_of(olga.get(LIST))
    for words in ("1 member", "logged in now: 0", "waiting now: 1", "Forward to an internal number: 102 Piotr Adamiak"):
        assert words in page


def test_the_list_takes_as_many_queries_for_thirty_as_for_three(olga: Client) -> None:
    counts = []
    olga.get(LIST)
    for first, last in ((800, 803), (803, 830)):
        people = make_company(last - first, first=first * 10)
        for number, person in zip(range(first, last), people, strict=True):
            system = SystemExtension.objects.create(number=str(number), name="Q", kind="queue")
            desk = SystemExtension.objects.create(number=f"9{number}", name="D", kind="digital_receptionist")
            Receptionist.objects.create(system_extension=desk, has_hours=True)
            Membership.objects.create(system_extension=system, extension=person)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            olga.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 25


def test_the_pages_are_there_in_polish(olga: Client) -> None:
    make(olga, "digital_receptionist", RECEPTIONIST)
    pages = [LIST, f"{LIST}830/", f"{LIST}830/delete/", f"{LIST}new/queue/", f"{LIST}new/ring_group/"]
    olga.post("/language/", {"language": "pl"})
    assert [olga.get(page).status_code for page in pages] == [200] * 5


def test_its_public_address_and_the_button_for_other_sites_are_shown(olga: Client) -> None:
    make(olga, "digital_receptionist", RECEPTIONIST)
    page = text_of(olga.get(f"{LIST}830/"))
    assert 'href="http://testserver/visit/830/"' in page
    assert "/visit/830/button/" in page
