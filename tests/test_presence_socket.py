"""The presence socket: who may open it, what it says, what it answers to nonsense."""

import json
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth import logout
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from presence import hub
from presence.domain.vocabulary import Sight, Status, Surface
from presence.hub.pace import Pace
from presence.models import Department, Extension
from presence.services.rights import save_rights
from presence.services.status import set_status
from tests.mirror import mirror_of
from webclient.origin import SameOriginValidator
from webclient.websocket_urls import websocket_urlpatterns

pytestmark = pytest.mark.django_db(transaction=True)

# Without the regular work that webclient/asgi.py gives the hub: a test has its own.
application = SameOriginValidator(URLRouter(websocket_urlpatterns))  # type: ignore[arg-type]
in_thread = database_sync_to_async


class Window(WebsocketCommunicator):
    """A browser window at /ws/presence/."""

    def __init__(self, session_key: str | None, origin: str = "http://127.0.0.1:8000") -> None:
        headers = [(b"host", b"127.0.0.1:8000"), (b"origin", origin.encode())]
        if session_key is not None:
            headers.append((b"cookie", f"sessionid={session_key}".encode()))
        super().__init__(application, "/ws/presence/", headers)

    async def open(self) -> "Window":
        assert (await self.connect(timeout=5))[0]
        return self

    async def hear(self) -> dict[str, Any]:
        return dict(json.loads(await self.receive_from(timeout=5)))

    async def closed_with(self) -> int:
        """The close code, after whatever was still said."""
        while (message := await self.receive_output(timeout=5))["type"] != "websocket.close":
            assert message["type"] == "websocket.send"
        return int(message["code"])


