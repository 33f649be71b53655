"""The simulator: "what happens if ... calls me?", asked of the real router with the present facts."""

from dataclasses import dataclass, field
from datetime import datetime

from asgiref.sync import async_to_sync, sync_to_async

from presence import selectors
from presence.calls.port import Step
from presence.calls.route import route
from presence.calls.trail import TrailStep, trail_steps
from presence.domain.call_facts import Callee, CallerId, IncomingCall
from presence.domain.decisions import (
    AskForKey,
    DialOut,
    EndCall,
    KeyPressed,
    Outcome,
    RecordVoicemail,
    Ring,
    RingMembers,
    WaitInQueue,
)
from presence.domain.vocabulary import CallOutcome, Origin
from presence.models import SystemExtension
from presence.selectors.callees import callee_facts
from presence.selectors.system import member_states

_SETTLED = (CallOutcome.ANSWERED, CallOutcome.CANCELLED)


@dataclass(slots=True)
class Explanation:
    """The path of a call that nobody on it answers. `result` is the code of its last decision."""

    steps: list[TrailStep] = field(default_factory=list)

    @property
    def result(self) -> str:
        return self.steps[-1].decision


@dataclass(slots=True)
class _Simulator:
    """A call backend that performs nothing. It supposes that ringing ends with `outcome`, that a caller waits in a
    queue in vain, and that each digital receptionist is told the next of `keys`.
    """

    moment: datetime
    outcome: CallOutcome
    keys: list[str]
    explanation: Explanation = field(default_factory=Explanation)

    async def callee_facts(self, call: IncomingCall) -> Callee | None:
        return await sync_to_async(callee_facts)(call.path[-1], call.dialled_by)

    async def keep_step(self, step: Step) -> None:
        self.explanation.steps += trail_steps(step)

    async def ring(self, decision: Ring) -> CallOutcome:
        return self.outcome

    async def ring_members(self, decision: RingMembers) -> CallOutcome:
        return self.outcome if self.outcome in _SETTLED else CallOutcome.NO_ANSWER

    async def wait_in_queue(self, decision: WaitInQueue, call: IncomingCall) -> tuple[CallOutcome, tuple[str, ...]]:
        if self.outcome in _SETTLED:
            return self.outcome, ()
        return await sync_to_async(_wait_in_vain)(decision.extension, call)

    async def ask_for_key(self, decision: AskForKey) -> Outcome:
        # Closed, it takes no key; what it would be told is said to the next one.
        return KeyPressed(self.keys.pop(0)) if decision.keys and self.keys else CallOutcome.NO_ANSWER

    async def dial_out(self, decision: DialOut) -> CallOutcome:
        return CallOutcome.ANSWERED

    async def record_voicemail(self, decision: RecordVoicemail) -> None:
        return None

    async def end(self, decision: EndCall, step: Step) -> None:
        return None

    def now(self) -> datetime:
        return self.moment


def _wait_in_vain(number: str, call: IncomingCall) -> tuple[CallOutcome, tuple[str, ...]]:
    """Every member who is free takes a turn and does not answer; while others are busy the wait goes on to its end."""
    queue = SystemExtension.objects.get(number=number)
    logged_in = [each for each in member_states(queue) if each.absence is None and each.extension not in call.rung]
    free = [each.extension for each in logged_in if each.can_ring and not each.has_call]
    is_everybody = len(free) == len(logged_in) or len(free) >= call.legs_left
    return CallOutcome.REJECTED if is_everybody else CallOutcome.NO_ANSWER, tuple(free[: call.legs_left])


def explain(
    *,
    caller: CallerId,
    callee: str,
    origin: Origin,
    moment: datetime,
    outcome: CallOutcome = CallOutcome.NO_ANSWER,
    keys: str = "",
) -> Explanation:
    """Where a call from `caller` to the number `callee` would go at `moment`, if ringing ends with `outcome`.

    `keys`: what the caller presses, one key at each digital receptionist.
    """
    call = IncomingCall(caller, origin, path=(callee,), first_box=selectors.voicemail_box(callee))
    simulator = _Simulator(moment, outcome, list(keys))
    async_to_sync(route)(call, simulator)
    return simulator.explanation
