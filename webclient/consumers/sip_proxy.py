"""`/ws/sip/?window=<id>` and `/ws/visit/sip/?token=...`: a window's SIP over WebSocket, handed on to Asterisk.

So a page speaks with its own server alone: it needs no other address in its policy, Asterisk needs no certificate, and
its HTTP server may stay private.
"""

import asyncio
from collections.abc import Awaitable
from secrets import token_hex
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit, urlunsplit

from django.conf import settings
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from presence import hub
from presence.calls.asterisk.browser_accounts import endpoint_of
from presence.hub.frame import Frame
from presence.hub.phone_seats import TOO_SLOW
from presence.models import Registration
from presence.selectors.asterisk import is_configured
from webclient.access import extension_of
from webclient.consumers.live import MALFORMED, LiveConsumer
from webclient.consumers.visit import visitors_login
from webclient.sip_frame import FRAME_BYTES_MAX, is_allowed
from webclient.socket_login import SocketLogin

AWAY = 4503  # Asterisk is not there, or has gone
NOT_ALLOWED = 4403
REPLACED = 4409

_SIP = "sip"
_ASTERISKS_BYTES_MAX = 64 * 1024
_WAITING_MAX = 64  # frames for an Asterisk that does not read
_OPENING_SECONDS = 5.0


class SipProxy(LiveConsumer):
    """One window that is registered; the hub closes it with the login behind it."""

    kind = "sip"
    subprotocol = _SIP

    # An address at which nothing is ever said: it joins the hub to be closed.
    extension = "sip"
    window = ""
    _account = ""
    _relaying: asyncio.Task[None] | None = None
    _open: ClassVar[dict[str, "SipProxy"]] = {}  # by account

    async def joined(self) -> None:
        own = await self.own_window()
        if not own or not is_configured():
            await self.close(NOT_ALLOWED)
            return
        self._account, self.window = endpoint_of(own), token_hex(8)
        # A window has one: the newest, whatever the one before still thinks.
        older, self._open[self._account] = self._open.get(self._account), self
        if older is not None:
            await older.close(REPLACED)
        self._waiting: asyncio.Queue[str] = asyncio.Queue(_WAITING_MAX)
        await hub.join_watcher(self)
        self._relaying = hub.spawn(self._relay())

    async def own_window(self) -> str:
        """Which window of this login it is; empty: none that is registered."""
        window = parse_qs(self.scope["query_string"].decode("latin-1")).get("window", [""])[0]
        return window if await hub.look_up(_is_registered, self.user_id, window) else ""

    async def left(self) -> None:
        hub.leave_watcher(self)
        if self._open.get(self._account) is self:
            del self._open[self._account]
        self._stop_relaying()

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        """At once at both ends: a browser may take its time to answer a close."""
        await super().close(code, reason)
        self._stop_relaying()

    def _stop_relaying(self) -> None:
        if self._relaying is not None:
            self._relaying.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._is_closing or self._relaying is None:
            return
        if text_data is None or len(text_data.encode()) > FRAME_BYTES_MAX:
            await self.close(MALFORMED)
        elif not is_allowed(text_data, self._account):
            await self.close(NOT_ALLOWED)
        else:
            await self._hand_on(text_data)

    async def send_message(self, message: dict[str, Any]) -> None:
        """Nothing is said at its address."""

    async def _hand_on(self, text: str) -> None:
        try:
            self._waiting.put_nowait(text)
        except asyncio.QueueFull:
            await self.close(TOO_SLOW)

    async def _relay(self) -> None:
        """Until one of both sides goes; then the other goes, too."""
        try:
            async with connect(
                _asterisks_socket(),
                subprotocols=[Subprotocol(_SIP)],
                open_timeout=_OPENING_SECONDS,
                max_size=_ASTERISKS_BYTES_MAX,
                compression=None,
                proxy=None,
            ) as asterisk:
                await _first_of(self._to(asterisk), self._from(asterisk))
        except (OSError, WebSocketException):
            pass  # it is away, which the code says
        await self.close(AWAY)

    async def _to(self, asterisk: ClientConnection) -> None:
        while True:
            await asterisk.send(await self._waiting.get())

    async def _from(self, asterisk: ClientConnection) -> None:
        """A browser that does not read is given up before its frames fill the memory."""
        async for text in asterisk:
            if not isinstance(text, str):
                continue
            if self.frame_writer is None:
                await self.send_text(text)
            elif not self.frame_writer.write(Frame(text).wire):
                await self.close(TOO_SLOW)
                return


class VisitorsSipProxy(SipProxy):
    """A visitor's window, which its token names."""

    async def login(self) -> SocketLogin | None:
        return await visitors_login(self.scope)

    async def own_window(self) -> str:
        return self.session


def _is_registered(user_id: int, window: str) -> bool:
    extension = extension_of(user_id)
    return extension is not None and Registration.objects.filter(extension=extension, window=window).exists()


def _asterisks_socket() -> str:
    """ws://host:8088/ws for http://host:8088, wss for https."""
    parts = urlsplit(settings.ASTERISK_URL.rstrip("/"))
    scheme = "wss" if parts.scheme == "https" else "ws"
    return urlunsplit((scheme, parts.netloc, f"{parts.path}/ws", "", ""))


async def _first_of(*tasks: Awaitable[None]) -> None:
    """Until one has ended; the others are ended with it, and an error of the first is raised."""
    running = [asyncio.ensure_future(task) for task in tasks]
    try:
        done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
