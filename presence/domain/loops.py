"""Where forwarding rules send a call round in a circle: asked by forms before a rule is saved, and by the check-up.

A loop is refused when every step of it is a rule in force: for the others the rules of the status they have now, for
the owner the rule being saved. All rules of a status count, because all of them may come to apply; origins never mix,
because a call keeps the origin it started with. A queue, ring group or digital receptionist sends calls of both
origins on to each of its destinations; its members are rung without their own rules, and so lead nowhere.
"""

from collections import deque
from collections.abc import Callable, Collection, Mapping

from presence.domain.forwarding import Destination, StatusProfile
from presence.domain.vocabulary import DestinationKind, Origin

HOPS_MAX = 50
EXTENSIONS_MAX = 500

KINDS_WITHIN = frozenset({DestinationKind.EXTENSION, DestinationKind.SYSTEM_EXTENSION})

# Where calls go on from a number: the profile in force of an extension, or the destinations of a system extension.
WaysOn = StatusProfile | tuple[Destination, ...]
# Those of these numbers; numbers without any are left out.
WaysInForce = Callable[[frozenset[str]], Mapping[str, WaysOn]]


def find_loop(owner: str, target: str, origin: Origin, ways_in_force: WaysInForce) -> tuple[str, ...]:
    """The shortest way back to `owner` for a call that `owner` forwards to `target`, both ends included; () if none.

    Walks breadth first and asks for one level at a time, so that the depth of the chain bounds the questions.
    """
    if target == owner:
        return (owner, owner)
    came_from = {target: owner}
    level = [target]
    for _ in range(HOPS_MAX):
        ways = ways_in_force(frozenset(level))
        reached: list[str] = []
        for number in level:
            for following in forwards_from(ways.get(number, ()), origin):
                if following == owner:
                    return (*_way_to(number, owner, came_from), owner)
                if following not in came_from and len(came_from) < EXTENSIONS_MAX:
                    came_from[following] = number
                    reached.append(following)
        if not reached:
            return ()
        level = reached
    return ()


def forwards_from(ways: WaysOn, origin: Origin) -> list[str]:
    """The numbers inside the company that calls of this origin may be sent on to."""
    if isinstance(ways, StatusProfile):
        ways = tuple(to for (_, rule_origin), to in ways.destinations.items() if rule_origin is origin)
    return [to.value for to in ways if to.kind in KINDS_WITHIN]


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
