"""Where forwarding rules send a call round in a circle: asked by forms before a rule is saved, and by the check-up.

A loop is refused when every step of it is a rule in force: for the others the rules of the status they have now, for
the owner the rule being saved. All rules of a status count, because all of them may come to apply; origins never mix,
because a call keeps the origin it started with.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping

from presence.domain.forwarding import StatusProfile
from presence.domain.vocabulary import DestinationKind, Origin

HOPS_MAX = 50
EXTENSIONS_MAX = 500

# The profiles now in force of these extensions; numbers without one are left out.
ProfilesInForce = Callable[[frozenset[str]], Mapping[str, StatusProfile]]


def find_loop(owner: str, target: str, origin: Origin, profiles_in_force: ProfilesInForce) -> tuple[str, ...]:
    """The shortest way back to `owner` for a call that `owner` forwards to `target`, both ends included; () if none.

    Walks breadth first and asks for one level at a time, so that the depth of the chain bounds the questions.
    """
    if target == owner:
        return (owner, owner)
    came_from = {target: owner}
    level = [target]
    for _ in range(HOPS_MAX):
        profiles = profiles_in_force(frozenset(level))
        reached: list[str] = []
        for number in level:
            for following in _forwards(profiles.get(number), origin):
                if following == owner:
                    return (*_way_to(number, owner, came_from), owner)
                if following not in came_from and len(came_from) < EXTENSIONS_MAX:
                    came_from[following] = number
                    reached.append(following)
        if not reached:
            return ()
        level = reached
    return ()


def _forwards(profile: StatusProfile | None, origin: Origin) -> Iterable[str]:
    if profile is None:
        return ()
    return [
        destination.value
        for (_, rule_origin), destination in profile.destinations.items()
        if rule_origin is origin and destination.kind is DestinationKind.EXTENSION
    ]


def _way_to(number: str, owner: str, came_from: Mapping[str, str]) -> tuple[str, ...]:
    way = [number]
    while way[-1] != owner:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))


def find_loops(forwards: Mapping[str, Collection[str]]) -> list[tuple[str, ...]]:
    """The circles in a company's forwards (number -> numbers it forwards to): for each number that can come back to
    itself the shortest way, but no number twice. Starts at the number that comes first in `forwards`.
    """
    # Most forwards end somewhere, and most extensions are never forwarded to: what is left is little.
    circular = _turned(_leading_on(_turned(_leading_on(forwards))))
    loops: list[tuple[str, ...]] = []
    known: set[str] = set()
    for number in forwards:
        if number not in known and (loop := _shortest_way_back(number, circular)):
            loops.append(loop)
            known.update(loop)
    return loops


def _leading_on(forwards: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    """Without the forwards from which every way comes to an end."""
    ways_on = {number: len(targets) for number, targets in forwards.items()}
    sources = _turned(forwards)
    ends = [number for number in sources if not forwards.get(number)]
    while ends:
        for source in sources.get(ends.pop(), ()):
            ways_on[source] -= 1
            if not ways_on[source]:
                ends.append(source)
    return {
        number: [target for target in targets if ways_on.get(target)]
        for number, targets in forwards.items()
        if ways_on[number]
    }


def _turned(forwards: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    """number -> who forwards to it."""
    sources: dict[str, list[str]] = {}
    for number, targets in forwards.items():
        for target in targets:
            sources.setdefault(target, []).append(number)
    return sources


def _shortest_way_back(start: str, forwards: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    came_from: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        number = waiting.popleft()
        for following in forwards.get(number, ()):
            if following == start:
                return (*_way_to(number, start, came_from), start)
            if following not in came_from:
                came_from[following] = number
                waiting.append(following)
    return ()
