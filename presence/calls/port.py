"""What a call backend can do for the router. The browser backend, the simulator and the tests' fake implement it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from presence.domain.call_routing import Callee, Decision, DialOut, EndCall, RecordVoicemail, Ring
from presence.domain.vocabulary import CallOutcome


@dataclass(frozen=True, slots=True)
class Step:
    """One decision, and at whom it was taken."""

    number: str
    name: str
    decision: Decision


class CallBackend(Protocol):
    async def callee_facts(self, number: str) -> Callee | None:
        """What is true of `number` now."""

    async def keep_step(self, step: Step) -> None:
        """Keep a decision as part of the call's trail, before it is performed."""

    async def ring(self, decision: Ring) -> CallOutcome:
        """Ring every device of the extension until one answers, all decline, the caller leaves or the time is over."""

    async def dial_out(self, decision: DialOut) -> CallOutcome:
        """Call a number over the trunk and say what became of it."""

    async def record_voicemail(self, decision: RecordVoicemail) -> None:
        """Connect the caller to a voicemail."""

    async def end(self, decision: EndCall, step: Step) -> None:
        """End the call and tell the caller why."""

    def now(self) -> datetime:
        """The moment that rules with hours are asked about."""
