"""`decide`: the only place that knows the rules of SPEC.md 3. The router and the simulator call it with the same facts.

In order: unknown or disabled extension; an exception for this caller; a status that never rings; no device; busy; ring.
After ringing, the outcome chooses the rule. A destination that cannot take the call is a dead end: the call goes to
the voicemail of the extension first called and, where that is off, it ends (SPEC.md 3.5).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from presence.domain.forwarding import Destination, StatusProfile
from presence.domain.vocabulary import CallOutcome, Condition, DestinationKind, Origin, Reason, RuleKind

FORWARDS_MAX = 5


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
    """A call on its way: who calls, and every extension it was sent to so far, the first called first."""

    caller_id: CallerId
    origin: Origin
    path: tuple[str, ...]
    first_box: VoicemailBox | None = None
    was_dialled_out: bool = False

    def forwarded_to(self, number: str) -> "IncomingCall":
        return replace(self, path=(*self.path, number))

    def dialled_out(self) -> "IncomingCall":
        return replace(self, was_dialled_out=True)

    @property
    def forwards(self) -> int:
        return len(self.path) - 1


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
    takes_calls: bool = True


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
    has_trunk: bool = False
    exceptions: tuple[CallException, ...] = ()
    targets: Mapping[str, TargetFacts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """A number that belongs to no person: a queue, ring group or digital receptionist."""

    extension: str
    name: str = ""


Callee = CalleeFacts | SystemFacts


@dataclass(frozen=True, slots=True)
class Ring:
    extension: str
    seconds: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Forward:
    extension: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class RecordVoicemail:
    extension: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class DialOut:
    number: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class EndCall:
    reason: Reason


Decision = Ring | Forward | RecordVoicemail | DialOut | EndCall


def decide(call: IncomingCall, callee: Callee | None, moment: datetime, outcome: CallOutcome | None = None) -> Decision:
    """What happens next to `call`, which has arrived at `callee` (None: no such number).

    `outcome` is None on arrival, otherwise what became of ringing the callee or of dialling out. ANSWERED is no
    question for this function: ValueError.
    """
    if callee is None:
        return _dead_end(call, Reason.UNKNOWN_NUMBER)
    if isinstance(callee, SystemFacts):
        return _dead_end(call, Reason.SYSTEM_EXTENSION_CLOSED)
    if not callee.is_enabled:
        return _dead_end(call, Reason.DISABLED)
    if outcome is not None:
        return _after_ringing(call, callee, outcome)
    for exception in callee.exceptions:
        if exception.matches(call.caller_id, moment):
            return _send(call, callee, exception.destination, Reason.EXCEPTION)
    status = Reason.of(callee.profile.status)
    if callee.profile.kind is RuleKind.NEVER_RINGS:
        return _send(call, callee, callee.profile.destination(Condition.ALWAYS, call.origin), status)
    if not callee.is_registered:
        return _by_rule(call, callee, Condition.NOT_REGISTERED, Reason.NOT_REGISTERED)
    if callee.has_call and not callee.profile.takes_second_call:
        return _by_rule(call, callee, Condition.BUSY, Reason.BUSY)
    return Ring(callee.extension, callee.profile.ring_seconds[call.origin], reason=status)


_RULE_AFTER: Mapping[CallOutcome, tuple[Condition, Reason]] = {
    CallOutcome.NO_ANSWER: (Condition.NO_ANSWER, Reason.NO_ANSWER),
    CallOutcome.BUSY: (Condition.BUSY, Reason.BUSY),
    CallOutcome.REJECTED: (Condition.BUSY, Reason.DECLINED),
    CallOutcome.NOT_REGISTERED: (Condition.NOT_REGISTERED, Reason.NOT_REGISTERED),
    # A device that could not be rung after all is as good as none.
    CallOutcome.FAILED: (Condition.NOT_REGISTERED, Reason.NOT_REGISTERED),
}


_REASON_AFTER_DIALLING_OUT: Mapping[CallOutcome, Reason] = {
    CallOutcome.NO_ANSWER: Reason.NO_ANSWER,
    CallOutcome.BUSY: Reason.BUSY,
    CallOutcome.REJECTED: Reason.DECLINED,
    CallOutcome.NOT_REGISTERED: Reason.FAILED,
    CallOutcome.FAILED: Reason.FAILED,
}


def _after_ringing(call: IncomingCall, callee: CalleeFacts, outcome: CallOutcome) -> Decision:
    if outcome is CallOutcome.CANCELLED:
        return EndCall(Reason.CANCELLED)
    if outcome is CallOutcome.ANSWERED:
        raise ValueError("an answered call needs no decision")
    if call.was_dialled_out:
        # The rules have had their say: asked again they would dial the same number for ever.
        return _dead_end(call, _REASON_AFTER_DIALLING_OUT[outcome])
    if callee.profile.kind is RuleKind.NEVER_RINGS:
        # The status changed while the phone rang: the rules of the status that is now chosen apply.
        destination = callee.profile.destination(Condition.ALWAYS, call.origin)
        return _send(call, callee, destination, Reason.of(callee.profile.status))
    return _by_rule(call, callee, *_RULE_AFTER[outcome])


def _by_rule(call: IncomingCall, callee: CalleeFacts, condition: Condition, reason: Reason) -> Decision:
    return _send(call, callee, callee.profile.destination(condition, call.origin), reason)


def _send(call: IncomingCall, callee: CalleeFacts, destination: Destination, reason: Reason) -> Decision:
    match destination.kind:
        case DestinationKind.END_CALL:
            return EndCall(reason)
        case DestinationKind.VOICEMAIL:
            own = TargetFacts(voicemail_on=callee.voicemail_on, voicemail_full=callee.voicemail_full)
            return _record(call, callee.extension, own, reason)
        case DestinationKind.EXTENSION_VOICEMAIL:
            return _record(call, destination.value, callee.targets.get(destination.value), reason)
        case DestinationKind.MOBILE:
            if not callee.mobile_number:
                return _dead_end(call, Reason.NO_MOBILE_NUMBER)
            return _dial_out(call, callee, callee.mobile_number, reason)
        case DestinationKind.EXTERNAL_NUMBER:
            return _dial_out(call, callee, destination.value, reason)
        case _:
            return _forward(call, destination.value, callee.targets.get(destination.value), reason)


def _record(call: IncomingCall, number: str, box: TargetFacts | None, reason: Reason) -> Decision:
    if box is None or box.is_system:
        return _dead_end(call, Reason.UNKNOWN_NUMBER)
    if not box.is_enabled:
        return _dead_end(call, Reason.DISABLED)
    if not box.voicemail_on:
        return _dead_end(call, Reason.VOICEMAIL_OFF)
    if box.voicemail_full:
        return _dead_end(call, Reason.VOICEMAIL_FULL)
    return RecordVoicemail(number, reason)


def _dial_out(call: IncomingCall, callee: CalleeFacts, number: str, reason: Reason) -> Decision:
    return DialOut(number, reason) if callee.has_trunk else _dead_end(call, Reason.NO_TRUNK)


def _forward(call: IncomingCall, number: str, target: TargetFacts | None, reason: Reason) -> Decision:
    if target is None:
        return _dead_end(call, Reason.UNKNOWN_NUMBER)
    if not target.is_enabled:
        return _dead_end(call, Reason.DISABLED)
    if not target.takes_calls:
        return _dead_end(call, Reason.SYSTEM_EXTENSION_CLOSED)
    if number in call.path:
        return _dead_end(call, Reason.LOOP)
    if call.forwards >= FORWARDS_MAX:
        return _dead_end(call, Reason.TOO_MANY_FORWARDS)
    return Forward(number, reason)


def _dead_end(call: IncomingCall, reason: Reason) -> Decision:
    if call.first_box is not None and call.first_box.is_on:
        return RecordVoicemail(call.first_box.number, reason)
    return EndCall(reason)
