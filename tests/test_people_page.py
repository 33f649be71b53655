"""The people page: everyone by department, with the lamp of the moment in shape, words and data."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from presence.domain.vocabulary import CallState, Lamp, Origin, Status
from presence.models import Call, CallLeg, Department, Extension
from tests.cast import make_extension, register
from webclient.person_row import PersonRow

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_a_stranger_is_sent_to_the_login_page(client: Client, db: None) -> None:
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"] == "/login/?next=/"


def test_a_login_without_an_extension_is_told_so(client: Client, db: None) -> None:
    user = get_user_model().objects.create(username="visitor")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get("/")
    assert response.status_code == 403
    assert "holds no extension" in response.content.decode()


def test_everyone_enabled_is_shown_in_their_department(
    adams_browser: Client, piotr: Extension, anna: Extension
) -> None:
    Extension.objects.create(number="199", name="Gone Away", is_enabled=False)
    Extension.objects.create(number="104", name="Jan Wolny")
    assert departments_of(adams_browser.get("/")) == [
        ("Reception", ["103"]),
        ("Sales", ["101", "102"]),
        ("", ["104"]),
    ]


def test_numbers_are_in_the_order_people_count_in(adams_browser: Client) -> None:
    make_extension("99", "Ewa Mała")
    make_extension("1001", "Iga Duża")
    assert departments_of(adams_browser.get("/")) == [("Sales", ["99", "101", "1001"])]


def test_a_row_says_its_lamp_in_data_and_in_words(adams_browser: Client, piotr: Extension) -> None:
    piotr.status = Status.BUSINESS_TRIP
    piotr.save()
    register(piotr)
    html = adams_browser.get("/").content.decode()
    assert 'data-extension="102" data-lamp="business_trip" data-registered="true"' in html
    assert '<span data-role="words">Business Trip</span>' in html


def test_an_extension_without_a_phone_says_so(adams_browser: Client, piotr: Extension) -> None:
    html = adams_browser.get("/").content.decode()
    assert 'data-extension="102" data-lamp="available" data-registered="false"' in html
    assert '<span data-role="words">Available, no phone</span>' in html


def test_a_talking_colleague_is_shown_talking(adams_browser: Client, piotr: Extension) -> None:
    call = Call.objects.create(caller_number="103", called_number="102", origin=Origin.INTERNAL)
    CallLeg.objects.create(call=call, extension=piotr, role=CallLeg.Role.CALLEE, state=CallState.TALKING)
    html = adams_browser.get("/").content.decode()
    assert 'data-extension="102" data-lamp="talking"' in html
    assert '<span data-role="words">Talking</span>' in html


def test_everyone_but_oneself_has_a_call_button(adams_browser: Client, piotr: Extension) -> None:
    html = adams_browser.get("/").content.decode()
    assert 'data-call-action="call" data-number="102"' in html
    assert 'data-call-action="call" data-number="101"' not in html


@pytest.mark.parametrize(
    ("text", "found"), [("102", ["102"]), ("10", ["101", "102"]), ("adam", ["101", "102"]), ("nowak", ["101"])]
)
def test_without_script_the_server_filters(
    adams_browser: Client, piotr: Extension, anna: Extension, text: str, found: list[str]
) -> None:
    Extension.objects.filter(number="103").update(number="203")
    response = adams_browser.get("/", {"number": text})
    assert [number for _, numbers in departments_of(response) for number in numbers] == found


def test_a_filter_that_finds_nobody_says_what_to_do(adams_browser: Client) -> None:
    html = adams_browser.get("/", {"number": "zzz"}).content.decode()
    assert "Nobody has such a name or number." in html
    assert "Show everyone" in html


def test_the_view_and_the_order_are_drawn_as_they_were_left(adams_browser: Client, piotr: Extension) -> None:
    Extension.objects.filter(number="102").update(name="Zenon Abacki")
    adams_browser.cookies["people_view"] = "field"
    adams_browser.cookies["people_order"] = "name"
    response = adams_browser.get("/")
    assert 'data-view="field" data-crowd="false" data-order="name"' in response.content.decode()
    assert departments_of(response) == [("Sales", ["102", "101"])]


def test_a_foreign_value_in_the_cookie_changes_nothing(adams_browser: Client) -> None:
    adams_browser.cookies["people_view"] = '"><script>'
    assert 'data-view="list"' in adams_browser.get("/").content.decode()


def test_a_name_is_text_and_never_markup(adams_browser: Client) -> None:
    make_extension("104", "<b>Jan</b> Wolny")
    html = adams_browser.get("/").content.decode()
    assert "&lt;b&gt;Jan&lt;/b&gt;" in html
    assert "<b>Jan" not in html


@pytest.mark.slow
def test_a_thousand_extensions_cost_no_more_queries_than_ten(
    adams_browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    department = Department.objects.create(name="Many")
    make_many(department, range(200, 210))
    adams_browser.get("/")  # what is asked once a minute is asked now
    with CaptureQueriesContext(connection) as ten:
        adams_browser.get("/")
    make_many(department, range(1000, 1990))
    with django_assert_num_queries(len(ten)):
        adams_browser.get("/")


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Adam Nowak", "AN"), ("olga zielińska", "OZ"), ("Jan Maria Rokita", "JR"), ("Biuro", "B"), ("", "")],
)
def test_initials_are_the_first_letters_of_the_first_and_the_last_name(name: str, initials: str) -> None:
    assert a_row(name=name).initials == initials


def test_one_number_has_one_colour_everywhere() -> None:
    assert {a_row(name=name).hue for name in ("Adam Nowak", "Someone Else")} == {a_row().hue}
    assert 0 <= a_row().hue < 12


def a_row(name: str = "Adam Nowak") -> PersonRow:
    return PersonRow(
        number="101",
        name=name,
        department="Sales",
        version=1,
        lamp=Lamp.AVAILABLE,
        registered=True,
        since=NOON,
        status=Status.AVAILABLE,
    )


def departments_of(response: Any) -> list[tuple[str, list[str]]]:
    """What the page was drawn from: department and numbers, in order."""
    return [(each.name, [row.number for row in each.rows]) for each in response.context["departments"]]


def make_many(department: Department, numbers: range) -> None:
    Extension.objects.bulk_create(
        Extension(number=str(number), name=f"Person {number}", department=department) for number in numbers
    )
