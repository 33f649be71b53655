"""A window's phone: its socket is its registration; what comes in is parsed, passed on and answered, nothing more."""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import parse_qs
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from presence import hub
from presence.calls import card, router
from presence.models import Extension
from presence.services import calls, registration, voicemail
from webclient.access import extension_of
from webclient.sessions import LOG_IN_AGAIN, session_tag

log = logging.getLogger(__name__)

MALFORMED = 4400
_WINDOW = re.compile(r"[A-Za-z0-9-]{8,64}\Z")
_CALL_ID_LENGTH = 36
_SEQUENCE_LENGTH = 4  # bytes, big-endian
_ALIVE_SECONDS = 3.0
# A reload closes the socket and opens it again: colleagues should not see the phone go and come back.
_UNREGISTER_AFTER_SECONDS = 2.0

Message = dict[str, Any]
T = TypeVar("T")


class MalformedError(Exception):
    """A frame that no version of our own scripts sends."""


class PhoneConsumer(AsyncWebsocketConsumer):
    """One window of one extension. `hub` calls `send_message` and `close`."""

    channel_layer_alias = "none"  # the hub is the only member of the channel layer
    extension: str = ""

    async def connect(self) -> None:
        await self.accept()
        user, session = self.scope.get("user"), self.scope.get("session")
        window = parse_qs(self.scope["query_string"].decode("latin-1")).get("window", [""])[0]
        if user is None or not user.is_authenticated or session is None:
            await self.close(LOG_IN_AGAIN)
            return
        if not _WINDOW.match(window):
            await self.close(MALFORMED)
            return
        holder = await database_sync_to_async(extension_of)(user)
        if holder is None:
            await self.close(LOG_IN_AGAIN)
            return
        self.holder: Extension = holder
        self.window, self.user_id = window, user.pk
        self.session = session_tag(session.session_key)
        self.expires_at = await database_sync_to_async(session.get_expiry_date)()
        self.extension = holder.number
        self._alive: asyncio.Task[None] | None = None
        await hub.join_phone(self)
        await database_sync_to_async(registration.register)(extension=holder, window=window, epoch=hub.epoch())
        await self._welcome()

    async def disconnect(self, code: int) -> None:
        if not self.extension:
            return
        self._stop_asking()
        hub.leave_phone(self)
        hub.spawn(self._unregister_unless_back())

    async def _unregister_unless_back(self) -> None:
        await asyncio.sleep(_UNREGISTER_AFTER_SECONDS)
        if not hub.has_phone(self.extension, self.window):
            await database_sync_to_async(registration.unregister)(
                extension=self.holder, window=self.window, epoch=hub.epoch()
            )

    async def _welcome(self) -> None:
        open_card = await database_sync_to_async(card.open_card)(self.holder, self.window)
        await self.send_message(
            {
                "type": "welcome",
                "extension": self.extension,
                "ice_servers": ice_servers(),
                "unheard": await database_sync_to_async(voicemail.unheard_count)(self.holder),
                "call": open_card,
            }
        )
        if open_card is not None:
            self._keep_asking(open_card)

    async def send_message(self, message: Message) -> None:
        """What the hub has for this window: a call card, a signal, a count."""
        if message.get("type") == "call":
            self._keep_asking(message)
        await self.send(text_data=json.dumps(message, separators=(",", ":")))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self.extension:
            return  # closed before it was let in
        try:
            if bytes_data is not None:
                await self._store_chunk(bytes_data)
            else:
                await self._handle(text_data or "")
        except MalformedError:
            await self.close(MALFORMED)
        except Exception:
            # An exception that leaves a consumer skips disconnect(): the registration would become a ghost.
            log.exception("phone socket of %s", self.extension)
            await self.close(1011)

    async def _handle(self, text: str) -> None:
        try:
            message = json.loads(text)
            handler = _HANDLERS[message["type"]]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise MalformedError from error
        await handler(self, message)

    async def dial(self, message: Message) -> None:
        number = _field(message, "number", str)
        try:
            call = await database_sync_to_async(calls.start_call)(
                extension=self.holder, window=self.window, number=number, epoch=hub.epoch()
            )
        except calls.CallRefusedError as error:
            await self._refuse("dial", error.code)
            return
        router.start_routing(call)

    async def answer(self, message: Message) -> None:
        try:
            await database_sync_to_async(calls.answer_call)(
                call_id=_call_id(message), extension=self.holder, window=self.window
            )
        except (calls.CallGoneError, calls.NoSuchCallError):
            await self._refuse("answer", "gone")

    async def decline(self, message: Message) -> None:
        try:
            await database_sync_to_async(calls.decline_call)(call_id=_call_id(message), extension=self.holder)
        except (calls.CallGoneError, calls.NoSuchCallError):
            await self._refuse("decline", "gone")

    async def hang_up(self, message: Message) -> None:
        try:
            await database_sync_to_async(calls.hang_up)(
                call_id=_call_id(message), extension=self.holder, window=self.window
            )
        except (calls.CallGoneError, calls.NoSuchCallError):
            await self._refuse("hang_up", "gone")

    async def signal(self, message: Message) -> None:
        """Pass a session description or a candidate to the other window of the call."""
        call_id, data = _call_id(message), _field(message, "data", dict)
        other = await database_sync_to_async(card.other_window)(call_id, self.holder, self.window)
        if other is None:
            await self._refuse("signal", "gone")
            return
        extension, window = other
        hub.publish_to_windows(extension, {"type": "signal", "call": str(call_id), "data": data}, window=window)

    async def alive(self, message: Message) -> None:
        await database_sync_to_async(calls.renew_lease)(
            call_id=_call_id(message), extension=self.holder, window=self.window
        )

    async def _store_chunk(self, frame: bytes) -> None:
        head = _CALL_ID_LENGTH + _SEQUENCE_LENGTH
        if len(frame) <= head:
            raise MalformedError
        call_id = _call_id({"call": frame[:_CALL_ID_LENGTH].decode("latin-1")})
        sequence = int.from_bytes(frame[_CALL_ID_LENGTH:head], "big")
        try:
            await database_sync_to_async(voicemail.store_chunk)(
                call_id=call_id, extension=self.holder, window=self.window, sequence=sequence, data=frame[head:]
            )
        except voicemail.ChunkRefusedError:
            await self._refuse("chunk", "gone")
            return
        await self.send_message({"type": "stored", "call": str(call_id), "sequence": sequence})

    async def _refuse(self, what: str, code: str) -> None:
        await self.send_message({"type": "refused", "what": what, "code": code})

    def _keep_asking(self, shown: Message) -> None:
        """While this window rings or carries a call, ask it every 3 s whether it lives.

        Asked by the server, because a hidden window's own timers may run once a minute, but its messages at once.
        """
        self._stop_asking()
        if shown["state"] != "ended":
            self._alive = asyncio.get_running_loop().create_task(self._ask_alive(shown["call"]))

    def _stop_asking(self) -> None:
        if self._alive is not None:
            self._alive.cancel()
            self._alive = None

    async def _ask_alive(self, call_id: str) -> None:
        while True:
            await self.send(text_data=json.dumps({"type": "alive?", "call": call_id}))
            await asyncio.sleep(_ALIVE_SECONDS)


_HANDLERS: dict[str, Callable[[PhoneConsumer, Message], Awaitable[None]]] = {
    "dial": PhoneConsumer.dial,
    "answer": PhoneConsumer.answer,
    "decline": PhoneConsumer.decline,
    "hang_up": PhoneConsumer.hang_up,
    "signal": PhoneConsumer.signal,
    "alive": PhoneConsumer.alive,
}


def ice_servers() -> list[Message]:
    """RTCIceServer values from the settings; none is needed within one network."""
    servers: list[Message] = []
    if settings.STUN_URLS:
        servers.append({"urls": settings.STUN_URLS})
    if settings.TURN_URLS:
        servers.append(
            {"urls": settings.TURN_URLS, "username": settings.TURN_USERNAME, "credential": settings.TURN_PASSWORD}
        )
    return servers


def _field(message: Message, name: str, kind: type[T]) -> T:
    value = message.get(name)
    if not isinstance(value, kind):
        raise MalformedError
    return value


def _call_id(message: Message) -> UUID:
    try:
        return UUID(_field(message, "call", str))
    except ValueError as error:
        raise MalformedError from error
