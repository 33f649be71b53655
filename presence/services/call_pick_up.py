"""Taking a call that rings or waits elsewhere: a colleague's (`pick_up`), or a parked one (`fetch`).

Both give the taker a ringing leg of the call and answer it in the same transaction: what an answer does to the other
legs, to a queue's line and to the taker's own other call is said once.
"""

from uuid import UUID

from django.db import transaction

from presence.domain.audiences import COMPANY
from presence.domain.pick_up import may_pick_up
from presence.domain.vocabulary import CallBackendKind, CallState, PickUpScope, Reason, Sight
from presence.models import Call, CallLeg, Extension, Membership, ParkedCall
from presence.models.sole import sole
from presence.selectors.rights import audience_of_holder
from presence.selectors.settings import company
from presence.selectors.system import LINES_MAX
from presence.services.call_rows import CallRefusedError, end_legs, locked_with_calls_of, open_legs, ringing_legs
from presence.services.calls import answer_call


@transaction.atomic
def pick_up(*, number: str, extension: Extension, window: str, ari_channel_id: str = "") -> None:
    """Answer, here, the call that rings longest at `number` among those that `extension` may pick up."""
    if number == extension.number:
        raise CallRefusedError("own_number")
    ringing = open_legs().filter(
        extension__number=number, role=CallLeg.Role.CALLEE, state=CallState.RINGING, call__state=CallState.RINGING
    )
    legs = list(ringing.select_related("extension", "rung_for").order_by("pk"))
    sight = _sight(extension, number)
    allowed = [leg for leg in legs if _may_pick_up(leg, extension, sight)]
    if not legs and sight is Sight.WHOLE:
        raise CallRefusedError("nothing_rings")
    if not allowed:
        # Whether something rings there or not: who may not see calls learns of none.
        raise CallRefusedError("not_allowed")
    _take(allowed[0].call_id, extension, (window, ari_channel_id), instead_of=allowed[0])


def _sight(extension: Extension, number: str) -> Sight:
    """What the holder of `extension` sees of whoever has the number."""
    audience = audience_of_holder(extension)
    if audience == COMPANY:
        return Sight.WHOLE
    other = sole(Extension.objects.filter(number=number))
    return audience.sight(other.department_id if other is not None else None)


def _may_pick_up(leg: CallLeg, extension: Extension, sight: Sight) -> bool:
    of = leg.extension
    if of is None:
        return False
    group = leg.rung_for
    return may_pick_up(
        PickUpScope(company().pick_up),
        sight,
        same_department=of.department_id is not None and of.department_id == extension.department_id,
        same_group=group is not None
        and Membership.objects.filter(system_extension=group, extension=extension).exists(),
    )


@transaction.atomic
def fetch(*, slot: int, extension: Extension, window: str, ari_channel_id: str = "") -> None:
    """Talk, here, to the caller who is parked in `slot`."""
    parking = sole(ParkedCall.objects.filter(slot=slot))
    if parking is None:
        raise CallRefusedError("gone")
    _take(parking.call_id, extension, (window, ari_channel_id), parked_in=slot)


def _take(
    call_id: UUID,
    extension: Extension,
    here: tuple[str, str],
    *,
    instead_of: CallLeg | None = None,
    parked_in: int | None = None,
) -> None:
    """`here`: the window and, of a desk phone, the channel that are to carry the call."""
    window, ari_channel_id = here
    call = locked_with_calls_of(extension, call_id)[call_id]
    if call.legs.filter(role=CallLeg.Role.CALLER, extension=extension).exists():
        raise CallRefusedError("own_number")
    if ari_channel_id and call.backend_kind != CallBackendKind.ASTERISK:
        raise CallRefusedError("nothing_rings")  # between two browsers, where no desk phone can hear it
    if parked_in is not None and not ParkedCall.objects.filter(call=call, slot=parked_in).exists():
        raise CallRefusedError("gone")
    if instead_of is not None and not ringing_legs(call).filter(pk=instead_of.pk).exists():
        raise CallRefusedError("nothing_rings")  # answered, or over, since it was looked up
    if not ringing_legs(call).filter(extension=extension).exists():
        _give_leg(call, extension, instead_of)
    if instead_of is not None:
        end_legs(call, [instead_of], Reason.PICKED_UP)
    answer_call(call_id=call_id, extension=extension, window=window, ari_channel_id=ari_channel_id)


def _give_leg(call: Call, extension: Extension, instead_of: CallLeg | None) -> None:
    if open_legs().filter(extension=extension).count() >= LINES_MAX:
        raise CallRefusedError("in_a_call")
    CallLeg.objects.create(
        call=call,
        extension=extension,
        role=CallLeg.Role.CALLEE,
        rung_for=instead_of.rung_for if instead_of is not None else None,
    )
