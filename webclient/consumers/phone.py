"""A window's phone: its socket is its registration; what comes in is parsed, passed on and answered, nothing more."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import parse_qs
from uuid import UUID

from channels.db import database_sync_to_async
from django.conf import settings
from django.urls import reverse

from presence import hub
from presence.calls import card, router
from presence.models import Extension
from presence.services import calls, registration, voicemail
from webclient.access import extension_of
from webclient.consumers.live import LOG_IN_AGAIN, MALFORMED, LiveConsumer

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


class PhoneConsumer(LiveConsumer):
    """One window of one extension. The hub calls `send_message` and `close`."""

    extension: str = ""

    async def joined(self) -> None:
        window = parse_qs(self.scope["query_string"].decode("latin-1")).get("window", [""])[0]
        holder = await database_sync_to_async(extension_of)(self.user_id)
        if holder is None or not _WINDOW.match(window):
            await self.close(MALFORMED if holder else LOG_IN_AGAIN)
            return
        self.holder: Extension = holder
        self.window = window
        self._asking: asyncio.Task[None] | None = None
        self.extension = holder.number
        await hub.join_phone(self)
        await database_sync_to_async(registration.register)(extension=holder, window=window, epoch=hub.epoch())
        await self._welcome()

    async def left(self) -> None:
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
                "call": open_card and _with_greeting(open_card),
            }
        )
        if open_card is not None:
            self._keep_asking(open_card)

    async def send_message(self, message: Message) -> None:
        """What the hub has for this window: a call card, a signal, a count."""
        if message.get("type") == "call":
            message = _with_greeting(message)
            self._keep_asking(message)
        await self.send_text(json.dumps(message, separators=(",", ":")))

    async def heard(self, message: Message) -> None:
        handler = _HANDLERS.get(str(message.get("type")))
        if not self.extension or handler is None:
            await self.close(MALFORMED)
            return
        try:
            await handler(self, message)
        except MalformedError:
            await self.close(MALFORMED)

    async def heard_bytes(self, data: bytes) -> None:
        if not self.extension:
            return
        try:
            await self._store_chunk(data)
        except MalformedError:
            await self.close(MALFORMED)

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
            self._asking = asyncio.get_running_loop().create_task(self._ask_alive(shown["call"]))

    def _stop_asking(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    async def _ask_alive(self, call_id: str) -> None:
        while True:
            await self.send_message({"type": "alive?", "call": call_id})
            await asyncio.sleep(_ALIVE_SECONDS)


_HANDLERS: dict[str, Callable[[PhoneConsumer, Message], Awaitable[None]]] = {
    "dial": PhoneConsumer.dial,
    "answer": PhoneConsumer.answer,
    "decline": PhoneConsumer.decline,
    "hang_up": PhoneConsumer.hang_up,
    "signal": PhoneConsumer.signal,
    "alive": PhoneConsumer.alive,
}


def _with_greeting(call_card: Message) -> Message:
    """The card of a caller who reached a voicemail, with the address of what they hear first."""
    if not call_card["voicemail"]:
        return call_card
    greeting = reverse("call-greeting", args=[call_card["call"]])
    return {**call_card, "voicemail": {**call_card["voicemail"], "greeting": greeting}}


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
