"""How a call came to its viewer, or left them, by somebody's hand: transferred, parked, fetched or picked up."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from presence.domain.vocabulary import Reason
from presence.models import Call, CallLeg, Extension


def arrival(call: Call, viewer: Extension) -> Iterator[str]:
    """Before the trail: who sent the call here, and whose call the viewer took."""
    if call.sent_by is not None and call.continues is not None:
        who = {"who": call.sent_by.name}
        if call.continues.end_reason == Reason.PARKED:
            yield _("%(who)s parked the call.") % who
        else:
            yield _("%(who)s transferred the call.") % who
    if not _has_answered(call, viewer):
        return
    picked_up = [leg for leg in _legs_of_others(call, viewer) if leg.end_reason == Reason.PICKED_UP]
    for leg in picked_up:
        yield _("You picked up a call that rang at %(who)s.") % {"who": leg.extension.name if leg.extension else ""}
    if _was_fetched(call):
        yield _("You fetched the call.")


def departure(call: Call) -> str:
    """After the trail: how the call went on in another one; empty for one that simply ended."""
    following = next(iter(call.continued_by.all()), None)
    who = following.sent_by.name if following is not None and following.sent_by is not None else ""
    if following is None or not who:
        return ""
    if call.end_reason == Reason.PARKED:
        return _("%(who)s parked the call.") % {"who": who}
    return _("%(who)s transferred the call to %(number)s.") % {"who": who, "number": following.called_number}


def taken_by_another(call: Call, leg: CallLeg) -> str:
    """What became of a call that rang here and was not missed: a colleague has it. Empty: it was missed."""
    match leg.end_reason:
        case Reason.PICKED_UP:
            who = next((each.extension.name for each in _answered(call) if each.extension is not None), "")
            return _("%(who)s picked up the call") % {"who": who}
        case Reason.TRANSFERRED:
            return _("The call was transferred")
    # A call of a queue or ring group is everybody's in it.
    if leg.rung_for_id is not None and _answered(call):
        return _("A colleague answered")
    return ""


def _was_fetched(call: Call) -> bool:
    """Answered from its slot: had it rung back, the trail would say so."""
    was_parked = call.continues is not None and call.continues.end_reason == Reason.PARKED
    return was_parked and not call.steps.all()


def _answered(call: Call) -> list[CallLeg]:
    return [leg for leg in call.legs.all() if leg.role == CallLeg.Role.CALLEE and leg.answered_at is not None]


def _has_answered(call: Call, viewer: Extension) -> bool:
    return any(leg.extension_id == viewer.pk for leg in _answered(call))


def _legs_of_others(call: Call, viewer: Extension) -> list[CallLeg]:
    return [leg for leg in call.legs.all() if leg.extension_id != viewer.pk]
