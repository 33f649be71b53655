"""Who took part in a call of the log, at a phone of theirs or outside. A mobile's number is its owner's own affair."""

from presence.domain.vocabulary import DestinationKind, Reason
from presence.models import Call, CallLeg
from webclient.rule_words import shown_number


def callee_legs(call: Call) -> dict[str, CallLeg]:
    """The callees' legs by number; of whoever answered at the mobile that rang beside their phones, that leg."""
    callees = [leg for leg in call.legs.all() if leg.role == CallLeg.Role.CALLEE]
    legs = {leg.extension.number: leg for leg in callees if leg.extension is not None}
    steps = list(call.steps.all())
    if steps and steps[-1].decision == "ring" and steps[-1].destination_kind == DestinationKind.MOBILE:
        legs |= {leg.charged_to.number: leg for leg in callees if leg.answered_at and leg.charged_to is not None}
    return legs


def answered_by(call: Call) -> str | None:
    """Who answered instead of the number that was dialled; empty: that one itself; None: nobody."""
    answered = (leg for leg in call.legs.all() if leg.role == CallLeg.Role.CALLEE and leg.answered_at)
    leg = next(answered, None)
    if leg is None:
        return None
    if leg.extension is not None:
        return "" if leg.extension.number == call.called_number else leg.extension.name
    if any(step.reason == Reason.DIALLED for step in call.steps.all()):
        return ""
    to_mobile = any(step.destination_kind == DestinationKind.MOBILE for step in call.steps.all())
    holder = leg.charged_to if to_mobile else leg.mobile_of
    if holder is None:
        return shown_number(leg.outside_number)
    return "" if holder.number == call.called_number else holder.name
