"""Where forwarding rules would send a call round in a circle: asked by the form before a rule is saved.

A loop is refused when every step of it is a rule in force: for the others the rules of the status they have now, for
the owner the rule being saved. All rules of a status count, because all of them may come to apply; origins never mix,
because a call keeps the origin it started with.
"""

from collections.abc import Callable, Iterable, Mapping

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
