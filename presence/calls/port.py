"""What a call backend can do for the router. The browser backend, the simulator and the tests' fake implement it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from presence.domain.call_facts import Callee, IncomingCall
from presence.domain.decisions import (
    AskForKey,
    Decision,
    DialOut,
    EndCall,
    Outcome,
    RecordVoicemail,
    Ring,
    RingMembers,
    WaitInQueue,
)
from presence.domain.vocabulary import CallOutcome


@dataclass(frozen=True, slots=True)
class Step:
    """One decision, and at whom it was taken."""

    number: str
    name: str
    decision: Decision


class CallBackend(Protocol):
    async def callee_facts(self, call: IncomingCall) -> Callee | None:
        """What is true now of the number where `call` stands."""

    async def keep_step(self, step: Step) -> None:
        """Keep a decision as part of the call's trail, before it is performed."""

    async def ring(self, decision: Ring) -> CallOutcome:
        """Ring every device of the extension until one answers, all decline, the caller leaves or the time is over.

        Its mobile may ring beside them; alone it rings no longer than they do.
        """

    async def ring_members(self, decision: RingMembers) -> CallOutcome:
        """Ring the members of a group until one answers, none of them rings any more, the caller leaves or the time is
        over; NO_ANSWER when nobody took it, for whatever reason.
        """

    async def wait_in_queue(self, decision: WaitInQueue, call: IncomingCall) -> tuple[CallOutcome, tuple[str, ...]]:
        """Let the caller wait for a member who answers; also says whom the call has rung meanwhile.

        NO_ANSWER: the wait is over; REJECTED: every member who is logged in has had their turn; NOT_REGISTERED: nobody
        is logged in any more; BUSY: the queue was full after all.
        """

    async def ask_for_key(self, decision: AskForKey) -> Outcome:
        """Play the greeting of a digital receptionist, as often as it says, until the caller presses one of the keys.

        NO_ANSWER: no key, or nothing to choose.
        """

    async def dial_out(self, decision: DialOut) -> Outcome:
        """Call a number over the trunk and say what became of it, or that it may not be dialled after all."""

    async def record_voicemail(self, decision: RecordVoicemail) -> None:
        """Connect the caller to a voicemail."""

    async def end(self, decision: EndCall, step: Step) -> None:
        """End the call and tell the caller why."""

    def now(self) -> datetime:
        """The moment that rules with hours are asked about."""
