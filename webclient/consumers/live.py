"""What a socket is made of: a login, JSON objects in, and leaving that is not forgotten.

The edge of the hub: `presence.hub.sockets` says what the hub needs of a socket.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from structlog.contextvars import bind_contextvars, clear_contextvars

from presence import hub, measures
from presence.hub.door import CrowdedError
from presence.hub.sockets import FrameWriter
from webclient.socket_login import SocketLogin, login_of

MALFORMED = 4400
LOG_IN_AGAIN = 4401
CLOSED = 1000  # what a browser hears when no code is said


class LiveConsumer(AsyncWebsocketConsumer):
    """Subclasses say what `joined`, `left` and `heard` mean."""

    # Names no layer on purpose: with one, Channels keeps a task and a queue per socket, and only the hub needs news.
    channel_layer_alias = "none"
    nobody_code = LOG_IN_AGAIN
    subprotocol: ClassVar[str | None] = None
    kind: ClassVar[str]  # what it is counted as

    user_id: int
    session: str
    expires_at: datetime
    frame_writer: FrameWriter | None = None
    _has_joined = False
    _is_closing = False

    async def login(self) -> SocketLogin | None:
        """Whose socket it is; None closes it with `nobody_code`."""
        return await login_of(self.scope)

    async def joined(self) -> None:
        raise NotImplementedError

    async def left(self) -> None:
        """Called once after `joined`, whatever ended the socket."""
        raise NotImplementedError

    async def heard(self, message: dict[str, Any]) -> None:
        raise NotImplementedError

    async def heard_bytes(self, data: bytes) -> None:
        await self.close(MALFORMED)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        clear_contextvars()
        bind_contextvars(socket=secrets.token_hex(4))
        # Channels calls `disconnect` neither after an error nor when the server ends.
        try:
            with measures.open_socket(self.kind):
                await super().__call__(scope, receive, send)
        finally:
            if self._has_joined:
                await self.left()

    async def dispatch(self, message: Any) -> None:
        # Channels' own goes to a thread first, to close old database connections; whoever reads here does that.
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        try:
            async with hub.opening(type(self).__name__):
                await self._let_in()
        except CrowdedError:
            # Before it is accepted: to the browser a lost connection, which comes back, and not a login that is over.
            await self.close()

    async def _let_in(self) -> None:
        await self.accept(self.subprotocol)
        login = await self.login()
        if login is None:
            await self.close(self.nobody_code)
            return
        self.user_id, self.session, self.expires_at = login.user_id, login.session, login.expires_at
        extensions: Mapping[str, Any] = self.scope.get("extensions") or {}
        self.frame_writer = extensions.get("lampfield.ready_frame")
        self._has_joined = True
        await self.joined()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._is_closing:
            return
        if text_data is None:
            await self.heard_bytes(bytes_data or b"")
            return
        message = _json_object(text_data)
        if message is None:
            await self.close(MALFORMED)
        else:
            await self.heard(message)

    async def send_text(self, text: str) -> None:
        if not self._is_closing:
            await self.send(text_data=text)

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Once; what arrives or is sent afterwards is dropped."""
        if not self._is_closing:
            self._is_closing = True
            measures.SOCKETS_CLOSED.labels(code or CLOSED).inc()
            await super().close(code=code, reason=reason)


def _json_object(text: str) -> dict[str, Any] | None:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None
