"""Settings > Status: what may be chosen here, what is refused and in which words, and what happens to two editors."""

import re
from collections.abc import Mapping
from typing import Protocol

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from presence.domain.forwarding import Destination, StatusProfile
from presence.domain.vocabulary import (
    Condition,
    DestinationKind,
    Origin,
    RuleKind,
    Status,
    Surface,
    SystemExtensionKind,
)
from presence.models import ChangeRecord, Extension, StatusProfileRow, SystemExtension, User
from presence.selectors import effective_profile, profile_version
from presence.services.forwarding import save_profile
from tests.cast import make_extension, rule

INTERNAL, EXTERNAL = Origin.INTERNAL, Origin.EXTERNAL
NO_ANSWER, BUSY, ALWAYS = Condition.NO_ANSWER, Condition.BUSY, Condition.ALWAYS


class Answer(Protocol):
    """What the test client gives back, as far as it is looked at here."""

    status_code: int

    @property
    def content(self) -> bytes: ...

    @property
    def headers(self) -> Mapping[str, str]: ...


def address(status: Status) -> str:
    return f"/settings/status/{status}/"


def post(client: Client, status: Status, **controls: str) -> Answer:
    """Send some controls; those that are not sent stay as they are."""
    return client.post(address(status), controls)


def rules(extension: Extension, status: Status) -> StatusProfile:
    return effective_profile(extension, status)


def text(response: Answer) -> str:
    return response.content.decode()


def control(response: Answer, name: str) -> str:
    """The tag of one control."""
    found = re.search(rf'<(?:input|select)[^>]*name="{name}"[^>]*>', text(response))
    assert found, name
    return found[0]


