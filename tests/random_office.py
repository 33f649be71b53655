"""An office in which anything may happen, on real hubs and a real database, and the few facts that it must show then.

The model (`Person`, `Talk`) knows nothing of rows, versions or patches: only who chose what, who is open where, and who
speaks with whom.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from django.db import connections
from django.utils import timezone

from presence import hub, selectors
from presence.domain.extension_settings import Field
from presence.domain.presence_row import PresenceRow
from presence.domain.vocabulary import Lamp, Origin, Reason, Sight, Status, Surface
from presence.hub.pace import Pace
from presence.hub.process import Hub
from presence.models import Department, Extension
from presence.services import calls, registration
from presence.services.extension_settings import write_settings
from presence.services.forwarding import ProfileChangedError, save_profile
from presence.services.rights import save_rights
from presence.services.status import set_status
from tests.hub_cast import FakeSocket, LossyNetwork, until

T = TypeVar("T")
SHARE_LOST = 0.2
PACE = Pace(coalesce=0.001, heal=0.03, pulse=3600, late_check=3600, expiry_check=3600, heartbeat=3600, quiet_limit=7200)
Shown = tuple[str, bool, str, bool, int, str]  # lamp, registered, status, rung, until, note


@dataclass
class Person:
    """What the model knows of one."""

    extension: Extension
    department: str
    status: Status = Status.AVAILABLE
    note: str = ""
    until: datetime | None = None
    after: Status | None = None
    ring_seconds: int = 20
    windows: dict[str, str] = field(default_factory=dict)  # window -> epoch of the process it is open at

    @property
    def number(self) -> str:
        return self.extension.number


@dataclass
class Talk:
    """A call between two, from the dialling on."""

    call_id: UUID
    caller: Person
    callee: Person
    caller_window: str
    epoch: str
    is_ringing: bool = False
    is_answered: bool = False
    answered_in: str = ""


@dataclass
class Process:
    hub: Hub
    sockets: dict[str, FakeSocket] = field(default_factory=dict)  # by window


class Office:
    """Two processes, some people, and the one thread on which services run."""

    def __init__(self, people: list[Extension], seed: int) -> None:
        self.people = [Person(each, each.department.name if each.department else "") for each in people]
        self.shows: dict[str, Sight] = {}  # what each department shows to the others; everything without an entry
        self.talks: list[Talk] = []
        self.dead: list[str] = []  # processes that were killed and not buried yet
        self.now = timezone.now()
        self._network = LossyNetwork(seed, share=SHARE_LOST)
        self._epochs, self._windows = count(), count()
        self._runner = asyncio.Runner()
        self._thread = ThreadPoolExecutor(1)
        self.processes = [self._start(), self._start()]

    def close(self) -> None:
        hub._hub = None
        for process in self.processes:
            self._runner.run(_stop(process.hub))
        self._thread.submit(connections.close_all).result()
        self._thread.shutdown()
        self._runner.close()

    # What happens

    def choose(self, who: Person, status: Status, note: str, minutes: int) -> None:
        ends = self.now + timedelta(minutes=minutes) if minutes else None
        after = next(each for each in Status if each is not status) if ends else None
        by, surface = who.extension.user, Surface.WEB_CLIENT
        self._serve(
            lambda: set_status(
                extension=who.extension, status=status, by=by, surface=surface, note=note, until=ends, after=after
            )
        )
        who.status, who.note, who.until, who.after = status, note, ends, after

    def edit(self, who: Person, seconds: int, *, is_late: bool) -> None:
        """`is_late`: with a page that was opened before somebody else saved."""
        assert who.extension.user is not None
        version = self.read(lambda: selectors.profile_version(who.extension, Status.AVAILABLE))

        def save() -> bool:
            profile = selectors.effective_profile(who.extension, Status.AVAILABLE)
            assert who.extension.user is not None
            try:
                save_profile(
                    extension=who.extension,
                    status=Status.AVAILABLE,
                    destinations=profile.destinations,
                    ring_seconds={**profile.ring_seconds, Origin.INTERNAL: seconds},
                    expected_version=version - is_late,
                    by=who.extension.user,
                    surface=Surface.WEB_CLIENT,
                )
            except ProfileChangedError:
                return False
            return True

        assert self._serve(save) is not is_late
        who.ring_seconds = who.ring_seconds if is_late else seconds

    def hide(self, department: str, sight: Sight) -> None:
        row = self.read(lambda: Department.objects.get(name=department))
        self._serve(lambda: save_rights(department=row, shown_to_others=sight, shown_all=(), by=None))
        self.shows[department] = sight

    def move(self, who: Person, department: str) -> None:
        changes = {who.extension.pk: {Field.DEPARTMENT.value: department}}
        self._serve(lambda: write_settings(changes, by=None, surface=Surface.OPERATOR_PANEL))
        who.department = department

    def open_window(self, who: Person, where: Process, window: str = "") -> None:
        window = window or f"window-{next(self._windows)}"
        epoch = where.hub.replica.epoch
        self._serve(lambda: registration.register(extension=who.extension, window=window, epoch=epoch), where)
        who.windows[window] = epoch
        assert who.extension.user_id is not None
        socket = where.sockets[window] = FakeSocket(user_id=who.extension.user_id)
        self._runner.run(_join(where.hub, socket))

    def close_window(self, who: Person, window: str) -> None:
        epoch = who.windows.pop(window)
        for process in self.processes:
            if (socket := process.sockets.pop(window, None)) is not None:
                process.hub.presence.leave(socket)
        self._serve(lambda: registration.unregister(extension=who.extension, window=window, epoch=epoch))

    def kill(self, which: int) -> None:
        """Without a word; another takes its place, and who was there comes back to any, or never."""
        killed = self.processes[which]
        self._runner.run(_stop(killed.hub))
        self.dead.append(killed.hub.replica.epoch)
        self.processes[which] = self._start()

    def bury(self, epoch: str) -> None:
        """What the others do once it has been silent for too long."""
        self.dead.remove(epoch)
        self._serve(lambda: registration.drop_processes([epoch]))
        for person in self.people:
            person.windows = {window: where for window, where in person.windows.items() if where != epoch}
        for talk in [talk for talk in self.talks if talk.epoch == epoch and not talk.is_answered]:
            self.end(talk, Reason.FAILED)

    def dial(self, who: Person, callee: Person, window: str) -> None:
        epoch = self.processes[0].hub.replica.epoch
        call = self._serve(
            lambda: calls.start_call(extension=who.extension, window=window, number=callee.number, epoch=epoch)
        )
        self.talks.append(Talk(call.pk, who, callee, window, epoch))

    def ring(self, talk: Talk) -> None:
        """Whether anybody has a window to hear it was asked before, by who routes the call."""
        assert self._serve(lambda: calls.ring_extension(call_id=talk.call_id, number=talk.callee.number)) is None
        talk.is_ringing = True

    def answer(self, talk: Talk, window: str) -> None:
        self._serve(lambda: calls.answer_call(call_id=talk.call_id, extension=talk.callee.extension, window=window))
        talk.is_answered, talk.answered_in = True, window

    def decline(self, talk: Talk) -> None:
        self._serve(lambda: calls.decline_call(call_id=talk.call_id, extension=talk.callee.extension))
        talk.is_ringing = False

    def hang_up(self, talk: Talk, *, is_caller: bool) -> None:
        who, window = (talk.caller, talk.caller_window) if is_caller else (talk.callee, talk.answered_in)
        self._serve(lambda: calls.hang_up(call_id=talk.call_id, extension=who.extension, window=window))
        self.talks.remove(talk)

    def end(self, talk: Talk, reason: Reason) -> None:
        self._serve(lambda: calls.end_call(call_id=talk.call_id, reason=reason))
        self.talks.remove(talk)

    def time_passes(self, seconds: float, end_due: Callable[[], object]) -> None:
        """By the clock on the wall, and not by that of a computer, which `end_due` may have set."""
        self.now += timedelta(seconds=seconds)
        self._serve(end_due)
        for person in self.people:
            if person.until is not None and person.until <= self.now:
                assert person.after is not None
                person.status, person.note, person.until, person.after = person.after, "", None, None

    # What must be seen

    def busy(self, who: Person) -> bool:
        return any(who in (talk.caller, talk.callee) for talk in self.talks)

    def shown(self, who: Person) -> Shown:
        """What colleagues must see."""
        lamp, is_rung = Lamp(who.status.value), False
        for talk in self.talks:
            has_part = who is talk.caller or (who is talk.callee and talk.is_ringing)
            if has_part:
                lamp = Lamp.TALKING if talk.is_answered else Lamp.RINGING
                is_rung = lamp is Lamp.RINGING and who is talk.callee
        ends = int(who.until.timestamp()) if who.until else 0
        return lamp.value, bool(who.windows), who.status.value, is_rung, ends, who.note

    def sight(self, viewer: Person, who: Person) -> Sight:
        return Sight.WHOLE if viewer.department == who.department else self.shows.get(who.department, Sight.WHOLE)

    def shown_to(self, viewer: Person, who: Person) -> Shown:
        """What is left of it for one who looks."""
        sight = self.sight(viewer, who)
        if sight is Sight.NOTHING:
            return Lamp.NOT_SHOWN.value, False, "", False, 0, ""
        lamp, registered, status, is_rung, ends, note = self.shown(who)
        if sight is Sight.WITHOUT_CALLS:
            lamp, is_rung = status, False
        return lamp, registered, status, is_rung, ends, note

    def everybody_sees_it(self) -> None:
        """Every window shows what the model says its owner may see; who may see all, exactly what the database has."""
        expected = {person.number: self.shown(person) for person in self.people}
        rows = {row.number: row for row in self.read(selectors.presence_rows)}
        found = {number: _shown_row(row) for number, row in rows.items()}
        assert found == expected, f"{found} instead of {expected}"
        versions = {number: row.version for number, row in rows.items()}
        owners = {person.extension.user_id: person for person in self.people}

        def is_right(socket: FakeSocket) -> bool:
            owner, shown = owners[socket.user_id], socket.mirror.rows
            return shown.keys() == expected.keys() and all(
                _shown_wire(shown[who.number]) == self.shown_to(owner, who)
                and (shown[who.number][1] == versions[who.number] or self.sight(owner, who) is not Sight.WHOLE)
                for who in self.people
            )

        sockets = [socket for process in self.processes for socket in process.sockets.values()]
        self._runner.run(until(lambda: all(map(is_right, sockets))))

    def rules_are_kept(self) -> None:
        for person in self.people:
            extension = person.extension
            profile = self.read(lambda extension=extension: selectors.effective_profile(extension, Status.AVAILABLE))
            assert profile.ring_seconds[Origin.INTERNAL] == person.ring_seconds

    # How

    def read(self, query: Callable[..., T]) -> T:
        return self._thread.submit(query).result()

    def _serve(self, act: Callable[[], T], where: Process | None = None) -> T:
        """As a service is called in a process: on a thread, while its hub's loop runs."""
        hub._hub = (where or self.processes[0]).hub
        return self._runner.run(_in_thread(self._thread, act))

    def _start(self) -> Process:
        epoch = f"{next(self._epochs):08x}"
        started = self._runner.run(_started(epoch, self._network.layer()))
        self.read(lambda: registration.beat(epoch))
        return Process(started)


async def _started(epoch: str, layer: Any) -> Hub:
    started = Hub(epoch=epoch, directory=selectors, load_card=lambda _: None, layer=layer, pace=PACE)
    await started.start()
    return started


async def _stop(running: Hub) -> None:
    running.stop()


async def _join(where: Hub, socket: FakeSocket) -> None:
    where.presence.join(socket)


async def _in_thread(thread: ThreadPoolExecutor, act: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(thread, act)


def _shown_row(row: PresenceRow) -> Shown:
    ends = int(row.until.timestamp()) if row.until else 0
    return row.lamp.value, row.registered, row.status or "", row.is_rung, ends, row.note


def _shown_wire(row: list[Any]) -> Shown:
    _, _, lamp, registered, _, status, *seldom = row
    seldom += [0, 0, ""][len(seldom) :]
    is_rung, ends, note = seldom
    return lamp, bool(registered), status, bool(is_rung), ends, note
