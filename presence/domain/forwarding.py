"""Status profiles and forwarding rules as values, and which surface may choose which destination (SPEC.md 2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from presence.domain.vocabulary import Condition, DestinationKind, Origin, RuleKind, Status, Surface

RING_SECONDS_MIN = 5
RING_SECONDS_MAX = 120
RING_SECONDS_DEFAULT = 20

KINDS_WITH_NUMBER = frozenset(
    {
        DestinationKind.EXTENSION,
        DestinationKind.EXTENSION_VOICEMAIL,
        DestinationKind.EXTERNAL_NUMBER,
        DestinationKind.SYSTEM_EXTENSION,
    }
)
KINDS_OVER_TRUNK = frozenset({DestinationKind.MOBILE, DestinationKind.EXTERNAL_NUMBER})

_EVERYWHERE = frozenset({DestinationKind.VOICEMAIL, DestinationKind.EXTERNAL_NUMBER, DestinationKind.END_CALL})

# SPEC.md 2, "The three surfaces, and what each may choose"; every form and the API obey this one table.
OFFERED: Mapping[Surface, frozenset[DestinationKind]] = MappingProxyType(
    {
        Surface.OPERATOR_PANEL: _EVERYWHERE
        | {DestinationKind.EXTENSION_VOICEMAIL, DestinationKind.MOBILE, DestinationKind.EXTENSION},
        Surface.DESKTOP_APP: _EVERYWHERE
        | {DestinationKind.EXTENSION_VOICEMAIL, DestinationKind.MOBILE, DestinationKind.SYSTEM_EXTENSION},
        Surface.WEB_CLIENT: _EVERYWHERE | {DestinationKind.EXTENSION, DestinationKind.SYSTEM_EXTENSION},
        Surface.DESK_PHONE: frozenset(),
    }
)

# Where a queue, ring group or digital receptionist may send a call on: it has neither voicemail nor mobile.
OFFERED_TO_SYSTEM_EXTENSIONS = frozenset(
    {
        DestinationKind.EXTENSION,
        DestinationKind.EXTENSION_VOICEMAIL,
        DestinationKind.SYSTEM_EXTENSION,
        DestinationKind.EXTERNAL_NUMBER,
        DestinationKind.END_CALL,
    }
)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a rule sends a call: a kind and, for the kinds that need one, a number."""

    kind: DestinationKind
    value: str = ""

    def __post_init__(self) -> None:
        if (self.kind in KINDS_WITH_NUMBER) != bool(self.value):
            raise ValueError(f"{self.kind} with value {self.value!r}")


VOICEMAIL = Destination(DestinationKind.VOICEMAIL)
END_CALL = Destination(DestinationKind.END_CALL)

RuleKey = tuple[Condition, Origin]


@dataclass(frozen=True, slots=True)
class StatusProfile:
    """What one status does with calls for one extension."""

    status: Status
    kind: RuleKind
    destinations: Mapping[RuleKey, Destination]
    ring_seconds: Mapping[Origin, int]
    takes_second_call: bool = False
    rings_mobile_too: bool = False
    stays_in_queues: bool = False

    def destination(self, condition: Condition, origin: Origin) -> Destination:
        return self.destinations[condition, origin]


def conditions_of(kind: RuleKind) -> tuple[Condition, ...]:
    if kind is RuleKind.NEVER_RINGS:
        return (Condition.ALWAYS,)
    return (Condition.NO_ANSWER, Condition.BUSY, Condition.NOT_REGISTERED)


@cache  # asked for every profile of a large company
def rule_keys(kind: RuleKind) -> tuple[RuleKey, ...]:
    return tuple((condition, origin) for condition in conditions_of(kind) for origin in Origin)


_DEFAULTS: Mapping[Status, tuple[RuleKind, Destination]] = {
    Status.AVAILABLE: (RuleKind.RINGS_FIRST, VOICEMAIL),
    Status.LUNCH: (RuleKind.RINGS_FIRST, VOICEMAIL),
    Status.AWAY: (RuleKind.NEVER_RINGS, END_CALL),
    Status.DND: (RuleKind.NEVER_RINGS, END_CALL),
    Status.BUSINESS_TRIP: (RuleKind.NEVER_RINGS, VOICEMAIL),
}


def default_profile(status: Status) -> StatusProfile:
    """What a new extension has (SPEC.md 2, "Defaults for a new extension")."""
    kind, destination = _DEFAULTS[status]
    return StatusProfile(
        status=status,
        kind=kind,
        destinations=dict.fromkeys(rule_keys(kind), destination),
        ring_seconds=dict.fromkeys(Origin, RING_SECONDS_DEFAULT),
        # Whoever eats or travels rings for those who ask for them by number, not for the next in a line.
        stays_in_queues=status is Status.AVAILABLE,
    )


def overlay(
    given: StatusProfile,
    *,
    kind: RuleKind | None = None,
    destinations: Mapping[RuleKey, Destination],
    ring_seconds: Mapping[Origin, int],
    takes_second_call: bool | None = None,
    rings_mobile_too: bool | None = None,
    stays_in_queues: bool | None = None,
) -> StatusProfile:
    """`given` with an extension's own values over it; own rules of the other rule kind lie dormant."""
    kind = kind or given.kind
    fallback = next(iter(given.destinations.values()))
    return StatusProfile(
        status=given.status,
        kind=kind,
        destinations={key: destinations.get(key) or given.destinations.get(key, fallback) for key in rule_keys(kind)},
        ring_seconds={**given.ring_seconds, **ring_seconds},
        takes_second_call=given.takes_second_call if takes_second_call is None else takes_second_call,
        rings_mobile_too=given.rings_mobile_too if rings_mobile_too is None else rings_mobile_too,
        stays_in_queues=given.stays_in_queues if stays_in_queues is None else stays_in_queues,
    )
