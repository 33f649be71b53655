"""The status menu's note, end and way back, as requests: what is taken, what is refused, and what each surface gets."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format

from presence.domain.vocabulary import Status, Surface
from presence.models import Extension, User
from presence.services.status import end_due_statuses, set_status
from webclient.status_line import status_line

HTMX = {"HX-Request": "true"}


def send(browser: Client, **fields: str) -> Any:
    return browser.post("/status/", fields, headers=HTMX)


def lunch(adam: Extension, *, minutes: float = 30, note: str = "", **more: Any) -> None:
    assert adam.user is not None
    until = timezone.now() + timedelta(minutes=minutes)
    given: dict[str, Any] = {"by": adam.user, "surface": Surface.WEB_CLIENT, "note": note, "until": until, **more}
    set_status(extension=adam, status=Status.LUNCH, **given)


def test_note_and_end_go_in_one_step_with_the_status(adams_browser: Client, adam: Extension) -> None:
    before = timezone.now()
    response = send(adams_browser, status="lunch", note="  Back with \n cake ", end="30m", surface="web_client")
    adam.refresh_from_db()
    assert response.status_code == 200
    assert (adam.status, adam.status_note, adam.status_set_on) == ("lunch", "Back with cake", "web_client")
    assert adam.status_until is not None
    assert timedelta(minutes=29) < adam.status_until - before < timedelta(minutes=31)
    assert "Lunch until " in response.content.decode()


def test_the_desktop_app_says_where_it_was_set(adams_browser: Client, adam: Extension) -> None:
    send(adams_browser, status="lunch", surface="desktop_app")
    adam.refresh_from_db()
    assert adam.status_set_on == "desktop_app"


@pytest.mark.parametrize("surface", ["operator_panel", "fridge"])
def test_no_other_surface_is_ones_own(adams_browser: Client, adam: Extension, surface: str) -> None:
    assert send(adams_browser, status="lunch", surface=surface).status_code == 422
    adam.refresh_from_db()
    assert adam.status == "available"


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_a_wall_time_is_that_of_the_browsers_zone(adams_browser: Client, adam: Extension, zone: str) -> None:
    send(adams_browser, status="away", end="tomorrow", time_zone=zone)
    adam.refresh_from_db()
    assert adam.status_until is not None
    assert f"{adam.status_until.astimezone(ZoneInfo(zone)):%H:%M}" == "09:00"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd"])
def test_an_unknown_zone_is_the_companys(adams_browser: Client, adam: Extension, zone: str) -> None:
    send(adams_browser, status="away", end="tomorrow", time_zone=zone)
    adam.refresh_from_db()
    assert adam.status_until is not None
    assert f"{timezone.localtime(adam.status_until):%H:%M}" == "09:00"


def test_a_time_alone_is_the_choice_of_it(adams_browser: Client, adam: Extension) -> None:
    day = str(timezone.localdate() + timedelta(days=2))
    send(adams_browser, status="away", end="", end_time="12:45", end_date=day)
    adam.refresh_from_db()
    assert adam.status_until is not None
    assert timezone.localtime(adam.status_until).isoformat().startswith(f"{day}T12:45")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"end": "time", "end_time": "later"}, "Give a time such as 12:45."),
        ({"end": "time"}, "Give a time such as 12:45."),
        ({"end": "time", "end_time": "08:00", "end_date": "2020-01-01"}, "That time has passed. For another day,"),
        ({"end": "time", "end_time": "08:00", "end_date": "2099-01-01"}, "An end may be 60 days ahead at most."),
        ({"end": "keep"}, "The status has no end any more."),
        ({"end": "1h", "after": "lunch"}, "Another status has to follow."),
        ({"end": "soon"}, "Select a valid choice."),
        ({"note": "x" * 121}, "at most 120 characters"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    adams_browser: Client, adam: Extension, fields: dict[str, str], words: str
) -> None:
    response = send(adams_browser, **{"note": "<b>Cake</b>", "status": "lunch", **fields})
    page = response.content.decode()
    adam.refresh_from_db()
    assert (response.status_code, adam.status) == (422, "available")
    assert words in page
    assert 'aria-invalid="true"' in page
    if "note" not in fields:
        assert 'value="&lt;b&gt;Cake&lt;/b&gt;"' in page
    for typed in ("end_time", "end_date"):
        assert f'value="{fields.get(typed, "")}"' in page


def test_17_00_is_refused_once_it_has_passed(adams_browser: Client, adam: Extension) -> None:
    """There is a zone where it is later than five."""
    now = timezone.now()
    zones = [f"Etc/GMT{offset:+d}" for offset in range(-14, 13)]
    late = next(zone for zone in zones if now.astimezone(ZoneInfo(zone)).hour >= 17)
    early = next(zone for zone in zones if now.astimezone(ZoneInfo(zone)).hour < 16)
    response = send(adams_browser, status="lunch", end="17:00", time_zone=late)
    assert response.status_code == 422
    assert "That time has passed." in response.content.decode()
    assert send(adams_browser, status="lunch", end="17:00", time_zone=early).status_code == 200
    assert b'value="17:00"' not in adams_browser.get("/status/end/", {"time_zone": late}, headers=HTMX).content
    assert b'value="17:00"' in adams_browser.get("/status/end/", {"time_zone": early}, headers=HTMX).content


def test_a_plain_click_clears_note_and_end(adams_browser: Client, adam: Extension) -> None:
    lunch(adam, note="Cake")
    send(adams_browser, status="lunch")
    adam.refresh_from_db()
    assert (adam.status, adam.status_note, adam.status_until) == ("lunch", "", None)


def test_the_controls_hold_what_the_status_has_so_that_keeping_it_loses_nothing(
    adams_browser: Client, adam: Extension
) -> None:
    lunch(adam, note="Cake", after=Status.DND)
    page = adams_browser.get("/status/end/", headers=HTMX).content.decode()
    assert 'value="keep" checked' in page
    assert 'value="Cake"' in page
    assert 'value="dnd" selected' in page
    until = adam.status_until
    send(adams_browser, status="lunch", end="keep", note="Cake and tea", after="dnd")
    adam.refresh_from_db()
    assert (adam.status_until, adam.status_note, adam.status_after) == (until, "Cake and tea", "dnd")


def test_without_script_a_page_has_everything_and_leads_back_to_people(adams_browser: Client, adam: Extension) -> None:
    page = adams_browser.get("/status/end/").content.decode()
    assert page.count('name="status" value="lunch"') == 2
    answer = adams_browser.post(
        "/status/", {"status": "lunch", "end": "1h"}, headers={"Referer": "http://testserver/status/end/"}
    )
    assert answer["Location"] == "/"
    refused = adams_browser.post("/status/", {"status": "lunch", "end": "time", "end_time": "x", "note": "Cake"})
    assert refused.status_code == 422
    assert 'value="Cake"' in refused.content.decode()
    assert "<h1>" in refused.content.decode()


def test_the_menu_offers_the_way_back_and_takes_it(adams_browser: Client, adam: Extension) -> None:
    lunch(adam, note="Cake")
    send(adams_browser, status="away")
    page = adams_browser.get("/").content.decode()
    assert "Back to Lunch until " in page
    change = adams_browser.get("/").context["status_back"]().change
    assert send(adams_browser, back=str(change)).status_code == 200
    adam.refresh_from_db()
    assert (adam.status, adam.status_note) == ("lunch", "Cake")
    assert send(adams_browser, back=str(change)).status_code == 409
    assert send(adams_browser, back="x").status_code == 422


def test_a_change_of_somebody_else_is_no_way_back(adams_browser: Client, adam: Extension, piotr: Extension) -> None:
    assert piotr.user is not None
    set_status(extension=piotr, status=Status.DND, by=piotr.user, surface=Surface.WEB_CLIENT)
    change = piotr.changes.get().pk
    assert send(adams_browser, back=str(change)).status_code == 409
    piotr.refresh_from_db()
    assert piotr.status == "dnd"


def test_a_reminder_comes_shortly_before_the_end_only(adams_browser: Client, adam: Extension) -> None:
    assert adams_browser.get("/status/reminder/").status_code == 204
    lunch(adam, minutes=30)
    assert adams_browser.get("/status/reminder/").status_code == 204
    lunch(adam, minutes=2)
    page = adams_browser.get("/status/reminder/?surface=desktop_app").content.decode()
    assert 'name="surface" value="desktop_app"' in page
    for words in ("Stay", "15 min more", "Back now", ", then Available"):
        assert words in page
    lunch(adam, minutes=-1)
    assert adams_browser.get("/status/reminder/").status_code == 204


def test_fifteen_minutes_more_are_counted_from_the_end(adams_browser: Client, adam: Extension) -> None:
    lunch(adam, minutes=2, note="Cake", after=Status.DND)
    until = adam.status_until
    send(adams_browser, status="lunch", note="Cake", end="more")
    adam.refresh_from_db()
    assert until is not None
    assert adam.status_until == until + timedelta(minutes=15)
    assert adam.status_after == "dnd"


@pytest.mark.parametrize(
    ("status", "question"),
    [
        ("lunch", "You are at Lunch. Set Available?"),
        ("away", "You are Away. Set Available?"),
        ("business_trip", "You are on a Business Trip. Set Available?"),
        ("dnd", ""),
        ("available", ""),
    ],
)
def test_who_calls_is_asked_unless_they_are_available_or_meant_not_to_be(
    adams_browser: Client, adam: Extension, status: str, question: str
) -> None:
    Extension.objects.filter(pk=adam.pk).update(status=status)
    response = adams_browser.get("/status/question/")
    assert response.status_code == (200 if question else 204)
    assert question in response.content.decode()
    adam.refresh_from_db()
    assert adam.status == status


@pytest.mark.parametrize("path", ["/status/end/", "/status/reminder/", "/status/question/"])
def test_nobody_sees_any_of_it_without_a_login(client: Client, adam: Extension, path: str) -> None:
    assert client.get(path).status_code == 302


def at(hour: int, minute: int) -> datetime:
    return timezone.localtime().replace(hour=hour, minute=minute, second=0, microsecond=0)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Lunch until 12:45, set in the desktop app at 12:03, then Available"),
        ("pl", "Lunch do 12:45, ustawiono w aplikacji o 12:03, potem Dostępny"),
    ],
)
def test_the_line_explains_itself_in_both_languages(adam: Extension, language: str, words: str) -> None:
    set_on = Surface.DESKTOP_APP
    lunch_of(adam, status_set_on=set_on, status_set_at=at(12, 3), status_until=at(12, 45), status_note="Cake")
    with translation.override(language):
        assert status_line(adam).words == words
        assert status_line(adam).note_words == {"en": "“Cake”", "pl": "„Cake”"}[language]


def lunch_of(adam: Extension, **fields: Any) -> None:
    for name, value in {"status": "lunch", **fields}.items():
        setattr(adam, name, value)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Lunch until {day}, 12:45, set by Olga Zielińska in the operator panel at 12:03, then Do Not Disturb"),
        (
            "pl",
            "Lunch do {day}, 12:45, ustawił(a) Olga Zielińska w panelu operatora o 12:03, potem Nie przeszkadzać (DND)",
        ),
    ],
)
def test_the_line_names_who_set_it_and_the_day_of_a_later_end(adam: Extension, language: str, words: str) -> None:
    olga = User.objects.create(username="olga")
    Extension.objects.create(number="100", name="Olga Zielińska", user=olga)
    until = at(12, 45) + timedelta(days=3)
    set_on = Surface.OPERATOR_PANEL
    lunch_of(
        adam, status_set_by=olga, status_set_on=set_on, status_set_at=at(12, 3), status_until=until, status_after="dnd"
    )
    with translation.override(language):
        assert status_line(adam).words == words.format(day=date_format(until, "j M" if language == "en" else "j b"))


def test_what_came_by_itself_says_since_when(adam: Extension) -> None:
    lunch(adam)
    assert adam.status_until is not None
    end_due_statuses(adam.status_until)
    adam.refresh_from_db()
    assert status_line(adam).words == f"Available, since {timezone.localtime(adam.status_since):%H:%M}"


def test_a_colleagues_row_shows_end_and_note_as_text(adams_browser: Client, piotr: Extension) -> None:
    assert piotr.user is not None
    until = timezone.now() + timedelta(minutes=30)
    note = "<script>alert(1)</script> “cake”"
    web = Surface.WEB_CLIENT
    set_status(extension=piotr, status=Status.LUNCH, by=piotr.user, surface=web, note=note, until=until)
    page = adams_browser.get("/").content.decode()
    assert f'data-until="{int(until.timestamp())}"' in page
    time = timezone.localtime(until)
    shown = f"{time:%H:%M}" if time.date() == timezone.localdate() else f"{time:%-d %b}, {time:%H:%M}"
    assert f"Lunch until {shown}, no phone</span>" in page
    assert "<script>alert" not in page
    assert "“&lt;script&gt;alert(1)&lt;/script&gt; “cake””" in page
