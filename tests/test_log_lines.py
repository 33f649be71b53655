"""The log for programs: one object per line, which says what the line is about; and no line tells a secret."""

import io
import json
import logging
import logging.config
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings as product
from django.core.checks import run_checks
from django.test import Client
from pytest_django import Settings
from structlog.contextvars import bound_contextvars, clear_contextvars

from presence import hub
from presence.calls import router
from presence.domain.vocabulary import CallState
from presence.models import Call, Extension
from presence.services import calls
from presence.services.visit_links import renew_visit_link
from tests.cast import EPOCH
from tests.hub_cast import until
from webclient.consumers.live import LiveConsumer
from webclient.log_lines import logging_settings
from webclient.socket_login import SocketLogin, login_of

Lines = Callable[[], list[dict[str, Any]]]

log = logging.getLogger("lampfield.tests")


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What was logged so far, as LOG_FORMAT=json writes it."""
    made = logging.config.DictConfigurator(logging_settings(log_format="json", level="INFO"))
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(made.configure_formatter(made.config["formatters"]["json"]))
    handler.addFilter(made.configure_filter(made.config["filters"]["no_addresses"]))
    root = logging.getLogger()
    root.addHandler(handler)
    clear_contextvars()
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.removeHandler(handler)


# A line


def test_a_line_says_when_who_and_what(lines: Lines) -> None:
    log.info("%s calls %s", "Łukasz", "Żaneta\nZawada")
    (line,) = lines()
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "lampfield.tests",
        "message": "Łukasz calls Żaneta\nZawada",
        "process": hub.epoch(),
    }


def test_an_error_is_one_line_with_its_traceback(lines: Lines) -> None:
    try:
        raise OSError("the disk\nis full")
    except OSError:
        log.exception("could not write")
    (line,) = lines()
    assert (line["level"], line["message"]) == ("error", "could not write")
    assert "Traceback" in line["exception"]
    assert "OSError: the disk\nis full" in line["exception"]


def test_a_line_names_what_it_is_about(lines: Lines) -> None:
    with bound_contextvars(call="a-call"):
        log.info("inside")
    log.info("outside")
    assert [line.get("call") for line in lines()] == ["a-call", None]


@pytest.mark.parametrize(("setting", "value"), [("LOG_FORMAT", "xml"), ("LOG_REQUESTS", "some")])
def test_a_setting_that_is_none_is_told_at_the_start(settings: Settings, setting: str, value: str) -> None:
    setattr(settings, setting, value)
    assert [f"{setting}: '{value}'" in str(error) for error in run_checks() if error.id == "lampfield.E010"] == [True]


def test_a_short_token_for_the_metrics_is_told_at_the_start(settings: Settings) -> None:
    settings.METRICS_TOKEN = "short"
    assert "lampfield.E011" in [error.id for error in run_checks()]


# Of pages


@pytest.mark.django_db
def test_everything_that_a_page_logs_bears_its_request_and_whose_it_is(
    settings: Settings, adams_browser: Client, lines: Lines
) -> None:
    settings.LOG_REQUESTS = "pages"
    answer = adams_browser.get("/help/no-such-topic/")
    assert answer.status_code == 404
    answered, not_found = lines()
    assert not_found["logger"] == "django.request"
    assert not_found["request"] == answered["request"] == answer["X-Request-ID"]
    assert (answered["view"], answered["method"], answered["status"]) == ("help-topic", "GET", 404)
    assert answered["milliseconds"] > 0


@pytest.mark.django_db
def test_a_page_is_of_its_extension_and_the_next_one_of_nobody_yet(
    settings: Settings, adams_browser: Client, client: Client, lines: Lines
) -> None:
    settings.LOG_REQUESTS = "pages"
    adams_browser.get("/settings/")
    Client().get("/login/")
    own, nobodys = lines()
    assert (own["extension"], nobodys.get("extension")) == ("101", None)
    assert own["request"] != nobodys["request"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("logged", "expected"),
    [
        ("none", []),
        ("pages", ["account_login"]),
        ("all", ["account_login", "livez", "readyz", "metrics", "static"]),
    ],
)
def test_which_requests_have_a_line_of_their_own(
    settings: Settings, client: Client, lines: Lines, logged: str, expected: list[str]
) -> None:
    settings.LOG_REQUESTS = logged
    for address in ("/login/", "/livez", "/readyz", "/metrics", "/static/no-such-file.js"):
        client.get(address)
    assert [line["view"] for line in lines() if "view" in line] == expected


@pytest.mark.django_db
def test_the_address_of_a_persons_link_is_not_logged(
    settings: Settings, client: Client, adam: Extension, lines: Lines
) -> None:
    settings.LOG_REQUESTS = "all"
    code = renew_visit_link(extension=adam)
    assert client.get(f"/v/{code}/").status_code == 200
    (line,) = lines()
    assert line["view"] == "visit-link"
    assert code not in json.dumps(line)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "address", "told"),
    [
        ("get", "/invitation/MQ/a-secret/", "Not Found: /invitation/<str:uidb64>/<str:token>/"),
        ("post", "/visit/sound/a-secret/menu/", "Method Not Allowed (POST): /visit/sound/<str:token>/menu/"),
        ("get", "/no/such/page/", "Not Found: /no/such/page/"),
    ],
)
def test_a_page_that_fails_is_named_by_its_pattern(
    client: Client, lines: Lines, method: str, address: str, told: str
) -> None:
    getattr(client, method)(address)
    said = [line["message"] for line in lines()]
    assert told in said
    assert not [message for message in said if "a-secret" in message]


@pytest.mark.parametrize(
    ("behind_proxy", "given", "is_taken"),
    [
        (True, "0123456789abcdef0123456789abcdef", True),
        (True, "0b1c-7f.A_9", True),
        (False, "0123456789abcdef", False),
        (True, "short", False),
        (True, "x" * 65, False),
        (True, "a b c d e f g h", False),
        (True, "12345678\n12345678", False),
        (True, 'quote"quote', False),
        (True, "żółćżółćżółć", False),
        (True, "", False),
    ],
)
def test_a_request_has_the_id_of_our_proxy_or_one_of_its_own(
    settings: Settings, client: Client, behind_proxy: bool, given: str, is_taken: bool
) -> None:
    settings.BEHIND_PROXY = behind_proxy
    first, second = [client.get("/livez", headers={"X-Request-ID": given})["X-Request-ID"] for _ in range(2)]
    assert (first == given, second == given) == (is_taken, is_taken)
    assert is_taken or (len(first) == len(second) == 16 and first != second)


# Of sockets, calls and threads


class Talkative(LiveConsumer):
    """A window that logs what it hears, on the event loop and in a thread."""

    kind = "talkative"

    async def login(self) -> SocketLogin | None:
        return await login_of(self.scope)

    async def connect(self) -> None:
        await self.accept()

    async def heard(self, message: dict[str, Any]) -> None:
        log.info("heard")
        await database_sync_to_async(log.info)("heard in a thread")
        await self.send_text("done")


@pytest.mark.django_db(transaction=True)
async def test_each_socket_has_an_id_of_its_own_in_its_threads_too(lines: Lines) -> None:
    windows = [WebsocketCommunicator(Talkative.as_asgi(), "/") for _ in range(2)]
    for window in windows:
        assert (await window.connect())[0]
    for window in windows:
        await window.send_json_to({"type": "speak"})
        await window.receive_from()
        await window.disconnect()
    ids = [line["socket"] for line in lines()]
    assert ids[0] == ids[1] != ids[2] == ids[3]


@pytest.mark.django_db(transaction=True)
async def test_what_the_hub_looks_up_for_a_socket_is_about_that_socket(lines: Lines) -> None:
    with bound_contextvars(socket="a-socket"):
        await hub.look_up(log.info, "looked up")
    assert [line.get("socket") for line in lines()] == ["a-socket"]


@pytest.mark.django_db(transaction=True)
async def test_a_routers_line_names_its_call_and_the_socket_that_began_it(
    adam: Extension, piotr: Extension, lines: Lines
) -> None:
    call = await database_sync_to_async(calls.start_call)(
        extension=adam, window="desk-window", number=piotr.number, epoch=EPOCH
    )

    async def route() -> None:
        raise OSError("no way")

    with bound_contextvars(socket="a-socket"):
        router._start(call, route())
    await until(lambda: not router._running)
    (line,) = [line for line in lines() if "exception" in line]
    assert (line["call"], line["socket"]) == (str(call.pk), "a-socket")
    assert (await Call.objects.aget(pk=call.pk)).state == CallState.ENDED
    log.info("afterwards")
    assert "call" not in lines()[-1]


# The settings


def test_a_process_that_is_told_so_logs_objects(tmp_path: Path) -> None:
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "LOG_FORMAT": "json", "LOG_LEVEL": "INFO"}
    program = "import django; django.setup(); import logging; logging.getLogger('here').info('Zażółć')"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=product.BASE_DIR, env=environment, capture_output=True, check=True
    )
    (line,) = [json.loads(line) for line in done.stderr.decode().splitlines()]
    assert (line["logger"], line["level"], line["message"]) == ("here", "info", "Zażółć")
    assert len(line["process"]) == 8
