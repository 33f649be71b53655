"""Writes of calls: each one transaction under the call's lock, by compare-and-set on the legs; ends are idempotent."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from presence import hub, measures
from presence.domain.call_state import CallEvent, next_state, states_before
from presence.domain.vocabulary import CallBackendKind, CallOutcome, CallState, Origin, Reason
from presence.models import Call, CallLeg, CallStep, Extension
from presence.models.sole import sole
from presence.selectors.asterisk import call_backend_kind
from presence.selectors.extensions import extension_by_key, locked_extension_of
from presence.selectors.prepared import Prepared, PreparedUpdate
from presence.selectors.system import LINES_MAX, lines_of
from presence.services import voicemail, waiting
from presence.services.call_rows import (
    CallGoneError,
    CallRefusedError,
    Parts,
    announce,
    carries,
    close_legs,
    end_legs,
    lock_extensions,
    locked_call,
    locked_with_calls_of,
    open_legs,
    outcome_of,
    parts_of,
    raise_extensions,
)

DIALS_PER_MINUTE_MAX = 30
_NUMBER_LENGTH_MAX = 16
_LEGS_OF = Prepared(lambda extension: open_legs().filter(extension=extension), int)
_RING_ON = PreparedUpdate(lambda call: Call.objects.filter(pk=call, state=CallState.RINGING), UUID)
_LEG = PreparedUpdate(lambda leg: CallLeg.objects.filter(pk=leg), int)
_MAY_ANSWER = PreparedUpdate(
    lambda leg: CallLeg.objects.filter(pk=leg, state__in=states_before(CallEvent.ANSWERED)), int
)
_SEPARATORS = str.maketrans("", "", " -()/.\u00a0")


def typed(text: str) -> str:
    """What was typed without what only makes it readable."""
    return unicodedata.normalize("NFKC", text).translate(_SEPARATORS)


def dialled_number(text: str) -> str:
    """What was typed as a number: `+` and ASCII digits after NFKC, separators dropped; else CallRefusedError."""
    number = typed(text)
    digits = number.removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and len(number) <= _NUMBER_LENGTH_MAX):
        raise CallRefusedError("bad_number")
    return number


@transaction.atomic
def start_call(*, extension: Extension, window: str, number: str, epoch: str) -> Call:
    """`extension` dials `number` from `window`; the process `epoch` will route the call. Raises CallRefusedError."""
    call = begin_call(extension=extension, window=window, number=dialled_number(number), epoch=epoch)
    raise_extensions({extension.pk: extension.number})
    # Nobody has heard of it yet: its first version is as good as any.
    hub.publish_call(str(call.pk))
    return call


def begin_call(*, extension: Extension, window: str, number: str, epoch: str, ari_channel_id: str = "") -> Call:
    """The call with its caller's leg, not yet announced: what every dialling needs. Raises CallRefusedError."""
    mine = locked_with_calls_of(extension)
    caller = extension_by_key(extension.pk)
    if caller is None:
        raise Extension.DoesNotExist
    if number == caller.number:
        raise CallRefusedError("own_number")
    legs = _LEGS_OF.rows(extension.pk)
    if not _has_line_to_dial(legs, window):
        raise CallRefusedError("in_a_call")
    count_dialling(caller)
    hold_others(legs, mine)
    call = Call.objects.create(
        caller_number=caller.number,
        caller_name=caller.name,
        origin=Origin.INTERNAL,
        called_number=number,
        router_epoch=epoch,
        # A channel is there already: the link works, whatever its row says at this moment.
        backend_kind=CallBackendKind.ASTERISK if ari_channel_id else call_backend_kind(),
    )
    CallLeg.objects.create(
        call=call, extension=caller, role=CallLeg.Role.CALLER, window=window, ari_channel_id=ari_channel_id
    )
    return call


def _has_line_to_dial(legs: Collection[CallLeg], window: str) -> bool:
    """A second call, to ask somebody something, from the window that carries the first."""
    is_talking_here = all(leg.state != CallState.RINGING and leg.window == window for leg in legs)
    return len(legs) < LINES_MAX and is_talking_here


def _dialled(extension_id: int, since: datetime) -> QuerySet[Any, Any]:
    # The caller of a call that was sent on has dialled nothing.
    legs = CallLeg.objects.filter(extension=extension_id, role=CallLeg.Role.CALLER, call__continues=None)
    sent = Call.objects.filter(sent_by=extension_id, started_at__gt=since).order_by()
    return legs.filter(started_at__gt=since).values_list("call").union(sent.values_list("pk"), all=True)


_DIALLED = Prepared(_dialled, int, datetime)


def count_dialling(extension: Extension) -> None:
    """CallRefusedError too_many for a phone that calls and transfers on and on."""
    a_minute_ago = timezone.now() - timedelta(minutes=1)
    if len(_DIALLED.rows(extension.pk, a_minute_ago)) >= DIALS_PER_MINUTE_MAX:
        raise CallRefusedError("too_many")


