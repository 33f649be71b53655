"""What every write of a call is made of: its refusals, its locks, the end of a leg, and the announcement.

Locks are taken in one order: calls by their keys, then extensions by theirs. Whoever answers, resumes, fetches or picks
up a call also holds the other one they talk in, so two people may need the same two calls at the same moment; taken in
one order, neither waits for what the other has.
"""

from collections.abc import Collection
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from presence import hub
from presence.domain.call_state import CallEvent, next_state, states_before
from presence.domain.vocabulary import CallOutcome, CallState, Reason
from presence.models import DESK_PHONE, Call, CallLeg, Extension
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


def locked_call(call_id: UUID) -> Call:
    try:
        return Call.objects.select_for_update().get(pk=call_id)
    except Call.DoesNotExist as error:
        raise NoSuchCallError from error


def locked_with_calls_of(extension: Extension, *call_ids: UUID) -> dict[UUID, Call]:
    """These calls and every open one of `extension`, then everybody who has a part in them."""
    its_own = Q(pk__in=open_legs().filter(extension=extension).values("call"))
    calls = Call.objects.select_for_update().filter(its_own | Q(pk__in=call_ids)).order_by("pk")
    found = {call.pk: call for call in calls}
    if not set(call_ids) <= found.keys():
        raise NoSuchCallError
    parties = open_legs().filter(call__in=found, extension__isnull=False).values_list("extension_id", flat=True)
    lock_extensions({extension.pk, *(pk for pk in parties if pk is not None)})
    return found


def lock_extensions(pks: Collection[int]) -> None:
    """From here on nobody else gives these people a leg, or lets them talk."""
    list(Extension.objects.select_for_update().filter(pk__in=pks).order_by("pk").values_list("pk"))


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


def outcome_of(call: Call, *numbers: str) -> CallOutcome | None:
    """What became of ringing `numbers`; None while one of them rings. Anybody may have picked the call up: ANSWERED."""
    if call.answered_at is not None:
        return CallOutcome.ANSWERED
    if call.state == CallState.ENDED:
        return CallOutcome.CANCELLED
    legs = list(call.legs.filter(role=CallLeg.Role.CALLEE, extension__number__in=numbers).order_by("pk"))
    if any(leg.state == CallState.RINGING for leg in legs):
        return None
    if len(numbers) != 1:
        return CallOutcome.NO_ANSWER
    return _OUTCOME_OF_LEG.get(Reason(legs[-1].end_reason), CallOutcome.FAILED)


def end_leg(leg: CallLeg, reason: Reason) -> None:
    leg.state = next_state(CallState(leg.state), CallEvent.HUNG_UP)
    leg.ended_at, leg.end_reason = timezone.now(), reason
    leg.save(update_fields=["state", "ended_at", "end_reason"])


def end_legs(call: Call, legs: list[CallLeg], reason: Reason) -> None:
    """These legs of the call ring no more; the call goes on."""
    if not legs:
        return
    for leg in legs:
        end_leg(leg, reason)
    waiting.tell_ring_groups(legs)
    announce(call, *(leg.extension_id for leg in legs))


def announce(call: Call, *extension_ids: int | None) -> None:
    """The call changed for these extensions: raise the versions and tell, after commit."""
    Call.objects.filter(pk=call.pk).update(version=F("version") + 1)
    pks = [pk for pk in extension_ids if pk is not None]
    lock_extensions(pks)
    changed = Extension.objects.filter(pk__in=pks)
    changed.update(version=F("version") + 1)
    hub.publish_presence(list(changed.values_list("number", flat=True)))
    hub.publish_call(str(call.pk))
