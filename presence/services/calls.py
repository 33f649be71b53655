"""Writes of calls: each one transaction under the call's lock, by compare-and-set on the legs; ends are idempotent."""

import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from presence.domain.call_state import CallEvent, next_state
from presence.domain.vocabulary import CallBackendKind, CallOutcome, CallState, Origin, Reason
from presence.models import Call, CallLeg, Extension
from presence.selectors.asterisk import call_backend_kind
from presence.selectors.system import LINES_MAX, lines_of
from presence.services import voicemail, waiting
from presence.services.call_rows import (
    CallGoneError,
    CallRefusedError,
    announce,
    carries,
    end_leg,
    end_legs,
    lock_extensions,
    locked_call,
    locked_with_calls_of,
    open_legs,
    outcome_of,
    ringing_legs,
)

DIALS_PER_MINUTE_MAX = 30
_NUMBER_LENGTH_MAX = 16
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
    announce(call, extension.pk)
    return call


def begin_call(*, extension: Extension, window: str, number: str, epoch: str, ari_channel_id: str = "") -> Call:
    """The call with its caller's leg, not yet announced: what every dialling needs. Raises CallRefusedError."""
    mine = locked_with_calls_of(extension)
    caller = Extension.objects.get(pk=extension.pk)
    if number == caller.number:
        raise CallRefusedError("own_number")
    if not _has_line_to_dial(caller, window):
        raise CallRefusedError("in_a_call")
    count_dialling(caller)
    hold_others(caller, mine)
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


def _has_line_to_dial(caller: Extension, window: str) -> bool:
    """A second call, to ask somebody something, from the window that carries the first."""
    legs = list(open_legs().filter(extension=caller))
    is_talking_here = all(leg.state != CallState.RINGING and leg.window == window for leg in legs)
    return len(legs) < LINES_MAX and is_talking_here


def count_dialling(extension: Extension) -> None:
    """CallRefusedError too_many for a phone that calls and transfers on and on."""
    a_minute_ago = timezone.now() - timedelta(minutes=1)
    # The caller of a call that was sent on has dialled nothing.
    dialled = CallLeg.objects.filter(extension=extension, role=CallLeg.Role.CALLER, call__continues=None)
    sent = Call.objects.filter(sent_by=extension, started_at__gt=a_minute_ago)
    if dialled.filter(started_at__gt=a_minute_ago).count() + sent.count() >= DIALS_PER_MINUTE_MAX:
        raise CallRefusedError("too_many")


def hold_others(extension: Extension, mine: Mapping[UUID, Call], but: UUID | None = None) -> None:
    """Nobody talks in two calls: who begins, answers or resumes one holds the other. What nobody waits in is finished.

    `mine`: the calls of `extension`, locked.
    """
    for leg in open_legs().filter(extension=extension, state=CallState.TALKING).exclude(call=but):
        call = mine.get(leg.call_id)
        if call is None:  # begun since they were locked
            raise CallRefusedError("in_a_call")
        if hasattr(call, "voicemail") or call.is_echo_test:
            end_call(call_id=call.pk, reason=_reason_to_hang_up(call, leg))
        else:
            CallLeg.objects.filter(pk=leg.pk).update(state=next_state(CallState.TALKING, CallEvent.HELD))
            announce(call)


@transaction.atomic
def ring_extension(*, call_id: UUID, number: str) -> CallOutcome | None:
    """Let every window of `number` ring. None when it rings; else why it can't: BUSY, CANCELLED, FAILED."""
    call = locked_call(call_id)
    if call.state != CallState.RINGING:
        return CallOutcome.CANCELLED
    callee = Extension.objects.select_for_update().filter(number=number, is_enabled=True).first()
    if callee is None:
        return CallOutcome.FAILED
    # Asked again under the lock: two calls may have been decided at the same moment.
    own_calls = list(open_legs().filter(extension=callee).values_list("call_id", flat=True))
    # Whoever is in no call has a line, whatever their status says of a second one.
    if call.pk in own_calls or (own_calls and len(own_calls) >= lines_of(callee)):
        return CallOutcome.BUSY
    CallLeg.objects.create(call=call, extension=callee, role=CallLeg.Role.CALLEE)
    announce(call, callee.pk)
    return None


@transaction.atomic
def stop_ringing(*, call_id: UUID, number: str, reason: Reason) -> CallOutcome:
    """The time to answer is over, or no device is left. Returns the outcome that won: an answer may have been first."""
    call = locked_call(call_id)
    end_legs(call, list(ringing_legs(call).filter(extension__number=number)), reason)
    return outcome_of(call, number) or CallOutcome.FAILED


def ringing_outcome(*, call_id: UUID, number: str) -> CallOutcome | None:
    """What became of ringing `number` in this call; None while it still rings."""
    return outcome_of(Call.objects.get(pk=call_id), number)


@transaction.atomic
def answer_call(*, call_id: UUID, extension: Extension, window: str, ari_channel_id: str = "") -> None:
    """The first window to answer has the call; for any other CallGoneError."""
    mine = locked_with_calls_of(extension, call_id)
    call = mine[call_id]
    now = timezone.now()
    answered = {"state": CallState.TALKING, "answered_at": now, "alive_at": now}
    ringing = list(ringing_legs(call).select_related("rung_for"))
    own = [leg.pk for leg in ringing if leg.extension_id == extension.pk]
    if not call.legs.filter(pk__in=own).update(window=window, ari_channel_id=ari_channel_id, **answered):
        raise CallGoneError
    hold_others(extension, mine, but=call_id)
    begin_talk(call, ringing, own, now)


