"""A status with an end: what returns, that it returns once, that it survives a restart, and the way back."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from presence import hub, selectors
from presence.calls import housekeeping
from presence.domain.status_end import EndChoice, end_of
from presence.domain.trusted_clock import TrustedClock
from presence.domain.vocabulary import Status, Surface
from presence.models import ChangeRecord, Extension, User
from presence.selectors.status import following, last_status_change, status_before
from presence.services.status import BackRefusedError, end_due_statuses, go_back, set_status, set_statuses
from tests.cast import make_extension, register
from tests.operator_cast import make_company

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def switch(extension: Extension, status: Status, *, hours: float = 0, note: str = "", **more: Any) -> None:
    assert extension.user is not None
    until = timezone.now() + hours * HOUR if hours else None
    surface = more.pop("surface", Surface.WEB_CLIENT)
    set_status(extension=extension, status=status, by=extension.user, surface=surface, note=note, until=until, **more)


def end_after(extension: Extension, hours: float) -> str:
    """The status once so many hours have passed."""
    end_due_statuses(timezone.now() + hours * HOUR)
    extension.refresh_from_db()
    return extension.status


def back(extension: Extension) -> None:
    change = last_status_change(extension)
    assert change is not None
    assert extension.user is not None
    go_back(extension=extension, record=change.pk, by=extension.user, surface=Surface.WEB_CLIENT)


def test_a_status_ends_and_the_one_before_returns_with_its_note(adam: Extension) -> None:
    switch(adam, Status.BUSINESS_TRIP, note="Kraków")
    switch(adam, Status.LUNCH, hours=1, note="Cake", surface=Surface.DESKTOP_APP)
    assert (adam.status_note, adam.status_set_on, following(adam)) == (
        "Cake",
        "desktop_app",
        ("business_trip", "Kraków"),
    )
    assert end_after(adam, 0.9) == "lunch"
    assert end_after(adam, 1) == "business_trip"
    assert (adam.status_note, adam.status_until, adam.status_set_on) == ("Kraków", None, "")


def test_its_end_is_kept_as_a_change_by_nobody(adam: Extension) -> None:
    switch(adam, Status.LUNCH, hours=1)
    until = adam.status_until
    assert until is not None
    end_after(adam, 1)
    ended, begun = ChangeRecord.objects.order_by("-pk")
    assert (begun.before, begun.after) == (
        {"status": "available"},
        {"status": "lunch", "until": until.isoformat(), "after": "available"},
    )
    assert (ended.by, ended.surface, ended.before, ended.after) == (None, "", begun.after, {"status": "available"})


def test_one_that_was_chosen_follows_instead(adam: Extension) -> None:
    switch(adam, Status.LUNCH, hours=1, after=Status.DND)
    assert end_after(adam, 1) == "dnd"


def test_after_several_with_an_end_the_last_one_without_returns(adam: Extension) -> None:
    switch(adam, Status.DND, note="Exam")
    switch(adam, Status.LUNCH, hours=1)
    switch(adam, Status.AWAY, hours=2)
    switch(adam, Status.LUNCH, hours=3)
    assert end_after(adam, 2.5) == "lunch"
    assert end_after(adam, 3) == "dnd"
    assert adam.status_note == "Exam"


def test_one_whose_end_has_passed_but_was_not_carried_out_yet_does_not_return_either(adam: Extension) -> None:
    switch(adam, Status.LUNCH, hours=-1)
    switch(adam, Status.AWAY, hours=1)
    assert end_after(adam, 1) == "available"


def test_an_end_given_later_leads_to_what_was_before(adam: Extension) -> None:
    switch(adam, Status.AWAY)
    switch(adam, Status.DND)
    switch(adam, Status.DND, hours=1)
    assert end_after(adam, 1) == "away"


def test_who_is_available_until_then_is_away_after_it(adam: Extension) -> None:
    switch(adam, Status.AVAILABLE, hours=1)
    assert end_after(adam, 1) == "away"


def test_a_new_status_without_an_end_clears_the_old_end(adam: Extension) -> None:
    switch(adam, Status.LUNCH, hours=1, note="Cake")
    switch(adam, Status.AWAY)
    assert (adam.status_until, adam.status_note) == (None, "")
    assert end_after(adam, 24) == "away"


def test_the_time_since_when_a_status_holds_outlives_a_new_end(adam: Extension) -> None:
    before = timezone.now() - HOUR
    Extension.objects.filter(pk=adam.pk).update(status="lunch", status_since=before)
    switch(adam, Status.LUNCH, hours=1)
    assert adam.status_since == before
    assert adam.status_set_at > before


def test_the_same_end_again_changes_nothing(adam: Extension) -> None:
    until = timezone.now() + HOUR
    for _ in range(2):
        assert adam.user is not None
        set_status(extension=adam, status=Status.LUNCH, by=adam.user, surface=Surface.WEB_CLIENT, until=until)
    assert ChangeRecord.objects.count() == 1


def test_back_restores_the_status_before_with_its_note_and_end(adam: Extension) -> None:
    switch(adam, Status.DND)
    switch(adam, Status.LUNCH, hours=1, note="Cake", after=Status.BUSINESS_TRIP)
    until = adam.status_until
    switch(adam, Status.AVAILABLE)
    back(adam)
    assert (adam.status, adam.status_note, adam.status_until) == ("lunch", "Cake", until)
    assert end_after(adam, 1) == "business_trip"


def test_back_to_a_status_whose_end_has_passed_brings_it_without_an_end(adam: Extension) -> None:
    switch(adam, Status.LUNCH, hours=1, note="Cake")
    Extension.objects.filter(pk=adam.pk).update(status_until=timezone.now() - HOUR)
    end_due_statuses()
    adam.refresh_from_db()
    assert adam.status == "available"
    back(adam)
    assert (adam.status, adam.status_note, adam.status_until) == ("lunch", "Cake", None)


def test_back_twice_is_where_one_was(adam: Extension) -> None:
    switch(adam, Status.LUNCH, hours=1)
    until = adam.status_until
    back(adam)
    back(adam)
    assert (adam.status, adam.status_until) == ("lunch", until)


def test_back_is_refused_when_the_status_was_changed_again(adam: Extension) -> None:
    switch(adam, Status.LUNCH)
    change = last_status_change(adam)
    assert change is not None
    switch(adam, Status.DND)
    assert adam.user is not None
    with pytest.raises(BackRefusedError):
        go_back(extension=adam, record=change.pk, by=adam.user, surface=Surface.WEB_CLIENT)
    adam.refresh_from_db()
    assert adam.status == "dnd"


def test_nothing_to_go_back_to_is_not_offered(adam: Extension) -> None:
    assert status_before(adam, last_status_change(adam), timezone.now()) is None


@pytest.mark.parametrize("setting", ["2026-03-29 01:30", "2026-10-25 01:30"])
def test_two_hours_are_two_hours_when_the_clocks_change(adam: Extension, setting: str) -> None:
    zone = ZoneInfo("Europe/Warsaw")
    now = datetime.fromisoformat(setting).replace(tzinfo=zone)
    assert adam.user is not None
    until = end_of(EndChoice.TWO_HOURS, now, zone)
    set_status(extension=adam, status=Status.LUNCH, by=adam.user, surface=Surface.WEB_CLIENT, until=until)
    start = now.astimezone(UTC)
    assert end_due_statuses(start + timedelta(minutes=119)) == 0
    assert end_due_statuses(start + timedelta(minutes=120)) == 1
    assert end_due_statuses(start + timedelta(days=1)) == 0


def a_process() -> Callable[[timedelta, float], None]:
    """A process of its own: `run(leap, seconds)` is its chore, so many seconds later, by a clock that is set."""
    clock, start = TrustedClock(), timezone.now()

    def run(leap: timedelta, seconds: float) -> None:
        end_due_statuses(clock.moment(start + timedelta(seconds=seconds) + leap, seconds))

    return run


@pytest.mark.parametrize("leap", [HOUR, timedelta(days=1)])
def test_a_clock_set_forward_ends_nothing_and_set_right_again_ends_each_once(adam: Extension, leap: timedelta) -> None:
    run = a_process()
    switch(adam, Status.LUNCH, hours=0.5)
    run(timedelta(0), 0)
    run(leap, 5)
    run(leap, 300)
    run(timedelta(0), 301)
    assert Extension.objects.get().status == "lunch"
    run(timedelta(0), 1801)
    assert Extension.objects.get().status == "available"


@pytest.mark.parametrize("leap", [-HOUR, timedelta(days=-1)])
def test_a_clock_set_back_ends_nothing_twice(adam: Extension, leap: timedelta) -> None:
    run = a_process()
    switch(adam, Status.LUNCH, hours=0.5)
    run(timedelta(0), 0)
    run(timedelta(0), 1801)
    run(leap, 1802)
    run(timedelta(0), 1803 + 601)
    assert ChangeRecord.objects.filter(by=None).count() == 1


def test_the_chore_of_a_process_that_starts_ends_what_fell_due_meanwhile(
    adam: Extension, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch(adam, Status.LUNCH, hours=-1)
    monkeypatch.setattr(housekeeping, "_clock", TrustedClock())
    housekeeping.end_statuses()
    adam.refresh_from_db()
    assert adam.status == "available"


@pytest.mark.django_db(transaction=True)
def test_several_processes_end_it_once(adam: Extension) -> None:
    switch(adam, Status.LUNCH, hours=-1)
    start, ended = threading.Barrier(4), []

    def process() -> None:
        start.wait()
        ended.append(end_due_statuses())
        connection.close()

    threads = [threading.Thread(target=process) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(ended) == 1
    adam.refresh_from_db()
    assert (adam.status, adam.version) == ("available", 3)
    assert ChangeRecord.objects.filter(by=None).count() == 1


def test_windows_learn_of_the_end_and_of_the_way_back(adam: Extension, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(hub, "publish_to_windows", lambda number, message: told.append({"to": number, **message}))
    register(adam)
    switch(adam, Status.LUNCH, hours=1, note="Cake", surface=Surface.DESKTOP_APP)
    assert adam.status_until is not None
    until = int(adam.status_until.timestamp())
    end_after(adam, 1)
    begun, ended = told
    assert (begun["to"], begun["status"], begun["until"], begun["then"], begun["note"], begun["surface"]) == (
        *("101", "lunch", until, "available", "Cake"),
        "desktop_app",
    )
    assert begun["back"] == {"status": "available", "note": "", "until": 0}
    assert (ended["status"], ended["until"], ended["then"], ended["surface"], ended["by"]) == (
        "available",
        0,
        "",
        "",
        "",
    )
    assert ended["back"] == {"status": "lunch", "note": "Cake", "until": until}
    assert ended["change"] > begun["change"]


def test_colleagues_see_the_end_and_the_note(adam: Extension) -> None:
    switch(adam, Status.LUNCH, hours=1, note="Cake")
    (row,) = selectors.presence_rows()
    assert (row.until, row.note, row.version) == (adam.status_until, "Cake", 2)
    end_after(adam, 1)
    (row,) = selectors.presence_rows()
    assert (row.until, row.note, row.version) == (None, "", 3)


def test_an_operator_sets_an_end_for_many_and_each_returns_to_their_own(adam: Extension, piotr: Extension) -> None:
    olga = User.objects.create(username="olga", is_staff=True)
    switch(piotr, Status.BUSINESS_TRIP)
    until = timezone.now() + HOUR
    set_statuses(
        extensions=[adam, piotr], status=Status.AWAY, by=olga, surface=Surface.OPERATOR_PANEL, note="Drill", until=until
    )
    assert (end_after(adam, 1), end_after(piotr, 1)) == ("available", "business_trip")
    assert adam.status_set_by is None


@pytest.mark.parametrize("count", [3, 300])
def test_as_many_as_you_like_end_with_the_same_number_of_queries(
    db: None, django_assert_max_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    everybody = make_company(count)
    olga = make_extension("99", "Olga Zielińska").user
    assert olga is not None
    until = timezone.now() + HOUR
    set_statuses(extensions=everybody, status=Status.DND, by=olga, surface=Surface.OPERATOR_PANEL, until=until)
    with django_assert_max_num_queries(16):
        assert end_due_statuses(until) == count


def test_looking_for_what_is_due_costs_one_query(adam: Extension, django_assert_num_queries: Any) -> None:
    switch(adam, Status.LUNCH, hours=1)
    with django_assert_num_queries(1):
        assert end_due_statuses() == 0
