"""People of a company too large for one page: one department at a time, everybody by search, the rest by a link."""

from typing import Any

import pytest
from django.test import Client

from presence.models import Department, Extension, User
from webclient.people_list import ROWS_MAX

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(adam: Extension) -> Department:
    """With Adam's the company has two more than a page shows, and Adam's department has him and Piotr only."""
    department = Department.objects.create(name="Factory")
    Extension.objects.bulk_create(
        Extension(number=str(2000 + turn), name=f"Worker {turn}", department=department) for turn in range(ROWS_MAX + 1)
    )
    return department


def shown(response: Any) -> dict[str, tuple[int, int]]:
    """Department -> rows drawn and people in all."""
    return {each.name: (len(each.rows), each.size) for each in response.context["departments"]}


def drawn(response: Any) -> int:
    return int(response.content.decode().count('<li class="person"'))


def test_the_own_department_is_open_and_the_others_are_links(
    adams_browser: Client, piotr: Extension, crowd: Department
) -> None:
    response = adams_browser.get("/")
    assert shown(response) == {"Sales": (2, 2), "Factory": (0, ROWS_MAX + 1)}
    assert drawn(response) == 2
    assert f'href="/?department={crowd.pk}"' in response.content.decode()


def test_a_link_opens_another_department_as_far_as_a_page_goes(
    adams_browser: Client, piotr: Extension, crowd: Department
) -> None:
    response = adams_browser.get("/", {"department": crowd.pk})
    assert shown(response) == {"Sales": (0, 2), "Factory": (ROWS_MAX, ROWS_MAX + 1)}
    assert drawn(response) == ROWS_MAX
    assert "The first 1000 are shown." in response.content.decode()


def test_whoever_is_in_no_department_is_found_behind_a_link_too(adams_browser: Client, crowd: Department) -> None:
    Extension.objects.create(number="104", name="Jan Wolny")
    assert 'href="/?department=0"' in adams_browser.get("/").content.decode()
    assert shown(adams_browser.get("/", {"department": "0"}))[""] == (1, 1)


@pytest.mark.parametrize("key", ["", "no such", "99999"])
def test_an_unknown_department_opens_the_own_one(adams_browser: Client, crowd: Department, key: str) -> None:
    assert shown(adams_browser.get("/", {"department": key}))["Sales"] == (1, 1)


def test_a_search_finds_everybody_wherever_they_are(adams_browser: Client, piotr: Extension, crowd: Department) -> None:
    response = adams_browser.get("/", {"number": "worker 100"})
    assert shown(response) == {"Factory": (2, 2)}  # 100 and 1000
    assert 'data-looked-for="worker 100" data-found="2"' in response.content.decode()
    assert drawn(adams_browser.get("/", {"number": "2"})) == ROWS_MAX


def test_a_company_that_fits_a_page_is_shown_whole(adams_browser: Client, piotr: Extension, crowd: Department) -> None:
    Extension.objects.filter(number__in=["2000", "2001", "2002"]).update(is_enabled=False)
    response = adams_browser.get("/")
    assert drawn(response) == ROWS_MAX
    assert "data-looked-for" not in response.content.decode()


def test_a_row_that_was_drawn_for_one_reader_is_right_for_the_next(
    adams_browser: Client, adam: Extension, piotr: Extension
) -> None:
    assert 'data-number="102"' in adams_browser.get("/").content.decode()
    assert piotr.user
    User.objects.filter(pk=piotr.user.pk).update(language="pl")
    client = Client()
    client.force_login(piotr.user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/").content.decode()
    assert 'data-number="101" aria-label="Zadzwoń: Adam Nowak, 101"' in page
    assert 'data-number="102"' not in page
    assert '<span data-role="words">Dostępny, brak telefonu</span>' in page


def test_a_changed_row_is_drawn_anew(adams_browser: Client, piotr: Extension) -> None:
    adams_browser.get("/")
    Extension.objects.filter(number="102").update(name="Piotr Nowy", status="dnd")
    page = adams_browser.get("/").content.decode()
    assert 'data-extension="102" data-lamp="dnd"' in page
    assert '<span class="person-last-name">Nowy</span>' in page
