"""Pings to thousands of connections are sent a few at a time, so that no lamp waits for all of them."""

import asyncio

import pytest

from tests.hub_cast import until
from webclient import timeout_checks
from webclient.timeout_checks import CONNECTIONS_PER_TURN, check_timeouts


class FakeConnection:
    def __init__(self) -> None:
        self.checks = 0

    def check_timeouts(self) -> None:
        self.checks += 1


class BrokenConnection(FakeConnection):
    def check_timeouts(self) -> None:
        super().check_timeouts()
        raise RuntimeError("this one is broken")


async def test_other_work_has_its_turn_after_a_few_connections() -> None:
    connections = [FakeConnection() for _ in range(10 * CONNECTIONS_PER_TURN + 1)]
    check_timeouts(lambda: connections)
    seen = []
    while (checked := sum(each.checks for each in connections)) < len(connections):
        seen.append(checked)
        await asyncio.sleep(0)
    assert seen == [turn * CONNECTIONS_PER_TURN for turn in range(1, 11)]
    assert {each.checks for each in connections} == {1}


async def test_all_are_looked_at_again_and_those_that_came_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeout_checks, "PAUSE_SECONDS", 0.01)
    connections = [FakeConnection()]
    check_timeouts(lambda: connections)
    connections.append(FakeConnection())
    await until(lambda: [each.checks > 1 for each in connections] == [True, True])


async def test_one_that_fails_is_reported_and_the_others_have_their_turn(caplog: pytest.LogCaptureFixture) -> None:
    broken, other = BrokenConnection(), FakeConnection()
    check_timeouts(lambda: [broken, other])
    assert (broken.checks, other.checks) == (1, 1)
    assert [str(record.exc_info and record.exc_info[1]) for record in caplog.records] == ["this one is broken"]
