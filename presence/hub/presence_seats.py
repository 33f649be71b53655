"""The presence sockets of this process: one frame goes to all of an audience, and none is waited for."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterator

from presence import measures
from presence.domain.audiences import Audience
from presence.hub.frame import Frame
from presence.hub.sockets import Errands, PresenceSocket

TOO_SLOW = 4408
SEATS_PER_TURN = 2_000
SNAPSHOTS_PER_TURN = 100


class Seat:
    """One joined socket. It is `late` from the first frame it could not take until its next snapshot."""

    __slots__ = ("audience", "is_fixed", "late_since", "sending", "socket")

    def __init__(self, socket: PresenceSocket, audience: Audience, *, is_fixed: bool) -> None:
        self.socket = socket
        self.audience = audience
        self.is_fixed = is_fixed  # whatever its login may see
        self.late_since: float | None = None
        self.sending: asyncio.Task[None] | None = None

    def has_room(self) -> bool:
        writer = self.socket.frame_writer
        return self.sending is None if writer is None else writer.has_room()


class PresenceSeats:
    """Who is joined, who is late. A late socket is skipped; when it reads again it gets the snapshot of that moment."""

    def __init__(
        self,
        snapshot: Callable[[Audience], Frame],
        audience_of: Callable[[int], Audience],
        errands: Errands,
        late_limit_seconds: float,
    ) -> None:
        """`audience_of`: what a login sees at this moment."""
        self._snapshot = snapshot
        self._audience_of = audience_of
        self._errands = errands
        self._late_limit_seconds = late_limit_seconds
        self._seats: dict[PresenceSocket, Seat] = {}
        self._by_audience: dict[Audience, dict[Seat, None]] = {}
        self._late: set[Seat] = set()

    def __len__(self) -> int:
        return len(self._seats)

    def __iter__(self) -> Iterator[PresenceSocket]:
        return iter(tuple(self._seats))

    @property
    def audiences(self) -> Collection[Audience]:
        """Those of which somebody is here."""
        return tuple(self._by_audience)

    def join(self, socket: PresenceSocket, audience: Audience | None = None) -> None:
        """`audience`: for a socket that shows the same whoever looks; without one it is that of its login."""
        self.leave(socket)
        is_fixed = audience is not None
        seat = Seat(socket, self._audience_of(socket.user_id) if audience is None else audience, is_fixed=is_fixed)
        self._seats[socket] = seat
        self._by_audience.setdefault(seat.audience, {})[seat] = None
        self._push(seat, self._snapshot(seat.audience))

    def greet(self, socket: PresenceSocket) -> None:
        """Another snapshot, for a socket that noticed a gap."""
        seat = self._seats.get(socket)
        if seat is not None and seat.late_since is None:
            self._push(seat, self._snapshot(seat.audience))

    def leave(self, socket: PresenceSocket) -> None:
        seat = self._seats.pop(socket, None)
        if seat is None:
            return
        self._leave_audience(seat)
        self._late.discard(seat)
        if seat.sending is not None:
            seat.sending.cancel()

    async def judge_anew(self) -> None:
        """Whoever may see something else than before gets the snapshot of it; other work has its turn in between."""
        moved = 0
        for seat in tuple(self._seats.values()):
            if seat.is_fixed or self._seats.get(seat.socket) is not seat:
                continue
            audience = self._audience_of(seat.socket.user_id)
            if audience == seat.audience:
                continue
            self._move(seat, audience)
            moved += 1
            if moved % SNAPSHOTS_PER_TURN == 0:
                await asyncio.sleep(0)

    async def push(self, frame_for: Callable[[Audience], Frame | None]) -> int:
        """One frame per audience to every socket of it, None for no frame; returns how many sockets it was meant for.

        Other work has its turn after each few thousand.
        """
        reached = 0
        by_audience = self._by_audience.items()
        groups = [(frame, group, tuple(group)) for audience, group in by_audience if (frame := frame_for(audience))]
        for frame, group, seats in groups:
            for seat in seats:
                if seat in group:  # meanwhile it may have moved to those who may not see this
                    self._push(seat, frame)
                reached += 1
                if reached % SEATS_PER_TURN == 0:
                    await asyncio.sleep(0)
        return reached

    def look_after_the_late(self) -> None:
        """Snapshot for whoever has room again; the rest close when their time is up."""
        for seat in tuple(self._late):
            if seat.has_room():
                self._catch_up(seat)
            elif seat.late_since is not None and time.monotonic() - seat.late_since > self._late_limit_seconds:
                self.leave(seat.socket)
                self._errands.close(seat.socket, TOO_SLOW)

    def _move(self, seat: Seat, audience: Audience) -> None:
        self._leave_audience(seat)
        seat.audience = audience
        self._by_audience.setdefault(audience, {})[seat] = None
        self._push(seat, self._snapshot(audience))

    def _leave_audience(self, seat: Seat) -> None:
        others = self._by_audience[seat.audience]
        del others[seat]
        if not others:
            del self._by_audience[seat.audience]

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
