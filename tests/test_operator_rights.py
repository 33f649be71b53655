"""The operator panel's form of what a department shows to the others, and what the history keeps of it."""

import re

import pytest
from django.test import Client

from presence.domain.vocabulary import Sight
from presence.models import ChangeRecord, Department
from presence.services.people import delete_department
from tests.operator_cast import browser_of, make_operator

LIST = "/admin/departments/"


@pytest.fixture
def sales(db: None) -> Department:
    return Department.objects.create(name="Sales")


@pytest.fixture
def office(db: None) -> Department:
    return Department.objects.create(name="Office")


@pytest.fixture
def browser(db: None) -> Client:
    codes = ("change_department", "add_department", "delete_department", "view_extension", "view_changerecord")
    return browser_of(make_operator(*codes))


def form_of(department: Department) -> str:
    return f"{LIST}{department.pk}/rights/"


def page(browser: Client, address: str) -> str:
    return browser.get(address).content.decode()


def save(browser: Client, department: Department, sight: str, *also: object) -> int:
    sent = {"shown_to_others": sight, "shown_all": [str(each) for each in also]}
    return browser.post(form_of(department), sent).status_code


def test_what_is_saved_is_what_the_form_and_the_list_show(
    browser: Client, sales: Department, office: Department
) -> None:
    assert save(browser, sales, "nothing", office.pk) == 302
    sales.refresh_from_db()
    assert (sales.shown_to_others, list(sales.shown_all.all())) == (Sight.NOTHING, [office])
    form = page(browser, form_of(sales))
    assert re.search(r'value="nothing"[^>]* checked', form)
    assert re.search(rf'name="shown_all" value="{office.pk}"[^>]* checked', form)
    assert "Other departments see: Number and name only" in page(browser, LIST)


def test_a_department_that_shows_everything_says_nothing_in_the_list(browser: Client, sales: Department) -> None:
    assert "Other departments see" not in page(browser, LIST)


def test_the_form_offers_every_department_but_its_own(browser: Client, sales: Department, office: Department) -> None:
    assert re.findall(r'name="shown_all" value="(\d+)"', page(browser, form_of(sales))) == [str(office.pk)]


@pytest.mark.parametrize(
    ("sight", "also", "complaint"),
    [
        ("", (), "Choose what they see."),
        ("half", (), "Choose one of the three."),
        ("nothing", ("99999",), "One of these departments is gone."),
        ("nothing", ("x",), "One of these departments is gone."),
    ],
)
def test_what_makes_no_sense_is_told_beside_its_field_and_not_saved(
    browser: Client, sales: Department, sight: str, also: tuple[str, ...], complaint: str
) -> None:
    response = browser.post(form_of(sales), {"shown_to_others": sight, "shown_all": list(also)})
    text = response.content.decode()
    assert response.status_code == 422
    assert text.count(complaint) == 2  # in the summary, and beside the field
    link = re.search(r'role="alert".*?href="#([\w]+)"', text, re.DOTALL)
    assert link
    sales.refresh_from_db()
    assert sales.shown_to_others == Sight.WHOLE


def test_the_history_tells_who_changed_it_from_what_to_what(
    browser: Client, sales: Department, office: Department
) -> None:
    save(browser, sales, "without_calls")
    save(browser, sales, "without_calls", office.pk)
    history = page(browser, "/admin/history/?kind=rights")
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", history))
    assert "Sales What other departments see: Statuses and calls → becomes Statuses, but no calls" in told
    assert "Sales Departments that see everything all the same: none → becomes Office" in told
    exported = browser.get("/admin/history/export/?kind=rights").content.decode("utf-8-sig")
    assert "rights.shown_to_others" in exported
    assert "Sales" in exported


def test_saving_what_is_saved_already_leaves_no_record(browser: Client, sales: Department) -> None:
    save(browser, sales, "whole")
    assert not ChangeRecord.objects.exists()


def test_the_history_outlives_the_department(browser: Client, sales: Department) -> None:
    save(browser, sales, "nothing")
    delete_department(department=sales)
    assert "Sales" in page(browser, "/admin/history/")


def test_rights_are_for_those_who_may_change_departments(sales: Department) -> None:
    assert browser_of(make_operator("view_extension", username="ewa")).get(form_of(sales)).status_code == 403


def test_a_department_that_is_gone_has_no_form(browser: Client, sales: Department) -> None:
    sales.delete()
    assert browser.get(f"{LIST}1/rights/").status_code == 404