def begin_talk(call: Call, ringing: list[CallLeg], own: Collection[int], answered_at: datetime) -> None:
    """Of those that were ringing in `call` the legs `own` have answered: the caller talks to them, the rest ring no
    more. The call and its caller are locked.
    """
    caller = call.legs.get(role=CallLeg.Role.CALLER)
    # Who talks to somebody else meanwhile must not say half a sentence to the wrong person.
    callers_state = CallState.ON_HOLD if _talks_elsewhere(caller) else CallState.TALKING
    call.legs.filter(pk=caller.pk).update(state=callers_state, answered_at=answered_at, alive_at=answered_at)
    call.state, call.answered_at = CallState.TALKING, answered_at
    call.save(update_fields=["state", "answered_at"])
    waiting.stop_waiting(call)
    waiting.tell_ring_groups(ringing)
    for leg in ringing:
        if leg.pk not in own:
            end_leg(leg, Reason.ANSWERED_ELSEWHERE)
    announce(call, caller.extension_id, *(leg.extension_id for leg in ringing))


def _talks_elsewhere(leg: CallLeg) -> bool:
    others = open_legs().filter(extension=leg.extension_id, state=CallState.TALKING).exclude(call=leg.call_id)
    return leg.extension_id is not None and others.exists()


@transaction.atomic
def decline_call(*, call_id: UUID, extension: Extension) -> None:
    """The callee does not want this call: its busy rule follows. CallGoneError when it rings no more."""
    call = locked_call(call_id)
    legs = list(ringing_legs(call).filter(extension=extension))
    if not legs:
        raise CallGoneError
    end_legs(call, legs, Reason.DECLINED)


@transaction.atomic
def hang_up(*, call_id: UUID, extension: Extension | None, window: str) -> None:
    """This party (None: a visitor) leaves: before an answer a caller cancels, a callee declines; else the call ends."""
    call = locked_call(call_id)
    legs = open_legs().filter(call=call, extension=extension)
    # Two who have no extension, a caller from outside and a mobile, are told apart by their windows.
    leg = (legs if extension is not None else legs.filter(window=window)).first()
    if leg is None:
        return  # hung up twice, or the other side was first
    if leg.role == CallLeg.Role.CALLEE and leg.state == CallState.RINGING and extension is not None:
        decline_call(call_id=call_id, extension=extension)
    elif carries(leg, window):
        end_call(call_id=call_id, reason=_reason_to_hang_up(call, leg))


def _reason_to_hang_up(call: Call, leg: CallLeg) -> Reason:
    if leg.state == CallState.RINGING:
        return Reason.CANCELLED
    return Reason.VOICEMAIL_LEFT if voicemail.holds_sound(call) else Reason.COMPLETED


@transaction.atomic
def connect_voicemail(*, call_id: UUID, number: str) -> bool:
    """The caller now speaks to the voicemail of `number`. False when they have gone, or talk to somebody else."""
    call = locked_call(call_id)
    if call.state != CallState.RINGING:
        return False
    now = timezone.now()
    caller = call.legs.get(role=CallLeg.Role.CALLER)
    lock_extensions([caller.extension_id] if caller.extension_id is not None else [])
    if _talks_elsewhere(caller):
        end_call(call_id=call_id, reason=Reason.CANCELLED)
        return False
    call.legs.filter(pk=caller.pk).update(state=CallState.TALKING, answered_at=now, alive_at=now)
    call.state = CallState.TALKING
    call.save(update_fields=["state"])
    waiting.stop_waiting(call)
    voicemail.start_recording(call=call, box=Extension.objects.get(number=number))
    announce(call, caller.extension_id)
    return True


@transaction.atomic
def end_call(*, call_id: UUID, reason: Reason, about: tuple[str, str] = ("", "")) -> None:
    """End the call for everybody; the second end changes nothing. `about`: number and name the reason speaks of."""
    call = locked_call(call_id)
    if call.state == CallState.ENDED:
        return
    legs = list(open_legs().filter(call=call).select_related("rung_for"))
    for leg in legs:
        end_leg(leg, reason)
    call.state, call.ended_at, call.end_reason = CallState.ENDED, timezone.now(), reason
    call.about_number, call.about_name = about
    call.save(update_fields=["state", "ended_at", "end_reason", "about_number", "about_name"])
    waiting.stop_waiting(call)
    waiting.tell_ring_groups(legs)
    announce(call, *(leg.extension_id for leg in legs))
    if hasattr(call, "voicemail"):
        transaction.on_commit(lambda: voicemail.finish_recording(call_id=call_id))


def renew_lease(*, call_id: UUID, extension: Extension | None, window: str) -> bool:
    """A window of this call lives: the one that carries the leg or, while the callee rings, any of the callee's.

    False when it has no part in the call any more.
    """
    legs = open_legs().filter(call_id=call_id, extension=extension, window__in=("", window))
    return bool(legs.update(alive_at=timezone.now()))


@transaction.atomic
def drop_leg(leg_id: int) -> None:
    """The window of this leg has vanished: a callee rings no more and counts as not registered; else the call ends."""
    leg = CallLeg.objects.filter(pk=leg_id).exclude(state=CallState.ENDED).select_related("extension").first()
    if leg is None:
        return
    if leg.role == CallLeg.Role.CALLEE and leg.state == CallState.RINGING and leg.extension is not None:
        stop_ringing(call_id=leg.call_id, number=leg.extension.number, reason=Reason.NOT_REGISTERED)
    elif leg.role == CallLeg.Role.CALLEE and leg.state == CallState.RINGING:
        # Whoever watched over a number outside is gone; the call may still go on without it.
        end_legs(locked_call(leg.call_id), [leg], Reason.FAILED)
    else:
        end_call(call_id=leg.call_id, reason=Reason.LOST)
