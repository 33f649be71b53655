"""The public call page: names, limits, links and buttons, and that nothing tells whether a number exists."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from presence.calls import housekeeping
from presence.models import Company, Extension, SystemExtension, Visit
from presence.services import visits
from presence.services.visit_links import remove_visit_link, renew_visit_link
from presence.services.visits import TooManyVisitsError, VisitorNameError, begin_visit, visitor_name

pytestmark = pytest.mark.django_db

JSON = {"accept": "application/json"}
OK, NOT_FOUND, INVALID, TOO_MANY = 200, 404, 422, 429


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Jan Gość", "Jan Gość"),
        ("  Jan\t Gość ", "Jan Gość"),
        ("\uff2a\uff41\uff4e", "Jan"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("x" * 60, "x" * 60),
    ],
)
def test_a_name_is_kept_as_it_can_be_shown(typed: str, name: str) -> None:
    assert visitor_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "no_name"),
        (" \n ", "no_name"),
        ("...", "no_name"),
        ("x" * 61, "long_name"),
        ("\ufdfa" * 20, "long_name"),  # one sign before NFKC, eighteen after
        ("Jan\x00", "bad_name"),
        ("Jan\x1b[31m", "bad_name"),
        ("Jan \u202enaD", "bad_name"),  # turns the direction of what follows
        ("Jan\u200b", "bad_name"),
        ("Jan\ue000", "bad_name"),
    ],
)
def test_what_is_no_name_is_refused_beside_the_field(client: Client, typed: str, code: str) -> None:
    with pytest.raises(VisitorNameError) as refused:
        visitor_name(typed)
    assert refused.value.code == code

    answer = client.post("/visit/102/", {"name": typed}, headers=JSON)
    assert (answer.status_code, list(answer.json()["errors"])) == (INVALID, ["name"])
    page = client.post("/visit/102/", {"name": typed})
    assert page.status_code == INVALID
    assert 'data-role="name-error">' in page.content.decode()
    assert not Visit.objects.exists()


def a_visit(number: str = "102", address: str = "192.0.2.1") -> Visit:
    return begin_visit(number=number, name="Jan", address=address)


def made(count: int, at: datetime, *, number: str = "", address: str = "") -> None:
    """This many visits at a moment, each with another of what is not named."""
    sample = a_visit(number or "99999", address or "198.51.100.1")
    sample.delete()
    Visit.objects.bulk_create(
        Visit(
            number=number or f"9{index:04}",
            name="Jan",
            address=sample.address if address else f"digest-{index}",
            at=at,
        )
        for index in range(count)
    )


@pytest.mark.parametrize(
    ("counted", "minutes_ago", "before", "is_allowed"),
    [
        ("address", 0, 5, True),
        ("address", 0, 6, False),
        ("address", 2, 59, True),
        ("address", 2, 60, False),
        ("address", 61, 60, True),
        ("number", 0, 9, True),
        ("number", 0, 10, False),
        ("number", 2, 59, True),
        ("number", 2, 60, False),
        ("number", 61, 60, True),
    ],
)
@pytest.mark.parametrize("number", ["102", "99"])
def test_visits_are_limited_whether_the_number_exists_or_not(
    piotr: Extension, number: str, counted: str, minutes_ago: int, before: int, is_allowed: bool
) -> None:
    at = timezone.now() - timedelta(minutes=minutes_ago)
    made(before, at, **({"address": "192.0.2.1"} if counted == "address" else {"number": number}))

    if is_allowed:
        assert a_visit(number).number == number
    else:
        with pytest.raises(TooManyVisitsError) as refused:
            a_visit(number)
        # Again as soon as the oldest that counts is old enough.
        assert 1 <= refused.value.retry_seconds <= (61 if minutes_ago == 0 else 58 * 60 + 1)


def test_thirty_calls_a_minute_from_one_place_are_limited_with_a_clear_page(client: Client, piotr: Extension) -> None:
    answers = [client.post("/visit/102/", {"name": "Jan"}, headers=JSON) for _ in range(30)]

    assert [answer.status_code for answer in answers] == [OK] * 6 + [TOO_MANY] * 24
    assert answers[-1].json() == {"message": "Too many calls in a short time. Try again in 1 minute."}
    assert 1 <= int(answers[-1]["Retry-After"]) <= 61
    page = client.post("/visit/102/", {"name": "Jan"})
    assert page.status_code == TOO_MANY
    assert "Try again in 1 minute." in page.content.decode()
    assert 'value="Jan"' in page.content.decode()


def test_a_network_address_is_kept_as_a_digest_only_and_not_for_long() -> None:
    visit = a_visit(address="192.0.2.1")
    assert re.fullmatch("[0-9a-f]{64}", visit.address)
    assert a_visit(address="192.0.2.1").address == visit.address
    assert a_visit(address="192.0.2.2").address != visit.address

    Visit.objects.filter(pk=visit.pk).update(at=timezone.now() - timedelta(days=2))
    housekeeping.purge()
    assert Visit.objects.count() == 2


def test_one_household_has_one_network_of_ipv6_addresses() -> None:
    first = a_visit(address="2001:db8:1:2::1").address
    assert a_visit(address="2001:db8:1:2:ffff::9").address == first
    assert a_visit(address="2001:db8:1:3::1").address != first
    assert a_visit(address="::ffff:192.0.2.1").address == a_visit(address="192.0.2.1").address


def test_behind_a_proxy_the_address_is_what_the_proxy_says(client: Client, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for claimed in ("203.0.113.1", "203.0.113.2"):
        client.post("/visit/102/", {"name": "Jan"}, headers={**JSON, "x-forwarded-for": f"{claimed}, 192.0.2.1"})
    assert len(set(Visit.objects.values_list("address", flat=True))) == 1


def test_without_a_proxy_its_header_is_not_believed(client: Client) -> None:
    for claimed in ("203.0.113.1", "203.0.113.2"):
        client.post("/visit/102/", {"name": "Jan"}, headers={**JSON, "x-forwarded-for": claimed})
    assert len(set(Visit.objects.values_list("address", flat=True))) == 1


CHANGING = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"')


def page_of(number: str) -> tuple[int, str]:
    answer = Client().get(f"/visit/{number}/")
    return answer.status_code, CHANGING.sub("", answer.content.decode()).replace(number, "NUMBER")


@pytest.fixture
def numbers(piotr: Extension, anna: Extension, adam: Extension) -> list[str]:
    """Numbers that exist, do not exist, are disabled and are switched off, of people and of others."""
    Extension.objects.filter(pk=anna.pk).update(is_enabled=False)
    Extension.objects.filter(pk=adam.pk).update(takes_visits=False)
    SystemExtension.objects.create(number="801", name="Sales", kind="queue")
    SystemExtension.objects.create(number="802", name="Service", kind="ring_group", takes_visits=False)
    return ["102", "103", "101", "801", "802", "999"]


def test_the_page_of_a_number_is_alike_whether_it_exists_or_not(numbers: list[str]) -> None:
    pages = {number: page_of(number) for number in numbers}
    assert {status for status, _ in pages.values()} == {OK}
    assert len({page for _, page in pages.values()}) == 1
    assert "Piotr" not in pages["102"][1]


def test_the_answer_to_a_name_is_alike_whether_the_number_exists_or_not(numbers: list[str]) -> None:
    answers = [Client().post(f"/visit/{number}/", {"name": "Jan"}, headers=JSON) for number in numbers]
    assert [(answer.status_code, list(answer.json())) for answer in answers] == [(OK, ["token"])] * len(numbers)
    assert len({len(answer.content) for answer in answers}) == 1


def test_who_may_be_called_is_asked_of_number_and_company(numbers: list[str]) -> None:
    assert [number for number in numbers if visits.takes_visits(number)] == ["102", "801"]
    Company.objects.create(takes_visits=False)
    assert not any(visits.takes_visits(number) for number in numbers)


def test_with_the_company_switch_off_every_number_has_the_same_page_of_nothing(numbers: list[str]) -> None:
    Company.objects.create(takes_visits=False)
    pages = {page_of(number) for number in [*numbers, "abc"]}
    assert len(pages) == 1
    assert pages.pop()[0] == NOT_FOUND
    assert Client().post("/visit/102/", {"name": "Jan"}, headers=JSON).status_code == NOT_FOUND


@pytest.mark.parametrize("number", ["1", "12345678901", "abc", "10a", "١٠٢", "+102"])
def test_what_can_be_no_number_has_no_page(client: Client, number: str) -> None:
    assert client.get(f"/visit/{number}/").status_code == NOT_FOUND


def test_a_link_shows_the_person_and_never_the_number(client: Client, piotr: Extension) -> None:
    code = renew_visit_link(extension=piotr)

    page = client.get(f"/v/{code}/")
    text = CHANGING.sub("", page.content.decode())
    assert "Call Piotr Adamiak" in text
    assert "102" not in text
    answer = client.post(f"/v/{code}/", {"name": "Jan"}, headers=JSON)
    assert Visit.objects.get().number == "102"
    assert answer.status_code == OK


def test_a_new_link_ends_the_old_and_a_link_can_be_switched_off(client: Client, piotr: Extension) -> None:
    old = renew_visit_link(extension=piotr)
    new = renew_visit_link(extension=piotr)
    assert [client.get(f"/v/{code}/").status_code for code in (old, new)] == [NOT_FOUND, OK]
    remove_visit_link(extension=piotr)
    assert client.get(f"/v/{new}/").status_code == NOT_FOUND


@pytest.mark.parametrize("switch", ["is_enabled", "takes_visits"])
def test_a_link_is_dead_while_its_person_may_not_be_called(client: Client, piotr: Extension, switch: str) -> None:
    code = renew_visit_link(extension=piotr)
    Extension.objects.filter(pk=piotr.pk).update(**{switch: False})
    dead = client.get(f"/v/{code}/")
    never = client.get("/v/neverwaslink/")
    assert (dead.status_code, never.status_code) == (NOT_FOUND, NOT_FOUND)
    assert CHANGING.sub("", dead.content.decode()).replace(code, "") == CHANGING.sub(
        "", never.content.decode()
    ).replace("neverwaslink", "")


def test_a_person_makes_renews_and_switches_off_their_link(adams_browser: Client, adam: Extension) -> None:
    assert "You have no link." in adams_browser.get("/settings/link/").content.decode()
    codes = []
    for _ in range(2):
        assert adams_browser.post("/settings/link/", {"link": "renew"}).status_code == 302
        adam.refresh_from_db()
        codes.append(adam.visit_code)
        page = adams_browser.get("/settings/link/").content.decode()
        assert f"http://testserver/v/{adam.visit_code}/" in page
        assert "&lt;iframe src=" in page
    assert len(set(codes)) == 2
    adams_browser.post("/settings/link/", {"link": "off"})
    adam.refresh_from_db()
    assert adam.visit_code is None
    assert adams_browser.post("/settings/link/", {"link": "other"}).status_code == INVALID


def test_a_visitors_page_leads_nowhere_into_the_product_and_is_never_framed(client: Client) -> None:
    answer = client.get("/visit/102/")
    text = answer.content.decode()
    assert re.findall(r'<a [^>]*href="', text) == []
    assert re.findall(r'<form[^>]* action="([^"]*)"', text) == ["/language/"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("code", [None, "link"])
def test_the_button_is_shown_by_the_sites_that_the_company_names_and_by_no_other(
    client: Client, piotr: Extension, code: str | None
) -> None:
    address = f"/v/{renew_visit_link(extension=piotr)}/button/" if code else "/visit/102/button/"
    answer = client.get(address)
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"

    Company.objects.create(embed_origins=["https://example.com", "https://www.example.com:8443"])
    answer = client.get(address)
    assert (
        "frame-ancestors https://example.com https://www.example.com:8443;" in answer["Content-Security-Policy"] + ";"
    )
    assert "X-Frame-Options" not in answer
    assert f'href="{address.removesuffix("button/")}" target="_blank" rel="noopener"' in answer.content.decode()


def test_the_button_of_a_number_is_alike_whether_it_exists_or_not(numbers: list[str]) -> None:
    buttons = [Client().get(f"/visit/{number}/button/") for number in numbers]
    assert {button.status_code for button in buttons} == {OK}
    assert (
        len({button.content.decode().replace(number, "") for button, number in zip(buttons, numbers, strict=True)}) == 1
    )


def test_the_page_speaks_the_browsers_language(client: Client) -> None:
    assert '<html lang="pl">' in client.get("/visit/102/", headers={"accept-language": "pl"}).content.decode()
    assert '<html lang="en">' in client.get("/visit/102/", headers={"accept-language": "de"}).content.decode()


def test_a_name_from_another_site_is_refused() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/visit/102/", {"name": "Jan"}, headers=JSON).status_code == 403
    assert not Visit.objects.exists()
