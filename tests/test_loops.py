"""Loops of forwarding rules, by example and over random companies; no Django."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presence.domain.forwarding import Destination, StatusProfile, default_profile
from presence.domain.loops import EXTENSIONS_MAX, HOPS_MAX, WaysInForce, WaysOn, find_loop
from presence.domain.vocabulary import Condition, DestinationKind, Origin, Status

ADAM, PIOTR, OLGA, ANNA = "101", "102", "100", "103"


def forwarding(
    *targets: str, condition: Condition = Condition.NO_ANSWER, origin: Origin = Origin.INTERNAL
) -> StatusProfile:
    """Available, with these extensions as the destinations of its rules for one origin, `condition` first."""
    profile = default_profile(Status.AVAILABLE)
    conditions = (condition, *(other for other in list(Condition)[:3] if other is not condition))
    rules = {
        (rule, origin): Destination(DestinationKind.EXTENSION, target)
        for rule, target in zip(conditions, targets, strict=False)
    }
    return replace(profile, destinations={**profile.destinations, **rules})


def company(profiles: Mapping[str, StatusProfile]) -> WaysInForce:
    return lambda numbers: {number: profiles[number] for number in numbers if number in profiles}


def test_a_rule_to_someone_who_forwards_back_closes_a_loop() -> None:
    assert find_loop(ADAM, PIOTR, Origin.INTERNAL, company({PIOTR: forwarding(ADAM)})) == (ADAM, PIOTR, ADAM)


def test_a_rule_to_oneself_is_the_shortest_loop() -> None:
    assert find_loop(ADAM, ADAM, Origin.INTERNAL, company({})) == (ADAM, ADAM)


def test_a_longer_way_round_is_named_in_the_order_a_call_takes() -> None:
    profiles = company({PIOTR: forwarding(OLGA), OLGA: forwarding(ANNA), ANNA: forwarding(ADAM)})
    assert find_loop(ADAM, PIOTR, Origin.INTERNAL, profiles) == (ADAM, PIOTR, OLGA, ANNA, ADAM)


def test_the_shortest_of_several_ways_back_is_named() -> None:
    profiles = company({PIOTR: forwarding(OLGA, ANNA), OLGA: forwarding(ANNA), ANNA: forwarding(ADAM)})
    assert find_loop(ADAM, PIOTR, Origin.INTERNAL, profiles) == (ADAM, PIOTR, ANNA, ADAM)


@pytest.mark.parametrize("condition", [Condition.NO_ANSWER, Condition.BUSY, Condition.NOT_REGISTERED])
def test_every_rule_of_the_others_status_counts(condition: Condition) -> None:
    profiles = company({PIOTR: forwarding(ADAM, condition=condition)})
    assert find_loop(ADAM, PIOTR, Origin.INTERNAL, profiles)


QUEUE, DESK = "800", "830"


def onward(*numbers: str) -> tuple[Destination, ...]:
    """The destinations of a system extension, towards people and other system extensions alike."""
    kinds = {True: DestinationKind.SYSTEM_EXTENSION, False: DestinationKind.EXTENSION}
    return tuple(Destination(kinds[number in {QUEUE, DESK}], number) for number in numbers)


@pytest.mark.parametrize("origin", list(Origin))
@pytest.mark.parametrize(
    ("ways", "loop"),
    [
        ({DESK: onward(DESK)}, ()),
        ({DESK: onward(ADAM)}, (ADAM, DESK, ADAM)),
        ({DESK: onward(PIOTR, QUEUE), QUEUE: onward(ADAM)}, (ADAM, DESK, QUEUE, ADAM)),
        ({DESK: (Destination(DestinationKind.EXTENSION_VOICEMAIL, ADAM),)}, ()),
        ({DESK: (Destination(DestinationKind.END_CALL),)}, ()),
    ],
)
def test_a_system_extension_sends_calls_of_both_origins_to_all_its_destinations(
    ways: Mapping[str, WaysOn], loop: tuple[str, ...], origin: Origin
) -> None:
    assert find_loop(ADAM, DESK, origin, lambda numbers: {n: ways[n] for n in numbers if n in ways}) == loop


def test_a_persons_rule_to_a_system_extension_is_followed() -> None:
    profile = default_profile(Status.AWAY)
    to_the_desk = dict.fromkeys(profile.destinations, Destination(DestinationKind.SYSTEM_EXTENSION, DESK))
    ways: dict[str, WaysOn] = {PIOTR: replace(profile, destinations=to_the_desk)}
    assert find_loop(DESK, PIOTR, Origin.EXTERNAL, lambda numbers: ways) == (DESK, PIOTR, DESK)


def test_rules_for_the_other_origin_close_no_loop() -> None:
    profiles = company({PIOTR: forwarding(ADAM, origin=Origin.EXTERNAL)})
    assert find_loop(ADAM, PIOTR, Origin.INTERNAL, profiles) == ()


def test_anothers_voicemail_is_no_way_on() -> None:
    profile = default_profile(Status.AVAILABLE)
    box = Destination(DestinationKind.EXTENSION_VOICEMAIL, ADAM)
    profile = replace(profile, destinations=dict.fromkeys(profile.destinations, box))
    assert find_loop(ADAM, PIOTR, Origin.INTERNAL, company({PIOTR: profile})) == ()


def test_a_circle_among_others_is_not_the_owners_loop() -> None:
    profiles = company({PIOTR: forwarding(OLGA), OLGA: forwarding(PIOTR)})
    assert find_loop(ADAM, PIOTR, Origin.INTERNAL, profiles) == ()


def test_an_extension_without_a_profile_ends_the_way() -> None:
    assert find_loop(ADAM, PIOTR, Origin.INTERNAL, company({})) == ()


@pytest.mark.parametrize(("others", "is_found"), [(HOPS_MAX, True), (HOPS_MAX + 1, False)])
def test_the_walk_is_bounded_in_depth(others: int, is_found: bool) -> None:
    chain = [str(1000 + step) for step in range(others)]
    profiles = company(
        {number: forwarding(following) for number, following in zip(chain, [*chain[1:], ADAM], strict=True)}
    )
    assert bool(find_loop(ADAM, chain[0], Origin.INTERNAL, profiles)) is is_found


def test_the_walk_is_bounded_in_breadth() -> None:
    asked: set[str] = set()

    def endless(numbers: frozenset[str]) -> Mapping[str, StatusProfile]:
        asked.update(numbers)
        return {number: forwarding(f"{number}1", f"{number}2", f"{number}3") for number in numbers}

    assert find_loop(ADAM, "9", Origin.INTERNAL, endless) == ()
    assert len(asked) <= EXTENSIONS_MAX


NUMBERS = [str(number) for number in range(8)]
COMPANIES = st.dictionaries(st.sampled_from(NUMBERS), st.lists(st.sampled_from(NUMBERS), max_size=3))


@given(forwards=COMPANIES, owner=st.sampled_from(NUMBERS), target=st.sampled_from(NUMBERS))
def test_a_loop_is_found_exactly_when_the_owner_can_be_reached(
    forwards: dict[str, list[str]], owner: str, target: str
) -> None:
    profiles = company({number: forwarding(*targets) for number, targets in forwards.items()})

    path = find_loop(owner, target, Origin.INTERNAL, profiles)

    reachable = {target}
    for _ in NUMBERS:
        reachable |= {following for number in reachable - {owner} for following in forwards.get(number, [])}
    assert bool(path) is (owner in reachable)
    if path:
        assert path[:2] == (owner, target)
        assert path[-1] == owner
        assert all(after in forwards[before] for before, after in pairwise(path[1:]))
