"""The app's search over everyone: whatever the letters, the closest first, at most fifty."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from presence.domain.people_search import Closeness, closeness, words_of
from presence.models import Extension
from presence.selectors.people import people_found
from presence.services.favourites import add_favourite
from tests.cast import make_extension


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("105", Closeness.NUMBER),
        ("10", Closeness.NUMBER_BEGINS),
        ("1 05", Closeness.NUMBER),
        ("", Closeness.NUMBER_BEGINS),
        ("05", None),
        ("łukasz", Closeness.NAME_BEGINS),
        ("LUKASZ", Closeness.NAME_BEGINS),
        ("żół", Closeness.NAME_BEGINS),
        ("zol", Closeness.NAME_BEGINS),
        ("zol luk", Closeness.NAME_BEGINS),
        ("kow", Closeness.NAME_BEGINS),
        ("łuk 105", Closeness.NAME_BEGINS),
        ("kasz", Closeness.NAME_CONTAINS),
        ("zol nowak", None),
        ("%", None),
    ],
)
def test_a_person_is_found_by_number_and_by_any_words_of_the_name(typed: str, expected: Closeness | None) -> None:
    assert closeness(words_of(typed), "105", "Łukasz Żółć-Kowalski") == expected


@pytest.fixture
def company(adam: Extension) -> Extension:
    for number, name in [
        ("102", "Jan Łącki"),
        ("103", "Zenon Lipa"),
        ("104", "Ewa Malak"),
        ("1021", "Alan Ćwik"),
        ("105", "Łucja Abacka"),
    ]:
        make_extension(number, name)
    Extension.objects.create(number="106", name="Gone Lacki", is_enabled=False)
    return adam


def found(typed: str) -> list[str]:
    return [extension.number for extension in people_found(typed, 50)[0]]


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("102", ["102", "1021"]),
        ("l", ["105", "103", "102", "1021", "104"]),
        ("lacki", ["102"]),
        ("nobody", []),
        ("", ["105", "1021", "103", "102", "104", "101"]),
    ],
)
def test_the_closest_comes_first_and_then_the_surname_in_polish_order(
    company: Extension, typed: str, numbers: list[str]
) -> None:
    assert found(typed) == numbers


def test_the_page_shows_who_was_found_with_lamp_star_and_call_button(adams_browser: Client, company: Extension) -> None:
    add_favourite(extension=company, number="102")
    html = adams_browser.get("/app/people/", {"q": "LACKI"}).content.decode()
    assert 'data-looked-for="LACKI"' in html
    assert 'data-extension="102" data-lamp="available" data-registered="false"' in html
    assert 'name="unstar" value="102" aria-pressed="true"' in html
    assert 'data-call-action="call" data-number="102"' in html
    assert "1 person found" in html
    assert 'data-extension="103"' not in html


def test_oneself_is_found_but_neither_starred_nor_called(adams_browser: Client) -> None:
    html = adams_browser.get("/app/people/", {"q": "nowak"}).content.decode()
    assert 'class="person" data-extension="101"' in html
    assert 'value="101"' not in html
    assert 'data-number="101"' not in html


@pytest.mark.parametrize("typed", ["zzz", "<b>", "\x00zzz", "z" * 5000])
def test_a_search_that_finds_nobody_says_what_to_do(adams_browser: Client, typed: str) -> None:
    response = adams_browser.get("/app/people/", {"q": typed})
    assert response.status_code == 200
    html = response.content.decode()
    assert "Nobody has such a name or number." in html
    assert "Show everyone" in html
    assert "<b>" not in html


@pytest.mark.slow
def test_ten_thousand_people_cost_no_more_queries_and_only_fifty_are_shown(
    adams_browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Extension.objects.bulk_create(Extension(number=str(200 + n), name=f"Kowalski {n}") for n in range(60))
    adams_browser.get("/app/people/")  # what is asked once a minute is asked now
    with CaptureQueriesContext(connection) as few:
        adams_browser.get("/app/people/", {"q": "kowal"})
    Extension.objects.bulk_create(
        (Extension(number=str(20_000 + n), name=f"Kowalski {n}") for n in range(10_000)), batch_size=500
    )
    with django_assert_num_queries(len(few)):
        html = adams_browser.get("/app/people/", {"q": "kowal"}).content.decode()
    assert html.count('class="person"') == 50
    assert "10060 people found" in html
    assert "The first 50 are shown." in html
