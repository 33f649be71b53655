"""What every write of a call is made of: its refusals, its locks, the end of a leg, and the announcement.

Locks are taken in one order: calls by their keys, then extensions by theirs. Whoever answers, resumes, fetches or picks
up a call also holds the other one they talk in, so two people may need the same two calls at the same moment; taken in
one order, neither waits for what the other has.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from presence import hub
from presence.domain.call_state import CallEvent, states_before
from presence.domain.vocabulary import CallOutcome, CallState, Reason
from presence.models import DESK_PHONE, Call, CallLeg, Extension, Voicemail
from presence.selectors.prepared import Prepared, PreparedUpdate
from presence.services import waiting


class CallRefusedError(Exception):
    """Nothing was done; `code` says why (in_a_call, own_number, bad_number, too_many, not_talking, ...)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CallGoneError(Exception):
    """The call, or this party's part in it, is no longer there to be acted on."""


class NoSuchCallError(Exception):
    """There is no call with this id."""


def open_legs() -> QuerySet[CallLeg]:
    return CallLeg.objects.exclude(state=CallState.ENDED)


def carries(leg: CallLeg, window: str) -> bool:
    """Whether `window` says what is done with this leg of its extension: it has the sound, or the desk phone has it,
    whose call is shown, and can be held, sent on and ended, in every window of that person.
    """
    return leg.window == window or (leg.extension_id is not None and leg.window.startswith(DESK_PHONE))


_CALL = Prepared(lambda call: Call.objects.select_for_update().order_by().filter(pk=call), UUID)


def locked_call(call_id: UUID) -> Call:
    call = _CALL.first(call_id)
    if call is None:
        raise NoSuchCallError
    return call


def _calls_of(extension_id: int, *call_ids: UUID) -> QuerySet[Call]:
    its_own = Q(pk__in=open_legs().filter(extension=extension_id).values("call"))
    return Call.objects.select_for_update().filter(its_own | Q(pk__in=call_ids)).order_by("pk")


_CALLS_OF = Prepared(_calls_of, int, UUID, UUID)
_NO_CALL = UUID(int=0)


def locked_with_calls_of(extension: Extension, *call_ids: UUID) -> dict[UUID, Call]:
    """These calls, two at most, and every open one of `extension`, then everybody who has a part in them."""
    wanted = (*call_ids, _NO_CALL, _NO_CALL)[:2]
    found = {call.pk: call for call in _CALLS_OF.rows(extension.pk, *wanted)}
    if not set(call_ids) <= found.keys():
        raise NoSuchCallError
    if _has_row_locks():
        parties = open_legs().filter(call__in=found, extension__isnull=False).values_list("extension_id", flat=True)
        lock_extensions({extension.pk, *(pk for pk in parties if pk is not None)})
    return found


def lock_extensions(pks: Collection[int]) -> None:
    """From here on nobody else gives these people a leg, or lets them talk."""
    if _has_row_locks():
        list(Extension.objects.select_for_update().filter(pk__in=pks).order_by("pk").values_list("pk"))


def _has_row_locks() -> bool:
    """SQLite's transactions exclude each other from their first word on."""
    return connection.features.has_select_for_update


@dataclass(frozen=True, slots=True)
class Parts:
    """What a locked call is made of just now, read once."""

    legs: list[CallLeg]  # the open ones, with their extensions and groups, as they came
    ringing: list[CallLeg]  # those of callees who may answer
    talk_elsewhere: frozenset[int]  # those whose extension talks in another call meanwhile
    waits: bool  # in a queue, at a receptionist or in a parking slot
    is_recorded: bool  # a voicemail is the other side


def _open_legs_of(call_id: UUID) -> QuerySet[CallLeg]:
    elsewhere = open_legs().filter(extension=OuterRef("extension"), state=CallState.TALKING).exclude(call=call_id)
    legs = open_legs().filter(call=call_id).select_related("extension", "rung_for")
    return legs.annotate(
        talks_elsewhere=Exists(elsewhere),
        waits=waiting.is_waiting("call"),
        is_recorded=Exists(Voicemail.objects.filter(call=OuterRef("call"))),
    )


_OPEN_LEGS: Prepared[Any] = Prepared(_open_legs_of, UUID)


def parts_of(call: Call) -> Parts:
    """One query. A call without any open leg is taken for one that waits and is recorded: whoever looks will see."""
    legs = sorted(_OPEN_LEGS.rows(call.pk), key=lambda leg: leg.pk)
    return Parts(
        legs=legs,
        ringing=[leg for leg in legs if call.state == CallState.RINGING and _can_answer(leg)],
        talk_elsewhere=frozenset(leg.pk for leg in legs if leg.talks_elsewhere),
        waits=any(leg.waits for leg in legs) or not legs,
        is_recorded=any(leg.is_recorded for leg in legs) or not legs,
    )


