"""The built-in call backend: browsers ring browsers over their phone sockets; media goes between them."""

import asyncio
from datetime import datetime
from uuid import UUID

from channels.db import database_sync_to_async
from django.utils import timezone

from presence import hub, selectors
from presence.calls.port import Step
from presence.calls.trail import trail_step
from presence.domain.call_routing import Callee, DialOut, EndCall, RecordVoicemail, Ring
from presence.domain.vocabulary import CallOutcome, Reason
from presence.models import CallStep
from presence.selectors.callees import callee_facts
from presence.services import calls

# A hint that a call changed may be lost between processes: the row is read again at least this often.
_READ_AGAIN_SECONDS = 1.0


class BrowserBackend:
    """One call's way through browsers."""

    def __init__(self, call_id: UUID) -> None:
        self.call_id = call_id
        self._position = 0

    def now(self) -> datetime:
        return timezone.now()

    async def callee_facts(self, number: str) -> Callee | None:
        return await database_sync_to_async(callee_facts)(number)

    async def keep_step(self, step: Step) -> None:
        await database_sync_to_async(self._keep)(step)
        self._position += 1

    def _keep(self, step: Step) -> None:
        kept = trail_step(step)
        CallStep.objects.create(
            call_id=self.call_id,
            position=self._position,
            number=kept.number,
            name=kept.name,
            decision=kept.decision,
            destination_kind=kept.destination_kind,
            destination_value=kept.destination_value,
            destination_name=selectors.names_of([kept.destination_value]).get(kept.destination_value, ""),
            reason=kept.reason,
            ring_seconds=kept.ring_seconds,
        )

    async def ring(self, decision: Ring) -> CallOutcome:
        number = decision.extension
        refused = await database_sync_to_async(calls.ring_extension)(call_id=self.call_id, number=number)
        if refused is not None:
            return refused
        clock = asyncio.get_running_loop().time
        deadline = clock() + decision.seconds
        while (remaining := deadline - clock()) > 0:
            # Listening begins before the row is read, so that no change falls between.
            changed = asyncio.ensure_future(hub.wait_for_call(str(self.call_id), min(remaining, _READ_AGAIN_SECONDS)))
            outcome = await database_sync_to_async(calls.ringing_outcome)(call_id=self.call_id, number=number)
            if outcome is not None:
                changed.cancel()
                return outcome
            await changed
        return await database_sync_to_async(calls.stop_ringing)(
            call_id=self.call_id, number=number, reason=Reason.NO_ANSWER
        )

    async def dial_out(self, decision: DialOut) -> CallOutcome:
        raise RuntimeError("there is no trunk between browsers: `selectors.HAS_TRUNK` keeps decide from dialling out")

    async def record_voicemail(self, decision: RecordVoicemail) -> None:
        await database_sync_to_async(calls.connect_voicemail)(call_id=self.call_id, number=decision.extension)

    async def end(self, decision: EndCall, step: Step) -> None:
        await database_sync_to_async(calls.end_call)(
            call_id=self.call_id, reason=decision.reason, about=(step.number, step.name)
        )
