"""What holds for the whole company: superusers only. The policy for outside calls is asked when a number is saved."""

from typing import Any

import pytest
from django.test import Client

from presence.models import Company, Extension, User
from presence.services.company import policy_of, policy_version
from tests.operator_cast import browser_of, make_operator

ADDRESS = "/admin/company/"
AS_MADE = policy_version(policy_of(Company(countries=["PL"], holidays_of="PL", time_zone="Europe/Warsaw")))
BESIDE = {
    "outside_calls_max": "2",
    "outside_minutes_per_day": "120",
    "pick_up": "department",
    "time_zone": "Europe/Warsaw",
    "holidays_of": "PL",
    "takes_visits": "on",
}


@pytest.fixture
def root(db: None) -> Client:
    return browser_of(User.objects.create(username="root", is_staff=True, is_superuser=True))


def send(browser: Client, *, seen: str = AS_MADE, **controls: str) -> Any:
    return browser.post(ADDRESS, {"seen": seen, **BESIDE, **controls})


def now_saved() -> str:
    return policy_version(policy_of(Company.objects.get()))


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
    assert send(root, seen=now_saved(), countries="PL").status_code == 302
    assert policy() == (False, ["PL"])


def test_the_web_client_asks_the_policy_too(root: Client, adam: Extension, adams_browser: Client) -> None:
    rule = {"always-internal-kind": "external_number", "always-internal-number": "+49 30 123456"}
    assert adams_browser.post("/settings/status/away/", rule).status_code == 422
    send(root, external_forwarding="on", countries="PL DE")
    assert adams_browser.post("/settings/status/away/", rule).status_code == 302


def test_the_public_page_pick_up_clock_and_holidays_are_kept(root: Client) -> None:
    sites = "https://www.example.com/ HTTPS://Shop.Example.com:443\nhttps://zażółć.pl:8443"
    more = {"embed_origins": sites, "pick_up": "everybody", "time_zone": "America/New_York", "holidays_of": ""}
    assert send(root, external_forwarding="on", countries="PL", **more).status_code == 302
    company = Company.objects.get()
    assert company.embed_origins == [
        "https://shop.example.com",
        "https://www.example.com",
        "https://xn--za-6ja4f8n1l.pl:8443",
    ]
    assert (company.pick_up, company.time_zone, company.holidays_of) == ("everybody", "America/New_York", "")
    assert company.takes_visits


def test_the_public_page_is_switched_off(root: Client) -> None:
    root.post(ADDRESS, {"seen": AS_MADE, **BESIDE, "takes_visits": ""})
    assert not Company.objects.get().takes_visits


def test_what_one_extension_may_use_of_the_outside_line_is_kept(root: Client) -> None:
    typed = {"outside_calls_max": "3", "outside_minutes_per_day": "60", "main_number": "22 123 45 67"}
    assert send(root, countries="PL", presents_callers="on", **typed).status_code == 302
    company = Company.objects.get()
    assert (company.outside_calls_max, company.outside_minutes_per_day) == (3, 60)
    assert (company.main_number, company.presents_callers) == ("+48221234567", True)
    assert 'value="22 123 45 67"' in root.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("control", "typed"),
    [
        ("outside_calls_max", "-1"),
        ("outside_calls_max", "21"),
        ("outside_calls_max", ""),
        ("outside_minutes_per_day", "1441"),
        ("outside_minutes_per_day", "two"),
        ("main_number", "101"),
        ("main_number", "+48 22 123 45 67;x"),
        ("main_number", "Lampfield"),
    ],
)
def test_a_limit_or_number_that_cannot_be_meant_is_refused(root: Client, control: str, typed: str) -> None:
    response = send(root, countries="PL", **{control: typed})
    assert response.status_code == 422
    assert f'href="#id_{control}"' in response.content.decode()
    assert not Company.objects.exists()


def test_the_slower_of_two_sees_the_limits_that_are_saved(root: Client) -> None:
    send(root, countries="PL", outside_calls_max="5", outside_minutes_per_day="7", presents_callers="on")
    page = send(root, countries="PL").content.decode()
    assert "5; 7 min; –; forwarded calls show their caller" in page


@pytest.mark.parametrize(
    "site",
    [
        "http://www.example.com",
        "www.example.com",
        "https://www.example.com/page",
        "https://www.example.com?x=1",
        "https://user@www.example.com",
        "https://*.example.com",
        "https://localhost",
        "https://[::1]",
        "https://exa'mple.com",
        "https://www.example.com:99999",
        "https://a;script-src.com",
        "javascript:alert(1)",
        "*",
        "'self'",
    ],
)
def test_what_is_no_https_site_may_not_show_the_button(root: Client, site: str) -> None:
    response = send(root, countries="PL", embed_origins=site)
    assert response.status_code == 422
    assert "is not the address of a site" in response.content.decode()
    assert not Company.objects.exists()


@pytest.mark.parametrize(
    ("control", "value"), [("time_zone", "Mars/Olympus"), ("time_zone", ""), ("holidays_of", "XX"), ("pick_up", "all")]
)
def test_a_choice_that_is_none_is_refused(root: Client, control: str, value: str) -> None:
    assert send(root, **{"countries": "PL", control: value}).status_code == 422
    assert not Company.objects.exists()


def test_countries_and_zones_are_chosen_by_name(root: Client) -> None:
    page = root.get(ADDRESS).content.decode()
    assert '<option value="PL" selected>Poland</option>' in page
    assert '<option value="Europe/Warsaw" selected>Warsaw</option>' in page


def test_an_error_does_not_hide_that_somebody_else_was_faster(root: Client) -> None:
    send(root, countries="PL DE")
    response = send(root, countries="XX")
    assert AS_MADE in response.content.decode()
