"""The operator panel's list: order, filters, search, what it says of each extension, and at what cost."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from presence.domain.vocabulary import Condition, DestinationKind, Status
from presence.models import Extension, TemplateSetting
from tests.cast import make_extension, register, rule
from tests.operator_cast import browser_of, make_company, make_operator
from tests.settings_page import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def olgas_browser() -> Client:
    return browser_of(make_operator())


def numbers(client: Client, query: str = "") -> list[str]:
    return re.findall(r'<td class="cell-number number">(\d+)</td>', text(client.get(f"/admin/extensions/?{query}")))


def row(client: Client, number: str) -> str:
    page = text(client.get("/admin/"))
    rows = re.findall(r"<tr.*?</tr>", page, re.DOTALL)
    found = next(each for each in rows if f'cell-number number">{number}<' in each)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found))


def test_numbers_sort_as_numbers_and_the_other_way_round(olgas_browser: Client) -> None:
    for number in ("1000", "99", "101", "0100"):
        make_extension(number, f"Person{number} Lis")
    assert numbers(olgas_browser) == ["99", "101", "0100", "1000"]
    assert numbers(olgas_browser, "sort=-number") == ["1000", "0100", "101", "99"]


def test_names_sort_by_surname_as_a_polish_dictionary_does(olgas_browser: Client) -> None:
    for number, name in (("101", "Jan Łoś"), ("102", "Ewa Luty"), ("103", "Zofia Mak"), ("104", "Adam Lżej")):
        make_extension(number, name)
    assert numbers(olgas_browser, "sort=name") == ["102", "104", "101", "103"]


def test_departments_sort_by_name_then_number_and_whoever_has_none_stands_last(olgas_browser: Client) -> None:
    make_extension("200", "Jan Lis", department="Sales")
    make_extension("1000", "Ewa Lis", department="Łąka")
    make_extension("300", "Adam Lis", department="Łąka")
    make_extension("100", "Zofia Lis")
    Extension.objects.filter(number="100").update(department=None)
    assert numbers(olgas_browser, "sort=department") == ["300", "1000", "200", "100"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=away", ["102"]),
        ("registered=yes", ["101"]),
        ("registered=no", ["102", "103"]),
        ("mobile=yes", ["103"]),
        ("mobile=no", ["101", "102"]),
        ("q=10", ["101", "102", "103"]),
        ("q=kowal", ["103"]),
        ("q=WÓJCIK", ["102"]),
        ("q=wojcik", ["102"]),
        ("status=away&q=101", []),
        ("status=nonsense&department=x&sort=y&page=-1&registered=maybe", ["101", "102", "103"]),
        ("q=%00", ["101", "102", "103"]),
    ],
)
def test_the_list_is_filtered_and_searched(olgas_browser: Client, query: str, found: list[str]) -> None:
    register(make_extension("101", "Adam Nowak"))
    make_extension("102", "Piotr Wójcik", status=Status.AWAY)
    make_extension("103", "Anna Kowalska")
    Extension.objects.filter(number="103").update(mobile_number="+48600100200")
    assert numbers(olgas_browser, query) == found


def test_a_department_is_filtered_and_so_is_having_none(olgas_browser: Client) -> None:
    adam, piotr = make_extension("101", "Adam Nowak"), make_extension("102", "Piotr Adamiak", department="Support")
    assert numbers(olgas_browser, f"department={piotr.department_id}") == ["102"]
    Extension.objects.filter(pk=adam.pk).update(department=None)
    assert numbers(olgas_browser, "department=none") == ["101"]


def test_a_row_says_what_is_set_differently_from_the_template_and_not_what_is_only_repeated(
    olgas_browser: Client, adam: Extension, piotr: Extension
) -> None:
    TemplateSetting.objects.create(department=adam.department, key="away.always.internal", value="voicemail")
    rule(adam, Status.AWAY, Condition.ALWAYS, DestinationKind.VOICEMAIL)
    rule(adam, Status.AVAILABLE, Condition.BUSY, DestinationKind.END_CALL)
    assert "3 Available (2), Away (1)" in row(olgas_browser, "101")
    assert "(" not in row(olgas_browser, "102")


def test_an_extension_that_is_switched_off_is_listed_without_a_lamp(olgas_browser: Client, adam: Extension) -> None:
    Extension.objects.filter(pk=adam.pk).update(is_enabled=False)
    assert "Switched off" in row(olgas_browser, "101")
    assert 'data-extension="101"' not in text(olgas_browser.get("/admin/"))


def test_a_row_carries_what_the_lamps_need(olgas_browser: Client, adam: Extension) -> None:
    register(adam)
    page = text(olgas_browser.get("/admin/"))
    assert re.search(r'<tr data-extension="101" data-lamp="available" data-registered="true" data-version="\d+"', page)


def test_pages_hold_a_hundred_and_keep_the_filter(olgas_browser: Client) -> None:
    make_company(230)
    make_company(5, first=5000, department="Support")
    assert len(numbers(olgas_browser, "q=1")) == 100
    assert numbers(olgas_browser, "q=1&page=3") == [str(n) for n in range(1200, 1230)]
    assert numbers(olgas_browser, "q=1&page=99") == [str(n) for n in range(1200, 1230)]
    page = text(olgas_browser.get("/admin/extensions/?q=1&page=2"))
    assert "q=1&amp;page=3" in page
    assert "all 230 that match" in page


@pytest.mark.parametrize("count", [23, 1000])
def test_the_queries_do_not_grow_with_the_company(
    olgas_browser: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for extension in make_company(count)[:23]:
        rule(extension, Status.AWAY, Condition.ALWAYS, DestinationKind.VOICEMAIL)
    olgas_browser.get("/admin/")
    with django_assert_num_queries(12):
        olgas_browser.get("/admin/?sort=department")


def test_an_operator_without_an_extension_has_the_frame_without_a_phone(olgas_browser: Client) -> None:
    page = text(olgas_browser.get("/admin/"))
    assert "There are no extensions yet." in page
    assert 'id="status-menu-button"' not in page
    assert 'id="call-card"' not in page


def test_who_may_only_look_has_no_boxes_to_tick(adam: Extension) -> None:
    page = text(browser_of(make_operator("view_extension")).get("/admin/"))
    assert "Adam Nowak" in page
    assert 'name="ids"' not in page
