"""Members of queues: who is logged in and why not, how many wait, and who is told of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from presence import hub
from presence.domain.vocabulary import CallState, Origin, Status, Surface, SystemExtensionKind
from presence.hub.news import News, WindowMessageSent
from presence.models import Call, CallLeg, Extension, Membership, QueueEntry, SystemExtension, User
from presence.services import queue_news, registration, status
from presence.services.extension_settings import write_settings
from presence.services.queue_members import NotAMemberError, set_logged_in
from presence.services.templates import save_template, template_version
from tests.cast import make_extension, register

HTMX = {"HX-Request": "true"}
Queues = list[dict[str, object]]


@pytest.fixture
def queue(adam: Extension) -> SystemExtension:
    """Adam's queue."""
    queue = SystemExtension.objects.create(number="800", name="Reception", kind=SystemExtensionKind.QUEUE)
    Membership.objects.create(system_extension=queue, extension=adam)
    return queue


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[News]:
    """What left through the hub."""
    said: list[News] = []
    monkeypatch.setattr(hub, "_deliver", said.append)
    return said


def told(said: list[News]) -> dict[str, Queues]:
    """The last news of queues by whom it was sent to."""
    messages = [news for news in said if isinstance(news, WindowMessageSent) and news.message["type"] == "queues"]
    return {news.extension: news.message["queues"] for news in messages}


def a_caller(queue: SystemExtension, *, seconds_ago: int = 0) -> QueueEntry:
    call = Call.objects.create(caller_number="104", called_number=queue.number, origin=Origin.INTERNAL)
    joined_at = timezone.now() - timedelta(seconds=seconds_ago)
    return QueueEntry.objects.create(call=call, queue=queue, joined_at=joined_at)


def absence(extension: Extension) -> object:
    return queue_news.queues_of(extension)[0]["absence"]


@pytest.mark.parametrize(
    ("own_status", "is_enabled", "is_logged_in", "is_registered", "reason"),
    [
        (Status.AVAILABLE, True, True, True, ""),
        (Status.AVAILABLE, True, True, False, "not_registered"),
        (Status.LUNCH, True, True, True, "status"),
        (Status.LUNCH, True, True, False, "status"),
        (Status.AWAY, True, True, True, "status"),
        (Status.AVAILABLE, True, False, True, "logged_out"),
        (Status.LUNCH, True, False, False, "logged_out"),
        (Status.AVAILABLE, False, True, True, "disabled"),
        (Status.LUNCH, False, False, False, "disabled"),
    ],
)
def test_the_weightiest_reason_for_being_logged_out_is_told(
    adam: Extension,
    queue: SystemExtension,
    own_status: Status,
    is_enabled: bool,
    is_logged_in: bool,
    is_registered: bool,
    reason: str,
) -> None:
    Extension.objects.update(status=own_status, is_enabled=is_enabled)
    Membership.objects.update(is_logged_in=is_logged_in)
    if is_registered:
        register(adam)
    line = queue_news.queues_of(adam)[0]
    assert (line["absence"], line["is_logged_in"], line["status"]) == (reason, is_logged_in, own_status)


def test_lunch_that_stays_in_queues_logs_nobody_out(adam: Extension, queue: SystemExtension) -> None:
    register(adam)
    Extension.objects.update(status=Status.LUNCH)
    assert absence(adam) == "status"
    write_settings({adam.pk: {"lunch.stays_in_queues": True}}, by=None, surface=Surface.OPERATOR_PANEL)
    assert absence(adam) == ""


def test_a_line_says_how_many_wait_and_since_when_the_first(adam: Extension, queue: SystemExtension) -> None:
    oldest = a_caller(queue, seconds_ago=90)
    a_caller(queue)
    gone = a_caller(queue, seconds_ago=500)
    QueueEntry.objects.filter(pk=gone.pk).update(left_at=timezone.now())
    line = queue_news.queues_of(adam)[0]
    assert (line["number"], line["name"], line["kind"]) == ("800", "Reception", "queue")
    assert (line["waiting"], line["oldest"]) == (2, int(oldest.joined_at.timestamp()))


