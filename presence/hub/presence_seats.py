"""The presence sockets of this process: one frame goes to all of them, and none is waited for."""

import asyncio
import time
from collections.abc import Callable, Iterator

from presence import measures
from presence.hub.frame import Frame
from presence.hub.sockets import Errands, PresenceSocket

TOO_SLOW = 4408
SEATS_PER_TURN = 2_000


class Seat:
    """One joined socket. It is `late` from the first frame it could not take until its next snapshot."""

    __slots__ = ("audience", "late_since", "sending", "socket")

    def __init__(self, socket: PresenceSocket, audience: str) -> None:
        self.socket = socket
        self.audience = audience
        self.late_since: float | None = None
        self.sending: asyncio.Task[None] | None = None

    def has_room(self) -> bool:
        writer = self.socket.frame_writer
        return self.sending is None if writer is None else writer.has_room()


class PresenceSeats:
    """Who is joined, who is late. A late socket is skipped; when it reads again it gets the snapshot of that moment."""

    def __init__(self, snapshot: Callable[[str], Frame], errands: Errands, late_limit_seconds: float) -> None:
        self._snapshot = snapshot
        self._errands = errands
        self._late_limit_seconds = late_limit_seconds
        self._seats: dict[PresenceSocket, Seat] = {}
        self._late: set[Seat] = set()

    def __len__(self) -> int:
        return len(self._seats)

    def __iter__(self) -> Iterator[PresenceSocket]:
        return iter(tuple(self._seats))

    def join(self, socket: PresenceSocket, audience: str) -> None:
        """Sit down and be greeted in one step, so that no change falls between."""
        seat = self._seats[socket] = Seat(socket, audience)
        self._push(seat, self._snapshot(audience))

    def greet(self, socket: PresenceSocket) -> None:
        """Another snapshot, for a socket that noticed a gap."""
        seat = self._seats.get(socket)
        if seat is not None and seat.late_since is None:
            self._push(seat, self._snapshot(seat.audience))

    def leave(self, socket: PresenceSocket) -> None:
        seat = self._seats.pop(socket, None)
        if seat is None:
            return
        self._late.discard(seat)
        if seat.sending is not None:
            seat.sending.cancel()

    async def push(self, frame_for: Callable[[str], Frame]) -> None:
        """One frame per audience to every socket; other work has its turn after each few thousand."""
        frames: dict[str, Frame] = {}
        for turn, seat in enumerate(tuple(self._seats.values()), start=1):
            frame = frames.get(seat.audience)
            if frame is None:
                frame = frames[seat.audience] = frame_for(seat.audience)
            self._push(seat, frame)
            if turn % SEATS_PER_TURN == 0:
                await asyncio.sleep(0)

    def look_after_the_late(self) -> None:
        """Snapshot for whoever has room again; the rest close when their time is up."""
        for seat in tuple(self._late):
            if seat.has_room():
                self._catch_up(seat)
            elif seat.late_since is not None and time.monotonic() - seat.late_since > self._late_limit_seconds:
                self.leave(seat.socket)
                self._errands.close(seat.socket, TOO_SLOW)

    def _push(self, seat: Seat, frame: Frame) -> None:
        if seat.late_since is not None:
            return
        writer = seat.socket.frame_writer
        taken = self._send(seat, frame) if writer is None else writer.write(frame.wire)
        if not taken:
            seat.late_since = time.monotonic()
            measures.SOCKETS_LATE.inc()
            self._late.add(seat)

    def _send(self, seat: Seat, frame: Frame) -> bool:
        """The ASGI way: a send may wait for its reader, so each has a task of its own."""
        if seat.sending is not None:
            return False
        seat.sending = self._errands.tell(seat.socket.send_text(frame.text))
        seat.sending.add_done_callback(lambda _task: self._sent(seat))
        return True

    def _sent(self, seat: Seat) -> None:
        seat.sending = None
        if seat in self._late:
            self._catch_up(seat)

    def _catch_up(self, seat: Seat) -> None:
        seat.late_since = None
        self._late.discard(seat)
        self._push(seat, self._snapshot(seat.audience))
