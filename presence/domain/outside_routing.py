"""Decisions about the line to the outside: a number that a rule names or somebody dials, a mobile that rings too."""

from collections.abc import Mapping

from presence.domain.call_facts import CalleeFacts, IncomingCall, OutsideNumberFacts
from presence.domain.dead_end import dead_end
from presence.domain.decisions import Decision, DialOut, Outcome
from presence.domain.toll_guard import OutsideFacts, refusal
from presence.domain.vocabulary import CallOutcome, Reason

_REASON_AFTER_DIALLING_OUT: Mapping[CallOutcome, Reason] = {
    CallOutcome.NO_ANSWER: Reason.NO_ANSWER,
    CallOutcome.BUSY: Reason.BUSY,
    CallOutcome.REJECTED: Reason.DECLINED,
    CallOutcome.NOT_REGISTERED: Reason.FAILED,
    CallOutcome.FAILED: Reason.FAILED,
}


def at_outside_number(call: IncomingCall, callee: OutsideNumberFacts, outcome: Outcome | None) -> Decision:
    """Of a number that is nobody's here, `outcome` as for `decide`."""
    if isinstance(outcome, CallOutcome):
        return after_dialling_out(call, outcome)
    if not call.dialled_by:
        return dead_end(call, Reason.UNKNOWN_NUMBER)
    return dial_out(call, callee.outside, callee.extension, Reason.DIALLED)


def dial_out(
    call: IncomingCall, outside: OutsideFacts | None, number: str, reason: Reason, *, is_mobile: bool = False
) -> Decision:
    """`number`, as a rule or a person wrote it, is called over the line, if there is one and the guard lets it."""
    if outside is None:
        return dead_end(call, Reason.NO_TRUNK)
    if refused := refusal(outside, number, has_been_outside=call.has_been_outside):
        return dead_end(call, refused)
    return DialOut(outside.dialable[number], reason, outside.charged_to, is_mobile)


def after_dialling_out(call: IncomingCall, outcome: CallOutcome) -> Decision:
    """The rules have had their say: asked again they would dial the same number for ever."""
    return dead_end(call, _REASON_AFTER_DIALLING_OUT[outcome])


def mobile_beside(call: IncomingCall, callee: CalleeFacts) -> tuple[str, Reason | None]:
    """The mobile that rings too, or why the guard forbids it; neither without the wish, a number and a line."""
    number, outside = callee.mobile_number, callee.outside
    if not callee.profile.rings_mobile_too or not number or outside is None:
        return "", None
    refused = refusal(outside, number, has_been_outside=call.has_been_outside)
    return ("", refused) if refused else (outside.dialable[number], None)
