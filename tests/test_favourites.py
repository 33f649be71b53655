"""Favourites: remembered for the extension, in the order of choosing, with lamps; nobody sees another's."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from presence.models import Extension, Favourite
from presence.selectors.people import favourite_numbers, favourites_of
from presence.services.favourites import NobodyToKeepError, add_favourite, remove_favourite
from tests.cast import make_extension, register

HTMX = {"HX-Request": "true"}


def numbers(extension: Extension) -> list[str]:
    return [each.number for each in favourites_of(extension)]


def test_favourites_stand_in_the_order_in_which_they_were_chosen(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    for number in ("103", "102"):
        add_favourite(extension=adam, number=number)
    assert numbers(adam) == ["103", "102"]
    assert numbers(piotr) == []


def test_choosing_twice_changes_nothing(adam: Extension, piotr: Extension, anna: Extension) -> None:
    for number in ("102", "103", "102"):
        add_favourite(extension=adam, number=number)
    assert numbers(adam) == ["102", "103"]


def test_whoever_is_taken_out_and_chosen_again_comes_last(adam: Extension, piotr: Extension, anna: Extension) -> None:
    for number in ("102", "103"):
        add_favourite(extension=adam, number=number)
    remove_favourite(extension=adam, number="102")
    assert numbers(adam) == ["103"]
    add_favourite(extension=adam, number="102")
    assert numbers(adam) == ["103", "102"]


def test_taking_out_whoever_is_not_in_changes_nothing(adam: Extension, piotr: Extension) -> None:
    add_favourite(extension=piotr, number="101")
    for number in ("102", "999", "", "1\x002"):
        remove_favourite(extension=adam, number=number)
    assert numbers(piotr) == ["101"]


@pytest.mark.parametrize("number", ["999", "101", "104", "", "1\x002"])
def test_nobody_keeps_themselves_or_whoever_cannot_be_called(adam: Extension, number: str) -> None:
    Extension.objects.create(number="104", name="Ewa Disabled", is_enabled=False)
    with pytest.raises(NobodyToKeepError):
        add_favourite(extension=adam, number=number)
    assert numbers(adam) == []


def test_a_favourite_that_is_switched_off_is_hidden_and_comes_back(adam: Extension, piotr: Extension) -> None:
    add_favourite(extension=adam, number="102")
    Extension.objects.filter(pk=piotr.pk).update(is_enabled=False)
    assert numbers(adam) == []
    Extension.objects.filter(pk=piotr.pk).update(is_enabled=True)
    assert numbers(adam) == ["102"]


def test_a_favourite_that_is_deleted_is_gone(adam: Extension, piotr: Extension) -> None:
    add_favourite(extension=adam, number="102")
    piotr.delete()
    assert not Favourite.objects.exists()


def test_a_star_is_kept_without_a_new_page(adams_browser: Client, adam: Extension, piotr: Extension) -> None:
    assert adams_browser.post("/app/favourites/", {"star": "102"}, headers=HTMX).status_code == 204
    assert favourite_numbers(adam) == {"102"}
    assert adams_browser.post("/app/favourites/", {"unstar": "102"}, headers=HTMX).status_code == 204
    assert favourite_numbers(adam) == set()


def test_without_script_a_star_returns_to_the_list_it_stands_in(adams_browser: Client, piotr: Extension) -> None:
    here = {"Referer": "http://testserver/app/people/?q=pio"}
    response = adams_browser.post("/app/favourites/", {"star": "102"}, headers=here)
    assert (response.status_code, response.headers["Location"]) == (302, here["Referer"])
    elsewhere = adams_browser.post("/app/favourites/", {"star": "102"}, headers={"Referer": "https://evil.example/"})
    assert elsewhere.headers["Location"] == "/app/"


@pytest.mark.parametrize(
    ("sent", "status"),
    [({}, 422), ({"star": ""}, 422), ({"star": "999"}, 404), ({"star": "101"}, 404), ({"star": "a" * 5000}, 404)],
)
def test_a_star_for_nobody_is_refused(
    adams_browser: Client, adam: Extension, sent: dict[str, str], status: int
) -> None:
    assert adams_browser.post("/app/favourites/", sent, headers=HTMX).status_code == status
    assert not Favourite.objects.exists()


def test_the_window_opens_with_the_favourites_and_their_lamps(
    adams_browser: Client, adam: Extension, piotr: Extension, anna: Extension
) -> None:
    register(piotr)
    add_favourite(extension=adam, number="102")
    add_favourite(extension=piotr, number="103")
    html = adams_browser.get("/app/").content.decode()
    assert 'data-extension="102" data-lamp="available" data-registered="true"' in html
    assert 'data-call-action="call" data-number="102"' in html
    assert 'name="unstar" value="102" aria-pressed="true"' in html
    assert 'data-extension="103"' not in html


def test_a_window_without_favourites_says_how_to_get_them(adams_browser: Client) -> None:
    html = adams_browser.get("/app/").content.decode()
    assert "Nobody here yet." in html
    assert 'href="/app/people/">Find colleagues</a>' in html


def test_three_hundred_favourites_cost_no_more_queries_than_one(
    adams_browser: Client, adam: Extension, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    add_favourite(extension=adam, number=make_extension("200", "Jan Wolny").number)
    adams_browser.get("/app/")  # what is asked once a minute is asked now
    with CaptureQueriesContext(connection) as one:
        adams_browser.get("/app/")
    others = Extension.objects.bulk_create(Extension(number=str(1000 + n), name=f"Person {n}") for n in range(300))
    Favourite.objects.bulk_create(
        Favourite(extension=adam, favourite=other, position=place) for place, other in enumerate(others, 2)
    )
    with django_assert_num_queries(len(one)):
        html = adams_browser.get("/app/").content.decode()
    assert html.count('aria-pressed="true"') == 301
