"""What a person and an operator see of desk phones: where calls begin, who is registered, and how the link is."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from presence.models import AsteriskLink, Extension, User
from tests.cast import register
from tests.operator_cast import browser_of
from tests.outside_cast import open_line
from tests.settings_page import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(settings: Settings) -> AsteriskLink:
    return open_line(settings)


@pytest.fixture
def root(db: None) -> Client:
    return browser_of(User.objects.create(username="root", is_staff=True, is_superuser=True))


@pytest.mark.parametrize("path", ["/settings/devices/", "/app/settings/devices/"])
def test_whoever_has_a_desk_phone_chooses_where_calls_begin(
    adams_browser: Client, adam: Extension, line: AsteriskLink, path: str
) -> None:
    register(adam, "sip-101")
    assert "On my desk phone" in text(adams_browser.get(path))


def test_without_a_phone_system_the_page_says_why_there_is_nothing_to_choose(adams_browser: Client) -> None:
    page = text(adams_browser.get("/settings/devices/"))
    assert "Lampfield is not connected to a phone system" in page
    assert "On my desk phone" not in page


def test_without_a_registered_desk_phone_the_page_says_so(
    adams_browser: Client, adam: Extension, line: AsteriskLink
) -> None:
    register(adam)
    page = text(adams_browser.get("/settings/devices/"))
    assert "no desk phone of extension 101 is registered now" in page
    assert "On my desk phone" not in page


def test_while_the_link_is_away_the_page_says_so(adams_browser: Client, adam: Extension, line: AsteriskLink) -> None:
    register(adam, "sip-101")
    AsteriskLink.objects.update(is_ready=False)
    assert "the connection to the phone system is away just now" in text(adams_browser.get("/settings/devices/"))


def test_a_person_lets_their_phone_answer_by_itself_and_takes_it_back(adams_browser: Client, adam: Extension) -> None:
    assert adam.user is not None
    for sent, expected in (({"answers": "on"}, True), ({}, False)):
        assert adams_browser.post("/settings/devices/desk-phone/", sent).status_code == 302
        adam.user.refresh_from_db()
        assert adam.user.desk_phone_answers is expected


def test_an_operator_sees_which_phones_are_registered_and_how_one_is_set_up(
    root: Client, adam: Extension, line: AsteriskLink
) -> None:
    register(adam)
    register(adam, "sip-101-kitchen")
    page = text(root.get("/admin/extensions/101/"))
    assert "101-kitchen</strong>" in page
    assert "Browser window" in page
    assert "manage.py asterisk_config --phone 101" in page


def test_an_operator_sees_that_an_extension_has_no_phone(root: Client, adam: Extension) -> None:
    page = text(root.get("/admin/extensions/101/"))
    assert "None: this extension cannot ring now." in page
    assert "there are no desk phones" in page


def test_no_phones_are_listed_where_many_extensions_are_edited(root: Client, adam: Extension, piotr: Extension) -> None:
    page = text(root.post("/admin/extensions/edit/", {"ids": f"{adam.pk},{piotr.pk}"}, follow=True))
    assert "tab-phones" not in page


STATES: dict[str, tuple[dict[str, Any], str, bool]] = {
    "linked": ({}, "Connected, with a line to the outside.", False),
    "no trunk": ({"has_trunk": False}, "it has no endpoint trunk (ASTERISK_TRUNK)", True),
    "an answer": ({"is_ready": False, "trouble": "401 Unauthorized"}, "Not connected: 401 Unauthorized.", True),
    "nobody": ({"owner": "", "is_ready": False}, "no process of Lampfield keeps the connection yet", True),
}


@pytest.mark.parametrize("state", STATES)
def test_company_page_and_check_up_say_how_the_link_is(
    root: Client, line: AsteriskLink, settings: Settings, state: str
) -> None:
    settings.ASTERISK_TRUNK = "trunk"
    row, words, is_finding = STATES[state]
    AsteriskLink.objects.update(**row)
    assert words in text(root.get("/admin/company/"))
    assert (words in text(root.get("/admin/check-up/"))) is is_finding


def test_without_a_phone_system_there_is_nothing_to_find(root: Client) -> None:
    assert "None is connected" in text(root.get("/admin/company/"))
    assert 'data-role="phone-system"' not in text(root.get("/admin/check-up/"))
