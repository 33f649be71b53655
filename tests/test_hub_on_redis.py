"""Two processes with a real Redis between them: hints pass, and pass again after Redis was killed."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from presence.hub.news import CallChanged, PresenceChanged
from presence.hub.pace import Pace
from presence.hub.process import Hub
from tests.hub_cast import FakeDirectory, FakeSocket, until
from tests.redis_server import Redis

# The layer's own task logs each failed read of a Redis that is away.
pytestmark = pytest.mark.slow  # servers of their own

PACE = Pace(heal=3600, heartbeat=0.1, quiet_limit=0.5)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    redis = Redis(tmp_path)
    yield redis
    redis.kill()


@pytest_asyncio.fixture
async def processes(redis: Redis) -> AsyncIterator[tuple[Hub, Hub, FakeDirectory]]:
    directory = FakeDirectory("101", "102")
    layers = [redis.layer(), redis.layer()]
    here, there = (
        Hub(epoch=f"{n:08x}", directory=directory, load_card=lambda _: None, layer=layer, pace=PACE)
        for n, layer in enumerate(layers)
    )
    await asyncio.gather(here.start(), there.start())
    yield here, there, directory
    here.stop()
    there.stop()
    for layer in layers:
        await layer.flush()


async def hear_of_a_call(here: Hub, there: Hub, call_id: str) -> None:
    """A hint may be lost, so it is given until it is heard."""
    hearing = asyncio.create_task(there.call_changes.wait(call_id, 20))
    while not hearing.done():
        here.take(CallChanged(call_id))
        await asyncio.wait([hearing], timeout=0.1)
    assert await hearing


async def test_a_change_passes_from_process_to_process(processes: tuple[Hub, Hub, FakeDirectory]) -> None:
    here, there, directory = processes
    await hear_of_a_call(here, there, "call-before")
    adam = FakeSocket()
    there.presence.join(adam)
    directory.change("101", "away")
    here.take(PresenceChanged(("101",)))
    await until(lambda: adam.mirror.lamp("101") == "away")


async def test_hints_pass_again_after_redis_was_killed(processes: tuple[Hub, Hub, FakeDirectory], redis: Redis) -> None:
    here, there, directory = processes
    await hear_of_a_call(here, there, "call-before")
    adam = FakeSocket()
    there.presence.join(adam)
    redis.kill()
    directory.change("101", "away")
    here.take(PresenceChanged(("101",)))
    redis.start()
    await hear_of_a_call(here, there, "call-after")
    directory.change("102", "lunch")
    here.take(PresenceChanged(("102",)))
    await until(lambda: adam.mirror.lamp("102") == "lunch")
