"""Scripted phones: the tests' end of `/ws/phone/`, over the real consumers, services, router and hub."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from presence.models import Extension
from webclient.asgi import application

PATIENCE_SECONDS = 5.0
_windows = itertools.count(1)

Message = dict[str, Any]


class Phone:
    """One window of one person."""

    def __init__(self, communicator: WebsocketCommunicator, window: str) -> None:
        self._socket = communicator
        self.window = window
        self.card: Message = {"state": "none"}  # the one that changed last
        self.cards: dict[str, Message] = {}  # by call, as each was shown last
        self.parked: list[Message] = []  # who waits to be fetched, as told last
        self.heard: list[Message] = []
        self.answers_alive = True

    @property
    def call(self) -> str:
        return str(self.card["call"])

    async def say(self, **message: Any) -> None:
        await self._socket.send_to(text_data=json.dumps(message))

    async def say_bytes(self, data: bytes) -> None:
        await self._socket.send_input({"type": "websocket.receive", "bytes": data})

    async def say_text(self, text: str) -> None:
        await self._socket.send_input({"type": "websocket.receive", "text": text})

    async def until(self, condition: Callable[[Message], bool]) -> Message:
        """Read until a message fits; fails after the patience is over."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.until_ever(condition)

    async def until_ever(self, condition: Callable[[Message], bool]) -> Message:
        """The same for as long as anything is heard at all: while a call lasts, its window is asked every 3 s."""
        while True:
            message = await self._read(patience=PATIENCE_SECONDS * 6)
            if condition(message):
                return message

    async def until_card(self, state: str) -> Message:
        if self.card["state"] == state:
            return self.card
        return await self.until(lambda message: message["type"] == "call" and message["state"] == state)

    async def until_call(self, call: str, state: str) -> Message:
        """Until this one of several calls is in that state."""
        shown = self.cards.get(call, {"state": "none"})
        if shown["state"] == state:
            return shown
        return await self.until(lambda message: message.get("call") == call and message.get("state") == state)

    async def until_new_call(self, but: str, state: str) -> Message:
        """Until a call other than this one is in that state."""
        for call, shown in self.cards.items():
            if call != but and shown["state"] == state:
                return shown
        return await self.until(lambda message: message.get("call", but) != but and message.get("state") == state)

    async def until_refused(self) -> tuple[str, str]:
        refused = await self.until(lambda message: message["type"] == "refused")
        return refused["what"], refused["code"]

    async def until_closed(self) -> int:
        """The code the server closed with."""
        while True:
            output = await self._socket.receive_output(PATIENCE_SECONDS)
            if output["type"] == "websocket.close":
                return int(output["code"])

    async def _read(self, patience: float = PATIENCE_SECONDS) -> Message:
        message: Message = json.loads(await self._socket.receive_from(patience))
        self.heard.append(message)
        if message["type"] == "call":
            self.card = self.cards[message["call"]] = message
        if message["type"] == "parked":
            self.parked = message["calls"]
        if message["type"] == "alive?" and self.answers_alive:
            await self.say(type="alive", call=message["call"])
        return message

    async def vanish(self) -> None:
        """The window is closed."""
        await self._socket.disconnect()


@asynccontextmanager
async def phone(extension: Extension, window: str | None = None) -> AsyncIterator[Phone]:
    """An open window of `extension`, registered and welcomed."""
    window = window or f"window-{next(_windows):08}"
    cookie = await database_sync_to_async(session_cookie)(extension)
    communicator = WebsocketCommunicator(application, f"/ws/phone/?window={window}", headers=[(b"cookie", cookie)])
    connected, code = await communicator.connect(PATIENCE_SECONDS)
    assert connected, code
    opened = Phone(communicator, window)
    await opened.until(lambda message: message["type"] == "welcome")
    try:
        yield opened
    finally:
        await opened.vanish()


def session_cookie(extension: Extension) -> bytes:
    """A logged-in session for the extension's login, as the Cookie header."""
    assert extension.user is not None
    session = SessionStore()
    session[SESSION_KEY] = str(extension.user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = extension.user.get_session_auth_hash()
    session.save()
    return f"sessionid={session.session_key}".encode()