def hold_others(legs: Iterable[CallLeg], mine: Mapping[UUID, Call], but: UUID | None = None) -> None:
    """Nobody talks in two calls: who begins, answers or resumes one holds the other. What nobody waits in is finished.

    `legs`: the open ones of one person; `mine`: their calls, locked.
    """
    for leg in legs:
        if leg.state != CallState.TALKING or leg.call_id == but:
            continue
        call = mine.get(leg.call_id)
        if call is None:  # begun since they were locked
            raise CallRefusedError("in_a_call")
        parts = parts_of(call)
        if parts.is_recorded or call.is_echo_test:
            _end(call, parts, _reason_to_hang_up(call, leg, parts))
        else:
            CallLeg.objects.filter(pk=leg.pk).update(state=next_state(CallState.TALKING, CallEvent.HELD))
            announce(call)


@transaction.atomic
def ring_extension(*, call_id: UUID, number: str, steps: Collection[CallStep] = ()) -> CallOutcome | None:
    """Let every window of `number` ring. None when it rings; else why it can't: BUSY, CANCELLED, FAILED.

    `steps`: the decision to do so, kept in any case.
    """
    # Raised before it is known whether it rings: nobody hears of a version that is not announced.
    rings = _RING_ON.write(call_id, version=F("version") + 1)
    if steps:
        CallStep.objects.bulk_create(steps)
    if not rings:
        return CallOutcome.CANCELLED
    callee = locked_extension_of(number)
    if callee is None or not callee.is_enabled:
        return CallOutcome.FAILED
    # Asked again under the lock: two calls may have been decided at the same moment.
    own_calls = [leg.call_id for leg in _LEGS_OF.rows(callee.pk)]
    # Whoever is in no call has a line, whatever their status says of a second one.
    if call_id in own_calls or (own_calls and len(own_calls) >= lines_of(callee)):
        return CallOutcome.BUSY
    CallLeg.objects.create(call_id=call_id, extension=callee, role=CallLeg.Role.CALLEE)
    raise_extensions({callee.pk: callee.number})
    hub.publish_call(str(call_id))
    return None


@transaction.atomic
def stop_ringing(*, call_id: UUID, number: str, reason: Reason) -> CallOutcome:
    """The time to answer is over, or no device is left. Returns the outcome that won: an answer may have been first."""
    call = locked_call(call_id)
    end_legs(call, [leg for leg in parts_of(call).ringing if leg.party == number], reason)
    return outcome_of(call_id, number) or CallOutcome.FAILED


def ringing_outcome(*, call_id: UUID, number: str) -> CallOutcome | None:
    """What became of ringing `number` in this call; None while it still rings."""
    return outcome_of(call_id, number)


@transaction.atomic
def answer_call(*, call_id: UUID, extension: Extension, window: str, ari_channel_id: str = "") -> None:
    """The first window to answer has the call; for any other CallGoneError."""
    mine = locked_with_calls_of(extension, call_id)
    call, parts = mine[call_id], parts_of(mine[call_id])
    now = timezone.now()
    answered = {"state": CallState.TALKING, "answered_at": now, "alive_at": now}
    own = [leg for leg in parts.ringing if leg.extension_id == extension.pk]
    if not sum(_MAY_ANSWER.write(leg.pk, window=window, ari_channel_id=ari_channel_id, **answered) for leg in own):
        raise CallGoneError
    if any(leg.pk in parts.talk_elsewhere for leg in own):
        hold_others(open_legs().filter(extension=extension), mine, but=call_id)
    begin_talk(call, parts, own, now)


def begin_talk(call: Call, parts: Parts, own: Collection[CallLeg], answered_at: datetime) -> None:
    """Of those that were ringing in `call` the legs `own` have answered: the caller talks to them, the rest ring no
    more. The call and its caller are locked.
    """
    caller = next(leg for leg in parts.legs if leg.role == CallLeg.Role.CALLER)
    # Who talks to somebody else meanwhile must not say half a sentence to the wrong person.
    callers_state = CallState.ON_HOLD if caller.pk in parts.talk_elsewhere else CallState.TALKING
    _LEG.write(caller.pk, state=callers_state, answered_at=answered_at, alive_at=answered_at)
    if parts.waits:
        waiting.stop_waiting(call)
    waiting.tell_ring_groups(parts.ringing)
    close_legs([leg for leg in parts.ringing if leg not in own], Reason.ANSWERED_ELSEWHERE)
    changed = (caller, *parts.ringing)
    announce(call, *(leg.extension for leg in changed), state=CallState.TALKING, answered_at=answered_at)


@transaction.atomic
def decline_call(*, call_id: UUID, extension: Extension) -> None:
    """The callee does not want this call: its busy rule follows. CallGoneError when it rings no more."""
    call = locked_call(call_id)
    _decline(call, parts_of(call), extension)


