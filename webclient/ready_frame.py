"""The short way from the hub to a browser: a ready-made frame straight to the socket, past ASGI's layers.

Most of what a send costs on daphne is autobahn framing the message again and Twisted buffering it
for the next turn of its reactor. When nothing is waiting for a reader, one non-blocking
`socket.send` does; what the kernel does not take goes to the transport, which keeps the order.

What a browser has taken is known from its pongs, not from the kernel, which would hide megabytes for each reader that
has stopped: every so many bytes a ping says how many have been sent, and the pong brings that back once it was read.

Leans on private fields of Twisted (`_tempDataLen`, `dataBuffer`, `offset`), so the versions are
pinned and `writer_for` offers nothing where they are not as expected: the consumer then sends by ASGI.
"""

from typing import Any

from autobahn.websocket.protocol import WebSocketProtocol
from twisted.internet.tcp import Server as TcpTransport
from twisted.internet.unix import Server as UnixTransport

WAITING_LIMIT = 256 * 1024  # bytes that one reader may leave unread before it counts as slow
MARK_EVERY = 64 * 1024  # bytes between two pings
PING = 0x89
MARK_BYTES = 8
OPEN = WebSocketProtocol.STATE_OPEN
KNOWN_TRANSPORTS = (TcpTransport, UnixTransport)
PRIVATE_FIELDS = ("_tempDataLen", "dataBuffer", "offset")


class ReadyFrameWriter:
    """Writes ready-made frames to one WebSocket. Only from the reactor's thread."""

    __slots__ = ("_careful_from", "_limit", "_marked", "_protocol", "_read", "_sent", "_transport")

    def __init__(self, protocol: Any, transport: Any) -> None:
        self._protocol = protocol
        self._transport = transport
        # Bytes since the beginning: written, written when last asked about, and read for all we know.
        self._sent = self._marked = self._read = 0
        self._limit = WAITING_LIMIT
        self._careful_from = 0
        self._look_ahead()

    def write(self, frame: bytes) -> bool:
        """False, with nothing written, when this reader has left too much unread already."""
        transport = self._transport
        sent = self._sent + len(frame)
        # What nearly every frame meets is seen at a glance: this is done for each change and screen.
        if (
            sent >= self._careful_from
            or transport._tempDataLen  # noqa: SLF001
            or transport.dataBuffer
            or self._protocol.state != OPEN
        ):
            return self._write_with_care(frame)
        self._sent = sent
        self._send(frame)
        return True

    def has_room(self) -> bool:
        """Whether all that was asked about has been read."""
        return self._waiting() == 0 and self._sent - self._read <= MARK_EVERY

    def hear_pong(self, payload: bytes) -> None:
        """What is not an answer to one of our own pings is passed over."""
        read = int.from_bytes(payload, "big") if len(payload) == MARK_BYTES else 0
        if self._read < read <= self._marked:
            self._read = read
            self._look_ahead()

    def _write_with_care(self, frame: bytes) -> bool:
        if self._protocol.state != OPEN:
            return True  # it is closing, and takes no more messages
        waiting = self._waiting()
        if waiting > self._limit or self._sent - self._read > self._limit:
            return False
        self._sent += len(frame)
        if self._sent - self._marked >= MARK_EVERY:
            frame = self._marking(frame)
        if waiting:
            self._transport.write(frame)
        else:
            self._send(frame)
        return True

    def _send(self, frame: bytes) -> None:
        transport = self._transport
        try:
            taken = transport.socket.send(frame)
        except OSError:
            taken = 0  # full, or broken: the transport finds out which, in its own turn
        if taken < len(frame):
            transport.write(frame[taken:])

    def _look_ahead(self) -> None:
        """How much may be written before a ping is due, or this reader may count as slow."""
        self._careful_from = min(self._marked + MARK_EVERY, self._read + self._limit)

    def _marking(self, frame: bytes) -> bytes:
        """The frame and a ping behind it. A snapshot may be larger than the limit; what follows it needs room too."""
        self._marked = self._sent
        self._limit = max(self._limit, WAITING_LIMIT + len(frame))
        self._look_ahead()
        return frame + bytes((PING, MARK_BYTES)) + self._marked.to_bytes(MARK_BYTES, "big")

    def _waiting(self) -> int:
        transport = self._transport
        return int(transport._tempDataLen + len(transport.dataBuffer) - transport.offset)  # noqa: SLF001


def writer_for(protocol: Any) -> ReadyFrameWriter | None:
    """A writer where frames go over plain TCP or a Unix socket, unqueued and uncompressed, on the Twisted we know."""
    transport = getattr(protocol, "transport", None)
    if type(transport) not in KNOWN_TRANSPORTS or not all(hasattr(transport, field) for field in PRIVATE_FIELDS):
        return None
    writer = ReadyFrameWriter(protocol, transport)
    protocol.onPong = writer.hear_pong
    return writer
