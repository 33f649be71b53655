"""A new number outside needs a fresh password on the surfaces of a person; what was there before stays without one."""

import time

import pytest
from django.core.cache import cache
from django.test import Client

from presence.domain.vocabulary import DestinationKind, Status
from presence.models import Extension
from tests.cast import rule
from tests.settings_page import ALWAYS, INTERNAL, errors_at, rules
from webclient.fresh_password import CONFIRMED_AT, FRESH_SECONDS

ADDRESSES = ["/settings/status/away/", "/app/settings/status/away/"]
PASSWORD = "correct horse battery"
OUTSIDE = {"always-internal-kind": "external_number", "always-internal-number": "22 123 45 67"}


@pytest.fixture
def an_old_window(adam: Extension, adams_browser: Client) -> Client:
    """Adam logged in long ago."""
    assert adam.user is not None
    adam.user.set_password(PASSWORD)
    adam.user.save()
    adams_browser.force_login(adam.user, backend="django.contrib.auth.backends.ModelBackend")
    set_confirmed(adams_browser, time.time() - FRESH_SECONDS)
    return adams_browser


def set_confirmed(browser: Client, moment: float) -> None:
    session = browser.session
    session[CONFIRMED_AT] = moment
    session.save()


def is_outside(adam: Extension) -> bool:
    return rules(adam, Status.AWAY).destination(ALWAYS, INTERNAL).kind is DestinationKind.EXTERNAL_NUMBER


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_new_number_outside_asks_for_the_password_and_then_not_again_for_a_while(
    an_old_window: Client, adam: Extension, address: str
) -> None:
    assert 'name="password"' not in an_old_window.get(address).content.decode()
    asked = an_old_window.post(address, OUTSIDE)
    assert asked.status_code == 422
    assert "type your password" in errors_at(asked, "password")
    assert not is_outside(adam)
    wrong = an_old_window.post(address, {**OUTSIDE, "password": "Password1"})
    assert "This is not your password." in errors_at(wrong, "password")
    assert "Password1" not in wrong.content.decode()
    assert an_old_window.post(address, {**OUTSIDE, "password": PASSWORD}).status_code == 302
    assert is_outside(adam)
    another = {**OUTSIDE, "always-internal-number": "22 123 45 68"}
    assert an_old_window.post(address, another).status_code == 302


def test_a_number_that_is_there_already_and_other_rules_need_none(an_old_window: Client, adam: Extension) -> None:
    rule(adam, Status.AWAY, ALWAYS, DestinationKind.EXTERNAL_NUMBER, "+48221234567", origin=INTERNAL)
    both = {**OUTSIDE, "always-external-kind": "external_number", "always-external-number": "22 123 45 67"}
    assert an_old_window.post(ADDRESSES[0], both).status_code == 302
    assert an_old_window.post(ADDRESSES[0], {"always-internal-kind": "end_call"}).status_code == 302


def test_guessing_is_slowed_down(an_old_window: Client) -> None:
    cache.clear()
    tries = [an_old_window.post(ADDRESSES[0], {**OUTSIDE, "password": f"guess {n}"}) for n in range(12)]
    assert "Too many attempts." in errors_at(tries[-1], "password")
    right = an_old_window.post(ADDRESSES[0], {**OUTSIDE, "password": PASSWORD})
    assert right.status_code == 422


def test_a_login_of_the_last_minutes_counts(adam: Extension) -> None:
    assert adam.user is not None
    adam.user.set_password(PASSWORD)
    adam.user.save()
    browser = Client()
    assert browser.post("/login/", {"login": "adam", "password": PASSWORD}).status_code == 302
    assert browser.post(ADDRESSES[0], OUTSIDE).status_code == 302
