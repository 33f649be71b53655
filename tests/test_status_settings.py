"""Settings > Status: what may be chosen here, what is kept from elsewhere, and at what cost."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from presence.domain.forwarding import Destination
from presence.domain.vocabulary import (
    DestinationKind,
    Origin,
    RuleKind,
    Status,
    Surface,
    SystemExtensionKind,
)
from presence.models import ChangeRecord, Company, Extension, StatusProfileRow, SystemExtension
from tests.cast import make_extension, rule
from tests.outside_cast import open_line
from tests.settings_page import (
    ALWAYS,
    BUSY,
    EXTERNAL,
    INTERNAL,
    NO_ANSWER,
    Answer,
    address,
    control,
    errors_at,
    post,
    rules,
    text,
)


def test_a_chosen_destination_is_saved_and_the_page_says_what_calls_meet_now(
    adams_browser: Client, adam: Extension, piotr: Extension
) -> None:
    response = post(
        adams_browser,
        Status.AWAY,
        **{"always-internal-kind": "extension", "always-internal-extension": "102 Piotr Adamiak"},
    )
    assert response.status_code == 302
    assert rules(adam, Status.AWAY).destinations == {
        (ALWAYS, INTERNAL): Destination(DestinationKind.EXTENSION, "102"),
        (ALWAYS, EXTERNAL): Destination(DestinationKind.END_CALL),
    }
    page = text(adams_browser.get(response.headers["Location"]))
    assert "Saved." in page
    assert "Internal: to 102" in page


@pytest.mark.parametrize(
    ("kind", "part", "typed", "destination"),
    [
        ("voicemail", "number", "", Destination(DestinationKind.VOICEMAIL)),
        ("end_call", "number", "", Destination(DestinationKind.END_CALL)),
        ("extension", "extension", "102", Destination(DestinationKind.EXTENSION, "102")),
        ("extension", "extension", " １０２ ", Destination(DestinationKind.EXTENSION, "102")),
        ("system_extension", "system", "800", Destination(DestinationKind.SYSTEM_EXTENSION, "800")),
        ("external_number", "number", "22 123 45 67", Destination(DestinationKind.EXTERNAL_NUMBER, "+48221234567")),
    ],
)
def test_every_destination_of_the_web_client_can_be_chosen(
    adams_browser: Client, adam: Extension, piotr: Extension, kind: str, part: str, typed: str, destination: Destination
) -> None:
    SystemExtension.objects.create(number="800", name="Sales", kind=SystemExtensionKind.QUEUE)
    controls = {"busy-external-kind": kind, f"busy-external-{part}": typed}
    assert adams_browser.post(address(Status.AVAILABLE), controls).status_code == 302
    assert rules(adam, Status.AVAILABLE).destination(BUSY, EXTERNAL) == destination


def test_seconds_are_saved_for_each_origin(adams_browser: Client, adam: Extension) -> None:
    assert (
        post(adams_browser, Status.LUNCH, **{"internal-seconds": "5", "external-seconds": " 120 "}).status_code == 302
    )
    assert rules(adam, Status.LUNCH).ring_seconds == {INTERNAL: 5, EXTERNAL: 120}


def test_switches_are_saved_and_what_is_not_sent_stays(adams_browser: Client, adam: Extension) -> None:
    assert not rules(adam, Status.LUNCH).stays_in_queues
    assert post(adams_browser, Status.LUNCH, stays_in_queues="on", takes_second_call="on").status_code == 302
    assert post(adams_browser, Status.LUNCH, takes_second_call="off").status_code == 302
    saved = rules(adam, Status.LUNCH)
    assert (saved.stays_in_queues, saved.takes_second_call) == (True, False)
    assert "checked" in switch_tag(adams_browser.get(address(Status.LUNCH)), "stays_in_queues")
    assert "checked" not in switch_tag(adams_browser.get(address(Status.LUNCH)), "takes_second_call")
    after = {key: value for change in ChangeRecord.objects.order_by("at") for key, value in change.after.items()}
    assert after == {"lunch.stays_in_queues": True, "lunch.takes_second_call": False}


@pytest.mark.parametrize("surface", ["/settings/status/lunch/", "/app/settings/status/lunch/"])
def test_the_mobile_rings_too_where_a_person_says_so(adams_browser: Client, adam: Extension, surface: str) -> None:
    assert adams_browser.post(surface, {"rings_mobile_too": "on"}).status_code == 302
    assert rules(adam, Status.LUNCH).rings_mobile_too
    assert not rules(adam, Status.AVAILABLE).rings_mobile_too
    assert adams_browser.post(surface, {"rings_mobile_too": "off"}).status_code == 302
    assert not rules(adam, Status.LUNCH).rings_mobile_too


def test_beside_that_switch_the_page_says_what_it_needs(
    settings: Settings, adams_browser: Client, adam: Extension
) -> None:
    page = text(adams_browser.get(address(Status.LUNCH)))
    assert "whoever answers first has the call. You have no mobile number here yet." in page
    Extension.objects.update(mobile_number="+48600100200")
    page = text(adams_browser.get(address(Status.LUNCH)))
    assert "Your mobile: 600 100 200. There is no outside line yet: it stays silent." in page
    open_line(settings)
    page = text(adams_browser.get(address(Status.LUNCH)))
    assert "Your mobile: 600 100 200." in page
    assert "silent" not in page
    assert "My mobile rings, too" not in text(adams_browser.get(address(Status.AWAY)))


def test_a_box_that_is_not_ticked_is_sent_by_the_control_before_it(adams_browser: Client, adam: Extension) -> None:
    page = text(adams_browser.get(address(Status.AVAILABLE)))
    assert page.index('type="hidden" name="stays_in_queues" value="off"') < page.index(
        'name="stays_in_queues" value="on"'
    )
    adams_browser.post(address(Status.AVAILABLE), {"stays_in_queues": ["off"]})
    assert not rules(adam, Status.AVAILABLE).stays_in_queues
    adams_browser.post(address(Status.AVAILABLE), {"stays_in_queues": ["off", "on"]})
    assert rules(adam, Status.AVAILABLE).stays_in_queues


def test_a_status_that_never_rings_has_no_switches(adams_browser: Client, adam: Extension) -> None:
    assert "stays_in_queues" not in text(adams_browser.get(address(Status.AWAY)))
    assert post(adams_browser, Status.AWAY, stays_in_queues="on").status_code == 302
    assert not rules(adam, Status.AWAY).stays_in_queues


def test_a_switch_that_says_neither_on_nor_off_is_refused(adams_browser: Client, adam: Extension) -> None:
    response = post(adams_browser, Status.LUNCH, stays_in_queues="perhaps")
    assert response.status_code == 422
    assert "Choose one of the values." in text(response)


def switch_tag(response: Answer, name: str) -> str:
    found = re.search(rf'<input type="checkbox"[^>]*name="{name}"[^>]*>', text(response))
    assert found, name
    return found[0]


def test_same_for_both_gives_external_calls_the_internal_rules_and_seconds(
    adams_browser: Client, adam: Extension, piotr: Extension
) -> None:
    controls = {
        "same": "on",
        "internal-seconds": "30",
        "external-seconds": "7",
        "no_answer-internal-kind": "extension",
        "no_answer-internal-extension": "102",
        "no_answer-external-kind": "end_call",
    }
    assert adams_browser.post(address(Status.AVAILABLE), controls).status_code == 302
    profile = rules(adam, Status.AVAILABLE)
    assert profile.ring_seconds == {INTERNAL: 30, EXTERNAL: 30}
    assert profile.destination(NO_ANSWER, EXTERNAL) == Destination(DestinationKind.EXTENSION, "102")
    assert all(
        profile.destination(condition, INTERNAL) == profile.destination(condition, EXTERNAL)
        for condition, _ in profile.destinations
    )


def test_a_status_that_rings_first_has_three_conditions_and_one_that_never_rings_has_one(
    adams_browser: Client, adam: Extension
) -> None:
    page = text(adams_browser.get(address(Status.AVAILABLE)))
    assert {*re.findall(r'name="([a-z_]+)-internal-kind"', page)} == {"no_answer", "busy", "not_registered"}
    assert 'name="external-seconds"' in page
    page = text(adams_browser.get(address(Status.DND)))
    assert re.findall(r'name="([a-z_]+)-external-kind"', page) == ["always"]
    assert "-seconds" not in page.split('id="status-rules"')[1].split("</form>")[0]


def test_the_rule_kind_and_not_the_status_says_which_conditions_there_are(
    adams_browser: Client, adam: Extension
) -> None:
    StatusProfileRow.objects.create(extension=adam, status=Status.AWAY, rule_kind=RuleKind.RINGS_FIRST)
    assert 'name="no_answer-internal-kind"' in text(adams_browser.get(address(Status.AWAY)))


def test_rules_copied_from_another_status_fill_the_form_and_save_nothing(
    adams_browser: Client, adam: Extension
) -> None:
    rule(adam, Status.LUNCH, BUSY, DestinationKind.END_CALL)
    response = adams_browser.get(address(Status.AVAILABLE), {"from": "lunch"})
    page = text(response)
    assert "Copied from Lunch. Nothing is saved yet." in page
    busy = page.split('name="busy-internal-kind"')[1].split("</select>")[0]
    assert '<option value="end_call" selected>' in busy
    assert rules(adam, Status.AVAILABLE).destination(BUSY, INTERNAL).kind is DestinationKind.VOICEMAIL


def test_a_destination_of_another_surface_is_not_copied_and_names_are(
    adams_browser: Client, adam: Extension, piotr: Extension
) -> None:
    rule(adam, Status.DND, ALWAYS, DestinationKind.MOBILE, origin=INTERNAL, set_on=Surface.OPERATOR_PANEL)
    rule(adam, Status.DND, ALWAYS, DestinationKind.EXTENSION, "102", origin=EXTERNAL)
    response = adams_browser.get(address(Status.AWAY), {"from": "dnd"})
    internal = text(response).split('name="always-internal-kind"')[1].split("</select>")[0]
    assert '<option value="end_call" selected>' in internal
    assert 'value="102 Piotr Adamiak"' in control(response, "always-external-extension")


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("mobile", "", "Switch to mobile (set in the operator panel)"),
        (
            "extension_voicemail",
            "102",
            "Forward to an extension&#x27;s voicemail: 102 Piotr Adamiak (set in the operator panel)",
        ),
    ],
)
def test_a_destination_set_elsewhere_is_shown_in_words_kept_and_can_be_replaced(
    adams_browser: Client, adam: Extension, piotr: Extension, kind: str, value: str, words: str
) -> None:
    kept = rule(
        adam,
        Status.AWAY,
        ALWAYS,
        DestinationKind(kind),
        value,
        origin=INTERNAL,
        set_on=Surface.OPERATOR_PANEL,
    )
    page = text(adams_browser.get(address(Status.AWAY)))
    internal, external = (page.split(f'name="always-{origin}-kind"')[1].split("</select>")[0] for origin in Origin)
    assert f'<option value="{kind}" selected>{words}</option>' in internal
    assert f'value="{kind}"' not in external

    assert (
        post(
            adams_browser, Status.AWAY, **{"always-internal-kind": kind, "always-external-kind": "voicemail"}
        ).status_code
        == 302
    )
    assert rules(adam, Status.AWAY).destination(ALWAYS, INTERNAL) == kept
    assert rules(adam, Status.AWAY).destination(ALWAYS, EXTERNAL).kind is DestinationKind.VOICEMAIL

    assert post(adams_browser, Status.AWAY, **{"always-internal-kind": "voicemail"}).status_code == 302
    assert post(adams_browser, Status.AWAY, **{"always-internal-kind": kind}).status_code == 422


def test_a_kept_destination_cannot_be_spread_to_the_other_origin(adams_browser: Client, adam: Extension) -> None:
    rule(adam, Status.AWAY, ALWAYS, DestinationKind.MOBILE, origin=INTERNAL, set_on=Surface.DESKTOP_APP)
    response = post(adams_browser, Status.AWAY, **{"same": "on", "always-internal-kind": "mobile"})
    assert response.status_code == 422
    assert "cannot be chosen here" in errors_at(response, "always-external-kind")


@pytest.mark.parametrize(
    ("voicemail_on", "words"), [(True, "such a call goes to your voicemail instead."), (False, "such a call ends.")]
)
def test_the_form_says_that_calls_cannot_leave_here_and_what_happens_instead(
    adams_browser: Client, adam: Extension, voicemail_on: bool, words: str
) -> None:
    Extension.objects.update(voicemail_on=voicemail_on)
    page = text(adams_browser.get(address(Status.AWAY)))
    assert f"There is no outside line yet: {words}" in page


def test_with_a_line_the_form_says_nothing_of_the_kind(settings: Settings, adams_browser: Client) -> None:
    open_line(settings)
    page = text(adams_browser.get(address(Status.AWAY)))
    assert "outside line" not in page
    assert "may not be forwarded" not in page


@pytest.mark.parametrize("who", ["company", "extension"])
def test_whose_calls_may_not_leave_reads_so_and_chooses_no_outside_number(
    settings: Settings, adams_browser: Client, adam: Extension, who: str
) -> None:
    open_line(settings)
    Company.objects.create(external_forwarding=who != "company")
    Extension.objects.update(external_forwarding=who != "extension")
    assert "Your calls may not be forwarded to the outside: such" in text(adams_browser.get(address(Status.AWAY)))
    outside = {"always-internal-kind": "external_number", "always-internal-number": "22 123 45 67"}
    response = post(adams_browser, Status.AWAY, **outside)
    assert response.status_code == 422
    assert "An operator can allow it." in errors_at(response, "always-internal-kind")
    rule(adam, Status.AWAY, ALWAYS, DestinationKind.EXTERNAL_NUMBER, "+48221234567", origin=INTERNAL)
    assert post(adams_browser, Status.AWAY, **outside).status_code == 302  # it stays as it is


def test_the_page_needs_a_login_and_a_status_that_exists(client: Client, adams_browser: Client) -> None:
    assert Client().get(address(Status.AWAY)).status_code == 302
    assert Client().get("/settings/extensions/?q=1").status_code == 302
    assert adams_browser.get("/settings/status/asleep/").status_code == 404
    assert adams_browser.delete(address(Status.AWAY)).status_code == 405


@pytest.mark.parametrize("number_of_extensions", [10, 1000])
def test_the_page_and_its_refusal_ask_the_database_as_often_for_ten_as_for_a_thousand(
    adams_browser: Client,
    adam: Extension,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    number_of_extensions: int,
) -> None:
    Extension.objects.bulk_create(
        Extension(number=str(2000 + count), name=f"Extension {count}") for count in range(number_of_extensions)
    )
    with django_assert_max_num_queries(24):
        page = adams_browser.get(address(Status.AVAILABLE))
    assert len(page.content) < 60_000
    controls = {f"no_answer-{origin}-kind": "extension" for origin in Origin}
    controls |= {f"no_answer-{origin}-extension": text for origin, text in zip(Origin, ("2003", "999"), strict=True)}
    with django_assert_max_num_queries(30):
        assert adams_browser.post(address(Status.AVAILABLE), controls).status_code == 422


@pytest.mark.parametrize(
    ("typed", "found"),
    [("10", ["102", "103", "1010"]), ("adamiak", ["102"]), ("żak", ["1010"]), ("zzz", []), ("\x00", None)],
)
def test_extensions_are_suggested_by_number_or_name(
    adams_browser: Client, piotr: Extension, anna: Extension, typed: str, found: list[str] | None
) -> None:
    make_extension("1010", "Żaklina Żak")
    disabled = make_extension("1011", "Jan Disabled")
    disabled.is_enabled = False
    disabled.save()
    answer = adams_browser.get("/settings/extensions/", {"q": typed}).json()
    numbers = [each["number"] for each in answer["extensions"]]
    assert numbers == (["102", "103", "1010"] if found is None else found)


def test_suggestions_are_few_and_never_oneself(adams_browser: Client, adam: Extension) -> None:
    Extension.objects.bulk_create(Extension(number=str(1000 + count), name="Many") for count in range(50))
    numbers = [each["number"] for each in adams_browser.get("/settings/extensions/?q=1").json()["extensions"]]
    assert len(numbers) == 20
    assert "101" not in numbers
