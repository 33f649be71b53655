"""A decision in the words of the trail: a code, where it leads, and why."""

from dataclasses import dataclass, replace
from uuid import UUID

from presence import selectors
from presence.calls.port import Step
from presence.domain.decisions import (
    AskForKey,
    Decision,
    DialOut,
    EndCall,
    Forward,
    RecordVoicemail,
    Ring,
    RingMembers,
    WaitInQueue,
)
from presence.domain.vocabulary import DestinationKind, Reason
from presence.models import CallStep


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One step as it is kept and shown. `decision`: ring, ring_members, wait_in_queue, ask_for_key,
    forward, record_voicemail, dial_out, end_call or, before a ring, skip_mobile: it rings without its mobile.
    """

    number: str
    name: str
    decision: str
    destination_kind: str
    destination_value: str
    reason: Reason
    ring_seconds: int | None
    members: tuple[str, ...] = ()  # of a ring group, those that ring


def trail_steps(step: Step) -> list[TrailStep]:
    """A decision as the steps that are kept of it: one, and what it does not do that it was wished to."""
    kept = trail_step(step)
    refused = step.decision.mobile_refused if isinstance(step.decision, Ring) else None
    if refused is None:
        return [kept]
    return [replace(kept, decision="skip_mobile", reason=refused, ring_seconds=None), kept]


def trail_step(step: Step) -> TrailStep:
    code, kind, value = _words(step.decision)
    seconds = step.decision.seconds if isinstance(step.decision, Ring | RingMembers | WaitInQueue) else None
    members = step.decision.members if isinstance(step.decision, RingMembers) else ()
    return TrailStep(step.number, step.name, code, kind, value, step.decision.reason, seconds, members)


def call_steps(step: Step, call_id: UUID, position: int) -> list[CallStep]:
    """The decision as rows from `position` on, not yet saved."""
    return [_row(kept, call_id, place) for place, kept in enumerate(trail_steps(step), position)]


def _row(kept: TrailStep, call_id: UUID, position: int) -> CallStep:
    # Most steps ring, and lead to no number that has a name.
    names = selectors.names_of([kept.destination_value]) if kept.destination_value else {}
    return CallStep(
        call_id=call_id,
        position=position,
        number=kept.number,
        name=kept.name,
        decision=kept.decision,
        destination_kind=kept.destination_kind,
        destination_value=kept.destination_value,
        destination_name=names.get(kept.destination_value, ""),
        reason=kept.reason,
        ring_seconds=kept.ring_seconds,
    )


def _words(decision: Decision) -> tuple[str, str, str]:
    match decision:
        case Ring(mobile_number=mobile):
            return "ring", DestinationKind.MOBILE.value if mobile else "", ""
        case RingMembers():
            return "ring_members", "", ""
        case WaitInQueue():
            return "wait_in_queue", "", ""
        case AskForKey():
            return "ask_for_key", "", ""
        case Forward(extension=number):
            return "forward", DestinationKind.EXTENSION.value, number
        case RecordVoicemail(extension=number):
            return "record_voicemail", DestinationKind.EXTENSION_VOICEMAIL.value, number
        case DialOut(is_mobile=True):
            return "dial_out", DestinationKind.MOBILE.value, ""
        case DialOut(number=number):
            return "dial_out", DestinationKind.EXTERNAL_NUMBER.value, number
        case EndCall():
            return "end_call", DestinationKind.END_CALL.value, ""
