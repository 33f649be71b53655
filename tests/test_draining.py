"""A process that is told to end where others go on: its windows go to them, and nobody sees a phone go."""

import asyncio

import pytest
from channels.db import database_sync_to_async

from presence import hub
from presence.calls import housekeeping, router
from presence.hub.draining import COME_BACK, SOCKETS_PER_TURN
from presence.models import Call, Extension, Registration
from presence.services import registration
from tests.hub_cast import FakePhone, FakeSocket, until
from webclient.draining import drain

pytestmark = pytest.mark.django_db(transaction=True)


class LeavingSocket(FakeSocket):
    """A browser that closes when it is told to; `is_open` as the hub sees it."""

    async def close(self, code: int) -> None:
        await super().close(code)
        hub.leave_presence(self)


class LeavingPhone(FakePhone):
    async def close(self, code: int) -> None:
        await super().close(code)
        hub.leave_phone(self)


class FakeServer:
    """What `drain` sees of daphne; `done` is what it was asked, in order."""

    def __init__(self, requests: int = 0) -> None:
        self.requests = requests
        self.done: list[str] = []

    async def listen_no_more(self) -> None:
        self.done.append("listen no more")

    def connections_left(self) -> int:
        self.requests = max(0, self.requests - 1)
        return self.requests


async def test_every_window_is_sent_to_another_process(adam: Extension) -> None:
    lamps, phone, watcher = LeavingSocket(), LeavingPhone("101", "window-1"), FakePhone("101", "window-2")
    await hub.join_presence(lamps)
    await hub.join_phone(phone)
    await hub.join_watcher(watcher)
    draining = asyncio.create_task(hub.drain())
    await until(lambda: watcher.closed_with)
    hub.leave_watcher(watcher)
    await draining
    assert [socket.closed_with for socket in (lamps, phone, watcher)] == [COME_BACK] * 3


async def test_windows_are_sent_away_bit_by_bit(adam: Extension) -> None:
    sockets = [LeavingSocket() for _ in range(SOCKETS_PER_TURN + 1)]
    for socket in sockets:
        await hub.join_presence(socket)
    draining = asyncio.create_task(hub.drain())
    await until(lambda: sum(socket.closed_with is not None for socket in sockets) == SOCKETS_PER_TURN)
    assert not draining.done()
    await draining
    assert {socket.closed_with for socket in sockets} == {COME_BACK}


async def test_who_comes_while_others_leave_is_sent_away_too(adam: Extension) -> None:
    early, late = FakeSocket(), LeavingSocket()
    await hub.join_presence(early)
    draining = asyncio.create_task(hub.drain())
    await until(lambda: early.closed_with)
    await hub.join_presence(late)
    hub.leave_presence(early)
    await draining
    assert late.closed_with == COME_BACK


async def test_registrations_are_left_to_the_processes_that_take_them_over(
    adam: Extension, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "_ghosts", housekeeping.Watch(-1.0))  # who has no socket is a ghost at once
    await hub.start()
    for is_draining in (True, False):
        if is_draining:
            await hub.drain()
        await _register(adam)
        await housekeeping.reconcile_registrations()
        await housekeeping.reconcile_registrations()
        assert await Registration.objects.aexists() == is_draining
        hub.reset()
        await hub.start()


async def _register(extension: Extension) -> None:
    """A window whose socket has gone unseen."""
    await database_sync_to_async(registration.register)(extension=extension, window="window-1", epoch=hub.epoch())


async def test_a_process_ends_when_nobody_needs_it_any_more(adam: Extension) -> None:
    window, server = LeavingSocket(), FakeServer(requests=3)
    await hub.join_presence(window)
    await drain(server, 20)
    assert server.done == ["listen no more"]
    assert window.closed_with == COME_BACK
    assert not server.connections_left()


async def test_a_call_that_rings_is_routed_to_its_end(adam: Extension, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = asyncio.Event()

    async def ring(call: Call, steps_kept: int) -> None:
        await answered.wait()

    monkeypatch.setattr(router, "_route", ring)
    router.start_routing(Call())
    draining = asyncio.create_task(drain(FakeServer(), 20))
    await hub.start()
    await until(hub.is_draining)
    assert not draining.done()
    answered.set()
    await draining


async def test_whoever_holds_on_is_not_waited_for_for_ever(adam: Extension, caplog: pytest.LogCaptureFixture) -> None:
    await hub.join_presence(FakeSocket())
    await drain(FakeServer(requests=1_000), 0.2)
    assert "the process ends though" in caplog.text
