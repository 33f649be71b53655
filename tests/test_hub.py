"""The hub: what is committed reaches every socket once, nobody is waited for, and what was lost is healed."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from presence.hub.news import (
    AudiencesChanged,
    CallChanged,
    ExtensionsEdited,
    LoginEnded,
    PresenceChanged,
    WindowMessageSent,
    from_wire,
    to_wire,
)
from presence.hub.pace import Pace
from presence.hub.process import Hub, LiveCard
from presence.hub.supervision import Chore
from tests.hub_cast import FakeDirectory, FakePhone, FakeSocket, FakeWriter, LossyNetwork, until
from tests.soak_size import size

# Nothing happens by itself unless a test says so.
STILL = Pace(coalesce=0.01, heal=3600, late_check=3600, expiry_check=3600, heartbeat=3600, quiet_limit=7200)


class FakeCard:
    """A call between two windows, which counts how often it was loaded."""

    def __init__(self) -> None:
        self.loads = 0

    def load(self, call_id: str) -> LiveCard | None:
        self.loads += 1
        return self if call_id == "a-call" else None

    @property
    def parties(self) -> Collection[str]:
        return {"101", "102"}

    def card_for(self, party: str, window: str) -> dict[str, Any] | None:
        return None if window == "not-concerned" else {"call": "a-call", "window": window}


@pytest_asyncio.fixture
async def hubs() -> AsyncIterator[list[Hub]]:
    """Every hub a test makes; stopped after it."""
    made: list[Hub] = []
    yield made
    for hub in made:
        hub.stop()


@pytest.fixture
def directory() -> FakeDirectory:
    return FakeDirectory("101", "102", "103")


async def a_hub(hubs: list[Hub], directory: FakeDirectory, **given: Any) -> Hub:
    options: dict[str, Any] = {"epoch": f"{len(hubs):08x}", "load_card": lambda call_id: None, "pace": STILL, **given}
    hub = Hub(directory=directory, **options)
    hubs.append(hub)
    await hub.start()
    return hub


def joined(hub: Hub, *sockets: FakeSocket) -> None:
    for socket in sockets:
        hub.presence.join(socket)


def with_writer(socket: FakeSocket) -> FakeWriter:
    socket.frame_writer = FakeWriter(socket)
    return socket.frame_writer


async def test_whoever_joins_gets_the_snapshot_and_then_patches(hubs: list[Hub], directory: FakeDirectory) -> None:
    hub, adam = await a_hub(hubs, directory), FakeSocket()
    joined(hub, adam)
    await until(lambda: adam.mirror.rows == directory.wire())
    directory.change("102", "away")
    hub.take(PresenceChanged(("102",)))
    await until(lambda: adam.mirror.lamp("102") == "away")
    assert [list(message) for message in adam.heard] == [
        ["snapshot", "epoch", "seq", "rows"],
        ["epoch", "seq", "rows"],
    ]


async def test_many_joining_at_once_load_the_directory_once(hubs: list[Hub], directory: FakeDirectory) -> None:
    hub = await a_hub(hubs, directory)
    await asyncio.gather(*(hub.start() for _ in range(20)))
    joined(hub, *(FakeSocket() for _ in range(20)))
    assert directory.reads == [None]


async def test_a_lone_change_goes_at_once_and_what_follows_goes_together(
    hubs: list[Hub], directory: FakeDirectory
) -> None:
    hub, adam = await a_hub(hubs, directory), FakeSocket()
    with_writer(adam)
    joined(hub, adam)
    directory.change("101", "ringing")
    hub.take(PresenceChanged(("101",)))
    await until(lambda: len(adam.patches) == 1)
    for lamp in ("ringing", "talking", "available", "away"):
        directory.change("102", lamp)
        hub.take(PresenceChanged(("102",)))
    directory.change("103", "dnd")
    hub.take(PresenceChanged(("103",)))
    await until(lambda: adam.mirror.rows == directory.wire())
    assert [sorted(row[0] for row in patch["rows"]) for patch in adam.patches] == [["101"], ["102", "103"]]
    assert directory.reads == [None, {"101"}, {"102", "103"}]


async def test_news_that_is_known_already_sends_nothing(hubs: list[Hub], directory: FakeDirectory) -> None:
    hub, adam = await a_hub(hubs, directory), FakeSocket()
    joined(hub, adam)
    hub.take(PresenceChanged(("101",)))
    await until(lambda: len(directory.reads) == 2)
    directory.change("102", "away")
    hub.take(PresenceChanged(("101", "102")))
    await until(lambda: adam.mirror.lamp("102") == "away")
    assert adam.mirror.seq == 2


async def test_a_change_of_a_hundred_sockets_is_read_once(hubs: list[Hub], directory: FakeDirectory) -> None:
    hub, sockets = await a_hub(hubs, directory), [FakeSocket() for _ in range(100)]
    joined(hub, *sockets)
    directory.change("101", "lunch")
    hub.take(PresenceChanged(("101",)))
    await until(lambda: all(socket.mirror.lamp("101") == "lunch" for socket in sockets))
    assert directory.reads == [None, {"101"}]


async def test_who_has_left_hears_nothing_more(hubs: list[Hub], directory: FakeDirectory) -> None:
    hub, adam, piotr = await a_hub(hubs, directory), FakeSocket(), FakeSocket()
    joined(hub, adam, piotr)
    await until(lambda: len(adam.heard) == 1)
    hub.presence.leave(adam)
    hub.presence.leave(adam)
    directory.change("101", "dnd")
    hub.take(PresenceChanged(("101",)))
    await until(lambda: piotr.mirror.lamp("101") == "dnd")
    assert len(adam.heard) == 1


async def test_what_was_changed_made_or_deleted_past_the_services_is_healed(
    hubs: list[Hub], directory: FakeDirectory
) -> None:
    hub, adam = await a_hub(hubs, directory, pace=Pace(heal=0.01)), FakeSocket()
    joined(hub, adam)
    directory.change("101", "away")
    directory.change("104", "available")
    del directory.rows["103"]
    await until(lambda: adam.mirror.rows == directory.wire())


async def test_an_extension_deleted_and_made_anew_shows_its_new_row(hubs: list[Hub], directory: FakeDirectory) -> None:
    for lamp in ("away", "lunch", "dnd"):
        directory.change("103", lamp)
    hub, adam = await a_hub(hubs, directory, pace=Pace(heal=0.01)), FakeSocket()
    joined(hub, adam)
    del directory.rows["103"]
    directory.change("103", "available")
    await until(lambda: adam.mirror.rows == directory.wire())


async def test_a_read_that_fails_is_tried_again_and_told_to_the_log(
    hubs: list[Hub], directory: FakeDirectory, caplog: pytest.LogCaptureFixture
) -> None:
    hub, adam = await a_hub(hubs, directory), FakeSocket()
    joined(hub, adam)
    directory.failures = 1
    directory.change("101", "away")
    hub.take(PresenceChanged(("101",)))
    await until(lambda: adam.mirror.lamp("101") == "away")
    assert any("could not spread" in record.message and record.exc_info for record in caplog.records)


async def test_a_hub_that_could_not_start_starts_at_the_next_socket(hubs: list[Hub], directory: FakeDirectory) -> None:
    directory.failures = 1
    with pytest.raises(OSError, match="away"):
        await a_hub(hubs, directory)
    await hubs[0].start()
    adam = FakeSocket()
    joined(hubs[0], adam)
    await until(lambda: adam.mirror.rows == directory.wire())


async def test_a_chore_that_fails_is_logged_and_has_its_next_turn(
    hubs: list[Hub], directory: FakeDirectory, caplog: pytest.LogCaptureFixture
) -> None:
    turns: list[int] = []

    async def sweep() -> None:
        turns.append(len(turns))
        if len(turns) == 1:
            raise ValueError("once")

    await a_hub(hubs, directory, chores=[Chore("sweep", 0.01, sweep)])
    await until(lambda: len(turns) >= 3)
    assert [record.exc_info is not None for record in caplog.records if "sweep failed" in record.message] == [True]


# Slow readers


async def test_a_socket_that_stops_reading_delays_nobody_and_catches_up_by_snapshot(
    hubs: list[Hub], directory: FakeDirectory
) -> None:
    hub, slow, adam = await a_hub(hubs, directory), FakeSocket(), FakeSocket()
    slow.stall()
    joined(hub, slow, adam)
    for lamp in ("away", "lunch", "dnd"):
        directory.change("101", lamp)
        hub.take(PresenceChanged(("101",)))
        await until(lambda: adam.mirror.rows == directory.wire())
    assert slow.heard == []
    slow.read_again()
    await until(lambda: slow.mirror.rows == directory.wire())
    assert ["snapshot" in message for message in slow.heard] == [True, True]


async def test_a_full_writer_gets_a_snapshot_once_it_has_room(hubs: list[Hub], directory: FakeDirectory) -> None:
    hub, slow, adam = await a_hub(hubs, directory, pace=Pace(late_check=0.01)), FakeSocket(), FakeSocket()
    writer = with_writer(slow)
    joined(hub, slow, adam)
    writer.is_full = True
    directory.change("101", "away")
    hub.take(PresenceChanged(("101",)))
    await until(lambda: adam.mirror.lamp("101") == "away")
    assert slow.mirror.lamp("101") == "available"
    writer.is_full = False
    await until(lambda: slow.mirror.rows == directory.wire())
    assert slow.patches == []


@pytest.mark.parametrize("is_full_writer", [True, False])
async def test_who_does_not_read_for_too_long_is_closed_as_too_slow(
    hubs: list[Hub], directory: FakeDirectory, is_full_writer: bool
) -> None:
    hub, slow = await a_hub(hubs, directory, pace=Pace(late_check=0.01, late_limit=0.05)), FakeSocket()
    if is_full_writer:
        with_writer(slow).is_full = True
    slow.stall()
    joined(hub, slow)
    directory.change("101", "away")
    hub.take(PresenceChanged(("101",)))
    await until(lambda: slow.closed_with == 4408)
    assert len(hub.presence) == 0


async def test_a_socket_that_breaks_while_it_is_written_to_harms_nobody(
    hubs: list[Hub], directory: FakeDirectory
) -> None:
    class BrokenSocket(FakeSocket):
        async def send_text(self, text: str) -> None:
            raise ConnectionResetError

    hub, adam = await a_hub(hubs, directory), FakeSocket()
    joined(hub, BrokenSocket(), adam)
    directory.change("101", "away")
    hub.take(PresenceChanged(("101",)))
    await until(lambda: adam.mirror.lamp("101") == "away")


# Logins


def four_sockets() -> list[FakeSocket]:
    return [FakeSocket(user_id=user_id, session=session) for user_id, session in [(1, "a"), (1, "b"), (2, "c")]]


@pytest.mark.parametrize(("session", "closed"), [("a", [4401, None, None]), (None, [4401, 4401, None])])
async def test_a_login_that_ends_closes_its_sockets(
    hubs: list[Hub], directory: FakeDirectory, session: str | None, closed: list[int | None]
) -> None:
    hub, sockets = await a_hub(hubs, directory), four_sockets()
    joined(hub, *sockets)
    hub.take(LoginEnded(1, session, 4401))
    await until(lambda: [socket.closed_with for socket in sockets] == closed)


async def test_a_login_that_ends_closes_its_phone_too(hubs: list[Hub], directory: FakeDirectory) -> None:
    hub, phone = await a_hub(hubs, directory), FakePhone("101", "window-1")
    hub.phones.join(phone)
    hub.take(LoginEnded(1, "a", 4401))
    await until(lambda: phone.closed_with == 4401)


async def test_a_login_that_ends_closes_what_it_watches(hubs: list[Hub], directory: FakeDirectory) -> None:
    hub, watcher = await a_hub(hubs, directory), FakePhone("101", "window-1")
    hub.watchers.join(watcher)
    hub.take(LoginEnded(1, "a", 4401))
    await until(lambda: watcher.closed_with == 4401)


async def test_a_login_that_expires_closes_its_sockets(hubs: list[Hub], directory: FakeDirectory) -> None:
    hub = await a_hub(hubs, directory, pace=Pace(expiry_check=0.01))
    expired, lasting = FakeSocket(expires_at=datetime.now(UTC) - timedelta(seconds=1)), FakeSocket()
    joined(hub, lasting, expired)
    await until(lambda: expired.closed_with == 4401)
    assert lasting.closed_with is None


# Calls and phones


async def test_a_change_of_a_call_is_read_once_and_cut_to_each_window(
    hubs: list[Hub], directory: FakeDirectory
) -> None:
    card = FakeCard()
    hub = await a_hub(hubs, directory, load_card=card.load)
    phones = [FakePhone("101", "window-1"), FakePhone("101", "window-2"), FakePhone("102", "window-3")]
    others = [FakePhone("102", "not-concerned"), FakePhone("103", "window-4")]
    for phone in phones + others:
        hub.phones.join(phone)
    hub.take(CallChanged("a-call"))
    await until(lambda: all(phone.heard for phone in phones))
    assert [phone.heard for phone in phones] == [
        [{"type": "call", "call": "a-call", "window": phone.window}] for phone in phones
    ]
    assert [phone.heard for phone in others] == [[], []]
    assert card.loads == 1


async def test_a_call_that_is_gone_is_no_trouble_for_the_next(hubs: list[Hub], directory: FakeDirectory) -> None:
    hub, phone = await a_hub(hubs, directory, load_card=FakeCard().load), FakePhone("101", "window-1")
    hub.phones.join(phone)
    hub.take(CallChanged("no-call"))
    hub.take(CallChanged("a-call"))
    await until(lambda: phone.heard)


async def test_a_window_gets_its_messages_in_order_however_slowly_it_reads(
    hubs: list[Hub], directory: FakeDirectory
) -> None:
    hub, phone, other = await a_hub(hubs, directory), FakePhone("101", "window-1"), FakePhone("101", "window-2")
    hub.phones.join(phone)
    hub.phones.join(other)
    phone.stall()
    for number in range(20):
        hub.take(WindowMessageSent("101", None, {"n": number}))
    await until(lambda: len(other.heard) == 20)
    phone.read_again()
    await until(lambda: [message["n"] for message in phone.heard] == list(range(20)))


async def test_a_message_for_one_window_reaches_only_that_one(hubs: list[Hub], directory: FakeDirectory) -> None:
    hub, phone, other = await a_hub(hubs, directory), FakePhone("101", "window-1"), FakePhone("101", "window-2")
    hub.phones.join(phone)
    hub.phones.join(other)
    hub.take(WindowMessageSent("101", "window-1", {"n": 1}))
    hub.take(WindowMessageSent("101", "window-9", {"n": 2}))
    hub.take(WindowMessageSent("101", None, {"n": 3}))
    await until(lambda: other.heard)
    assert (phone.heard, other.heard) == ([{"n": 1}, {"n": 3}], [{"n": 3}])


async def test_whoever_watches_an_extension_hears_when_it_is_edited_and_its_phone_does_not(
    hubs: list[Hub], directory: FakeDirectory
) -> None:
    hub = await a_hub(hubs, directory)
    phone, watcher, other = FakePhone("101", "phone"), FakePhone("101", "watcher"), FakePhone("102", "watcher")
    hub.phones.join(phone)
    hub.watchers.join(watcher)
    hub.watchers.join(other)
    hub.take(ExtensionsEdited(("101", "103")))
    hub.take(WindowMessageSent("101", None, {"n": 1}))
    await until(lambda: phone.heard and watcher.heard)
    assert (phone.heard, watcher.heard, other.heard) == ([{"n": 1}], [{"type": "settings_changed"}], [])


async def test_a_phone_that_takes_nothing_is_closed_as_too_slow(hubs: list[Hub], directory: FakeDirectory) -> None:
    hub, phone = await a_hub(hubs, directory), FakePhone("101", "window-1")
    hub.phones.join(phone)
    phone.stall()
    for number in range(600):
        hub.take(WindowMessageSent("101", None, {"n": number}))
    await until(lambda: phone.closed_with == 4408)


async def test_a_window_that_comes_back_is_not_unseated_by_its_old_socket(
    hubs: list[Hub], directory: FakeDirectory
) -> None:
    hub, old, new = await a_hub(hubs, directory), FakePhone("101", "window-1"), FakePhone("101", "window-1")
    hub.phones.join(old)
    hub.phones.join(new)
    hub.phones.leave(old)
    hub.take(WindowMessageSent("101", None, {"n": 1}))
    await until(lambda: new.heard)
    hub.phones.leave(new)
    assert (old.heard, len(hub.phones)) == ([], 0)


async def test_a_call_that_changed_before_it_is_waited_for_wakes_at_once(
    hubs: list[Hub], directory: FakeDirectory
) -> None:
    hub = await a_hub(hubs, directory)
    hub.take(CallChanged("a-call"))
    assert await hub.call_changes.wait("a-call", 60)
    assert not await hub.call_changes.wait("a-call", 0.01)


async def test_a_change_wakes_who_waits_for_that_call_only(hubs: list[Hub], directory: FakeDirectory) -> None:
    hub = await a_hub(hubs, directory)
    waiting = asyncio.create_task(hub.call_changes.wait("a-call", 60))
    other = asyncio.create_task(hub.call_changes.wait("other-call", 60))
    await until(lambda: len(hub.call_changes) == 2)
    hub.take(CallChanged("a-call"))
    assert await waiting
    assert not other.done()
    other.cancel()


# Several processes


async def test_a_change_reaches_the_sockets_of_the_other_process(hubs: list[Hub], directory: FakeDirectory) -> None:
    network = LossyNetwork()
    here = await a_hub(hubs, directory, layer=network.layer())
    there = await a_hub(hubs, directory, layer=network.layer())
    adam, phone = FakeSocket(), FakePhone("101", "window-1")
    joined(there, adam)
    there.phones.join(phone)
    waiting = asyncio.create_task(there.call_changes.wait("a-call", 60))
    directory.change("101", "dnd")
    here.take(PresenceChanged(("101",)))
    here.take(WindowMessageSent("101", "window-1", {"n": 1}))
    here.take(CallChanged("a-call"))
    here.take(LoginEnded(1, None, 4401))
    await until(lambda: adam.mirror.lamp("101") == "dnd" and adam.closed_with == 4401)
    assert await waiting
    assert phone.heard == [{"n": 1}]


@pytest.mark.parametrize("seed", range(size(10, 100)))
async def test_a_layer_that_drops_repeats_and_reorders_leaves_every_view_right(
    hubs: list[Hub], directory: FakeDirectory, seed: int
) -> None:
    network = LossyNetwork(seed, share=0.2)
    # In its whole size at the product's own pace; `until` waits for less than the 12 s that it may take.
    pace = size(Pace(heal=0.05, coalesce=0.001), Pace())
    processes = [await a_hub(hubs, directory, layer=network.layer(), pace=pace) for _ in range(3)]
    sockets = [FakeSocket() for _ in processes]
    for process, socket in zip(processes, sockets, strict=True):
        joined(process, socket)
    for step in range(60):
        number = f"10{step % 5}"
        directory.change(number, ["away", "available", "ringing", "talking"][step % 4])
        processes[step % 3].take(PresenceChanged((number,)))
    await until(lambda: all(socket.mirror.rows == directory.wire() for socket in sockets))


async def test_a_layer_that_is_away_stops_nothing_in_this_process(
    hubs: list[Hub], directory: FakeDirectory, caplog: pytest.LogCaptureFixture
) -> None:
    layer = LossyNetwork().layer()
    layer.is_down = True
    hub, adam = await a_hub(hubs, directory, layer=layer), FakeSocket()
    joined(hub, adam)
    directory.change("101", "away")
    hub.take(PresenceChanged(("101",)))
    await until(lambda: adam.mirror.lamp("101") == "away")
    await until(lambda: any("did not take" in record.message for record in caplog.records))


async def test_a_layer_gone_quiet_is_joined_anew(hubs: list[Hub], directory: FakeDirectory) -> None:
    layer = LossyNetwork(share=1.0).layer()
    await a_hub(hubs, directory, layer=layer, pace=Pace(heartbeat=0.01, quiet_limit=0.05))
    await until(lambda: layer.joins >= 2)


async def test_a_layer_that_brings_our_heartbeat_back_is_left_alone(
    hubs: list[Hub], directory: FakeDirectory, caplog: pytest.LogCaptureFixture
) -> None:
    layer = LossyNetwork().layer()
    beats: list[dict[str, Any]] = []
    receive = layer.receive

    async def counted(channel: str) -> dict[str, Any]:
        beats.append(await receive(channel))
        return beats[-1]

    layer.receive = counted  # type: ignore[method-assign]
    await a_hub(hubs, directory, layer=layer, pace=Pace(heartbeat=0.01, quiet_limit=0.5))
    await until(lambda: len(beats) >= 5)
    assert layer.joins == 1
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize(
    "news",
    [
        PresenceChanged(("101", "102")),
        AudiencesChanged(),
        CallChanged("a-call"),
        WindowMessageSent("101", None, {"type": "unheard", "count": 1}),
        ExtensionsEdited(("101", "102")),
        LoginEnded(1, "a", 4401),
    ],
)
def test_news_comes_out_of_the_layer_as_it_went_in(news: Any) -> None:
    assert from_wire(to_wire(news, "9f3a1b2c")) == news


@pytest.mark.parametrize("message", [{}, {"kind": "later"}, {"kind": "call"}, {"kind": "call", "news": {"what": 1}}])
def test_news_of_another_version_of_the_program_is_passed_over(message: dict[str, Any]) -> None:
    assert from_wire(message) is None


# Threads


async def test_news_may_come_from_any_thread(hubs: list[Hub], directory: FakeDirectory) -> None:
    hub, adam = await a_hub(hubs, directory), FakeSocket()
    joined(hub, adam)

    def change() -> None:
        directory.change("101", "away")
        hub.loop.call_soon_threadsafe(hub.take, PresenceChanged(("101",)))

    thread = threading.Thread(target=change)
    thread.start()
    await until(lambda: adam.mirror.lamp("101") == "away")
    thread.join()
