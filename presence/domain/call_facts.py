"""What `decide` is told: the call on its way, and whom or what it has arrived at. Values only; selectors fill them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from presence.domain.forwarding import Destination, StatusProfile
from presence.domain.opening_hours import OpeningHours
from presence.domain.toll_guard import OutsideFacts
from presence.domain.vocabulary import DestinationKind, Origin, RingStrategy

LEGS_MAX = 20


@dataclass(frozen=True, slots=True)
class CallerId:
    """Number and name as presented; for an outside caller both are only claims."""

    number: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class VoicemailBox:
    """An extension's voicemail: whose it is and whether it takes messages."""

    number: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class IncomingCall:
    """A call on its way: who calls, every number it was sent to so far, the first called first, and who was rung."""

    caller_id: CallerId
    origin: Origin
    path: tuple[str, ...]
    first_box: VoicemailBox | None = None
    was_dialled_out: bool = False
    rang_mobile: bool = False  # beside an extension
    rung: tuple[str, ...] = ()

    def forwarded_to(self, number: str) -> "IncomingCall":
        return replace(self, path=(*self.path, number))

    def dialled_out(self) -> "IncomingCall":
        return replace(self, was_dialled_out=True)

    def having_rung_mobile(self) -> "IncomingCall":
        return replace(self, rang_mobile=True)

    def having_rung(self, numbers: Iterable[str]) -> "IncomingCall":
        return replace(self, rung=(*self.rung, *(number for number in numbers if number not in self.rung)))

    @property
    def forwards(self) -> int:
        return len(self.path) - 1

    @property
    def has_been_outside(self) -> bool:
        return self.was_dialled_out or self.rang_mobile

    @property
    def dialled_by(self) -> str:
        """The extension that dialled the number where the call stands; empty: a caller from outside, or a forward."""
        return self.caller_id.number if self.origin is Origin.INTERNAL and not self.forwards else ""

    @property
    def legs_left(self) -> int:
        """How many more extensions may be rung; the caller's own leg counts."""
        return LEGS_MAX - 1 - len(self.rung)


@dataclass(frozen=True, slots=True)
class CallException:
    """A rule for certain callers that is tried before the profile (SPEC.md 3.2)."""

    caller_numbers: frozenset[str]
    destination: Destination
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def matches(self, caller_id: CallerId, moment: datetime) -> bool:
        has_begun = self.starts_at is None or self.starts_at <= moment
        is_over = self.ends_at is not None and self.ends_at <= moment
        return caller_id.number in self.caller_numbers and has_begun and not is_over


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What is known of a number that a rule points at."""

    is_enabled: bool = True
    voicemail_on: bool = True
    voicemail_full: bool = False
    is_system: bool = False


@dataclass(frozen=True, slots=True)
class CalleeFacts:
    """All that `decide` may ask about a callee and about where the callee's rules point."""

    extension: str
    profile: StatusProfile
    name: str = ""
    is_enabled: bool = True
    is_registered: bool = True
    has_call: bool = False
    voicemail_on: bool = True
    voicemail_full: bool = False
    mobile_number: str = ""
    outside: OutsideFacts | None = None  # None: there is no line
    exceptions: tuple[CallException, ...] = ()
    targets: Mapping[str, TargetFacts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a ring group, and whether a phone of theirs may ring: their status, their devices, their calls."""

    extension: str
    can_ring: bool = True


@dataclass(frozen=True, slots=True)
class RingGroupFacts:
    """Extensions that ring together or one after the other; `destination`: when none of them answers."""

    extension: str
    destination: Destination
    name: str = ""
    members: tuple[Member, ...] = ()
    strategy: RingStrategy = RingStrategy.ALL
    ring_seconds: int = 20
    outside: OutsideFacts | None = None  # None: there is no line
    targets: Mapping[str, TargetFacts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """A waiting line; `destination`: when it is full, nobody is logged in, or the wait is over."""

    extension: str
    destination: Destination
    name: str = ""
    logged_in: int = 1  # members that calls of this queue may ring
    waiting: int = 0
    length_max: int = 20
    wait_seconds_max: int = 300
    outside: OutsideFacts | None = None  # None: there is no line
    targets: Mapping[str, TargetFacts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReceptionistFacts:
    """A menu of keys; `destination`: when the caller chooses none. `hours` None: always open."""

    extension: str
    destination: Destination
    name: str = ""
    options: Mapping[str, Destination] = field(default_factory=dict)
    closed_destination: Destination = field(default_factory=lambda: Destination(DestinationKind.END_CALL))
    hours: OpeningHours | None = None
    outside: OutsideFacts | None = None  # None: there is no line
    targets: Mapping[str, TargetFacts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutsideNumberFacts:
    """A number that is nobody's here and looks like one of the outside; `outside` is the line of whoever dialled it."""

    extension: str  # as it was dialled
    outside: OutsideFacts
    name: str = ""


SystemFacts = RingGroupFacts | QueueFacts | ReceptionistFacts
Sender = CalleeFacts | SystemFacts  # whoever has rules that send a call on
Callee = Sender | OutsideNumberFacts
