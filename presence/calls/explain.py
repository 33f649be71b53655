"""The simulator: "what happens if ... calls me?", asked of the real router with the present facts."""

from dataclasses import dataclass, field
from datetime import datetime

from asgiref.sync import async_to_sync, sync_to_async

from presence import selectors
from presence.calls.port import Step
from presence.calls.route import route
from presence.calls.trail import TrailStep, trail_step
from presence.domain.call_routing import (
    AskForKey,
    Callee,
    CallerId,
    DialOut,
    EndCall,
    IncomingCall,
    Outcome,
    RecordVoicemail,
    Ring,
    RingMembers,
    WaitInQueue,
)
from presence.domain.vocabulary import CallOutcome, Origin
from presence.selectors.callees import callee_facts


@dataclass(slots=True)
class Explanation:
    """The path of a call that nobody on it answers. `result` is the code of its last decision."""

    steps: list[TrailStep] = field(default_factory=list)

    @property
    def result(self) -> str:
        return self.steps[-1].decision


@dataclass(slots=True)
class _Simulator:
    """A call backend that performs nothing and supposes that ringing ends with `outcome`."""

    moment: datetime
    outcome: CallOutcome
    explanation: Explanation = field(default_factory=Explanation)

    async def callee_facts(self, number: str) -> Callee | None:
        return await sync_to_async(callee_facts)(number)

    async def keep_step(self, step: Step) -> None:
        self.explanation.steps.append(trail_step(step))

    async def ring(self, decision: Ring) -> CallOutcome:
        return self.outcome

    async def ring_members(self, decision: RingMembers) -> CallOutcome:
        return self.outcome

    async def wait_in_queue(self, decision: WaitInQueue, call: IncomingCall) -> tuple[CallOutcome, tuple[str, ...]]:
        return self.outcome, ()

    async def ask_for_key(self, decision: AskForKey) -> Outcome:
        return CallOutcome.NO_ANSWER

    async def dial_out(self, decision: DialOut) -> CallOutcome:
        return CallOutcome.ANSWERED

    async def record_voicemail(self, decision: RecordVoicemail) -> None:
        return None

    async def end(self, decision: EndCall, step: Step) -> None:
        return None

    def now(self) -> datetime:
        return self.moment


def explain(
    *,
    caller: CallerId,
    callee: str,
    origin: Origin,
    moment: datetime,
    outcome: CallOutcome = CallOutcome.NO_ANSWER,
) -> Explanation:
    """Where a call from `caller` to the number `callee` would go at `moment`, if ringing ends with `outcome`."""
    call = IncomingCall(caller, origin, path=(callee,), first_box=selectors.voicemail_box(callee))
    simulator = _Simulator(moment, outcome)
    async_to_sync(route)(call, simulator)
    return simulator.explanation
