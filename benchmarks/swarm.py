"""Many WebSockets on one epoll in this process, frames parsed no further than needed to count and find them.

For what looks into single sockets. It is busy about as long as a server; where that matters there is `peers/load.py`.
"""

import base64
import os
import select
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.servers import Server

PING, CLOSE = 0x89, 0x88
PONG_HEAD = 0x8A
PATIENCE_SECONDS = 60.0
CONNECTS_AT_ONCE = 64


class Listener:
    """One WebSocket and what it has received."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.frames = 0
        self.bytes = 0
        self.last = b""
        self._rest = b""

    def read(self) -> None:
        """All that has arrived; the last frame's payload is kept for looking into."""
        try:
            data = self.connection.recv(1 << 18)
        except BlockingIOError:
            return
        if not data:
            raise ConnectionError("the server closed a socket")
        self.take(data)

    def take(self, data: bytes) -> None:
        self._rest = self._rest + data if self._rest else data
        while (taken := self._take_frame()) > 0:
            self._rest = self._rest[taken:]

    def _take_frame(self) -> int:
        """The length of the first whole frame, which is counted; 0 when there is none yet."""
        rest = self._rest
        if len(rest) < 2:
            return 0
        head, size = 2, rest[1]
        if size >= 126:
            head = 4 if size == 126 else 10
            size = int.from_bytes(rest[2:head], "big")
        if len(rest) < head + size:
            return 0
        payload = rest[head : head + size]
        if rest[0] == PING:
            self.connection.send(bytes((PONG_HEAD, 0x80 | len(payload))) + bytes(4) + payload)
        elif rest[0] == CLOSE:
            raise ConnectionError(f"the server closed a socket with {int.from_bytes(payload[:2], 'big')}")
        else:
            self.frames += 1
            self.bytes += head + size
            self.last = payload
        return head + size


@dataclass(frozen=True, slots=True)
class Arrival:
    """When the first and the last listener had it, in seconds after the trigger."""

    first: float
    last: float


class Poller:
    """All listeners of all servers, so that the pings of those at rest are answered too."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._listeners: dict[int, Listener] = {}

    def add(self, listener: Listener) -> None:
        listener.connection.setblocking(False)
        number = listener.connection.fileno()
        self._listeners[number] = listener
        self._epoll.register(number, select.EPOLLIN)

    def remove(self, listener: Listener) -> None:
        number = listener.connection.fileno()
        self._epoll.unregister(number)
        del self._listeners[number]
        listener.connection.close()

    def turn(self, seconds: float) -> list[Listener]:
        ready = [self._listeners[number] for number, _ in self._epoll.poll(seconds, 4096)]
        for listener in ready:
            listener.read()
        return ready


class Swarm:
    """The listeners at one server."""

    def __init__(self, poller: Poller, port: int, path: str, cookies: Iterable[str]) -> None:
        self._poller = poller
        self._port = port
        self._path = path
        self.listeners: list[Listener] = []
        self._connect_all(list(cookies))

    def close(self) -> None:
        for listener in self.listeners:
            self._poller.remove(listener)
        self.listeners = []

    def measure(self, trigger: Callable[[], None], has_it: Callable[[Listener], bool]) -> Arrival:
        """Pull the trigger and wait until every listener has what it brings."""
        missing = {listener for listener in self.listeners if not has_it(listener)}
        started = time.perf_counter()
        first = 0.0
        trigger()
        while missing:
            for listener in self._poller.turn(1.0):
                if listener in missing and has_it(listener):
                    missing.discard(listener)
                    first = first or time.perf_counter() - started
            if time.perf_counter() - started > PATIENCE_SECONDS:
                raise TimeoutError(f"{len(missing)} of {len(self.listeners)} sockets did not get it")
        return Arrival(first, time.perf_counter() - started)

    def wait_for_frames(self, frames: int) -> None:
        self.measure(lambda: None, lambda listener: listener.frames >= frames)

    def _connect_all(self, cookies: Sequence[str]) -> None:
        for start in range(0, len(cookies), CONNECTS_AT_ONCE):
            batch = [self._ask(cookie) for cookie in cookies[start : start + CONNECTS_AT_ONCE]]
            for connection in batch:
                listener = Listener(connection)
                listener.take(_after_handshake(connection))
                self.listeners.append(listener)
                self._poller.add(listener)
            self._poller.turn(0.0)

    def _ask(self, cookie: str) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE_SECONDS)
        key = base64.b64encode(os.urandom(16)).decode()
        connection.sendall(
            f"GET {self._path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nOrigin: http://127.0.0.1:{self._port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            f"Cookie: {cookie}\r\n\r\n".encode()
        )
        return connection


def joined(poller: Poller, server: Server, cookies: Iterable[str]) -> Swarm:
    """Logged-in windows at the presence socket, each with its snapshot."""
    windows = Swarm(poller, server.port, "/ws/presence/", cookies)
    windows.wait_for_frames(1)
    return windows


def until_all(swarm: Swarm, frames: int, trigger: Callable[[], None]) -> Arrival:
    """Until each socket has `frames` more."""
    wanted = {listener: listener.frames + frames for listener in swarm.listeners}

    def has_them(listener: Listener) -> bool:
        return listener.frames >= wanted[listener]

    return swarm.measure(trigger, has_them)


def _after_handshake(connection: socket.socket) -> bytes:
    """Whatever frames arrived together with the server's yes."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        data = connection.recv(1 << 16)
        if not data:
            raise ConnectionError("no answer to a handshake")
        answer += data
    head, _, rest = answer.partition(b"\r\n\r\n")
    if b" 101 " not in head.split(b"\r\n", 1)[0]:
        raise ConnectionError(f"handshake refused: {head[:80]!r}")
    return rest
