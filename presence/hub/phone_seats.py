"""The phone sockets of this process, by extension and window. Each gets its messages in order, none waits."""

from collections import deque
from collections.abc import Iterator
from typing import Any

from presence.hub.sockets import Errands, PhoneSocket

TOO_SLOW = 4408
OUTBOX_LIMIT = 512


class PhoneSeat:
    """One window and what it has still to be told."""

    def __init__(self, socket: PhoneSocket, errands: Errands) -> None:
        self.socket = socket
        self._errands = errands
        self._outbox: deque[dict[str, Any]] = deque()
        self._is_sending = False

    def push(self, message: dict[str, Any]) -> None:
        if len(self._outbox) >= OUTBOX_LIMIT:
            self._outbox.clear()
            self._errands.close(self.socket, TOO_SLOW)
            return
        self._outbox.append(message)
        if not self._is_sending:
            self._is_sending = True
            self._errands.tell(self._send_all())

    async def _send_all(self) -> None:
        try:
            while self._outbox:
                await self.socket.send_message(self._outbox.popleft())
        finally:
            self._is_sending = False


class PhoneSeats:
    """Who can be reached. A window that comes back takes its place again, whatever the old socket still thinks."""

    def __init__(self, errands: Errands) -> None:
        self._errands = errands
        self._seats: dict[str, dict[str, PhoneSeat]] = {}

    def __len__(self) -> int:
        return len(self._seats)

    def __iter__(self) -> Iterator[PhoneSocket]:
        return iter([seat.socket for seat in self.seats()])

    def seats(self) -> list[PhoneSeat]:
        return [seat for seats in self._seats.values() for seat in seats.values()]

    def extensions(self) -> set[str]:
        return set(self._seats)

    def join(self, socket: PhoneSocket) -> None:
        self._seats.setdefault(socket.extension, {})[socket.window] = PhoneSeat(socket, self._errands)

    def leave(self, socket: PhoneSocket) -> None:
        seats = self._seats.get(socket.extension, {})
        seat = seats.get(socket.window)
        if seat is None or seat.socket is not socket:
            return
        del seats[socket.window]
        if not seats:
            del self._seats[socket.extension]

    def of(self, extension: str, window: str | None = None) -> list[PhoneSeat]:
        seats = self._seats.get(extension, {})
        if window is None:
            return list(seats.values())
        return [seats[window]] if window in seats else []
