"""Who is logged in to a queue, and whose turn it is: tables, and random lines; no Django."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presence.domain.forwarding import default_profile
from presence.domain.queues import FreeMember, MemberFacts, WaitingCall, queue_absence, turns
from presence.domain.vocabulary import QueueAbsence, RingStrategy, Status
from tests.routing_cast import NOON

LONGEST_IDLE, ALL = RingStrategy.LONGEST_IDLE, RingStrategy.ALL


@pytest.mark.parametrize(
    ("status", "is_enabled", "is_logged_in", "is_registered", "absence"),
    [
        (Status.AVAILABLE, True, True, True, None),
        (Status.AVAILABLE, True, True, False, QueueAbsence.NOT_REGISTERED),
        (Status.AVAILABLE, True, False, True, QueueAbsence.LOGGED_OUT),
        (Status.AVAILABLE, False, True, True, QueueAbsence.DISABLED),
        (Status.AVAILABLE, False, False, False, QueueAbsence.DISABLED),
        (Status.LUNCH, True, True, True, QueueAbsence.STATUS),
        (Status.LUNCH, True, False, True, QueueAbsence.LOGGED_OUT),
        (Status.AWAY, True, True, True, QueueAbsence.STATUS),
        (Status.DND, True, True, False, QueueAbsence.STATUS),
        (Status.BUSINESS_TRIP, True, True, True, QueueAbsence.STATUS),
    ],
)
def test_a_member_gets_calls_of_a_queue_when_every_condition_is_met(
    status: Status, is_enabled: bool, is_logged_in: bool, is_registered: bool, absence: QueueAbsence | None
) -> None:
    member = MemberFacts(default_profile(status), is_enabled, is_logged_in, is_registered)
    assert queue_absence(member) is absence


def idle(extension: str, minutes: int) -> FreeMember:
    return FreeMember(extension, NOON - timedelta(minutes=minutes))


A, B = WaitingCall("a"), WaitingCall("b")


@pytest.mark.parametrize(
    ("line", "free", "strategy", "expected"),
    [
        ([], [idle("101", 5)], LONGEST_IDLE, {}),
        ([A], [], LONGEST_IDLE, {}),
        ([A], [idle("101", 5), idle("102", 9)], LONGEST_IDLE, {"a": ("102",)}),
        ([A, B], [idle("101", 5), idle("102", 9)], LONGEST_IDLE, {"a": ("102",), "b": ("101",)}),
        ([A, B], [idle("101", 5)], LONGEST_IDLE, {"a": ("101",)}),
        ([A], [idle("102", 5), idle("101", 5)], LONGEST_IDLE, {"a": ("101",)}),
        ([A, B], [idle("101", 5), idle("102", 9)], ALL, {"a": ("102", "101")}),
        # Who has had their turn with the first caller is free for the second.
        ([WaitingCall("a", frozenset({"102"})), B], [idle("102", 9)], LONGEST_IDLE, {"b": ("102",)}),
        (
            [WaitingCall("a", frozenset({"102"})), B],
            [idle("102", 9), idle("101", 5)],
            ALL,
            {"a": ("101",), "b": ("102",)},
        ),
    ],
)
def test_the_longest_waiting_caller_rings_the_longest_idle_member(
    line: list[WaitingCall], free: list[FreeMember], strategy: RingStrategy, expected: dict[str, tuple[str, ...]]
) -> None:
    assert turns(line, free, strategy) == expected


NUMBERS = st.sampled_from([str(number) for number in range(100, 108)])


@given(
    rung=st.lists(st.frozensets(NUMBERS), max_size=12),
    idle_minutes=st.dictionaries(NUMBERS, st.integers(0, 3)),
    strategy=st.sampled_from(RingStrategy),
)
def test_no_member_is_given_twice_nobody_again_and_nobody_behind_is_preferred(
    rung: list[frozenset[str]], idle_minutes: dict[str, int], strategy: RingStrategy
) -> None:
    line = [WaitingCall(str(place), were_rung) for place, were_rung in enumerate(rung)]
    free = [idle(extension, minutes) for extension, minutes in idle_minutes.items()]
    given_turns = turns(line, free, strategy)

    rings = [extension for members in given_turns.values() for extension in members]
    assert len(rings) == len(set(rings))
    assert set(rings) <= idle_minutes.keys()
    left_over = idle_minutes.keys() - set(rings)
    for place, waiting in enumerate(line):
        members = given_turns.get(waiting.call, ())
        assert not waiting.rung & set(members)
        assert members or not left_over - waiting.rung  # nobody waits for a member who is free for them
        behind = {each for later in line[place + 1 :] for each in given_turns.get(later.call, ())}
        if strategy is RingStrategy.ALL:
            assert not behind - waiting.rung
        else:
            assert len(members) <= 1
            better = [
                each for each in behind - waiting.rung if members and idle_minutes[each] > idle_minutes[members[0]]
            ]
            assert not better
            assert members or not behind - waiting.rung
