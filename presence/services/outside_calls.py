"""Calls over the trunk as rows: a number outside rings, answers, ends. Asterisk's switch does what these rows say.

Whoever is called outside has no extension: their leg has the number, and a window name that no browser has.
"""

import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from presence.domain.decisions import Outcome, OutsideRefused
from presence.domain.toll_guard import RETURN_SECONDS, refusal
from presence.domain.vocabulary import CallBackendKind, CallOutcome, CallState, Origin, Reason
from presence.models import Call, CallLeg, Extension
from presence.models.sole import sole
from presence.selectors.outbound_policy import plain_number
from presence.selectors.outside import outside_facts, usage_of
from presence.selectors.settings import company
from presence.services.call_rows import (
    CallGoneError,
    announce,
    end_legs,
    lock_extensions,
    locked_call,
    open_legs,
    parts_of,
    ringing_legs,
)
from presence.services.calls import begin_talk, end_call

RING_SECONDS = 30
_WINDOW_PREFIX = "outside-"

_REASON_OF_OUTCOME = {
    CallOutcome.NO_ANSWER: Reason.NO_ANSWER,
    CallOutcome.BUSY: Reason.BUSY,
    CallOutcome.REJECTED: Reason.DECLINED,
}
_OUTCOME_OF_REASON = {
    Reason.NO_ANSWER: CallOutcome.NO_ANSWER,
    Reason.BUSY: CallOutcome.BUSY,
    Reason.DECLINED: CallOutcome.REJECTED,
}


@transaction.atomic
def ring_outside(*, call_id: UUID, number: str, by: str) -> int | Outcome:
    """Let `number` ring, charged to the extension `by` (empty: nobody). The id of its leg; else why it can't ring.

    The toll guard is asked again under the lock: two calls may have been decided at the same moment.
    """
    call = locked_call(call_id)
    if call.state != CallState.RINGING:
        return CallOutcome.CANCELLED
    if call.backend_kind != CallBackendKind.ASTERISK:
        return CallOutcome.FAILED  # begun between browsers, while Asterisk was away
    payer = sole(Extension.objects.select_for_update().filter(number=by)) if by else None
    facts = outside_facts([number], payer)
    if facts is None or (by and payer is None):
        return CallOutcome.FAILED
    if refused := refusal(facts, number, has_been_outside=_outside_legs().filter(call=call).exists()):
        return OutsideRefused(refused)
    leg = _ring(call, facts.dialable[number], payer)
    announce(call)
    return leg.pk


def _ring(call: Call, number: str, payer: Extension | None) -> CallLeg:
    return CallLeg.objects.create(
        call=call,
        extension=None,
        role=CallLeg.Role.CALLEE,
        outside_number=number,
        charged_to=payer,
        window=_WINDOW_PREFIX + secrets.token_hex(8),
    )


def _outside_legs() -> QuerySet[CallLeg]:
    """Everybody who was called outside."""
    return CallLeg.objects.filter(role=CallLeg.Role.CALLEE).exclude(outside_number="")


def outside_outcome(*, call_id: UUID, leg_pk: int) -> CallOutcome | None:
    """What became of ringing this leg; None while it rings."""
    return _outcome(Call.objects.get(pk=call_id), leg_pk)


@transaction.atomic
def stop_ringing_outside(*, call_id: UUID, leg_pk: int) -> CallOutcome:
    """The time to answer is over. Returns the outcome that won: an answer may have been first."""
    call = locked_call(call_id)
    end_legs(call, list(ringing_legs(call).filter(pk=leg_pk)), Reason.NO_ANSWER)
    return _outcome(call, leg_pk) or CallOutcome.FAILED


def _outcome(call: Call, leg_pk: int) -> CallOutcome | None:
    if call.answered_at is not None:
        return CallOutcome.ANSWERED
    if call.state == CallState.ENDED:
        return CallOutcome.CANCELLED
    leg = call.legs.get(pk=leg_pk)
    if leg.state == CallState.RINGING:
        return None
    return _OUTCOME_OF_REASON.get(Reason(leg.end_reason), CallOutcome.FAILED)


@transaction.atomic
def answer_outside(*, call_id: UUID, leg_pk: int) -> None:
    """Whoever was called outside has answered. CallGoneError when the leg rings no more."""
    call = locked_call(call_id)
    lock_extensions([pk for pk in call.legs.values_list("extension_id", flat=True) if pk is not None])
    parts = parts_of(call)
    own = [leg for leg in parts.ringing if leg.pk == leg_pk]
    if not own:
        raise CallGoneError
    now = timezone.now()
    call.legs.filter(pk=leg_pk).update(state=CallState.TALKING, answered_at=now, alive_at=now)
    begin_talk(call, parts, own, now)


@transaction.atomic
def outside_ended(*, call_id: UUID, leg_pk: int, outcome: CallOutcome) -> None:
    """The trunk says that this leg is over: while it rang `outcome` says why; a talk is finished. Told twice, once."""
    call = locked_call(call_id)
    leg = open_legs().filter(call=call, pk=leg_pk).first()
    if leg is None:
        return
    if leg.state != CallState.RINGING:
        end_call(call_id=call_id, reason=Reason.COMPLETED)
    elif leg.role == CallLeg.Role.CALLER:  # they were sent on, and did not wait for an answer
        end_call(call_id=call_id, reason=Reason.CANCELLED)
    else:
        end_legs(call, [leg], _REASON_OF_OUTCOME.get(outcome, Reason.FAILED))


def comes_back(caller_number: str, called_number: str) -> bool:
    """Whether a call that now comes in from the trunk is one of ours, which somebody outside has forwarded to us.

    It has the caller of a call that we sent outside a moment ago, or the number that we presented with it, and goes to
    a number where that call has been.
    """
    caller = plain_number(caller_number, settings.PHONE_REGION) or caller_number
    lately = timezone.now() - timedelta(seconds=RETURN_SECONDS)
    sent = _outside_legs().exclude(state=CallState.ENDED)
    for leg in sent.select_related("call").prefetch_related("call__steps"):
        if leg.state != CallState.RINGING and leg.started_at < lately:
            continue
        path = {leg.call.called_number, *(step.number for step in leg.call.steps.all())}
        if called_number in path and caller in _known_as(leg.call):
            return True
    return False


def _known_as(call: Call) -> set[str]:
    number = call.caller_number
    return {number, plain_number(number, settings.PHONE_REGION), presented_number(call)} - {""}


def presented_number(call: Call) -> str:
    """The number that `call` shows outside, in E.164 form: its caller's where the company allows that, else the
    company's own; empty: none is known. The number of an extension means nothing there.
    """
    of = company()
    is_callers = of.presents_callers and call.origin == Origin.EXTERNAL
    own = plain_number(call.caller_number, settings.PHONE_REGION) if is_callers else ""
    return own or of.main_number


def end_talks_over_the_limit() -> None:
    """End the calls outside of whoever has used today's minutes; two queries and more while somebody talks outside."""
    talking = open_legs().exclude(charged_to=None).exclude(answered_at=None).exclude(outside_number="")
    charged = dict(talking.values_list("call_id", "charged_to"))
    if not charged:
        return
    of = company()
    used = usage_of({pk for pk in charged.values() if pk is not None}, of)
    for call_id, pk in charged.items():
        if pk is not None and used[pk].seconds >= 60 * of.outside_minutes_per_day:
            end_call(call_id=call_id, reason=Reason.OUTSIDE_MINUTES_USED)
