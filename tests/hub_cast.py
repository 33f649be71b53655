"""A directory, sockets and a channel layer of the tests' own, for the hub to work with."""

import asyncio
import json
import random
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from presence.domain.audiences import Audiences
from presence.domain.presence_row import PresenceRow
from presence.domain.vocabulary import Lamp
from presence.hub.layer_link import GROUP
from tests.mirror import Mirror
from tests.presence_rows import MORNING, a_row

PATIENCE_SECONDS = 10


class FakeDirectory:
    """The database: rows that change under a growing version, and reads that are counted and may fail."""

    def __init__(self, *numbers: str) -> None:
        self.rows = {number: a_row(number) for number in numbers}
        self.seen_by = Audiences({})
        self.reads: list[set[str] | None] = []
        self.failures = 0

    def presence_rows(self, numbers: Collection[str] | None = None) -> list[PresenceRow]:
        self._read(numbers)
        return [row for row in self.rows.copy().values() if numbers is None or row.number in numbers]

    def directory_versions(self) -> dict[str, int]:
        return {row.number: row.version for row in self.rows.copy().values()}

    def audiences(self) -> Audiences:
        return self.seen_by

    def change(self, number: str, lamp: str) -> None:
        row = self.rows.get(number, a_row(number, version=0))
        self.rows[number] = replace(row, lamp=Lamp(lamp), version=row.version + 1)

    def wire(self) -> dict[str, list[Any]]:
        """What every mirror must show in the end."""
        since = int(MORNING.timestamp())
        return {row.number: [row.number, row.version, row.lamp, 1, since, row.status] for row in self.rows.values()}

    def _read(self, numbers: Collection[str] | None) -> None:
        self.reads.append(None if numbers is None else set(numbers))
        if self.failures:
            self.failures -= 1
            raise OSError("the database is away")


class FakeSocket:
    """A browser window at its presence socket; `stall` makes it stop reading."""

    def __init__(self, *, user_id: int = 1, session: str = "a", expires_at: datetime | None = None) -> None:
        self.user_id = user_id
        self.session = session
        self.expires_at = expires_at or datetime.now(UTC) + timedelta(hours=1)
        self.frame_writer: FakeWriter | None = None
        self.mirror = Mirror()
        self.heard: list[dict[str, Any]] = []
        self.closed_with: int | None = None
        self._reads = asyncio.Event()
        self._reads.set()

    def stall(self) -> None:
        self._reads.clear()

    def read_again(self) -> None:
        self._reads.set()

    async def send_text(self, text: str) -> None:
        await self._reads.wait()
        self.take(text)

    def take(self, text: str) -> None:
        self.heard.append(json.loads(text))
        self.mirror.hear(text)

    async def close(self, code: int) -> None:
        self.closed_with = code

    @property
    def patches(self) -> list[dict[str, Any]]:
        return [message for message in self.heard if "snapshot" not in message]


class FakePhone(FakeSocket):
    """A browser window at its phone socket."""

    def __init__(self, extension: str, window: str) -> None:
        super().__init__()
        self.extension = extension
        self.window = window

    async def send_message(self, message: dict[str, Any]) -> None:
        await self._reads.wait()
        self.heard.append(message)


class FakeWriter:
    """A ready-frame writer for `socket`; while `is_full` it takes nothing."""

    def __init__(self, socket: FakeSocket) -> None:
        self._socket = socket
        self.is_full = False

    def write(self, frame: bytes) -> bool:
        if not self.is_full:
            self._socket.take(payload_of(frame))
        return not self.is_full

    def has_room(self) -> bool:
        return not self.is_full


def payload_of(frame: bytes) -> str:
    """What a browser reads in an unmasked text frame."""
    assert frame[0] == 0x81
    extended = {126: 2, 127: 8}.get(frame[1], 0)
    size = int.from_bytes(frame[2 : 2 + extended], "big") if extended else frame[1]
    payload = frame[2 + extended :]
    assert len(payload) == size
    return payload.decode()


class LossyNetwork:
    """Channel layers of several processes with a wire between them that drops, repeats and reorders."""

    def __init__(self, seed: int = 0, share: float = 0.0) -> None:
        self._chance = random.Random(seed)
        self._share = share
        self._queues: list[asyncio.Queue[dict[str, Any]]] = []
        self._held: list[tuple[asyncio.Queue[dict[str, Any]], dict[str, Any]]] = []

    def layer(self) -> "LossyLayer":
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._queues.append(queue)
        return LossyLayer(self, queue)

    def spread(self, message: dict[str, Any]) -> None:
        for queue in self._queues:
            if self._happens():
                continue
            if self._happens():
                self._held.append((queue, message))
            else:
                queue.put_nowait(message)
            if self._happens():
                queue.put_nowait(message)
        if self._held and not self._happens():
            queue, late = self._held.pop(0)
            queue.put_nowait(late)

    def _happens(self) -> bool:
        return self._chance.random() < self._share


class LossyLayer:
    def __init__(self, network: LossyNetwork, queue: asyncio.Queue[dict[str, Any]]) -> None:
        self._network = network
        self._queue = queue
        self.is_down = False
        self.joins = 0

    async def new_channel(self) -> str:
        return f"channel-{id(self)}"

    async def group_add(self, group: str, channel: str) -> None:
        assert group == GROUP
        self.joins += 1

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        if self.is_down:
            raise OSError("the layer is away")
        self._network.spread(message)

    async def receive(self, channel: str) -> dict[str, Any]:
        return await self._queue.get()


async def until(condition: Callable[[], object]) -> None:
    """Let the loop run until the condition holds; the timeout only ends a failing test."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await _turn()


async def _turn() -> None:
    """A turn of the loop that leaves the processor to the threads it waits for."""
    loop = asyncio.get_running_loop()
    turned = asyncio.Event()
    loop.call_later(0.001, turned.set)
    await turned.wait()
