"""This process's hub: the replica, the sockets and what keeps them right. `presence.hub` is its door.

Everything here runs on one event loop; `take` is the only way in from other threads, through
`call_soon_threadsafe`. The database is read on a thread of the hub's own, one batch at a time,
so a later read never returns an older row than an earlier one.
"""

import asyncio
import contextvars
import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from presence import measures
from presence.domain.audiences import Audience, Audiences
from presence.domain.presence_row import PresenceRow
from presence.domain.trusted_clock import TrustedClock
from presence.hub.call_changes import CallChanges
from presence.hub.coalescing import Coalescer
from presence.hub.door import Door
from presence.hub.draining import drain
from presence.hub.frame import Frame
from presence.hub.layer_link import LayerLink
from presence.hub.news import (
    AudiencesChanged,
    CallChanged,
    ExtensionsEdited,
    LoginEnded,
    News,
    ParkedChanged,
    PresenceChanged,
    WindowMessageSent,
)
from presence.hub.pace import Pace
from presence.hub.phone_seats import PhoneSeats
from presence.hub.presence_seats import PresenceSeats
from presence.hub.reader import Gathered, Reader
from presence.hub.sockets import Errands, LoggedInSocket
from presence.hub.supervision import Chore, supervise
from presence.models import is_visitor
from presence.replica import Patch, Replica

logger = logging.getLogger(__name__)

LOG_IN_AGAIN = 4401


class Directory(Protocol):
    """Where rows come from; `presence.selectors` is one, and the tests have their own."""

    def presence_rows(self, numbers: Collection[str] | None = None) -> Iterable[PresenceRow]: ...
    def directory_versions(self) -> dict[str, int]: ...
    def audiences(self) -> Audiences: ...


class LiveCard(Protocol):
    """One call as its windows see it, read once for all of them."""

    @property
    def parties(self) -> Collection[str]: ...
    def card_for(self, party: str, window: str) -> dict[str, Any] | None: ...


@dataclass(frozen=True, slots=True)
class Condition:
    """How a hub stands; its ages are seconds."""

    is_loaded: bool
    compared_ago: float | None  # since it last compared itself with the database; None: not yet
    heard_ago: float | None  # since the layer last brought back what we had said; None: not yet
    has_layer: bool