def _decline(call: Call, parts: Parts, extension: Extension) -> None:
    legs = [leg for leg in parts.ringing if leg.extension_id == extension.pk]
    if not legs:
        raise CallGoneError
    end_legs(call, legs, Reason.DECLINED)


@transaction.atomic
def hang_up(*, call_id: UUID, extension: Extension | None, window: str) -> None:
    """This party (None: a visitor) leaves: before an answer a caller cancels, a callee declines; else the call ends."""
    call = locked_call(call_id)
    parts = parts_of(call)
    own_pk = extension.pk if extension is not None else None
    legs = (leg for leg in parts.legs if leg.extension_id == own_pk)
    # Two who have no extension, a caller from outside and a mobile, are told apart by their windows.
    leg = next((leg for leg in legs if extension is not None or leg.window == window), None)
    if leg is None:
        return  # hung up twice, or the other side was first
    if leg.role == CallLeg.Role.CALLEE and leg.state == CallState.RINGING and extension is not None:
        _decline(call, parts, extension)
    elif carries(leg, window):
        _end(call, parts, _reason_to_hang_up(call, leg, parts))


def _reason_to_hang_up(call: Call, leg: CallLeg, parts: Parts) -> Reason:
    if leg.state == CallState.RINGING:
        return Reason.CANCELLED
    has_message = parts.is_recorded and voicemail.holds_sound(call)
    return Reason.VOICEMAIL_LEFT if has_message else Reason.COMPLETED


@transaction.atomic
def connect_voicemail(*, call_id: UUID, number: str) -> bool:
    """The caller now speaks to the voicemail of `number`. False when they have gone, or talk to somebody else."""
    call = locked_call(call_id)
    if call.state != CallState.RINGING:
        return False
    now = timezone.now()
    caller = call.legs.select_related("extension").get(role=CallLeg.Role.CALLER)
    lock_extensions([caller.extension_id] if caller.extension_id is not None else [])
    parts = parts_of(call)
    if caller.pk in parts.talk_elsewhere:
        _end(call, parts, Reason.CANCELLED)
        return False
    call.legs.filter(pk=caller.pk).update(state=CallState.TALKING, answered_at=now, alive_at=now)
    if parts.waits:
        waiting.stop_waiting(call)
    voicemail.start_recording(call=call, box=Extension.objects.get(number=number))
    announce(call, caller.extension, state=CallState.TALKING)
    return True


@transaction.atomic
def end_call(*, call_id: UUID, reason: Reason, about: tuple[str, str] = ("", "")) -> None:
    """End the call for everybody; the second end changes nothing. `about`: number and name the reason speaks of."""
    call = locked_call(call_id)
    if call.state != CallState.ENDED:
        _end(call, parts_of(call), reason, about)


def _end(call: Call, parts: Parts, reason: Reason, about: tuple[str, str] = ("", "")) -> None:
    close_legs(parts.legs, reason)
    if parts.waits:
        waiting.stop_waiting(call)
    waiting.tell_ring_groups(parts.legs)
    ended = {"state": CallState.ENDED, "ended_at": timezone.now(), "end_reason": reason}
    number, name = about
    announce(call, *(leg.extension for leg in parts.legs), about_number=number, about_name=name, **ended)
    transaction.on_commit(measures.CALLS_ENDED.labels(call.backend_kind, reason).inc)
    if parts.is_recorded:
        transaction.on_commit(lambda: voicemail.finish_recording(call_id=call.pk))


def renew_lease(*, call_id: UUID, extension: Extension | None, window: str) -> bool:
    """A window of this call lives: the one that carries the leg or, while the callee rings, any of the callee's.

    False when it has no part in the call any more.
    """
    legs = open_legs().filter(call_id=call_id, extension=extension, window__in=("", window))
    return bool(legs.update(alive_at=timezone.now()))


@transaction.atomic
def drop_leg(leg_id: int) -> None:
    """The window of this leg has vanished: a callee rings no more and counts as not registered; else the call ends."""
    leg = sole(CallLeg.objects.filter(pk=leg_id).exclude(state=CallState.ENDED).select_related("extension"))
    if leg is None:
        return
    if leg.role == CallLeg.Role.CALLEE and leg.state == CallState.RINGING and leg.extension is not None:
        stop_ringing(call_id=leg.call_id, number=leg.extension.number, reason=Reason.NOT_REGISTERED)
    elif leg.role == CallLeg.Role.CALLEE and leg.state == CallState.RINGING:
        # Whoever watched over a number outside is gone; the call may still go on without it.
        call = locked_call(leg.call_id)
        end_legs(call, [each for each in parts_of(call).ringing if each.pk == leg_id], Reason.FAILED)
    else:
        end_call(call_id=leg.call_id, reason=Reason.LOST)
