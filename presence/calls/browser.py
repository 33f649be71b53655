"""The call backend of both kinds of call: it writes and reads rows, and phones and Asterisk are made to match them.

Browsers ring browsers over their phone sockets, and the sound goes between them; for a call on Asterisk the switch
dials what the rows say, and only there is a line to the outside.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from channels.db import database_sync_to_async
from django.utils import timezone

from presence import hub
from presence.calls.port import Step
from presence.calls.trail import call_steps
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
from presence.domain.vocabulary import CallOutcome, Reason
from presence.models import CallStep
from presence.selectors.callees import callee_facts
from presence.services import calls, outside_calls, queues, receptionist, ringing

# A hint that a call changed may be lost between processes: the row is read again at least this often.
_READ_AGAIN_SECONDS = 1.0
_READ_AGAIN_SECONDS_MAX = 10.0
# Looking again must not be what keeps a busy database busy: of each call's time it takes a twentieth at most.
_PAUSES_PER_READ = 20

T = TypeVar("T")


class RowsBackend:
    """One call's way through its rows."""

    def __init__(self, call_id: UUID, steps_kept: int = 0, first_callee: Callee | None = None) -> None:
        """`first_callee`: the facts of whom the call arrives at first, where they have just been read."""
        self.call_id = call_id
        self._first_callee = first_callee
        self._position = steps_kept
        self._ring_steps: list[CallStep] = []
        self._read_seconds = 0.0  # the last time

    def now(self) -> datetime:
        return timezone.now()

    async def callee_facts(self, call: IncomingCall) -> Callee | None:
        first, self._first_callee = self._first_callee, None
        return first or await database_sync_to_async(callee_facts)(call.path[-1], call.dialled_by)

    async def keep_step(self, step: Step) -> None:
        if isinstance(step.decision, Ring):
            # Kept as it begins to ring, in one transaction: `ring` is what comes next.
            self._ring_steps = call_steps(step, self.call_id, self._position)
            self._position += len(self._ring_steps)
        else:
            self._position += await database_sync_to_async(self._keep)(step)

    def _keep(self, step: Step) -> int:
        return len(CallStep.objects.bulk_create(call_steps(step, self.call_id, self._position)))

    async def ring(self, decision: Ring) -> CallOutcome:
        number = decision.extension
        changes = await hub.changes_of_call(str(self.call_id))
        refused = await database_sync_to_async(calls.ring_extension)(
            call_id=self.call_id, number=number, steps=self._ring_steps
        )
        if refused is not None:
            return refused
        # Nothing has happened to the call since it began to ring, but that: there is nothing to read yet.
        is_known = await hub.changes_of_call(str(self.call_id)) == changes + 1
        read = partial(calls.ringing_outcome, call_id=self.call_id, number=number)
        stop = partial(calls.stop_ringing, call_id=self.call_id, number=number, reason=Reason.NO_ANSWER)
        if not decision.mobile_number:
            return await self._outcome(decision.seconds, read, stop, is_known=is_known)
        mobile = await database_sync_to_async(outside_calls.ring_outside)(
            call_id=self.call_id, number=decision.mobile_number, by=number
        )
        outcome = await self._outcome(decision.seconds, read, stop)
        if not isinstance(mobile, int):
            return outcome  # another call was faster: it rang without
        late = await database_sync_to_async(outside_calls.stop_ringing_outside)(call_id=self.call_id, leg_pk=mobile)
        return late if late is CallOutcome.ANSWERED else outcome

    async def ring_members(self, decision: RingMembers) -> CallOutcome:
        members = await database_sync_to_async(ringing.ring_members)(
            call_id=self.call_id, members=decision.members, group=decision.extension
        )
        return await self._members_outcome(members, decision.seconds)

    async def wait_in_queue(self, decision: WaitInQueue, call: IncomingCall) -> tuple[CallOutcome, tuple[str, ...]]:
        number, deadline = decision.extension, _now() + decision.seconds
        outcome = await database_sync_to_async(queues.join)(call_id=self.call_id, number=number)
        rung: tuple[str, ...] = ()
        while outcome is None:
            if _now() >= deadline:
                outcome = CallOutcome.NO_ANSWER
                continue
            match await self._read(partial(queues.take_turn, call_id=self.call_id, number=number)):
                case CallOutcome() as over:
                    outcome = over
                case queues.Turn() as turn:
                    rung += turn.members
                    answer = await self._members_outcome(turn.members, turn.seconds)
                    outcome = answer if answer is not CallOutcome.NO_ANSWER else None
                case None:
                    await self._news(deadline - _now())
        await database_sync_to_async(queues.leave)(call_id=self.call_id)
        return outcome, rung

    async def _members_outcome(self, members: tuple[str, ...], seconds: int) -> CallOutcome:
        read = partial(ringing.members_outcome, call_id=self.call_id, members=members)
        stop = partial(ringing.stop_ringing_members, call_id=self.call_id, members=members)
        return await self._outcome(seconds, read, stop)

    async def _outcome(
        self,
        seconds: int,
        read: Callable[[], CallOutcome | None],
        stop: Callable[[], CallOutcome],
        *,
        is_known: bool = False,
    ) -> CallOutcome:
        """What `read` says as soon as it says anything; when the time is over, what `stop` says.

        `is_known`: it would say nothing now.
        """
        deadline = _now() + seconds
        # What was told before this reading is in it.
        await self._news(0)
        if is_known:
            await self._news(seconds)
        while (remaining := deadline - _now()) > 0:
            outcome = await self._read(read)
            if outcome is not None:
                return outcome
            await self._news(remaining)
        return await database_sync_to_async(stop)()

    async def _read(self, read: Callable[[], T]) -> T:
        started = _now()
        found = await database_sync_to_async(read)()
        self._read_seconds = _now() - started
        return found

    async def _news(self, seconds: float) -> None:
        """Wait until the call has changed since the last such wait, but not for long."""
        await hub.wait_for_call(str(self.call_id), max(0, min(seconds, pause_after(self._read_seconds))))

    async def ask_for_key(self, decision: AskForKey) -> Outcome:
        started = await database_sync_to_async(receptionist.start_turn)(
            call_id=self.call_id,
            number=decision.extension,
            is_open=decision.reason is not Reason.CLOSED,
            keys=decision.keys,
        )
        if isinstance(started, CallOutcome):
            return started
        deadline = _now() + started
        while True:
            is_time_over = _now() >= deadline
            read = partial(receptionist.answer_of, call_id=self.call_id, keys=decision.keys, is_time_over=is_time_over)
            match await self._read(read):
                case KeyPressed() | CallOutcome() as outcome:
                    return outcome
                case float() as seconds:
                    deadline = _now() + seconds
                case None:
                    await self._news(deadline - _now())

    async def dial_out(self, decision: DialOut) -> Outcome:
        leg = await database_sync_to_async(outside_calls.ring_outside)(
            call_id=self.call_id, number=decision.number, by=decision.charged_to
        )
        if not isinstance(leg, int):
            return leg
        read = partial(outside_calls.outside_outcome, call_id=self.call_id, leg_pk=leg)
        stop = partial(outside_calls.stop_ringing_outside, call_id=self.call_id, leg_pk=leg)
        return await self._outcome(outside_calls.RING_SECONDS, read, stop)

    async def record_voicemail(self, decision: RecordVoicemail) -> None:
        await database_sync_to_async(calls.connect_voicemail)(call_id=self.call_id, number=decision.extension)

    async def end(self, decision: EndCall, step: Step) -> None:
        await database_sync_to_async(calls.end_call)(
            call_id=self.call_id, reason=decision.reason, about=(step.number, step.name)
        )


def pause_after(read_seconds: float) -> float:
    """How long to wait for news before the row is read again, which took `read_seconds` the last time."""
    return min(max(_READ_AGAIN_SECONDS, _PAUSES_PER_READ * read_seconds), _READ_AGAIN_SECONDS_MAX)


def _now() -> float:
    return asyncio.get_running_loop().time()