def test_of_a_ring_group_those_wait_who_ring_its_members_and_nobody_logs_in(adam: Extension, piotr: Extension) -> None:
    group = SystemExtension.objects.create(number="700", name="Support", kind=SystemExtensionKind.RING_GROUP)
    call = Call.objects.create(caller_number="104", called_number="700", origin=Origin.INTERNAL)
    for member in (adam, piotr):
        Membership.objects.create(system_extension=group, extension=member, is_logged_in=False)
        CallLeg.objects.create(call=call, extension=member, role=CallLeg.Role.CALLEE, rung_for=group)
    line = queue_news.queues_of(adam)[0]
    assert (line["kind"], line["waiting"], line["is_logged_in"], line["absence"]) == ("ring_group", 1, True, "")
    CallLeg.objects.update(state=CallState.ENDED)
    assert queue_news.queues_of(adam)[0]["waiting"] == 0


def test_who_is_in_no_queue_has_no_lines(adam: Extension, piotr: Extension, queue: SystemExtension) -> None:
    receptionist = SystemExtension.objects.create(
        number="900", name="Menu", kind=SystemExtensionKind.DIGITAL_RECEPTIONIST
    )
    Membership.objects.create(system_extension=receptionist, extension=piotr)
    assert queue_news.queues_of(piotr) == []


# Who is told


def switch_off(adam: Extension, queue: SystemExtension) -> None:
    set_logged_in(extension=adam, queue_number=queue.number, is_logged_in=False)


def go_to_lunch(adam: Extension, queue: SystemExtension) -> None:
    assert adam.user is not None
    status.set_status(extension=adam, status=Status.LUNCH, by=adam.user, surface=Surface.WEB_CLIENT)


def be_disabled(adam: Extension, queue: SystemExtension) -> None:
    write_settings({adam.pk: {"is_enabled": False}}, by=None, surface=Surface.OPERATOR_PANEL)


def lose_the_rule(adam: Extension, queue: SystemExtension) -> None:
    write_settings({adam.pk: {"available.stays_in_queues": False}}, by=None, surface=Surface.OPERATOR_PANEL)


def be_given_another_template(adam: Extension, queue: SystemExtension) -> None:
    values = {"available.stays_in_queues": False}
    save_template(department=adam.department, values=values, expected=template_version({}), by=User.objects.get())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (switch_off, "logged_out"),
        (go_to_lunch, "status"),
        (be_disabled, "disabled"),
        (lose_the_rule, "status"),
        (be_given_another_template, "status"),
    ],
)
def test_own_windows_are_told_when_a_member_is_logged_out(
    adam: Extension,
    queue: SystemExtension,
    said: list[News],
    change: Callable[[Extension, SystemExtension], None],
    reason: str,
) -> None:
    register(adam)
    change(adam, queue)
    assert [line["absence"] for line in told(said)["101"]] == [reason]


@pytest.mark.django_db(transaction=True)
def test_a_member_is_told_when_the_first_window_opens(
    adam: Extension, queue: SystemExtension, said: list[News]
) -> None:
    registration.register(extension=adam, window="one", epoch="testtest")
    assert [line["absence"] for line in told(said)["101"]] == [""]


@pytest.mark.django_db(transaction=True)
def test_a_line_is_told_to_the_open_windows_of_every_member_and_to_nobody_else(
    adam: Extension, piotr: Extension, anna: Extension, queue: SystemExtension, said: list[News]
) -> None:
    Membership.objects.create(system_extension=queue, extension=piotr)
    for extension in (adam, anna):
        register(extension, f"window-of-{extension.number}")
    a_caller(queue)
    queue_news.publish_line(queue)
    assert {number: lines[0]["waiting"] for number, lines in told(said).items()} == {"101": 1}


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_told(adam: Extension, queue: SystemExtension, said: list[News]) -> None:
    register(adam)
    with transaction.atomic():
        set_logged_in(extension=adam, queue_number="800", is_logged_in=False)
        transaction.set_rollback(True)
    assert told(said) == {}


@pytest.mark.django_db(transaction=True)
def test_saying_it_again_tells_nobody(adam: Extension, queue: SystemExtension, said: list[News]) -> None:
    register(adam)
    set_logged_in(extension=adam, queue_number="800", is_logged_in=True)
    assert told(said) == {}


