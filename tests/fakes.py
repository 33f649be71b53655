"""A call backend in memory, for tests of the routing loop: callees as given, rings with the outcomes it was told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from presence.calls.port import Step
from presence.domain.call_facts import Callee, IncomingCall
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
from presence.domain.vocabulary import CallOutcome

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(slots=True)
class FakeBackend:
    """Performs nothing and remembers everything. A number without an outcome is not answered."""

    callees: Mapping[str, Callee]
    outcomes: Mapping[str, CallOutcome] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)  # receptionist -> the key its callers press
    queue_rings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # queue -> whom its calls ring
    dialled_out: Outcome = CallOutcome.ANSWERED
    trail: list[Step] = field(default_factory=list)
    rung: list[str] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)
    ended: list[EndCall] = field(default_factory=list)

    async def callee_facts(self, call: IncomingCall) -> Callee | None:
        return self.callees.get(call.path[-1])

    async def keep_step(self, step: Step) -> None:
        self.trail.append(step)

    async def ring(self, decision: Ring) -> CallOutcome:
        self.rung.append(decision.extension)
        return self.outcomes.get(decision.extension, CallOutcome.NO_ANSWER)

    async def ring_members(self, decision: RingMembers) -> CallOutcome:
        self.rung += decision.members
        return self.outcomes.get(decision.extension, CallOutcome.NO_ANSWER)

    async def wait_in_queue(self, decision: WaitInQueue, call: IncomingCall) -> tuple[CallOutcome, tuple[str, ...]]:
        given = [member for member in self.queue_rings.get(decision.extension, ()) if member not in call.rung]
        rung = tuple(given[: call.legs_left])
        self.rung += rung
        return self.outcomes.get(decision.extension, CallOutcome.NO_ANSWER), rung

    async def ask_for_key(self, decision: AskForKey) -> Outcome:
        key = self.keys.get(decision.extension, "")
        return KeyPressed(key) if key in decision.keys else self.outcomes.get(decision.extension, CallOutcome.NO_ANSWER)

    async def dial_out(self, decision: DialOut) -> Outcome:
        return self.dialled_out

    async def record_voicemail(self, decision: RecordVoicemail) -> None:
        self.recorded.append(decision.extension)

    async def end(self, decision: EndCall, step: Step) -> None:
        self.ended.append(decision)

    def now(self) -> datetime:
        return NOON
