"""The company's policy for calls to the outside: superusers only, and asked when a number is saved."""

from typing import Any

import pytest
from django.test import Client

from presence.models import Company, Extension, User
from tests.operator_cast import browser_of, make_operator

ADDRESS = "/admin/company/"
AS_MADE = str(Company(countries=["PL"]))


@pytest.fixture
def root(db: None) -> Client:
    return browser_of(User.objects.create(username="root", is_staff=True, is_superuser=True))


def send(browser: Client, *, seen: str = AS_MADE, **controls: str) -> Any:
    return browser.post(ADDRESS, {"seen": seen, **controls})


def policy() -> tuple[bool, list[str]]:
    company = Company.objects.get()
    return company.external_forwarding, company.countries


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_operator_may_not_see_it_whatever_their_permissions(db: None, method: str) -> None:
    operator = browser_of(make_operator("view_company", "change_company", "change_extension", "view_extension"))
    assert getattr(operator, method)(ADDRESS).status_code == 403
    assert not Company.objects.exists()


def test_a_superuser_says_which_countries_may_be_called(root: Client) -> None:
    assert "PL</strong> +48" in root.get(ADDRESS).content.decode()
    assert send(root, external_forwarding="on", countries="de, pl;CZ de").status_code == 302
    assert policy() == (True, ["CZ", "DE", "PL"])
    assert "DE</strong> +49" in root.get(ADDRESS).content.decode()


def test_the_switch_is_turned_off(root: Client) -> None:
    send(root, countries="PL")
    assert policy() == (False, ["PL"])


def test_a_country_that_is_none_is_refused_by_name(root: Client) -> None:
    response = send(root, external_forwarding="on", countries="PL XX Poland")
    assert response.status_code == 422
    assert "No such country: XX, POLAND." in response.content.decode()
    assert not Company.objects.exists()


def test_the_slower_of_two_is_shown_what_is_saved_and_may_save_again(root: Client) -> None:
    send(root, external_forwarding="on", countries="PL DE")
    response = send(root, countries="PL")
    page = response.content.decode()
    assert response.status_code == 409
    assert "somebody else changed it" in page
    assert policy() == (True, ["DE", "PL"])
    assert send(root, seen="outside: DE, PL", countries="PL").status_code == 302
    assert policy() == (False, ["PL"])


def test_the_web_client_asks_the_policy_too(root: Client, adam: Extension, adams_browser: Client) -> None:
    rule = {"always-internal-kind": "external_number", "always-internal-number": "+49 30 123456"}
    assert adams_browser.post("/settings/status/away/", rule).status_code == 422
    send(root, external_forwarding="on", countries="PL DE")
    assert adams_browser.post("/settings/status/away/", rule).status_code == 302
