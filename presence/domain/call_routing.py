"""`decide`: the only place that knows the rules of SPEC.md 3. The router and the simulator call it with the same facts.

A person, in order: disabled extension; an exception for this caller; a status that never rings; rung in this call
already; no device; busy; ring. After ringing, the outcome chooses the rule.

| system extension     | on arrival                                  | afterwards                                     |
|----------------------|---------------------------------------------|------------------------------------------------|
| ring group           | rings the members that can ring, or the     | rings those that were not rung yet; none left: |
|                      | first of them                               | its destination                                |
| queue                | full or nobody logged in: its destination;  | the wait is over or nobody is left to ring:    |
|                      | else the caller waits                       | its destination                                |
| digital receptionist | plays its greeting and asks for a key       | a key: that key's destination; none, or        |
|                      |                                             | closed: the destination for that               |

While a person's phones ring their mobile may ring, too, where the status says so and the toll guard has nothing against
it. A number outside that an extension dials itself is called over the trunk, as a rule's is; nobody else may dial one.
Whether a number outside may be called says `toll_guard`.

A destination that cannot take the call is a dead end: the call goes to the voicemail of the extension first called and,
where that is off, it ends (SPEC.md 3.5). Nobody is rung twice in one call, and no call has more than LEGS_MAX legs.
"""

from collections.abc import Mapping
from datetime import datetime

from presence.domain.call_facts import (
    Callee,
    CalleeFacts,
    IncomingCall,
    OutsideNumberFacts,
    QueueFacts,
    ReceptionistFacts,
    RingGroupFacts,
    Sender,
    TargetFacts,
)
from presence.domain.dead_end import dead_end
from presence.domain.decisions import (
    AskForKey,
    Decision,
    EndCall,
    Forward,
    KeyPressed,
    Outcome,
    OutsideRefused,
    RecordVoicemail,
    Ring,
    RingMembers,
    WaitInQueue,
)
from presence.domain.forwarding import Destination
from presence.domain.outside_routing import after_dialling_out, at_outside_number, dial_out, mobile_beside
from presence.domain.vocabulary import CallOutcome, Condition, DestinationKind, Reason, RingStrategy, RuleKind

FORWARDS_MAX = 5


def decide(call: IncomingCall, callee: Callee | None, moment: datetime, outcome: Outcome | None = None) -> Decision:
    """What happens next to `call`, which has arrived at `callee` (None: no such number).

    `outcome` is None on arrival, otherwise what became of the last decision here that was no forward. ANSWERED is no
    question for this function: ValueError.
    """
    if outcome is CallOutcome.ANSWERED:
        raise ValueError("an answered call needs no decision")
    if outcome is CallOutcome.CANCELLED:
        return EndCall(Reason.CANCELLED)
    if isinstance(outcome, OutsideRefused):
        return dead_end(call, outcome.reason)
    match callee:
        case None:
            return dead_end(call, Reason.UNKNOWN_NUMBER)
        case OutsideNumberFacts():
            return at_outside_number(call, callee, outcome)
        case RingGroupFacts():
            return _at_ring_group(call, callee, outcome)
        case QueueFacts():
            return _at_queue(call, callee, outcome)
        case ReceptionistFacts():
            return _at_receptionist(call, callee, moment, outcome)
        case _:
            return _at_person(call, callee, moment, outcome)


def _at_person(call: IncomingCall, callee: CalleeFacts, moment: datetime, outcome: Outcome | None) -> Decision:
    if not callee.is_enabled:
        return dead_end(call, Reason.DISABLED)
    if isinstance(outcome, CallOutcome):
        return _after_ringing(call, callee, outcome)
    for exception in callee.exceptions:
        if exception.matches(call.caller_id, moment):
            return _send(call, callee, exception.destination, Reason.EXCEPTION)
    status = Reason.of(callee.profile.status)
    if callee.profile.kind is RuleKind.NEVER_RINGS:
        return _send(call, callee, callee.profile.destination(Condition.ALWAYS, call.origin), status)
    if callee.extension in call.rung:
        # As a member of a group or queue: this phone has had its turn.
        return _by_rule(call, callee, Condition.NO_ANSWER, Reason.NO_ANSWER)
    if not callee.is_registered:
        return _by_rule(call, callee, Condition.NOT_REGISTERED, Reason.NOT_REGISTERED)
    if callee.has_call and not callee.profile.takes_second_call:
        return _by_rule(call, callee, Condition.BUSY, Reason.BUSY)
    if not call.legs_left:
        return dead_end(call, Reason.TOO_MANY_LEGS)
    mobile, refused = mobile_beside(call, callee)
    return Ring(callee.extension, callee.profile.ring_seconds[call.origin], status, mobile, refused)


_RULE_AFTER: Mapping[CallOutcome, tuple[Condition, Reason]] = {
    CallOutcome.NO_ANSWER: (Condition.NO_ANSWER, Reason.NO_ANSWER),
    CallOutcome.BUSY: (Condition.BUSY, Reason.BUSY),
    CallOutcome.REJECTED: (Condition.BUSY, Reason.DECLINED),
    CallOutcome.NOT_REGISTERED: (Condition.NOT_REGISTERED, Reason.NOT_REGISTERED),
    # A device that could not be rung after all is as good as none.
    CallOutcome.FAILED: (Condition.NOT_REGISTERED, Reason.NOT_REGISTERED),
}


