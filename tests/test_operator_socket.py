"""The operator's socket: who may watch an extension, and what the window that shows its settings is told."""

import json
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator

from presence import hub
from presence.domain.extension_settings import Values
from presence.domain.vocabulary import Surface
from presence.models import ChangeRecord, Extension, Registration, User
from presence.services.extension_settings import write_settings
from tests.operator_cast import browser_of, make_operator
from webclient.origin import SameOriginValidator
from webclient.websocket_urls import websocket_urlpatterns

pytestmark = pytest.mark.django_db(transaction=True)

application = SameOriginValidator(URLRouter(websocket_urlpatterns))  # type: ignore[arg-type]
in_thread = database_sync_to_async


class Watch(WebsocketCommunicator):
    """The edit page of one extension, open in this user's browser."""

    def __init__(self, session_key: str, number: str) -> None:
        headers = [(b"host", b"127.0.0.1:8000"), (b"origin", b"http://127.0.0.1:8000")]
        headers.append((b"cookie", f"sessionid={session_key}".encode()))
        super().__init__(application, f"/ws/operator/?extension={number}", headers)

    async def hear(self) -> dict[str, Any]:
        return dict(json.loads(await self.receive_from(timeout=5)))

    async def closed_with(self) -> int:
        while (message := await self.receive_output(timeout=5))["type"] != "websocket.close":
            pass
        return int(message["code"])


async def open_watch(user: User, number: str = "101") -> Watch:
    browser = await in_thread(browser_of)(user)
    watch = Watch(browser.cookies["sessionid"].value, number)
    assert (await watch.connect(timeout=5))[0]
    return watch


def edit(extension: Extension, **values: Any) -> int:
    """By nobody in particular; returns which change it was."""
    changes: Values = {key.replace("__", "."): value for key, value in values.items()}
    write_settings({extension.pk: changes}, by=None, surface=Surface.DESKTOP_APP)
    return ChangeRecord.objects.latest("pk").pk


async def test_an_operator_without_an_extension_hears_of_each_change(adam: Extension, piotr: Extension) -> None:
    first = await in_thread(edit)(adam, away__always__internal="voicemail")
    olga = await in_thread(make_operator)()
    watch = await open_watch(olga)
    assert await watch.hear() == {"type": "welcome", "change": first}
    await in_thread(edit)(piotr, away__always__internal="voicemail")
    second = await in_thread(edit)(adam, away__always__external="voicemail")
    assert await watch.hear() == {"type": "settings_changed", "change": second}
    assert await watch.receive_nothing()
    await watch.disconnect()


async def test_what_was_never_changed_is_as_new_as_can_be(adam: Extension) -> None:
    watch = await open_watch(await in_thread(make_operator)())
    assert await watch.hear() == {"type": "welcome", "change": 0}
    await watch.disconnect()


async def test_to_watch_is_not_to_be_a_phone(adam: Extension) -> None:
    watch = await open_watch(await in_thread(make_operator)())
    await watch.hear()
    assert not hub.phone_windows()
    assert not await Registration.objects.aexists()
    await watch.disconnect()


@pytest.mark.parametrize("who", ["a colleague", "staff without the right", "a superuser who is no longer active"])
async def test_nobody_else_is_told_anything(adam: Extension, piotr: Extension, who: str) -> None:
    if who == "a colleague":
        user, code = piotr.user, 4403
    elif who == "staff without the right":
        user, code = await in_thread(make_operator)("view_company"), 4403
    else:
        user, code = await User.objects.acreate(username="gone", is_superuser=True, is_active=False), 4401
    assert user is not None
    watch = await open_watch(user)
    assert await watch.closed_with() == code


async def test_a_right_that_is_taken_away_ends_it_before_anything_more_is_told(adam: Extension) -> None:
    olga = await in_thread(make_operator)()
    watch = await open_watch(olga)
    await watch.hear()
    await in_thread(olga.user_permissions.clear)()
    await in_thread(edit)(adam, away__always__internal="voicemail")
    assert await watch.closed_with() == 4403


async def test_a_window_of_the_panel_has_nothing_to_say(adam: Extension) -> None:
    watch = await open_watch(await in_thread(make_operator)())
    await watch.hear()
    await watch.send_to('{"type":"snapshot"}')
    assert await watch.closed_with() == 4400
