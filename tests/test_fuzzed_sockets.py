"""Whatever is said on a socket, the server answers, refuses or closes with a code of ours; it never breaks."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator

from presence.models import Extension
from presence.services import calls
from tests.hub_cast import until
from tests.nonsense import Nonsense
from tests.operator_cast import make_operator
from tests.phones import phone, session_cookie
from tests.soak_size import size
from tests.visitors import socket_of, token_for
from webclient.asgi import application
from webclient.consumers.call_socket import COMMON_HANDLERS
from webclient.consumers.phone import PhoneConsumer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(size(120, 7_200))]

FRAMES = size(150, 25_000)  # at each kind of socket
TOGETHER = 10
OUR_CODES = {4400, 4401, 4403, 4408, 4409, 4503}
FIELDS = ("call", "number", "data", "key", "slot", "new", "samples", "other", "by")
KINDS = (*PhoneConsumer.handlers, "snapshot", "welcome", "settings_changed", "nothing")
Opening = Callable[[], Awaitable[WebsocketCommunicator]]


async def opened(path: str, cookie: bytes) -> WebsocketCommunicator:
    window = WebsocketCommunicator(application, path, headers=[(b"cookie", cookie)])
    assert (await window.connect(10))[0]
    return window


async def talk_nonsense(open_one: Opening, seed: int, known_calls: list[str]) -> None:
    """Opens another whenever the server closes one; raises what a consumer raised."""
    nonsense, said = Nonsense(seed), 0
    window = await open_one()
    while said < FRAMES:
        batch = [frame_of(nonsense, known_calls) for _ in range(TOGETHER)]
        said += len(batch)
        for frame in batch:
            window.input_queue.put_nowait({"type": "websocket.receive", **frame})
        await until(partial(is_read, window))
        closed, heard = outcome_of(window)
        known_calls.extend(call for call in heard if call not in known_calls)
        if closed is not None:
            assert closed in OUR_CODES, batch
            await window.disconnect()
            window = await open_one()
    await window.disconnect()


def is_read(window: WebsocketCommunicator) -> bool:
    return bool(window.input_queue.empty() or window.future.done())


def frame_of(nonsense: Nonsense, known_calls: list[str]) -> dict[str, Any]:
    if nonsense.chance.random() < 0.1:
        return {"bytes": nonsense.piece(known_calls)}
    return {"text": nonsense.message(KINDS, FIELDS, known_calls)}


def outcome_of(window: WebsocketCommunicator) -> tuple[int | None, list[str]]:
    """The code it was closed with, and the calls it has been told of."""
    heard: list[str] = []
    if window.future.done():
        window.future.result()
    while not window.output_queue.empty():
        output = window.output_queue.get_nowait()
        if output["type"] == "websocket.close":
            return output["code"], heard
        if isinstance(call := json.loads(output["text"]).get("call"), str):
            heard.append(call)
    return None, heard


@pytest.fixture
def no_traceback(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Nobody dials as much as this in a minute; what is logged with a traceback fails."""
    monkeypatch.setattr(calls, "DIALS_PER_MINUTE_MAX", 10**9)

    def check() -> None:
        assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []

    return check


def test_every_handler_is_among_what_is_tried() -> None:
    assert set(COMMON_HANDLERS) | set(PhoneConsumer.handlers) <= set(KINDS)


async def test_a_phone_socket(adam: Extension, piotr: Extension, no_traceback: Callable[[], None]) -> None:
    cookie = await database_sync_to_async(session_cookie)(adam)
    async with phone(piotr) as piotrs:
        known_calls: list[str] = []
        talking = asyncio.create_task(
            talk_nonsense(lambda: opened("/ws/phone/?window=window-of-a-fool", cookie), 1, known_calls)
        )
        # A real call now and then, for the nonsense to be about.
        answering = asyncio.create_task(answer_everything(piotrs))
        await talking
        answering.cancel()
        known_calls.clear()
    no_traceback()


async def answer_everything(piotrs: Any) -> None:
    while True:
        card = await piotrs.until_ever(
            lambda message: message["type"] == "call" and message["state"] == "ringing" and message["here"]
        )
        await piotrs.say(type="answer", call=card["call"])


@pytest.mark.parametrize("path", ["/ws/presence/", "/ws/operator/?extension=101"])
async def test_a_socket_that_only_listens(adam: Extension, path: str, no_traceback: Callable[[], None]) -> None:
    def cookie_of_an_operator() -> bytes:
        adam.user = make_operator()
        return session_cookie(adam)

    cookie = await database_sync_to_async(cookie_of_an_operator)()
    await talk_nonsense(lambda: opened(path, cookie), 2, [])
    no_traceback()


async def test_a_visitors_socket(adam: Extension, piotr: Extension, no_traceback: Callable[[], None]) -> None:
    token = await token_for("/visit/102/")

    async def opened_with_token() -> WebsocketCommunicator:
        window = socket_of(token)
        assert (await window.connect(10))[0]
        return window

    async with phone(piotr):
        await talk_nonsense(opened_with_token, 3, [])
    no_traceback()
