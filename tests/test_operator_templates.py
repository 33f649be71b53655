"""Templates of the company and its departments: typed, refused, saved, handed on, and never overwritten unseen."""

import re
from typing import Any

import pytest
from django.test import Client

from presence import hub
from presence.domain.extension_settings import destination_text
from presence.domain.forwarding import VOICEMAIL, Destination
from presence.domain.vocabulary import Condition, DestinationKind, Origin, Status, Surface
from presence.models import ChangeRecord, Company, Department, Extension, TemplateSetting
from presence.selectors import effective_profile
from presence.selectors.settings import templates
from presence.services.extension_settings import write_settings
from presence.services.templates import TemplateChangedError, save_template, template_version
from tests.cast import register
from tests.operator_cast import browser_of, make_operator

INTERNAL, ALWAYS = Origin.INTERNAL, Condition.ALWAYS
AWAY_INTERNAL = "away-always-internal"


@pytest.fixture
def browser(db: None) -> Client:
    return browser_of(make_operator("view_extension", "change_extension", "change_templatesetting"))


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What is told to open windows: (extension, message)."""
    told: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(hub, "publish_to_windows", lambda number, message, window=None: told.append((number, message)))
    return told


def address(extension: Extension | None = None) -> str:
    return f"/admin/templates/{extension.department_id if extension else 'company'}/"


def send(browser: Client, whose: str, **controls: str) -> Any:
    """As the page does: with the version it was drawn from."""
    page = browser.get(whose).content.decode()
    version = re.search(r'name="version" value="([0-9a-f]+)"', page)
    assert version
    return browser.post(whose, {"version": version[1], **controls})


def away(extension: Extension) -> Destination:
    return effective_profile(extension, Status.AWAY).destination(ALWAYS, INTERNAL)


def test_what_the_company_says_reaches_everyone_without_a_rule_of_their_own(
    browser: Client, adam: Extension, piotr: Extension
) -> None:
    write_settings({piotr.pk: {"away.always.internal": "end_call"}}, by=None, surface=Surface.WEB_CLIENT)
    response = send(browser, address(), **{f"{AWAY_INTERNAL}-kind": "voicemail"})
    assert response.status_code == 302
    assert away(adam) == VOICEMAIL
    assert away(piotr).kind is DestinationKind.END_CALL
    assert "for 1 extension." in browser.get(address()).content.decode()


def test_a_department_stands_over_the_company(browser: Client, adam: Extension, anna: Extension) -> None:
    send(browser, address(), **{f"{AWAY_INTERNAL}-kind": "voicemail"})
    send(browser, address(adam), **{f"{AWAY_INTERNAL}-kind": "extension", f"{AWAY_INTERNAL}-extension": "103 Anna"})
    assert away(adam) == Destination(DestinationKind.EXTENSION, "103")
    assert away(anna) == VOICEMAIL
    page = browser.get(address(adam)).content.decode()
    assert "As the company says: Forward to voicemail" in page
    assert 'value="103 Anna Kowalska"' in page


def test_as_the_company_says_takes_a_departments_rule_away(browser: Client, adam: Extension) -> None:
    send(browser, address(adam), **{f"{AWAY_INTERNAL}-kind": "voicemail"})
    send(browser, address(adam), **{f"{AWAY_INTERNAL}-kind": ""})
    assert not TemplateSetting.objects.exists()
    assert away(adam).kind is DestinationKind.END_CALL


def test_ring_times_are_given_too(browser: Client, adam: Extension) -> None:
    send(browser, address(), **{"lunch-external-seconds": "45"})
    assert effective_profile(adam, Status.LUNCH).ring_seconds == {Origin.INTERNAL: 20, Origin.EXTERNAL: 45}
    send(browser, address(), **{"lunch-external-seconds": ""})
    assert effective_profile(adam, Status.LUNCH).ring_seconds[Origin.EXTERNAL] == 20


def test_switches_are_given_too_and_taken_away_again(browser: Client, adam: Extension, anna: Extension) -> None:
    send(browser, address(), **{"lunch-stays_in_queues": "yes", "lunch-rings_mobile_too": "yes"})
    assert effective_profile(adam, Status.LUNCH).rings_mobile_too
    send(browser, address(anna), **{"lunch-stays_in_queues": "no"})
    assert effective_profile(adam, Status.LUNCH).stays_in_queues
    assert not effective_profile(anna, Status.LUNCH).stays_in_queues
    send(browser, address(anna), **{"lunch-stays_in_queues": ""})
    assert effective_profile(anna, Status.LUNCH).stays_in_queues
    page = browser.get(address(anna), headers={"accept-language": "en"}).content.decode()
    assert "As the company says: on" in page


@pytest.mark.parametrize(
    ("controls", "complaint"),
    [
        ({"lunch-stays_in_queues": "perhaps"}, "Choose one of the values."),
        ({f"{AWAY_INTERNAL}-kind": "extension", f"{AWAY_INTERNAL}-extension": ""}, "Type the number of the extension"),
        ({f"{AWAY_INTERNAL}-kind": "extension", f"{AWAY_INTERNAL}-extension": "999"}, "There is no extension 999"),
        ({f"{AWAY_INTERNAL}-kind": "extension_voicemail", f"{AWAY_INTERNAL}-extension": "102"}, "is switched off"),
        ({f"{AWAY_INTERNAL}-kind": "external_number", f"{AWAY_INTERNAL}-number": "0900 123 456"}, "number"),
        (
            {f"{AWAY_INTERNAL}-kind": "external_number", f"{AWAY_INTERNAL}-number": "+1 212 555 2368"},
            "own country only",
        ),
        ({f"{AWAY_INTERNAL}-kind": "system_extension"}, "cannot be chosen here"),
        ({f"{AWAY_INTERNAL}-kind": "nonsense"}, "cannot be chosen here"),
        ({"available-internal-seconds": "4"}, "from 5 to 120"),
        ({"available-internal-seconds": "often"}, "from 5 to 120"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_control(
    browser: Client, piotr: Extension, controls: dict[str, str], complaint: str
) -> None:
    Extension.objects.filter(pk=piotr.pk).update(voicemail_on=False)
    response = send(browser, address(), **controls)
    page = response.content.decode()
    assert response.status_code == 422
    assert complaint in page
    assert page.count('aria-invalid="true"') == 1
    assert not TemplateSetting.objects.exists()


def test_the_companys_policy_is_asked(browser: Client, db: None) -> None:
    outside = {f"{AWAY_INTERNAL}-kind": "external_number", f"{AWAY_INTERNAL}-number": "+49 30 123456"}
    assert send(browser, address(), **outside).status_code == 422
    Company.objects.create(countries=["DE", "PL"])
    assert send(browser, address(), **outside).status_code == 302
    assert templates().company == {"away.always.internal": "external_number:+4930123456"}
    Company.objects.update(external_forwarding=False)
    response = send(browser, address(), **{f"{AWAY_INTERNAL}-kind": "mobile"})
    assert "does not forward calls to the outside" in response.content.decode()


def test_the_slower_of_two_operators_is_shown_what_the_faster_one_saved(browser: Client, adam: Extension) -> None:
    version = template_version({})
    send(browser, address(), **{f"{AWAY_INTERNAL}-kind": "voicemail"})
    sent = {"version": version, f"{AWAY_INTERNAL}-kind": "extension", f"{AWAY_INTERNAL}-extension": "101"}
    response = browser.post(address(), sent)
    page = response.content.decode()
    assert response.status_code == 409
    assert "another operator changed this template" in page
    assert "Saved now: Forward to voicemail" in re.sub(r"\s+", " ", page)
    assert away(adam) == VOICEMAIL
    seen = re.search(r'name="version" value="([0-9a-f]+)"', page)
    assert seen
    assert browser.post(address(), {**sent, "version": seen[1]}).status_code == 302
    assert away(adam).value == "101"


def test_two_operators_who_want_the_same_are_not_bothered(browser: Client, adam: Extension) -> None:
    send(browser, address(), **{f"{AWAY_INTERNAL}-kind": "voicemail"})
    again = {"version": template_version({}), f"{AWAY_INTERNAL}-kind": "voicemail"}
    assert browser.post(address(), again).status_code == 302


def test_a_save_that_is_refused_writes_nothing(adam: Extension) -> None:
    olga = make_operator()
    with pytest.raises(TemplateChangedError):
        save_template(department=None, values={"away.always.internal": "voicemail"}, expected="", by=olga)
    assert not TemplateSetting.objects.exists()


def test_each_extension_keeps_what_changed_for_it_and_open_windows_are_told(
    adam: Extension,
    piotr: Extension,
    anna: Extension,
    messages: list[tuple[str, dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edited: list[str] = []
    monkeypatch.setattr(hub, "publish_edited", edited.extend)
    olga = make_operator()
    register(adam)
    sales = Department.objects.get(name="Sales")
    voicemail = {"away.always.internal": "voicemail"}
    assert save_template(department=sales, values=voicemail, expected=template_version({}), by=olga) == 2
    records = ChangeRecord.objects.values_list("extension__number", "before", "after", "subject", "surface")
    end_call = {"away.always.internal": destination_text(Destination(DestinationKind.END_CALL))}
    assert sorted(records) == [
        ("101", end_call, voicemail, "away", "operator_panel"),
        ("102", end_call, voicemail, "away", "operator_panel"),
    ]
    about = {"type": "settings_changed", "statuses": ["away"], "versions": {"away": 1}, "by": "olga"}
    assert edited == ["101", "102"]
    assert messages == [("101", {**about, "surface": "operator_panel", "told": 1})]


def test_an_open_page_of_rules_cannot_overwrite_a_new_template_unseen(adam: Extension, adams_browser: Client) -> None:
    register(adam)
    page = adams_browser.get("/settings/status/away/").content.decode()
    assert 'name="version" value="0"' in page
    values = {"away.always.internal": "voicemail"}
    save_template(department=None, values=values, expected=template_version({}), by=make_operator())
    sent = {"version": "0", "always-internal-kind": "end_call", "always-external-kind": "voicemail"}
    response = adams_browser.post("/settings/status/away/", sent)
    assert response.status_code == 409
    assert "olga changed them (operator panel" in response.content.decode()


@pytest.mark.parametrize("whose", ["0", "99999", "nobody", "9" * 30, "1x"])
def test_a_template_of_nobody_is_not_found(browser: Client, whose: str) -> None:
    assert browser.get(f"/admin/templates/{whose}/").status_code == 404


def test_the_list_says_who_has_settings(browser: Client, adam: Extension, anna: Extension) -> None:
    send(browser, address(adam), **{f"{AWAY_INTERNAL}-kind": "voicemail", "lunch-external-seconds": "30"})
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.get("/admin/templates/").content.decode()))
    assert "Sales 1 extension · 2 settings" in page
    assert "Reception 1 extension · as the company says" in page
