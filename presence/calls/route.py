"""The loop: facts, decide, perform, outcome, decide again ... until the call has found its place or its end.

It always ends: a forward is taken at most FORWARDS_MAX times and never to the same extension twice, and ringing is
tried once at each, dialling out once in all.
"""

from presence.calls.port import CallBackend, Step
from presence.domain.call_routing import (
    DialOut,
    EndCall,
    Forward,
    IncomingCall,
    RecordVoicemail,
    Ring,
    decide,
)
from presence.domain.vocabulary import CallOutcome


async def route(call: IncomingCall, backend: CallBackend) -> None:
    """Route `call`, which stands at the last number of its path, with what `backend` can do."""
    outcome: CallOutcome | None = None
    while True:
        number = call.path[-1]
        callee = await backend.callee_facts(number)
        step = Step(number, callee.name if callee else "", decide(call, callee, backend.now(), outcome))
        await backend.keep_step(step)
        match step.decision:
            case Forward(extension=target):
                call, outcome = call.forwarded_to(target), None
                continue
            case Ring() as decision:
                outcome = await backend.ring(decision)
            case DialOut() as decision:
                outcome, call = await backend.dial_out(decision), call.dialled_out()
            case RecordVoicemail() as decision:
                return await backend.record_voicemail(decision)
            case EndCall() as decision:
                return await backend.end(decision, step)
        if outcome in {CallOutcome.ANSWERED, CallOutcome.CANCELLED}:
            return None
