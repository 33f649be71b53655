"""A window that takes part in calls, an extension's or a visitor's: what both may say, and how both are told."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from channels.db import database_sync_to_async
from django.conf import settings
from structlog.contextvars import bind_contextvars, bound_contextvars

from presence import hub
from presence.calls import card
from presence.calls.leases import leases
from presence.models import Extension
from presence.services import calls, receptionist, voicemail
from presence.services.call_rows import CallGoneError, CallRefusedError, NoSuchCallError
from webclient.consumers.live import MALFORMED, LiveConsumer
from webclient.consumers.sip_account import offered_account, sip_script

_CALL_ID_LENGTH = 36
_SEQUENCE_LENGTH = 4  # bytes, big-endian
_ALIVE_SECONDS = 3.0

Message = dict[str, Any]
Handler = Callable[[Any, Message], Awaitable[None]]  # a method of the socket whose `handlers` name it
T = TypeVar("T")


class MalformedError(Exception):
    """A frame that no version of our own scripts sends."""


class CallSocket(LiveConsumer):
    """The hub calls `send_message` and `close`. Subclasses seat themselves in `joined`, with `take_seat`.

    A visitor's `holder` is None, and `extension` (the address in the hub) is `models.visitor_party(window)`.
    """

    handlers: ClassVar[Mapping[str, Handler]] = {}

    extension: str = ""
    window: str = ""
    holder: Extension | None = None
    _opening_account: asyncio.Task[None] | None = None

    async def take_seat(self, address: str, window: str) -> None:
        """From here on the hub reaches this window."""
        self._asking: dict[str, asyncio.Task[None]] = {}
        # Call -> party and window at the other end; both stay what they are until the call ends.
        self._others: dict[str, tuple[str, str]] = {}
        self.extension, self.window = address, window
        if self.holder is not None:
            bind_contextvars(extension=address)
        await hub.join_phone(self)

    async def left(self) -> None:
        if not self.extension:
            return
        for call in tuple(self._asking):
            self._stop_asking(call)
        if self._opening_account is not None:
            self._opening_account.cancel()
        hub.leave_phone(self)

    async def welcome(self, **own: Any) -> None:
        """What the window has to know at once; `own`: what only this kind of socket says."""
        shown = await database_sync_to_async(card.open_cards)(self.holder, self.window)
        await self.send_message(
            {
                "type": "welcome",
                "extension": self.extension,
                "now": time.time(),
                "ice_servers": ice_servers(),
                "calls": [self.cut(each) for each in shown],
                "sounds": {},
                "parked": [],
                "queues": [],
                "sip": sip_script(),
                **own,
            }
        )
        for each in shown:
            self._keep_asking(each)

    def cut(self, call_card: Message) -> Message:
        """The card as this kind of window may see it, with the addresses of what it plays."""
        return call_card

    async def send_message(self, message: Message) -> None:
        """What the hub has for this window: a call card, a signal, a count."""
        if message.get("type") == "call":
            self._keep_asking(message)
            message = self.cut(message)
        await self.send_text(json.dumps(message, separators=(",", ":")))

    async def heard(self, message: Message) -> None:
        what = str(message.get("type"))
        handler = self.handlers.get(what)
        if not self.extension or handler is None:
            await self.close(MALFORMED)
            return
        try:
            with bound_contextvars(**_call_named_by(message)):
                await handler(self, message)
        except MalformedError:
            await self.close(MALFORMED)
        except CallRefusedError as error:
            await self.refuse(message, error.code)
        except (CallGoneError, NoSuchCallError):
            await self.refuse(message, "gone")

    async def heard_bytes(self, data: bytes) -> None:
        if not self.extension:
            return
        try:
            await self._store_chunk(data)
        except MalformedError:
            await self.close(MALFORMED)

    async def hang_up(self, message: Message) -> None:
        await database_sync_to_async(calls.hang_up)(
            call_id=call_id_of(message), extension=self.holder, window=self.window
        )

    async def signal(self, message: Message) -> None:
        """Pass a session description or a candidate to the other window of the call."""
        call_id, data = call_id_of(message), field(message, "data", dict)
        party, window = await self._other_window(call_id)
        hub.publish_to_windows(party, {"type": "signal", "call": str(call_id), "data": data}, window=window)

    async def key(self, message: Message) -> None:
        """The caller answers a digital receptionist."""
        await database_sync_to_async(receptionist.press_key)(
            call_id=call_id_of(message), extension=self.holder, window=self.window, key=field(message, "key", str)
        )

    async def sip(self, message: Message) -> None:
        """The window asks for its account on Asterisk; what it says meanwhile does not wait for Asterisk."""
        if self._opening_account is None or self._opening_account.done():
            self._opening_account = hub.spawn(self._open_account(is_new_page=message.get("new") is True))

    async def _open_account(self, *, is_new_page: bool) -> None:
        offered = await offered_account(self.holder, self.window, is_new_page=is_new_page)
        if offered is None:
            await self.refuse({"type": "sip"}, "not_ready")
        else:
            await self.send_message({"type": "sip", "socket": self.sip_socket, **offered})

    @property
    def sip_socket(self) -> str:
        """Where the window's SIP socket is."""
        return f"/ws/sip/?window={self.window}"

    async def _other_window(self, call_id: UUID) -> tuple[str, str]:
        call = str(call_id)
        if call not in self._others:
            other = await database_sync_to_async(card.other_window)(call_id, self.holder, self.window)
            if other is None:
                raise CallGoneError
            self._others[call] = other
        return self._others[call]

    async def alive(self, message: Message) -> None:
        leases.renew(call_id=call_id_of(message), extension=self.holder, window=self.window)

    async def _store_chunk(self, frame: bytes) -> None:
        head = _CALL_ID_LENGTH + _SEQUENCE_LENGTH
        if len(frame) <= head:
            raise MalformedError
        call = {"call": frame[:_CALL_ID_LENGTH].decode("latin-1")}
        call_id = call_id_of(call)
        sequence = int.from_bytes(frame[_CALL_ID_LENGTH:head], "big")
        try:
            await database_sync_to_async(voicemail.store_chunk)(
                call_id=call_id, extension=self.holder, window=self.window, sequence=sequence, data=frame[head:]
            )
        except voicemail.ChunkRefusedError:
            await self.refuse({"type": "chunk", **call}, "gone")
            return
        await self.send_message({"type": "stored", "call": str(call_id), "sequence": sequence})

    async def refuse(self, message: Message, code: str) -> None:
        call = {"call": message["call"]} if "call" in message else {}
        await self.send_message({"type": "refused", "what": message["type"], "code": code, **call})

    def _keep_asking(self, shown: Message) -> None:
        """While this window rings or carries a call, ask it every 3 s whether it lives.

        Asked by the server, because a hidden window's own timers may run once a minute, but its messages at once.
        """
        if shown["state"] == "ended":
            self._stop_asking(shown["call"])
            self._others.pop(shown["call"], None)
        elif not shown["by"] and shown["call"] not in self._asking:
            self._asking[shown["call"]] = asyncio.get_running_loop().create_task(self._ask_alive(shown["call"]))

    def _stop_asking(self, call: str) -> None:
        asking = self._asking.pop(call, None)
        if asking is not None:
            asking.cancel()

    async def _ask_alive(self, call: str) -> None:
        while True:
            await self.send_message({"type": "alive?", "call": call})
            await asyncio.sleep(_ALIVE_SECONDS)


# What a visitor may say too.
COMMON_HANDLERS: Mapping[str, Handler] = {
    "hang_up": CallSocket.hang_up,
    "signal": CallSocket.signal,
    "alive": CallSocket.alive,
    "key": CallSocket.key,
    "sip": CallSocket.sip,
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


def _call_named_by(message: Message) -> dict[str, str]:
    """What the log says of a command beside its words."""
    try:
        return {"call": str(call_id_of(message))}
    except MalformedError:
        return {}


def field(message: Message, name: str, kind: type[T]) -> T:
    """What a message says; no text with a NUL, which PostgreSQL does not take."""
    value = message.get(name)
    if not isinstance(value, kind) or _has_nul(value):
        raise MalformedError
    return value


def _has_nul(value: object) -> bool:
    return isinstance(value, str) and "\0" in value


def call_id_of(message: Message, name: str = "call") -> UUID:
    try:
        return UUID(field(message, name, str))
    except ValueError as error:
        raise MalformedError from error
