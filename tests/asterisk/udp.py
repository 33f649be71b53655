"""A bound UDP socket in the running event loop; it is there at once, so that a call can be taken when it comes."""

import asyncio
import socket
from collections.abc import Callable

Address = tuple[str, int]

_LARGEST_DATAGRAM = 65_535


class UdpSocket:
    """Hands every datagram to `on_datagram` until it is closed; closed twice is closed once."""

    def __init__(self, bound: socket.socket, on_datagram: Callable[[bytes], None]) -> None:
        self.address: Address = bound.getsockname()
        self._socket = bound
        self._on_datagram = on_datagram
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(bound, self._read)

    @property
    def is_closed(self) -> bool:
        return self._socket.fileno() < 0

    def send(self, data: bytes, to: Address) -> None:
        """Nothing when it is closed: what a phone says after it was switched off reaches nobody."""
        if not self.is_closed:
            self._socket.sendto(data, to)

    def close(self) -> None:
        if not self.is_closed:
            self._loop.remove_reader(self._socket)
            self._socket.close()

    def _read(self) -> None:
        self._on_datagram(self._socket.recv(_LARGEST_DATAGRAM))
