"""The short way from the hub to a browser: a ready-made frame straight to the socket, past ASGI's layers.

Most of what a send costs on daphne is autobahn framing the message again and Twisted buffering it
for the next turn of its reactor. When nothing is waiting for a reader, one non-blocking
`socket.send` does; what the kernel does not take goes to the transport, which keeps the order.

Leans on private fields of Twisted (`_tempDataLen`, `dataBuffer`, `offset`), so the versions are
pinned and `writer_for` offers nothing where they are not as expected: the consumer then sends by ASGI.
"""

from typing import Any

from autobahn.websocket.protocol import WebSocketProtocol
from twisted.internet.tcp import Server as TcpTransport
from twisted.internet.unix import Server as UnixTransport

WAITING_LIMIT = 256 * 1024  # bytes that may wait for one reader before it counts as slow
KNOWN_TRANSPORTS = (TcpTransport, UnixTransport)
PRIVATE_FIELDS = ("_tempDataLen", "dataBuffer", "offset")


class ReadyFrameWriter:
    """Writes ready-made frames to one WebSocket. Only from the reactor's thread."""

    __slots__ = ("_protocol", "_transport")

    def __init__(self, protocol: Any, transport: Any) -> None:
        self._protocol = protocol
        self._transport = transport

    def write(self, frame: bytes) -> bool:
        """False, with nothing written, when too much is waiting for this reader already."""
        if self._protocol.state != WebSocketProtocol.STATE_OPEN:
            return True  # it is closing, and takes no more messages
        waiting = self._waiting()
        if waiting > WAITING_LIMIT:
            return False
        sent = 0 if waiting else self._send_now(frame)
        if sent < len(frame):
            self._transport.write(frame[sent:])
        return True

    def has_room(self) -> bool:
        return self._waiting() == 0

    def _waiting(self) -> int:
        transport = self._transport
        return int(transport._tempDataLen + len(transport.dataBuffer) - transport.offset)  # noqa: SLF001

    def _send_now(self, frame: bytes) -> int:
        try:
            return int(self._transport.socket.send(frame))
        except OSError:
            return 0  # full, or broken: the transport finds out which, in its own turn


def writer_for(protocol: Any) -> ReadyFrameWriter | None:
    """A writer where frames go over plain TCP or a Unix socket, unqueued and uncompressed, on the Twisted we know."""
    transport = getattr(protocol, "transport", None)
    if type(transport) not in KNOWN_TRANSPORTS or not all(hasattr(transport, field) for field in PRIVATE_FIELDS):
        return None
    return ReadyFrameWriter(protocol, transport)