def log_in(extension: Extension) -> str:
    browser = Client()
    assert extension.user is not None
    browser.force_login(extension.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser.cookies["sessionid"].value


def switch(extension: Extension, status: Status) -> None:
    assert extension.user is not None
    set_status(extension=extension, status=status, by=extension.user, surface=Surface.WEB_CLIENT)


@pytest_asyncio.fixture
async def adams_session(adam: Extension) -> str:
    return await in_thread(log_in)(adam)


@pytest_asyncio.fixture
async def window(adams_session: str) -> Window:
    return await Window(adams_session).open()


async def test_a_window_gets_everybody_and_then_each_change(piotr: Extension, window: Window) -> None:
    mirror = mirror_of(json.dumps(await window.hear()))
    assert (mirror.lamp("101"), mirror.lamp("102")) == ("available", "available")
    await in_thread(switch)(piotr, Status.AWAY)
    mirror.hear(json.dumps(await window.hear()))
    assert mirror.lamp("102") == "away"
    await window.disconnect()


async def test_the_actors_own_windows_hear_it_too(adam: Extension, adams_session: str) -> None:
    windows = [await Window(adams_session).open() for _ in range(2)]
    for each in windows:
        await each.hear()
    await in_thread(switch)(adam, Status.LUNCH)
    assert [(await each.hear())["rows"][0][2] for each in windows] == ["lunch", "lunch"]
    for each in windows:
        await each.disconnect()


async def test_a_window_that_missed_something_gets_a_snapshot_once_a_second(window: Window, adam: Extension) -> None:
    await window.hear()
    for _ in range(5):
        await window.send_to('{"type":"snapshot"}')
    assert (await window.hear())["snapshot"] is True
    await in_thread(switch)(adam, Status.DND)
    assert "snapshot" not in await window.hear()
    await window.disconnect()


@pytest.mark.parametrize(
    "text",
    [
        " ",
        "nonsense",
        "[]",
        "1",
        "null",
        '"snapshot"',
        "{}",
        '{"type":"patch"}',
        '{"type":1}',
        '{"type":',
        "[" * 20_000,
    ],
)
async def test_nonsense_closes_with_4400_and_leaves_no_traceback(
    window: Window, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    await window.send_to(text)
    assert await window.closed_with() == 4400
    assert [record for record in caplog.records if record.exc_info] == []
    await window.disconnect()


async def test_bytes_close_with_4400(window: Window) -> None:
    await window.send_to(bytes_data=b"\x00\xff")
    assert await window.closed_with() == 4400
    await window.disconnect()


async def test_what_follows_nonsense_is_not_looked_at(window: Window) -> None:
    await window.hear()
    await window.send_to("nonsense")
    await window.send_to('{"type":"snapshot"}')
    assert await window.closed_with() == 4400
    assert await window.receive_nothing(timeout=0.05)
    await window.disconnect()


@pytest.mark.parametrize("session_key", [None, "", "0123456789abcdef0123456789abcdef"])
async def test_without_a_login_the_socket_closes_with_4401_and_says_nothing(
    adam: Extension, session_key: str | None
) -> None:
    stranger = await Window(session_key).open()
    assert (await stranger.receive_output(timeout=5)) == {"type": "websocket.close", "code": 4401}
    await stranger.send_to('{"type":"snapshot"}')
    assert await stranger.receive_nothing(timeout=0.05)
    await stranger.disconnect()


async def test_a_foreign_origin_is_refused_at_the_handshake(adams_session: str) -> None:
    foreign = Window(adams_session, origin="http://evil.example")
    assert (await foreign.connect(timeout=5))[0] is False


def hide_sales() -> None:
    sales = Department.objects.get(name="Sales")
    save_rights(department=sales, shown_to_others=Sight.NOTHING, shown_all=(), by=None)


async def test_a_window_hears_what_its_login_may_see_from_its_first_frame(adam: Extension, anna: Extension) -> None:
    await in_thread(hide_sales)()
    sessions = [await in_thread(log_in)(each) for each in (adam, anna)]
    adams, annas = [await Window(key).open() for key in sessions]
    assert mirror_of(json.dumps(await adams.hear())).lamp("101") == "available"
    assert mirror_of(json.dumps(await annas.hear())).lamp("101") == "not_shown"
    await in_thread(switch)(adam, Status.AWAY)
    assert (await adams.hear())["rows"][0][2] == "away"
    assert await annas.receive_nothing(timeout=0.05)
    await adams.disconnect()
    await annas.disconnect()


def log_out(extension: Extension, session_key: str) -> None:
    request = HttpRequest()
    request.session = SessionStore(session_key)
    assert extension.user is not None
    request.user = extension.user
    logout(request)


async def test_logging_out_closes_the_windows_of_that_login_only(adam: Extension, adams_session: str) -> None:
    other_session = await in_thread(log_in)(adam)
    leaving, staying = await Window(adams_session).open(), await Window(other_session).open()
    await leaving.hear()
    await staying.hear()
    await in_thread(log_out)(adam, adams_session)
    assert await leaving.closed_with() == 4401
    await in_thread(switch)(adam, Status.AWAY)
    assert (await staying.hear())["rows"][0][2] == "away"
    await leaving.disconnect()
    await staying.disconnect()


def expire(session_key: str) -> None:
    Session.objects.filter(session_key=session_key).update(expire_date=timezone.now() + timedelta(seconds=0.2))


async def test_a_login_that_expires_takes_its_window_along(adams_session: str) -> None:
    hub.reset(pace=Pace(expiry_check=0.05))
    await in_thread(expire)(adams_session)
    window = await Window(adams_session).open()
    assert await window.closed_with() == 4401
    await window.disconnect()


async def test_a_window_that_closes_is_forgotten(window: Window, adams_session: str) -> None:
    other = await Window(adams_session).open()
    await window.hear()
    await other.hear()
    assert hub._hub is not None
    assert len(hub._hub.presence) == 2
    await window.disconnect()
    assert len(hub._hub.presence) == 1
    await other.disconnect()
    assert len(hub._hub.presence) == 0


def disable(extension: Extension) -> None:
    assert extension.user is not None
    extension.user.is_active = False
    extension.user.save(update_fields=["is_active"])


async def test_a_user_who_is_disabled_loses_the_window_and_gets_no_other(
    adam: Extension, adams_session: str, window: Window
) -> None:
    await window.hear()
    await in_thread(disable)(adam)
    assert await window.closed_with() == 4401
    again = await Window(adams_session).open()
    assert await again.closed_with() == 4401
    await window.disconnect()
    await again.disconnect()


async def test_a_session_of_an_older_password_is_no_login(adam: Extension, adams_session: str) -> None:
    def change_password() -> None:
        assert adam.user is not None
        adam.user.set_password("another")
        adam.user.save(update_fields=["password"])

    await in_thread(change_password)()
    stranger = await Window(adams_session).open()
    assert await stranger.closed_with() == 4401
    await stranger.disconnect()
