"""Operators set the status of others, of many at once, with a note and their name, until these switch themselves."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from presence import hub
from presence.domain.vocabulary import Status, Surface
from presence.models import ChangeRecord, Extension, User
from presence.services.status import set_status, set_statuses
from tests.cast import make_extension, register
from tests.operator_cast import browser_of, make_company, make_operator

ADDRESS = "/admin/extensions/status/"


@pytest.fixture
def olga(db: None) -> User:
    """An operator with an extension, so that she has a name."""
    user = make_extension("100", "Olga Zielińska", department="Reception").user
    assert user is not None
    operator = make_operator(username="operator")
    user.is_staff = True
    user.save()
    user.user_permissions.set(operator.user_permissions.all())
    return user


def send(user: User, *extensions: Extension, **controls: str) -> Any:
    ids = ",".join(str(extension.pk) for extension in extensions)
    return browser_of(user).post(ADDRESS, {"ids": ids, "confirmed": "1", **controls})


def shown_to(extension: Extension) -> str:
    assert extension.user is not None
    return browser_of(extension.user).get("/").content.decode()


def test_the_selection_of_the_list_leads_to_a_form_that_names_them(olga: User, adam: Extension) -> None:
    response = browser_of(olga).post(ADDRESS, {"ids": [str(adam.pk)]})
    page = response.content.decode()
    assert "Set the status of 1 extension" in page
    assert "101 Adam Nowak" in page
    assert f'name="ids" value="{adam.pk}"' in page


def test_several_get_a_status_with_a_note_and_see_who_set_it(olga: User, adam: Extension, piotr: Extension) -> None:
    response = send(olga, adam, piotr, status="away", note="Power cut")
    assert response.status_code == 302
    for extension in (adam, piotr):
        extension.refresh_from_db()
        assert (extension.status, extension.status_note, extension.status_set_by) == ("away", "Power cut", olga)
        time = f"{timezone.localtime(extension.status_since):%H:%M}"
        page = shown_to(extension)
        assert page.count(f"set by Olga Zielińska in the operator panel at {time}</span>") == 2
        assert "“Power cut”" in page
    records = ChangeRecord.objects.filter(what="status").values_list("by", "surface", "before", "after")
    assert (
        list(records)
        == [(olga.pk, "operator_panel", {"status": "available"}, {"status": "away", "note": "Power cut"})] * 2
    )


def test_who_switches_themselves_is_rid_of_name_and_note(olga: User, adam: Extension) -> None:
    send(olga, adam, status="away", note="Power cut")
    assert adam.user is not None
    set_status(extension=adam, status=Status.AWAY, by=adam.user, surface=Surface.WEB_CLIENT)
    assert (adam.status, adam.status_note, adam.status_set_by) == ("away", "", None)
    assert "Olga" not in shown_to(adam).split("<main")[0]


def test_an_operators_own_status_is_her_own_doing(olga: User) -> None:
    send(olga, olga.extension, status="lunch")
    olga.extension.refresh_from_db()
    assert (olga.extension.status, olga.extension.status_set_by) == ("lunch", None)


def test_the_time_of_a_status_that_stays_stays(olga: User, adam: Extension) -> None:
    before = timezone.now() - timedelta(hours=2)
    Extension.objects.filter(pk=adam.pk).update(status_since=before)
    send(olga, adam, status="available", note="Stay, please")
    adam.refresh_from_db()
    assert (adam.status_since, adam.status_note, adam.version) == (before, "Stay, please", 2)


def test_open_windows_are_told_who_set_it_and_that_the_holder_took_it_back(
    olga: User, adam: Extension, piotr: Extension, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str, str, str]] = []

    def publish(number: str, message: dict[str, Any]) -> None:
        told.append((number, message["status"], message["by"], message["note"]))

    monkeypatch.setattr(hub, "publish_to_windows", publish)
    register(adam)
    send(olga, adam, piotr, status="away", note="Power cut")
    assert adam.user is not None
    set_status(extension=adam, status=Status.AVAILABLE, by=adam.user, surface=Surface.WEB_CLIENT)
    assert told == [("101", "away", "Olga Zielińska", "Power cut"), ("101", "available", "", "")]


@pytest.mark.parametrize("controls", [{}, {"status": ""}, {"status": "asleep"}, {"status": "away", "note": "x" * 121}])
def test_what_is_no_status_or_too_long_a_note_changes_nothing(
    olga: User, adam: Extension, controls: dict[str, str]
) -> None:
    assert send(olga, adam, **controls).status_code == 422
    adam.refresh_from_db()
    assert (adam.status, adam.version) == ("available", 1)


def test_an_end_is_set_for_all_by_the_clock_of_the_company(olga: User, adam: Extension, piotr: Extension) -> None:
    response = send(
        olga, adam, piotr, status="away", end="time", end_time="08:30", end_date=str(tomorrow()), time_zone=""
    )
    assert response.status_code == 302
    for extension in (adam, piotr):
        extension.refresh_from_db()
        assert extension.status_until is not None
        assert timezone.localtime(extension.status_until).isoformat().startswith(f"{tomorrow()}T08:30")
    page = browser_of(olga).get("/admin/extensions/").content.decode()
    assert "set by Olga Zielińska in the operator panel at " in page
    assert ", then Available</span>" in page
    edit = browser_of(olga).get("/admin/extensions/101/").content.decode()
    assert ", 08:30, set by Olga Zielińska in the operator panel at " in edit


def test_an_end_that_has_passed_is_said_beside_its_field_and_nothing_typed_is_lost(olga: User, adam: Extension) -> None:
    response = send(olga, adam, status="away", note="Drill", end="time", end_time="08:30", end_date="2026-01-01")
    page = response.content.decode()
    assert response.status_code == 422
    assert "That time has passed. For another day, give the day, too." in page
    for kept in ('value="Drill"', 'value="08:30"', 'value="2026-01-01"'):
        assert kept in page
    adam.refresh_from_db()
    assert adam.status == "available"


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


def test_nobody_selected_is_said(olga: User) -> None:
    response = browser_of(olga).post(ADDRESS, {"ids": "", "confirmed": "1", "status": "away"}, follow=True)
    assert "Nobody is selected." in response.content.decode()


def test_the_company_costs_the_same_number_of_queries_as_a_few(
    olga: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    everybody = make_company(600)
    with django_assert_max_num_queries(16):
        changed = set_statuses(extensions=everybody, status=Status.DND, by=olga, surface=Surface.OPERATOR_PANEL)
    assert changed == 600


def test_an_operator_without_permission_may_not(adam: Extension) -> None:
    assert send(make_operator("view_extension"), adam, status="away").status_code == 403