def _after_ringing(call: IncomingCall, callee: CalleeFacts, outcome: CallOutcome) -> Decision:
    if call.was_dialled_out:
        return after_dialling_out(call, outcome)
    if callee.profile.kind is RuleKind.NEVER_RINGS:
        # The status changed while the phone rang: the rules of the status that is now chosen apply.
        destination = callee.profile.destination(Condition.ALWAYS, call.origin)
        return _send(call, callee, destination, Reason.of(callee.profile.status))
    return _by_rule(call, callee, *_RULE_AFTER[outcome])


def _at_ring_group(call: IncomingCall, group: RingGroupFacts, outcome: Outcome | None) -> Decision:
    if call.was_dialled_out and isinstance(outcome, CallOutcome):
        return after_dialling_out(call, outcome)
    left = [each.extension for each in group.members if each.can_ring and each.extension not in call.rung]
    at_once = left[:1] if group.strategy is RingStrategy.IN_ORDER else left
    if members := tuple(at_once[: call.legs_left]):
        return RingMembers(group.extension, members, group.ring_seconds)
    was_rung = any(each.extension in call.rung for each in group.members)
    return _send(call, group, group.destination, Reason.NO_ANSWER if was_rung else Reason.NOBODY_AVAILABLE)


_REASON_TO_LEAVE_QUEUE: Mapping[CallOutcome, Reason] = {
    CallOutcome.NO_ANSWER: Reason.QUEUE_TIMEOUT,
    CallOutcome.REJECTED: Reason.NO_ANSWER,  # everybody who is logged in has had their turn
    CallOutcome.BUSY: Reason.QUEUE_FULL,
    CallOutcome.NOT_REGISTERED: Reason.NOBODY_LOGGED_IN,
    CallOutcome.FAILED: Reason.FAILED,
}


def _at_queue(call: IncomingCall, queue: QueueFacts, outcome: Outcome | None) -> Decision:
    if isinstance(outcome, CallOutcome):
        if call.was_dialled_out:
            return after_dialling_out(call, outcome)
        return _send(call, queue, queue.destination, _REASON_TO_LEAVE_QUEUE[outcome])
    if not queue.logged_in:
        return _send(call, queue, queue.destination, Reason.NOBODY_LOGGED_IN)
    if queue.waiting >= queue.length_max:
        return _send(call, queue, queue.destination, Reason.QUEUE_FULL)
    return WaitInQueue(queue.extension, queue.wait_seconds_max)


def _at_receptionist(
    call: IncomingCall, receptionist: ReceptionistFacts, moment: datetime, outcome: Outcome | None
) -> Decision:
    is_open = receptionist.hours is None or receptionist.hours.is_open(moment)
    if isinstance(outcome, KeyPressed) and outcome.key in receptionist.options:
        return _send(call, receptionist, receptionist.options[outcome.key], Reason.KEY_PRESSED)
    if outcome is not None:
        if call.was_dialled_out and isinstance(outcome, CallOutcome):
            return after_dialling_out(call, outcome)
        if is_open:
            return _send(call, receptionist, receptionist.destination, Reason.NO_CHOICE)
        return _send(call, receptionist, receptionist.closed_destination, Reason.CLOSED)
    if is_open:
        return AskForKey(receptionist.extension, tuple(receptionist.options))
    return AskForKey(receptionist.extension, (), Reason.CLOSED)


def _by_rule(call: IncomingCall, callee: CalleeFacts, condition: Condition, reason: Reason) -> Decision:
    return _send(call, callee, callee.profile.destination(condition, call.origin), reason)


def _send(call: IncomingCall, sender: Sender, destination: Destination, reason: Reason) -> Decision:
    match destination.kind:
        case DestinationKind.END_CALL:
            return EndCall(reason)
        case DestinationKind.VOICEMAIL:
            return _record(call, sender.extension, _own_box(sender), reason)
        case DestinationKind.EXTENSION_VOICEMAIL:
            return _record(call, destination.value, sender.targets.get(destination.value), reason)
        case DestinationKind.MOBILE:
            if mobile := sender.mobile_number if isinstance(sender, CalleeFacts) else "":
                return dial_out(call, sender.outside, mobile, reason, is_mobile=True)
            return dead_end(call, Reason.NO_MOBILE_NUMBER)
        case DestinationKind.EXTERNAL_NUMBER:
            return dial_out(call, sender.outside, destination.value, reason)
        case _:
            return _forward(call, destination.value, sender.targets.get(destination.value), reason)


def _own_box(sender: Sender) -> TargetFacts | None:
    if not isinstance(sender, CalleeFacts):
        return None
    return TargetFacts(voicemail_on=sender.voicemail_on, voicemail_full=sender.voicemail_full)


def _record(call: IncomingCall, number: str, box: TargetFacts | None, reason: Reason) -> Decision:
    if box is None or box.is_system:
        return dead_end(call, Reason.UNKNOWN_NUMBER)
    if not box.is_enabled:
        return dead_end(call, Reason.DISABLED)
    if not box.voicemail_on:
        return dead_end(call, Reason.VOICEMAIL_OFF)
    if box.voicemail_full:
        return dead_end(call, Reason.VOICEMAIL_FULL)
    return RecordVoicemail(number, reason)


def _forward(call: IncomingCall, number: str, target: TargetFacts | None, reason: Reason) -> Decision:
    if target is None:
        return dead_end(call, Reason.UNKNOWN_NUMBER)
    if not target.is_enabled:
        return dead_end(call, Reason.DISABLED)
    if number in call.path:
        return dead_end(call, Reason.LOOP)
    if call.forwards >= FORWARDS_MAX:
        return dead_end(call, Reason.TOO_MANY_FORWARDS)
    return Forward(number, reason)