def errors_at(response: Answer, name: str) -> str:
    """What the page says beside a control, found the way a screen reader finds it."""
    tag = control(response, name)
    assert 'aria-invalid="true"' in tag
    described_by = re.search(r'aria-describedby="([^"]*)"', tag)
    assert described_by
    error_id = next(each for each in described_by[1].split() if each.endswith("_error"))
    found = re.search(rf'<ul class="errorlist" id="{error_id}">(.*?)</ul>', text(response), re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>", "", found[1])


# Saving.


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


# Refusals.


@pytest.mark.parametrize(
    ("kind", "part", "typed", "error"),
    [
        ("extension", "extension", "999", "There is no extension 999."),
        ("extension", "extension", "nobody", "There is no extension nobody."),
        ("extension", "extension", " ", "Type the number of the extension to forward to."),
        ("extension", "extension", "101", "This is your own number. Choose another extension."),
        ("extension", "extension", "104", "The extension 104 Ewa Disabled is switched off."),
        ("extension", "extension", "800", "This is a queue, a ring group or a receptionist."),
        ("extension", "extension", "102", "Calls would go round in a circle: you → Piotr Adamiak → you."),
        ("system_extension", "system", "", "Choose a system extension."),
        ("system_extension", "system", "899", "There is no such system extension."),
        ("system_extension", "system", "102", "There is no such system extension."),
        ("external_number", "number", "", "Type the number to forward to."),
        ("external_number", "number", "12 monkeys", "This is not a phone number."),
        ("external_number", "number", "٦٠٠١٠٠٢٠٠", "This is not a phone number."),
        ("external_number", "number", "112", "Calls cannot be forwarded to an emergency number."),
        ("external_number", "number", "19123", "Calls cannot be forwarded to a short number."),
        ("external_number", "number", "+4930123456", "own country only."),
        ("external_number", "number", "700 123 456", "special charges."),
    ],
)
def test_a_bad_value_is_refused_beside_its_control_and_nothing_typed_is_lost(
    adams_browser: Client, adam: Extension, piotr: Extension, kind: str, part: str, typed: str, error: str
) -> None:
    SystemExtension.objects.create(number="800", name="Sales", kind=SystemExtensionKind.QUEUE)
    ewa = make_extension("104", "Ewa Disabled")
    ewa.is_enabled = False
    ewa.save()
    rule(piotr, Status.AVAILABLE, NO_ANSWER, DestinationKind.EXTENSION, "101")

    controls = {"always-internal-kind": kind, f"always-internal-{part}": typed, "always-external-kind": "voicemail"}
    response = adams_browser.post(address(Status.AWAY), controls)

    assert response.status_code == 422
    assert error in errors_at(response, f"always-internal-{part}")
    assert f'href="#id_always-internal-{part}"' in text(response)
    if typed and part != "system":
        assert f'value="{typed}"' in control(response, f"always-internal-{part}")
    external = text(response).split('name="always-external-kind"')[1].split("</select>")[0]
    assert '<option value="voicemail" selected>' in external
    assert rules(adam, Status.AWAY).destination(ALWAYS, EXTERNAL).kind is DestinationKind.END_CALL


@pytest.mark.parametrize("kind", ["mobile", "extension_voicemail", "", "nonsense"])
def test_a_destination_that_is_not_offered_here_cannot_be_chosen(
    adams_browser: Client, adam: Extension, kind: str
) -> None:
    response = post(adams_browser, Status.AWAY, **{"always-internal-kind": kind})
    assert response.status_code == 422
    assert "This destination cannot be chosen here." in errors_at(response, "always-internal-kind")


def test_voicemail_that_is_switched_off_cannot_be_chosen(adams_browser: Client, adam: Extension) -> None:
    Extension.objects.update(voicemail_on=False)
    response = post(adams_browser, Status.AWAY, **{"always-external-kind": "voicemail"})
    assert response.status_code == 422
    assert "Your voicemail is switched off." in errors_at(response, "always-external-kind")


@pytest.mark.parametrize("typed", ["4", "121", "0", "-20", "20.5", "twenty", "", "٢٠", "1_0", "99999999999"])
def test_seconds_outside_5_to_120_or_no_whole_number_are_refused(
    adams_browser: Client, adam: Extension, typed: str
) -> None:
    response = post(adams_browser, Status.AVAILABLE, **{"internal-seconds": typed, "external-seconds": "30"})
    assert response.status_code == 422
    assert "Type a whole number of seconds from 5 to 120." in errors_at(response, "internal-seconds")
    assert f'value="{typed}"' in control(response, "internal-seconds") or not typed
    assert 'value="30"' in control(response, "external-seconds")


def test_with_same_for_both_an_error_stands_once(adams_browser: Client, adam: Extension) -> None:
    response = post(
        adams_browser,
        Status.AWAY,
        **{"same": "on", "always-internal-kind": "extension", "always-internal-extension": "999"},
    )
    assert response.status_code == 422
    assert text(response).count("There is no extension 999.") == 2  # in the summary and beside the control
    assert "checked" in control(response, "same")


def test_a_loop_over_several_people_is_named(adams_browser: Client, piotr: Extension, anna: Extension) -> None:
    rule(piotr, Status.AVAILABLE, BUSY, DestinationKind.EXTENSION, "103", origin=EXTERNAL)
    rule(anna, Status.AVAILABLE, NO_ANSWER, DestinationKind.EXTENSION, "101", origin=EXTERNAL)
    controls = {f"no_answer-{origin}-kind": "extension" for origin in Origin}
    controls |= {f"no_answer-{origin}-extension": "102" for origin in Origin}
    response = adams_browser.post(address(Status.LUNCH), controls)
    expected = "you → Piotr Adamiak → Anna Kowalska → you."
    assert expected in errors_at(response, "no_answer-external-extension")
    assert "aria-invalid" not in control(response, "no_answer-internal-extension")


def test_errors_are_in_the_users_language(adams_browser: Client, adam: Extension) -> None:
    polish = adams_browser.post(
        address(Status.AWAY),
        {"always-internal-kind": "extension", "always-internal-extension": "101"},
        headers={"Accept-Language": "pl"},
    )
    assert "To Twój własny numer." in errors_at(polish, "always-internal-extension")


# Destinations of other surfaces.


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
    assert f"It takes no calls yet: {words}" in page


# Two editors.


def holder(extension: Extension) -> User:
    assert extension.user is not None
    return extension.user


def changed_elsewhere(extension: Extension) -> None:
    """An operator ends Adam's internal calls while he is away, after he opened the page."""
    save_profile(
        extension=extension,
        status=Status.AWAY,
        destinations={(ALWAYS, INTERNAL): Destination(DestinationKind.VOICEMAIL)},
        ring_seconds={},
        expected_version=profile_version(extension, Status.AWAY),
        by=holder(make_extension("100", "Olga Zielińska")),
        surface=Surface.OPERATOR_PANEL,
    )


def version(response: Answer) -> str:
    found = re.search(r'name="version" value="(-?[0-9]+)"', text(response))
    assert found
    return found[1]


def test_the_second_of_two_editors_is_told_by_whom_and_shown_what_is_saved_now(
    adams_browser: Client, adam: Extension, piotr: Extension
) -> None:
    opened = version(adams_browser.get(address(Status.AWAY)))
    changed_elsewhere(adam)
    controls = {"always-internal-kind": "extension", "always-internal-extension": "102"}

    response = adams_browser.post(address(Status.AWAY), {"version": opened, **controls})

    assert response.status_code == 409
    assert "Olga Zielińska changed them (operator panel, " in text(response)
    assert "Saved now: Forward to voicemail" in re.sub(r"\s+", " ", text(response))
    assert 'value="102"' in control(response, "always-internal-extension")
    assert rules(adam, Status.AWAY).destination(ALWAYS, INTERNAL).kind is DestinationKind.VOICEMAIL

    again = {"version": version(response), **controls}
    assert adams_browser.post(address(Status.AWAY), again).status_code == 302
    assert rules(adam, Status.AWAY).destination(ALWAYS, INTERNAL).value == "102"


def test_two_editors_who_save_the_same_are_both_content(adams_browser: Client, adam: Extension) -> None:
    opened = version(adams_browser.get(address(Status.AWAY)))
    changed_elsewhere(adam)
    same = {"version": opened, "always-internal-kind": "voicemail", "always-external-kind": "end_call"}
    assert adams_browser.post(address(Status.AWAY), same).status_code == 302


def test_an_error_is_mended_before_a_conflict_is_told(adams_browser: Client, adam: Extension) -> None:
    opened = version(adams_browser.get(address(Status.AWAY)))
    changed_elsewhere(adam)
    wrong = {"version": opened, "always-internal-kind": "extension", "always-internal-extension": "101"}
    response = adams_browser.post(address(Status.AWAY), wrong)
    assert response.status_code == 422
    assert version(response) == opened


@pytest.mark.parametrize("nonsense", ["", "x", "-1", "1e3", "９", "9" * 40])
def test_a_version_that_was_never_given_out_saves_nothing(
    adams_browser: Client, adam: Extension, nonsense: str
) -> None:
    response = adams_browser.post(address(Status.AWAY), {"version": nonsense, "always-internal-kind": "voicemail"})
    assert response.status_code == 409
    assert not ChangeRecord.objects.exists()


# Who may, and at what cost.


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


# Suggestions.


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
