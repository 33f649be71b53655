"""The call log: each call with its trail in words, and to each viewer only their part of it."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from presence.domain.vocabulary import CallState, Origin, Reason
from presence.models import Call, CallLeg, CallStep, Extension, Voicemail
from tests.cast import log_in, make_extension

RING = {"decision": "ring", "reason": Reason.AVAILABLE, "ring_seconds": 20}


def a_call(
    caller: Extension,
    called: str,
    steps: Sequence[tuple[Extension | str, dict[str, object]]],
    *,
    reason: Reason = Reason.COMPLETED,
    at: datetime | None = None,
    talked: int = 0,
) -> Call:
    """An ended call as the router and the services leave it."""
    started = at or timezone.now() - timedelta(minutes=5)
    answered = started + timedelta(seconds=4) if talked else None
    ended = (answered or started) + timedelta(seconds=talked or 20)
    call = Call.objects.create(
        caller_number=caller.number,
        caller_name=caller.name,
        origin=Origin.INTERNAL,
        called_number=called,
        state=CallState.ENDED,
        started_at=started,
        answered_at=answered,
        ended_at=ended,
        end_reason=reason,
    )
    times = {"state": CallState.ENDED, "started_at": started, "answered_at": answered, "ended_at": ended}
    CallLeg.objects.create(call=call, extension=caller, role=CallLeg.Role.CALLER, end_reason=reason, **times)
    for position, (at_whom, step) in enumerate(steps):
        number = at_whom if isinstance(at_whom, str) else at_whom.number
        name = "" if isinstance(at_whom, str) else at_whom.name
        CallStep.objects.create(call=call, position=position, number=number, name=name, **step)
        if step["decision"] == "ring" and not isinstance(at_whom, str):
            is_last = position == len(steps) - 1
            leg_times = (
                times if is_last else {**times, "answered_at": None, "ended_at": started + timedelta(seconds=20)}
            )
            CallLeg.objects.create(call=call, extension=at_whom, role=CallLeg.Role.CALLEE, **leg_times)
    return call


def forward(target: Extension, reason: Reason) -> dict[str, object]:
    return {
        "decision": "forward",
        "reason": reason,
        "destination_kind": "extension",
        "destination_value": target.number,
        "destination_name": target.name,
    }


def record(box: Extension, reason: Reason) -> dict[str, object]:
    kind = {"decision": "record_voicemail", "destination_kind": "extension_voicemail"}
    return {**kind, "reason": reason, "destination_value": box.number, "destination_name": box.name}


def end(reason: Reason) -> dict[str, object]:
    return {"decision": "end_call", "reason": reason, "destination_kind": "end_call"}


def log_of(extension: Extension, query: str = "", language: str = "en") -> str:
    """The log as its viewer reads it, without tags."""
    client = Client(headers={"Accept-Language": language})
    log_in(client, extension.user)
    html = client.get(f"/calls/{query}").content.decode().split('id="call-log"')[1].split("</main>")[0]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def test_an_answered_call_says_who_answered_after_how_long_and_how_long_they_talked(
    adam: Extension, piotr: Extension
) -> None:
    a_call(adam, "102", [(piotr, RING)], talked=125)
    for viewer, direction, other in ((adam, "Outgoing", "Piotr Adamiak"), (piotr, "Incoming", "Adam Nowak")):
        log = log_of(viewer)
        assert f"{direction} {other}" in log
        assert "Talked for 2 min 5 s" in log
        assert "Piotr Adamiak answered after 4 s." in log


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason.AWAY, "Piotr Adamiak was away: internal calls end."),
        (Reason.DND, "Piotr Adamiak did not want to be disturbed: internal calls end."),
        (Reason.LUNCH, "Piotr Adamiak was at lunch: internal calls end."),
        (Reason.BUSINESS_TRIP, "Piotr Adamiak was on a business trip: internal calls end."),
        (Reason.BUSY, "Piotr Adamiak was on another call: internal calls end."),
        (Reason.NOT_REGISTERED, "No phone of Piotr Adamiak was connected: internal calls end."),
        (Reason.NO_TRUNK, "but there is no outside line, so the call ended."),
        (Reason.LOOP, "round in a circle, so the call ended."),
        (Reason.VOICEMAIL_OFF, "a voicemail that is switched off, so the call ended."),
        (Reason.VOICEMAIL_FULL, "a voicemail that is full, so the call ended."),
    ],
)
def test_a_call_that_ended_says_whose_rule_ended_it_and_why(
    adam: Extension, piotr: Extension, reason: Reason, words: str
) -> None:
    a_call(adam, "102", [(piotr, end(reason))], reason=reason)
    assert words in log_of(adam)
    assert "Missed Adam Nowak" in log_of(piotr)


# A dead end leads to no extension.
FORWARDED = (Reason.AWAY, Reason.NO_ANSWER, Reason.BUSY, Reason.EXCEPTION, Reason.LUNCH)


@pytest.mark.parametrize("reason", Reason)
def test_every_decision_for_every_reason_has_its_words(
    adam: Extension, piotr: Extension, anna: Extension, reason: Reason
) -> None:
    decisions = [record(anna, reason), end(reason), *([forward(anna, reason)] if reason in FORWARDED else [])]
    for step in decisions:
        a_call(adam, "102", [(piotr, step)], reason=reason)
    for viewer in (adam, piotr):
        log = log_of(viewer)
        assert "%(" not in log
        assert log.count("Piotr Adamiak" if viewer is adam else "Adam Nowak") >= len(decisions)


def dial_out(number: str, reason: Reason) -> dict[str, object]:
    kind = {"decision": "dial_out", "destination_kind": "external_number"}
    return {**kind, "reason": reason, "destination_value": number}


def outside_leg(call: Call, number: str) -> None:
    """Whoever was called outside has answered, and talked until the end."""
    times = {"started_at": call.started_at, "answered_at": call.answered_at, "ended_at": call.ended_at}
    CallLeg.objects.create(
        call=call, role=CallLeg.Role.CALLEE, outside_number=number, state=CallState.ENDED, window="outside-1", **times
    )


def test_a_number_outside_that_was_dialled_says_how_long_they_talked(adam: Extension) -> None:
    step = dial_out("+48221234567", Reason.DIALLED)
    outside_leg(a_call(adam, "221234567", [("221234567", step)], talked=65), "+48221234567")
    log = log_of(adam)
    assert "Outgoing 221234567" in log
    assert "· Talked for" not in log
    assert "Called 22 123 45 67 over the outside line. Talked for 1 min 5 s." in log


def test_a_talk_that_used_up_the_days_minutes_says_so(adam: Extension) -> None:
    step = dial_out("+48221234567", Reason.DIALLED)
    call = a_call(adam, "221234567", [("221234567", step)], talked=65, reason=Reason.OUTSIDE_MINUTES_USED)
    outside_leg(call, "+48221234567")
    assert "Talked for 1 min 5 s. Today's minutes for outside calls were used up." in log_of(adam)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason.BUSY, "The outside number was busy"),
        (Reason.NO_ANSWER, "Nobody answered at the outside number"),
        (Reason.DECLINED, "The outside number declined"),
        (Reason.FAILED, "The outside line failed"),
    ],
)
def test_a_number_outside_that_was_dialled_in_vain_says_why(adam: Extension, reason: Reason, words: str) -> None:
    steps = [("221234567", dial_out("+48221234567", Reason.DIALLED)), ("221234567", end(reason))]
    a_call(adam, "221234567", steps, reason=reason)
    log = log_of(adam)
    assert f"{words}, so the call ended." in log
    assert log.count(words) == 2  # the summary says it, too


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason.OUTSIDE_NOT_ALLOWED, "Calls to +48700123456 are not allowed, so the call ended."),
        (Reason.OUTSIDE_CALLS_MAX, "As many outside calls as one extension may have were under way, so"),
        (Reason.OUTSIDE_MINUTES_USED, "Today's minutes for outside calls were used up, so the call ended."),
    ],
)
def test_what_the_toll_guard_refused_is_told_of_a_dialled_number(adam: Extension, reason: Reason, words: str) -> None:
    a_call(adam, "+48700123456", [("+48700123456", end(reason))], reason=reason)
    assert words in log_of(adam)


def test_a_forward_to_the_outside_says_which_number_answered_and_that_the_rest_is_voicemail(
    adam: Extension, piotr: Extension
) -> None:
    away = dial_out("+48600100200", Reason.AWAY)
    outside_leg(a_call(adam, "102", [(piotr, away)], talked=65), "+48600100200")
    assert "600 100 200 answered · Talked for 1 min 5 s" in log_of(adam)
    assert "internal calls go to 600 100 200. Talked for" in log_of(adam)
    a_call(adam, "102", [(piotr, away), (piotr, record(piotr, Reason.BUSY))])
    assert "The outside number was busy, so the call went to the voicemail of Piotr Adamiak." in log_of(adam)
    refused = record(piotr, Reason.OUTSIDE_NOT_ALLOWED)
    a_call(adam, "102", [(piotr, refused)])
    assert "Piotr Adamiak forwards to an outside number that may not be called, so" in log_of(adam)


def test_a_mobile_is_told_of_without_its_number(adam: Extension, piotr: Extension) -> None:
    Extension.objects.filter(pk=piotr.pk).update(mobile_number="+48600100200")
    step: dict[str, object] = {"decision": "dial_out", "destination_kind": "mobile", "reason": Reason.AWAY}
    call = a_call(adam, "102", [(piotr, step)], talked=65)
    outside_leg(call, "+48600100200")
    call.legs.exclude(outside_number="").update(charged_to=piotr)
    for viewer in (adam, piotr):
        assert "internal calls go to the mobile of Piotr Adamiak." in log_of(viewer)
        assert "600 100 200" not in log_of(viewer)
    Call.objects.update(called_number="103")
    assert "Piotr Adamiak answered · Talked for 1 min 5 s" in log_of(adam)


def test_who_answered_at_the_mobile_that_rang_too_has_received_the_call(adam: Extension, piotr: Extension) -> None:
    """The phones rang beside it, and stopped."""
    call = a_call(adam, "102", [(piotr, {**RING, "destination_kind": "mobile"})], talked=65)
    call.legs.filter(extension=piotr).update(answered_at=None, end_reason=Reason.ANSWERED_ELSEWHERE)
    outside_leg(call, "+48600100200")
    call.legs.exclude(outside_number="").update(charged_to=piotr)
    for viewer, direction in ((adam, "Outgoing"), (piotr, "Incoming")):
        log = log_of(viewer)
        assert direction in log
        assert "Talked for 1 min 5 s" in log
        assert "Piotr Adamiak answered at the mobile after 4 s." in log
        assert "600 100 200" not in log
    assert "Missed" not in log_of(piotr)


def test_a_mobile_that_the_guard_kept_silent_is_told_of(adam: Extension, piotr: Extension) -> None:
    silent = {**RING, "decision": "skip_mobile", "reason": Reason.OUTSIDE_MINUTES_USED}
    a_call(adam, "102", [(piotr, silent), (piotr, RING)], talked=65)
    words = "Today's minutes for outside calls were used up: the mobile of Piotr Adamiak did not ring."
    assert words in log_of(adam)
    assert "Piotr Adamiak answered after 4 s." in log_of(adam)


def test_an_unknown_number_is_said_to_be_none(adam: Extension) -> None:
    a_call(adam, "999", [("999", end(Reason.UNKNOWN_NUMBER))], reason=Reason.UNKNOWN_NUMBER)
    assert "There is no number 999, so the call ended." in log_of(adam)


def test_the_caller_sees_the_whole_way_of_a_forwarded_call(adam: Extension, piotr: Extension, anna: Extension) -> None:
    steps = [(piotr, forward(anna, Reason.AWAY)), (anna, RING), (anna, record(anna, Reason.NO_ANSWER))]
    call = a_call(adam, "102", steps, reason=Reason.VOICEMAIL_LEFT)
    Voicemail.objects.create(box=anna, call=call, caller_number="101", origin=Origin.INTERNAL, seconds=12.2)
    log = log_of(adam)
    assert "Piotr Adamiak was away: internal calls go to Anna Kowalska." in log
    assert (
        "Rang at Anna Kowalska for 20 s, nobody answered: internal calls go to the voicemail of Anna Kowalska." in log
    )
    assert "A message was left (12 s)." in log


def test_a_callee_sees_where_the_call_went_and_nothing_beyond(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    steps = [(piotr, forward(anna, Reason.AWAY)), (anna, RING), (anna, record(anna, Reason.DECLINED))]
    call = a_call(adam, "102", steps, reason=Reason.VOICEMAIL_LEFT)
    Voicemail.objects.create(box=anna, call=call, caller_number="101", origin=Origin.INTERNAL, seconds=12)
    log = log_of(piotr)
    assert "Missed Adam Nowak" in log
    assert "Went on to Anna Kowalska" in log
    assert "declined" not in log
    assert "message" not in log
    assert "You declined" not in log_of(adam)
    assert "A message was left (12 s)" in log_of(anna)


def test_a_callee_does_not_see_how_long_the_caller_talked_to_another(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    a_call(adam, "102", [(piotr, forward(anna, Reason.AWAY)), (anna, RING)], talked=60)
    assert "Anna Kowalska answered · Talked for 1 min 0 s" in log_of(adam)
    assert "Talked" not in log_of(piotr)


def test_a_declined_call_is_told_to_both_in_their_words(adam: Extension, piotr: Extension) -> None:
    a_call(adam, "102", [(piotr, RING), (piotr, end(Reason.DECLINED))], reason=Reason.DECLINED)
    assert "You declined · The call ended" in log_of(piotr)
    assert "Piotr Adamiak declined after 20 s: internal calls end." in log_of(adam)


def test_a_call_that_did_not_ring_says_which_status_it_met(adam: Extension, piotr: Extension) -> None:
    a_call(adam, "102", [(piotr, end(Reason.DND))], reason=Reason.DND)
    assert "Your status: Do Not Disturb · The call ended" in log_of(piotr)


def test_a_caller_who_gave_up_is_told_as_such(adam: Extension, piotr: Extension) -> None:
    a_call(adam, "102", [(piotr, RING)], reason=Reason.CANCELLED)
    assert "You hung up before an answer" in log_of(adam)
    log = log_of(piotr)
    assert "Missed Adam Nowak 101 The caller hung up" in log
    assert "Rang at Piotr Adamiak for 20 s; then the caller hung up." in log


def test_a_call_that_goes_on_is_in_progress(adam: Extension, piotr: Extension) -> None:
    call = a_call(adam, "102", [(piotr, RING)], talked=60)
    Call.objects.update(state=CallState.TALKING, ended_at=None, end_reason="")
    call.legs.update(state=CallState.TALKING, ended_at=None, end_reason="")
    assert "In progress" in log_of(adam)
    assert "In progress" in log_of(piotr)


def test_nobody_sees_calls_of_others(adam: Extension, piotr: Extension, anna: Extension) -> None:
    a_call(adam, "102", [(piotr, RING)], talked=5)
    assert "No calls yet" in log_of(anna)
    assert Client().get("/calls/").status_code == 302


def test_a_call_can_be_returned_with_one_click(adams_browser: Client, adam: Extension, piotr: Extension) -> None:
    a_call(piotr, "101", [(adam, end(Reason.AWAY))], reason=Reason.AWAY)
    html = adams_browser.get("/calls/").content.decode()
    button = re.search(r'<button[^>]*data-call-action="call" data-number="102"[^>]*>', html)
    assert button
    assert 'aria-label="Call Piotr Adamiak"' in button[0]


def test_names_from_outside_are_text(adams_browser: Client, adam: Extension, piotr: Extension) -> None:
    call = a_call(piotr, "101", [(adam, RING)])
    Call.objects.filter(pk=call.pk).update(caller_name="<script>alert(1)</script>", origin=Origin.EXTERNAL)
    html = adams_browser.get("/calls/").content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_calls_stand_newest_first_by_day_and_page_by_page(adam: Extension, piotr: Extension) -> None:
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=3)
    for count in range(120):
        a_call(adam, str(2000 + count), [(piotr, RING)], at=noon - timedelta(hours=count), talked=5)
    seen: list[str] = []
    query = ""
    client = Client()
    assert adam.user is not None
    client.force_login(adam.user, backend="django.contrib.auth.backends.ModelBackend")
    for pages_left in (2, 1, 0):
        html = client.get(f"/calls/{query}").content.decode()
        seen += re.findall(r'<span class="number muted">(2[0-9]{3})</span>', html)
        following = re.search(r'href="/calls/(\?before=[^"]+)" rel="next"', html)
        assert bool(following) is bool(pages_left)
        query = unescape(following[1]) if following else ""
    assert seen == [str(2000 + count) for count in range(120)]


@pytest.mark.parametrize(
    "cursor", ["x", "2026-11-23_x", "_", "2026-11-23T12:00:00_6f0d1c1e-0000-4000-8000-000000000000"]
)
def test_a_page_that_begins_nowhere_is_the_first(adam: Extension, piotr: Extension, cursor: str) -> None:
    a_call(adam, "102", [(piotr, RING)], talked=5)
    assert "Piotr Adamiak" in log_of(adam, f"?before={cursor}")


@pytest.mark.parametrize("number_of_calls", [1, 60])
def test_the_log_asks_the_database_as_often_for_one_call_as_for_many(
    adams_browser: Client,
    adam: Extension,
    piotr: Extension,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    number_of_calls: int,
) -> None:
    Extension.objects.bulk_create(
        Extension(number=str(2000 + count), name="Many") for count in range(10 * number_of_calls)
    )
    for _ in range(number_of_calls):
        a_call(adam, "102", [(piotr, RING), (piotr, record(piotr, Reason.NO_ANSWER))])
    with django_assert_max_num_queries(17):
        adams_browser.get("/calls/")


def test_the_log_speaks_polish(adam: Extension, piotr: Extension) -> None:
    a_call(adam, "102", [(piotr, end(Reason.AWAY))], reason=Reason.AWAY)
    assert "Piotr Adamiak – status „Niedostępny”: połączenia wewnętrzne są kończone." in log_of(adam, language="pl")


def test_the_log_of_someone_deep_in_a_company_holds_only_their_calls(adam: Extension, piotr: Extension) -> None:
    ewa = make_extension("105", "Ewa Lis")
    a_call(adam, "102", [(piotr, forward(ewa, Reason.AWAY)), (ewa, RING)], talked=9)
    log = log_of(ewa)
    assert "Incoming Adam Nowak" in log
    assert "Piotr Adamiak was away: internal calls go to Ewa Lis." in log