def _can_answer(leg: CallLeg) -> bool:
    return leg.role == CallLeg.Role.CALLEE and leg.state in states_before(CallEvent.ANSWERED)


def ringing_legs(call: Call) -> QuerySet[CallLeg]:
    if call.state != CallState.RINGING:
        return CallLeg.objects.none()
    return call.legs.filter(role=CallLeg.Role.CALLEE, state__in=states_before(CallEvent.ANSWERED))


_OUTCOME_OF_LEG = {
    Reason.DECLINED: CallOutcome.REJECTED,
    Reason.NO_ANSWER: CallOutcome.NO_ANSWER,
    Reason.BUSY: CallOutcome.BUSY,
    Reason.NOT_REGISTERED: CallOutcome.NOT_REGISTERED,
}


def _rung(call_id: UUID, *numbers: str) -> QuerySet[CallLeg]:
    legs = CallLeg.objects.filter(call=call_id, role=CallLeg.Role.CALLEE, extension__number__in=numbers)
    return legs.select_related("call").order_by("pk")


_RUNG = Prepared(_rung, UUID, str)


def outcome_of(call_id: UUID, *numbers: str) -> CallOutcome | None:
    """What became of ringing `numbers`; None while one of them rings. Anybody may have picked the call up: ANSWERED."""
    legs = _RUNG.rows(call_id, *numbers) if len(numbers) == 1 else list(_rung(call_id, *numbers))
    call = legs[0].call if legs else Call.objects.get(pk=call_id)
    if call.answered_at is not None:
        return CallOutcome.ANSWERED
    if call.state == CallState.ENDED:
        return CallOutcome.CANCELLED
    if any(leg.state == CallState.RINGING for leg in legs):
        return None
    if len(numbers) != 1:
        return CallOutcome.NO_ANSWER
    return _OUTCOME_OF_LEG.get(Reason(legs[-1].end_reason), CallOutcome.FAILED)


# Of a plain call; of more at once the SQL is made anew.
_FEW = 4
_NO_KEY = 0
_CLOSE_FEW = PreparedUpdate(lambda *legs: _still_open(legs), *[int] * _FEW)


def _padded(keys: Collection[int]) -> Sequence[int]:
    """With keys that no row has."""
    return (*keys, *[_NO_KEY] * _FEW)[:_FEW]


def _still_open(legs: Collection[int]) -> QuerySet[CallLeg]:
    return CallLeg.objects.filter(pk__in=legs, state__in=states_before(CallEvent.HUNG_UP))


def close_legs(legs: Collection[CallLeg], reason: Reason) -> None:
    """These legs are over: one query, whatever their number. The instances follow."""
    if not legs:
        return
    now = timezone.now()
    ended = {"state": CallState.ENDED, "ended_at": now, "end_reason": reason}
    pks = [leg.pk for leg in legs]
    if len(pks) <= _FEW:
        _CLOSE_FEW.write(*_padded(pks), **ended)
    else:
        _still_open(pks).update(**ended)
    for leg in legs:
        leg.state, leg.ended_at, leg.end_reason = CallState.ENDED, now, reason


def end_legs(call: Call, legs: list[CallLeg], reason: Reason) -> None:
    """These legs of the call ring no more; the call goes on."""
    if not legs:
        return
    close_legs(legs, reason)
    waiting.tell_ring_groups(legs)
    announce(call, *(leg.extension for leg in legs))


_CHANGE = PreparedUpdate(lambda call: Call.objects.filter(pk=call), UUID)


def announce(call: Call, *extensions: Extension | None, **changes: Any) -> None:
    """The call, which is locked, changed for these extensions: raise the versions and tell, after commit.

    `changes`: columns of the call that change with it; the instance follows.
    """
    _CHANGE.write(call.pk, version=F("version") + 1, **changes)
    for name, value in changes.items():
        setattr(call, name, value)
    raise_extensions({each.pk: each.number for each in extensions if each is not None})
    hub.publish_call(str(call.pk))


_RAISE_FEW = PreparedUpdate(lambda *extensions: Extension.objects.filter(pk__in=extensions), *[int] * _FEW)


def raise_extensions(numbers: Mapping[int, str]) -> None:
    """What colleagues see of these extensions, by id, has changed."""
    if not numbers:
        return
    if len(numbers) > 1:
        lock_extensions(numbers)
    if len(numbers) <= _FEW:
        _RAISE_FEW.write(*_padded(numbers), version=F("version") + 1)
    else:
        Extension.objects.filter(pk__in=numbers).update(version=F("version") + 1)
    hub.publish_presence(numbers.values())