class Hub:
    """One per process, on one event loop."""

    def __init__(
        self,
        *,
        epoch: str,
        directory: Directory,
        load_card: Callable[[str], LiveCard | None],
        load_parked: Callable[[], list[dict[str, Any]]] = list,
        layer: Any | None = None,
        chores: Iterable[Chore] = (),
        pace: Pace | None = None,
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self.pace = pace or Pace()
        self.replica = Replica(epoch)
        self.errands = Errands()
        self.audiences = Audiences({})
        self.presence = PresenceSeats(self._snapshot, self._audience_of, self.errands, self.pace.late_limit)
        self.phones = PhoneSeats(self.errands)
        self.watchers = PhoneSeats(self.errands)  # windows that show somebody's settings, by the extension watched
        self.switches: list[Callable[[LiveCard], None]] = []  # what makes an Asterisk match our calls
        self._directory = directory
        self.load_card = load_card
        self.load_parked = load_parked
        self._reader = Reader()
        self.lookups = Reader()
        self.gathered: dict[Callable[..., Any], Gathered] = {}  # by what reads for all of them
        self._doors: dict[str, Door] = {}
        self._chores = list(chores)
        self._snapshots: dict[Audience, Frame] = {}
        self._silent: set[Audience] = set()  # those who were here at the last pulse and have heard nothing since
        self.compared_at: float | None = None  # when it last compared itself with the database; None: never
        self._changed_numbers = Coalescer(self._spread_presence, self.pace.coalesce, measures.PATCH_LATENCY)
        self._changed_audiences = Coalescer(self._spread_audiences, 0.0)
        self._changed_calls = Coalescer(self._spread_calls, 0.0, measures.CARD_LATENCY)
        self._changed_slots = Coalescer(self._spread_parked, 0.0)
        self._parked: list[dict[str, Any]] = []  # as the windows were told last
        self.call_changes = CallChanges()
        self._link = LayerLink(layer, epoch, self.hear, self.pace.heartbeat, self.pace.quiet_limit) if layer else None
        self.is_draining = False
        self._clock = TrustedClock()  # one that is set forward by mistake must not log everybody out
        self._starting = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    # Starting and stopping

    async def start(self) -> None:
        """Load the directory and set everything going; again and at once from many sockets is fine."""
        if self._tasks:
            return
        async with self._starting:
            if self._tasks:
                return
            self.replica.apply(await self._reader.read(self._directory.presence_rows))
            self.audiences = await self._reader.read(self._directory.audiences)
            self._parked = await self._reader.read(self.load_parked)
            self._run("presence", self._changed_numbers.run)
            self._run("audiences", self._changed_audiences.run)
            self._run("calls", self._changed_calls.run)
            self._run("parked calls", self._changed_slots.run)
            if self._link is not None:
                self._run("layer outbox", self._link.run_outbox)
                self._run("layer inbox", self._link.run_inbox)
            for chore in [*self._own_chores(), *self._chores]:
                self._run(chore.name, chore.run)

    def stop(self) -> None:
        if not self.loop.is_closed():
            for task in self._tasks:
                task.cancel()
            self.errands.stop()
        self._reader.stop()
        self.lookups.stop()

    def condition(self) -> Condition:
        now = self.loop.time()
        heard_at = self._link.heard_at if self._link is not None else None
        return Condition(
            is_loaded=bool(self._tasks),
            compared_ago=None if self.compared_at is None else now - self.compared_at,
            heard_ago=None if heard_at is None else now - heard_at,
            has_layer=self._link is not None,
        )

    async def drain(self) -> None:
        """Hand every window over to another process. Their registrations stay, for they are about to be taken over."""
        self.is_draining = True
        await drain(self.sockets, self.errands)

    def door(self, kind: str) -> Door:
        """Each kind of socket has its own: lamps need one look-up, and must not wait for phones, which need many."""
        pace = self.pace
        return self._doors.setdefault(kind, Door(pace.opening_at_once, pace.opening_waiting, pace.opening_patience))

    def add_chore(self, chore: Chore) -> None:
        self._run(chore.name, chore.run)

    def _own_chores(self) -> list[Chore]:
        return [
            Chore("healing", self.pace.heal, self._heal),
            Chore("pulse", self.pace.pulse, self._pulse),
            Chore("late sockets", self.pace.late_check, self._look_after_the_late),
            Chore("expired logins", self.pace.expiry_check, self._close_expired),
        ]

    def _run(self, name: str, job: Callable[[], Any]) -> None:
        # A context of its own: what the first socket's request bound must not live on in the hub.
        task = self.loop.create_task(supervise(name, job), context=contextvars.Context())
        self._tasks.append(task)

    # News in

    def take(self, news: News, committed_at: float | None = None) -> None:
        """What this process itself has committed: for its own sockets, and for the other processes."""
        self.hear(news, committed_at)
        if self._link is not None:
            self._link.tell(news)

    def hear(self, news: News, since: float | None = None) -> None:
        """`since`: when it happened, by the loop's clock; without it now."""
        match news:
            case PresenceChanged(numbers):
                self._changed_numbers.add(numbers, since)
            case AudiencesChanged():
                self._changed_audiences.add(["audiences"])
            case CallChanged(call_id):
                self.call_changes.tell(call_id)
                self._changed_calls.add([call_id], since)
            case WindowMessageSent(extension, window, message):
                for seat in self.phones.of(extension, window):
                    seat.push(message)
            case ExtensionsEdited(numbers):
                self._tell_watchers(numbers)
            case ParkedChanged():
                self._changed_slots.add(["parked"])
            case LoginEnded():
                self._close_all(partial(_is_of_login, news), news.code)

    def _tell_watchers(self, numbers: Collection[str]) -> None:
        for number in set(numbers) & self.watchers.extensions():
            for seat in self.watchers.of(number):
                seat.push({"type": "settings_changed"})

    # Frames out

    def _audience_of(self, user_id: int) -> Audience:
        return self.audiences.of(user_id)

    def _snapshot(self, audience: Audience) -> Frame:
        text = self.replica.snapshot(audience)
        frame = self._snapshots.get(audience)
        if frame is None or frame.text is not text:
            frame = self._snapshots[audience] = Frame(text)
        return frame

    async def _spread_presence(self, numbers: Collection[str]) -> None:
        rows = list(await self._reader.read(self._directory.presence_rows, numbers))
        gone = set(numbers) - {row.number for row in rows} | self.replica.outdated_by(rows)
        patch = self.replica.apply(rows, gone)
        if patch is not None:
            await self._push(patch)

    async def _push(self, patch: Patch) -> None:
        """To the audiences it concerns. The others hear nothing, so not even that something was kept from them."""
        self._silent.difference_update(patch.audiences)
        measures.DELIVERIES.inc(await self.presence.push(frames_of(patch).get))

    async def _spread_audiences(self, _: Collection[str]) -> None:
        """Whoever sees something else than before, as the database says it now, gets the snapshot of it."""
        audiences = await self._reader.read(self._directory.audiences)
        if audiences != self.audiences:
            self.audiences = audiences
            await self.presence.judge_anew()

    async def _spread_calls(self, call_ids: Collection[str]) -> None:
        """In the order they changed: a call that continues another is shown before that one ends."""
        if not self.phones and not self.switches:
            return
        for call_id in call_ids:
            card = await self._reader.read(self.load_card, call_id)
            if card is None:
                continue
            for take in self.switches:
                take(card)
            for party in card.parties:
                for seat in self.phones.of(party):
                    message = card.card_for(party, seat.socket.window)
                    if message is not None:
                        seat.push({"type": "call", **message})

    async def _spread_parked(self, _: Collection[str]) -> None:
        """To every phone of the company; visitors see no other calls."""
        if not self.phones:
            return
        parked = await self._reader.read(self.load_parked)
        if parked == self._parked:
            return
        self._parked = parked
        for seat in self.phones.seats():
            if not is_visitor(seat.socket.extension):
                seat.push({"type": "parked", "calls": parked})

    # Chores

    async def _heal(self) -> None:
        """What a layer lost, and what was changed past the services: compare with the database."""
        self._changed_slots.add(["parked"])
        self._changed_audiences.add(["audiences"])
        self._forget_views()
        theirs = await self._reader.read(self._directory.directory_versions)
        ours = self.replica.versions()
        behind = [number for number in theirs.keys() | ours.keys() if theirs.get(number) != ours.get(number)]
        self._changed_numbers.add(behind)
        self.compared_at = self.loop.time()
        measures.HUB_BEHIND.set(len(behind))
        measures.HUB_COMPARED.set_to_current_time()

    async def _pulse(self) -> None:
        """So that a browser notices a connection that died without a word: its own pings are out of a page's reach."""
        audiences = set(self.presence.audiences)
        silent, self._silent = self._silent & audiences, audiences
        if silent:
            await self.presence.push(frames_of(self.replica.pulse(silent)).get)

    def _forget_views(self) -> None:
        """Of audiences of which nobody is here any more."""
        audiences = self.presence.audiences
        self.replica.keep_views(audiences)
        self._snapshots = {audience: frame for audience, frame in self._snapshots.items() if audience in audiences}

    async def _look_after_the_late(self) -> None:
        self.presence.look_after_the_late()

    async def _close_expired(self) -> None:
        now = self._clock.moment(datetime.now(UTC), self.loop.time())
        self._close_all(lambda socket: socket.expires_at <= now, LOG_IN_AGAIN)

    def _close_all(self, which: Callable[[LoggedInSocket], bool], code: int) -> None:
        for socket in self.sockets():
            if which(socket):
                self.errands.close(socket, code)

    def sockets(self) -> list[LoggedInSocket]:
        return [*self.presence, *self.phones, *self.watchers]


def frames_of(patch: Patch) -> dict[Audience, Frame]:
    return {audience: Frame(patch.text(audience)) for audience in patch.audiences}


def _is_of_login(ended: LoginEnded, socket: LoggedInSocket) -> bool:
    return socket.user_id == ended.user_id and ended.session in {None, socket.session}
