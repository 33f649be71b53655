"""Who in a queue gets calls, and whose turn it is: the longest-waiting caller rings the longest-idle free member."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from presence.domain.forwarding import StatusProfile
from presence.domain.vocabulary import QueueAbsence, RingStrategy, RuleKind


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What decides whether a member gets calls of a queue: the product of all conditions."""

    profile: StatusProfile
    is_enabled: bool = True
    is_logged_in: bool = True  # the member's own switch for this queue
    is_registered: bool = True


def queue_absence(member: MemberFacts) -> QueueAbsence | None:
    """Why this member is logged out of the queue, the weightiest reason first; None: logged in."""
    if not member.is_enabled:
        return QueueAbsence.DISABLED
    if not member.is_logged_in:
        return QueueAbsence.LOGGED_OUT
    if member.profile.kind is RuleKind.NEVER_RINGS or not member.profile.stays_in_queues:
        return QueueAbsence.STATUS
    if not member.is_registered:
        return QueueAbsence.NOT_REGISTERED
    return None


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A caller in the line, and whom this call has rung already."""

    call: str
    rung: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FreeMember:
    """A logged-in member without a call; `idle_since`: when the last one ended."""

    extension: str
    idle_since: datetime


def turns(
    line: Sequence[WaitingCall], free: Iterable[FreeMember], strategy: RingStrategy
) -> Mapping[str, tuple[str, ...]]:
    """call -> the members it rings now; calls that wait on are absent.

    `line`: the calls that ring nobody, the longest-waiting first. Nobody is rung for two calls, nor twice for one.
    """
    idle = [each.extension for each in sorted(free, key=lambda member: (member.idle_since, member.extension))]
    given: dict[str, tuple[str, ...]] = {}
    for waiting in line:
        can_ring = [extension for extension in idle if extension not in waiting.rung]
        rings = can_ring if strategy is RingStrategy.ALL else can_ring[:1]
        if rings:
            given[waiting.call] = tuple(rings)
            idle = [extension for extension in idle if extension not in rings]
    return given
