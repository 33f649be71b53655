"""`/metrics`: who may read it, what it says of the company, and what it costs the database."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from presence import hub
from presence.domain.vocabulary import CallBackendKind, CallState, Origin
from presence.models import AsteriskLink, Call, Extension, Voicemail
from presence.services import registration
from tests.cast import make_extension
from tests.measured import sample, samples

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-sixteen-characters-at-least"
OPEN_METRICS = "application/openmetrics-text"


def page(**headers: Any) -> str:
    answer = Client().get("/metrics", **headers)
    assert answer.status_code == 200
    return answer.content.decode()


# Who may read it


@pytest.mark.parametrize(
    ("came", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "127.8.8.8"}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "::ffff:127.0.0.1"}, 200),
        ({"REMOTE_ADDR": ""}, 200),  # a Unix socket
        ({"REMOTE_ADDR": "10.0.0.7"}, 404),
        ({"REMOTE_ADDR": "2001:db8::1"}, 404),
        ({"REMOTE_ADDR": "::ffff:10.0.0.7"}, 404),
        ({"REMOTE_ADDR": "no address"}, 404),
        # By a proxy on this machine, whatever it believes of whom it serves.
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 404),
        ({"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "10.0.0.7"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=10.0.0.7"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_REAL_IP": "127.0.0.1"}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_VIA": "1.1 proxy"}, 404),
    ],
)
def test_without_a_token_it_is_for_this_machine_only(client: Client, came: dict[str, Any], status: int) -> None:
    assert client.get("/metrics", **came).status_code == status


@pytest.mark.parametrize("came_from", ["127.0.0.1", "10.0.0.7"])
@pytest.mark.parametrize(
    ("given", "status"),
    [(f"Bearer {TOKEN}", 200), (f"Bearer {TOKEN} ", 404), (TOKEN, 404), ("Bearer ", 404), ("Bearer ż", 404), ("", 404)],
)
def test_with_a_token_it_is_for_who_knows_that(
    client: Client, settings: Settings, came_from: str, given: str, status: int
) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics", REMOTE_ADDR=came_from, HTTP_AUTHORIZATION=given).status_code == status


@pytest.mark.parametrize(("accept", "content_type"), [("*/*", "text/plain"), (f"{OPEN_METRICS};q=1", OPEN_METRICS)])
def test_it_is_told_in_the_format_that_is_asked_for(client: Client, accept: str, content_type: str) -> None:
    answer = client.get("/metrics", HTTP_ACCEPT=accept)
    assert answer["Content-Type"].startswith(content_type)
    assert "no-store" in answer["Cache-Control"]
    assert answer.content.decode().endswith("# EOF\n") == (content_type == OPEN_METRICS)


# What it says of the company


def open_call(state: CallState, backend: CallBackendKind) -> None:
    Call.objects.create(
        caller_number="101", called_number="102", origin=Origin.INTERNAL, state=state, backend_kind=backend
    )


def test_open_calls_are_told_by_state_and_backend_and_ended_ones_are_not() -> None:
    open_call(CallState.RINGING, CallBackendKind.BROWSER)
    for _ in range(2):
        open_call(CallState.TALKING, CallBackendKind.ASTERISK)
    open_call(CallState.ENDED, CallBackendKind.BROWSER)
    told = {labels: value for (name, labels), value in samples(page()).items() if name == "lampfield_calls"}
    assert told == {
        frozenset({("state", "ringing"), ("backend", "browser")}): 1,
        frozenset({("state", "talking"), ("backend", "asterisk")}): 2,
        frozenset({("state", "ringing"), ("backend", "asterisk")}): 0,
        frozenset({("state", "talking"), ("backend", "browser")}): 0,
    }


def test_people_are_told_apart_from_what_they_can_be_rung_at(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    windows = [(adam, "desk-window"), (adam, "home-window"), (adam, "sip-101"), (piotr, "sip-102-kitchen")]
    for extension, window in windows:
        registration.register(extension=extension, window=window, epoch=hub.epoch())
    told = page()
    assert sample(told, "lampfield_registered_people") == 2
    assert sample(told, "lampfield_registered_devices", kind="browser") == 2
    assert sample(told, "lampfield_registered_devices", kind="desk_phone") == 2


@pytest.mark.parametrize(
    ("values", "waiting"),
    [
        ({"email_due": True, "state": "new"}, 1),
        ({"email_due": True, "state": "recording"}, 0),
        ({"email_due": False, "state": "new"}, 0),
    ],
)
def test_emails_that_are_due_are_told(adam: Extension, values: dict[str, Any], waiting: int) -> None:
    Voicemail.objects.create(box=adam, caller_number="103", origin=Origin.INTERNAL, sound="message.webm", **values)
    assert sample(page(), "lampfield_emails_waiting", kind="voicemail") == waiting


@pytest.mark.parametrize(
    ("owner", "is_ready", "has_trunk", "told"),
    [("this", True, True, (1, 1, 1)), ("this", False, True, (0, 0, 1)), ("another", True, False, (1, 0, 0))],
)
def test_the_link_to_asterisk_is_told(
    settings: Settings, owner: str, is_ready: bool, has_trunk: bool, told: tuple[int, int, int]
) -> None:
    settings.ASTERISK_URL = "http://127.0.0.1:9"
    epoch = hub.epoch() if owner == "this" else owner
    AsteriskLink.objects.create(owner=epoch, is_ready=is_ready, has_trunk=has_trunk)
    shown = page()
    names = ("link_ready", "trunk_ready", "link_owner")
    assert tuple(sample(shown, f"lampfield_asterisk_{name}") for name in names) == told


def test_without_an_asterisk_nothing_is_said_of_one(settings: Settings) -> None:
    settings.ASTERISK_URL = ""
    assert not [name for name, _ in samples(page()) if "asterisk" in name]


def test_while_the_database_is_away_the_process_still_speaks_of_itself() -> None:
    def away(*_: Any) -> Any:
        raise OperationalError

    with connection.execute_wrapper(away):
        told = page()
    assert sample(told, "lampfield_database_up") == 0
    assert not [name for name, _ in samples(told) if name in ("lampfield_calls", "lampfield_registered_people")]
    assert sample(told, "lampfield_event_loop_lag_seconds_count") >= 0
    assert sample(page(), "lampfield_database_up") == 1


def test_what_runs_here_is_told() -> None:
    (built,) = [dict(labels) for name, labels in samples(page()) if name == "lampfield_build_info"]
    assert built["version"]
    assert built["database"] == connection.vendor


# What it costs


def test_a_larger_company_costs_no_more_queries(settings: Settings) -> None:
    settings.ASTERISK_URL = "http://127.0.0.1:9"
    with CaptureQueriesContext(connection) as empty:
        page()
    for number in range(200, 220):
        extension = make_extension(str(number), f"Person{number} Somebody")
        registration.register(extension=extension, window=f"window-{number}", epoch=hub.epoch())
        open_call(CallState.TALKING, CallBackendKind.BROWSER)
    with CaptureQueriesContext(connection) as full:
        page()
    assert len(full) == len(empty) == 5