@pytest.mark.django_db(transaction=True)
def test_a_line_of_forty_members_takes_as_many_queries_as_of_four(
    adam: Extension, queue: SystemExtension, said: list[News]
) -> None:
    def queries_with(count: int) -> int:
        for number in range(Membership.objects.count(), count):
            member = make_extension(f"2{number:02}", f"Member{number} Number")
            Membership.objects.create(system_extension=queue, extension=member)
            register(member, f"window-{number}")
        with CaptureQueriesContext(connection) as queries:
            queue_news.publish_line(queue)
        return len(queries)

    register(adam)
    assert queries_with(4) == queries_with(40)
    assert len(told(said)) == 40


# The switch in the menu


def test_a_member_logs_out_and_in_again(adams_browser: Client, adam: Extension, queue: SystemExtension) -> None:
    register(adam)
    page = adams_browser.post("/queues/800/login/", {"is_logged_in": "0"}, headers=HTMX).content.decode()
    assert not Membership.objects.get().is_logged_in
    assert 'aria-checked="false"' in page
    assert "logged out by you" in page
    assert "<html" not in page
    page = adams_browser.post("/queues/800/login/", {"is_logged_in": "1"}, headers=HTMX).content.decode()
    assert Membership.objects.get().is_logged_in
    assert 'aria-checked="true"' in page


def test_without_script_the_switch_leads_back_to_its_page(adams_browser: Client, queue: SystemExtension) -> None:
    here = {"Referer": "http://testserver/calls/"}
    response = adams_browser.post("/queues/800/login/", {"is_logged_in": "0"}, headers=here)
    assert (response.status_code, response["Location"]) == (302, "http://testserver/calls/")


@pytest.mark.parametrize("sent", ["", "yes", "2", "00"])
def test_a_switch_that_says_neither_changes_nothing(adams_browser: Client, queue: SystemExtension, sent: str) -> None:
    response = adams_browser.post("/queues/800/login/", {"is_logged_in": sent}, headers=HTMX)
    assert response.status_code == 422
    assert 'aria-checked="true"' in response.content.decode()
    assert Membership.objects.get().is_logged_in


@pytest.mark.parametrize("number", ["700", "999", "8" * 40, "x"])
def test_only_ones_own_queues_can_be_switched(
    adams_browser: Client, adam: Extension, piotr: Extension, number: str
) -> None:
    group = SystemExtension.objects.create(number="700", name="Support", kind=SystemExtensionKind.RING_GROUP)
    Membership.objects.create(system_extension=group, extension=adam)
    foreign = SystemExtension.objects.create(number="999", name="Sales", kind=SystemExtensionKind.QUEUE)
    Membership.objects.create(system_extension=foreign, extension=piotr)
    assert adams_browser.post(f"/queues/{number}/login/", {"is_logged_in": "0"}).status_code == 404
    assert Membership.objects.filter(is_logged_in=True).count() == 2
    with pytest.raises(NotAMemberError):
        set_logged_in(extension=adam, queue_number=number, is_logged_in=False)


@pytest.mark.parametrize(
    ("own_status", "language", "words"),
    [
        (Status.LUNCH, "en", "logged out: status Lunch"),
        (Status.DND, "en", "logged out: status Do Not Disturb"),
        (Status.AVAILABLE, "en", "logged out: no phone"),
    ],
)
def test_the_menu_and_the_people_page_say_why_one_is_logged_out(
    adams_browser: Client, queue: SystemExtension, own_status: Status, language: str, words: str
) -> None:
    Extension.objects.update(status=own_status)
    page = adams_browser.get("/", headers={"accept-language": language}).content.decode()
    assert page.count(words) == 2 + page.count(f'": "{words}"')


def test_the_people_page_shows_the_lines_of_members_only(
    adams_browser: Client, adam: Extension, queue: SystemExtension
) -> None:
    a_caller(queue, seconds_ago=60)
    a_caller(queue)
    page = adams_browser.get("/").content.decode()
    assert 'data-queue="800" data-kind="queue" data-waiting="2"' in page
    assert "2 waiting" in page
    assert "js/queue_lamps.js" in page
    Membership.objects.all().delete()
    page = adams_browser.get("/").content.decode()
    assert "data-queue" not in page
    assert "queue_lamps" not in page
    assert "queue-words" not in page
