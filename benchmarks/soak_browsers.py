"""Browser windows by the thousand, as far as a live socket goes: each comes back the way static/js/socket.js does."""

import asyncio
import base64
import os
import random
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from benchmarks.swarm import Listener

RETRY_FIRST_SECONDS = 2.0
RETRY_MAX_SECONDS = 30.0
STEADY_SECONDS = 5.0
OPENING_MAX_SECONDS = 10.0
LOG_IN_AGAIN = 4401


class Frames(Listener):
    """Hands on every frame, where a listener keeps the last."""

    def __init__(self, transport: Any, hear: Callable[[bytes], None]) -> None:
        super().__init__(SimpleNamespace(send=transport.write))  # type: ignore[arg-type]
        self._hear = hear

    def _take_frame(self) -> int:
        before = self.frames
        taken = super()._take_frame()
        if self.frames > before:
            self._hear(self.last)
        return taken


class Connection(asyncio.Protocol):
    """One WebSocket, from its handshake to its end."""

    def __init__(self, request: bytes, hear: Callable[[bytes], None]) -> None:
        self._request = request
        self._hear = hear
        self._head = b""
        self._frames: Frames | None = None
        self.transport: Any = None
        self.is_open = False
        self.closed = asyncio.get_running_loop().create_future()
        self.code = 0  # 403 and the like for a refused handshake, 1006 for a connection that broke

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if self._frames is None:
            self._head += data
            if b"\r\n\r\n" not in self._head:
                return
            head, _, data = self._head.partition(b"\r\n\r\n")
            code = int(head.split(b" ", 2)[1])
            if code != 101:
                self._end(code)
                return
            self.is_open = True
            self._frames = Frames(self.transport, self._hear)
        try:
            self._frames.take(data)
        except ConnectionError as end:
            self._end(int(str(end).rsplit(" ", 1)[1]))

    def connection_lost(self, error: Exception | None) -> None:
        self._end(1006)

    def _end(self, code: int) -> None:
        self.is_open = False
        if not self.closed.done():
            self.code = code
            self.closed.set_result(None)
            self.transport.close()


class Browser:
    """A window that wants its socket open for as long as `live` runs."""

    def __init__(self, port: int, path: str, cookie: str) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        self._port = port
        self._request = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            f"Cookie: {cookie}\r\n\r\n"
        ).encode()
        self._connection: Connection | None = None
        self._failures = 0
        self.greeted = asyncio.Event()  # something was heard since the socket opened
        self.greeted_at = 0.0
        self.codes: list[int] = []  # what its sockets ended with
        self.on_message: Callable[[bytes], None] = lambda _: None

    async def live(self) -> None:
        while True:
            opened = time.monotonic()
            code = await self._once()
            self.greeted.clear()
            self.codes.append(code)
            if code == LOG_IN_AGAIN:
                return
            if time.monotonic() - opened > STEADY_SECONDS:
                self._failures = 0
            await asyncio.sleep(random.random() * min(RETRY_MAX_SECONDS, RETRY_FIRST_SECONDS * 2**self._failures))
            self._failures += 1

    def cut(self) -> None:
        """The network is gone, without a word."""
        if self._connection is not None and self._connection.transport is not None:
            self._connection.transport.abort()

    def stop_reading(self) -> None:
        if self._connection is not None and self._connection.is_open:
            self._connection.transport.pause_reading()

    def read_on(self) -> None:
        if self._connection is not None and self._connection.is_open:
            self._connection.transport.resume_reading()

    async def _once(self) -> int:
        """What one socket ended with."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(OPENING_MAX_SECONDS):
                _, connection = await loop.create_connection(
                    lambda: Connection(self._request, self._heard), "127.0.0.1", self._port
                )
        except (OSError, TimeoutError):
            return 1006
        self._connection = connection
        overdue = loop.call_later(OPENING_MAX_SECONDS, self._give_up_opening, connection)
        try:
            await connection.closed
        finally:
            overdue.cancel()
            connection.transport.abort()
        return connection.code

    def _give_up_opening(self, connection: Connection) -> None:
        if not connection.is_open:
            connection.transport.abort()

    def _heard(self, text: bytes) -> None:
        if not self.greeted.is_set():
            self.greeted_at = time.monotonic()
            self.greeted.set()
        self.on_message(text)


class Crowd:
    """Browsers that all live until it is left."""

    def __init__(self, browsers: Iterable[Browser]) -> None:
        self.browsers = list(browsers)
        self._lives: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Crowd":
        """They come a few at a time, as in the morning."""
        for start in range(0, len(self.browsers), 100):
            batch = self.browsers[start : start + 100]
            self._lives += [asyncio.create_task(browser.live()) for browser in batch]
            await asyncio.gather(*(browser.greeted.wait() for browser in batch))
        return self

    async def __aexit__(self, *error: object) -> None:
        for life in self._lives:
            life.cancel()
        for life in self._lives:
            with suppress(asyncio.CancelledError):
                await life
