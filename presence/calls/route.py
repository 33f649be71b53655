"""The loop: facts, decide, perform, outcome, decide again ... until the call has found its place or its end.

It always ends: a forward is taken at most FORWARDS_MAX times and never to the same number twice, nobody is rung twice,
a caller waits or is asked once at each number, and dialling out is tried once in all.
"""

from presence.calls.port import CallBackend, Step
from presence.domain.call_facts import IncomingCall
from presence.domain.call_routing import decide
from presence.domain.decisions import (
    AskForKey,
    DialOut,
    EndCall,
    Forward,
    Outcome,
    RecordVoicemail,
    Ring,
    RingMembers,
    WaitInQueue,
)
from presence.domain.vocabulary import CallOutcome


async def route(call: IncomingCall, backend: CallBackend) -> None:
    """Route `call`, which stands at the last number of its path, with what `backend` can do."""
    outcome: Outcome | None = None
    while outcome not in {CallOutcome.ANSWERED, CallOutcome.CANCELLED}:
        number = call.path[-1]
        callee = await backend.callee_facts(call)
        step = Step(number, callee.name if callee else "", decide(call, callee, backend.now(), outcome))
        await backend.keep_step(step)
        match step.decision:
            case Forward(extension=target):
                call, outcome = call.forwarded_to(target), None
            case RecordVoicemail() as decision:
                return await backend.record_voicemail(decision)
            case EndCall() as decision:
                return await backend.end(decision, step)
            case _:
                outcome, call = await _try(step.decision, call, backend)
    return None


async def _try(
    decision: Ring | RingMembers | WaitInQueue | AskForKey | DialOut, call: IncomingCall, backend: CallBackend
) -> tuple[Outcome, IncomingCall]:
    """What became of it, and the call as it is afterwards."""
    match decision:
        case Ring():
            outcome = await backend.ring(decision)
            call = call.having_rung([decision.extension])
            return outcome, call.having_rung_mobile() if decision.mobile_number else call
        case RingMembers():
            return await backend.ring_members(decision), call.having_rung(decision.members)
        case WaitInQueue():
            outcome, rung = await backend.wait_in_queue(decision, call)
            return outcome, call.having_rung(rung)
        case AskForKey():
            return await backend.ask_for_key(decision), call
        case DialOut():
            return await backend.dial_out(decision), call.dialled_out()
