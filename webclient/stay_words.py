"""Where a call stayed for a while, as sentences of its trail: at a phone, a ring group, a queue or a receptionist."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from presence.domain.vocabulary import CallState, Reason
from presence.models import Call, CallLeg, CallStep

# By the decision: it lasts, the caller hung up, the connection was lost.
_UNANSWERED: Mapping[str, tuple[StrOrPromise, StrOrPromise, StrOrPromise]] = {
    "ring": (
        gettext_lazy("Rings at %(who)s."),
        gettext_lazy("Rang at %(who)s for %(seconds)s s; then the caller hung up."),
        gettext_lazy("Rang at %(who)s for %(seconds)s s; then the connection was lost."),
    ),
    "wait_in_queue": (
        gettext_lazy("Waits in %(who)s."),
        gettext_lazy("Waited in %(who)s for %(seconds)s s; then the caller hung up."),
        gettext_lazy("Waited in %(who)s for %(seconds)s s; then the connection was lost."),
    ),
    "ask_for_key": (
        gettext_lazy("%(who)s asks for a key."),
        gettext_lazy("%(who)s asked for a key; then the caller hung up."),
        gettext_lazy("%(who)s asked for a key; then the connection was lost."),
    ),
}


def who(step: CallStep) -> str:
    return step.name or step.number


def last_stay(call: Call, step: CallStep, legs: Mapping[str, CallLeg]) -> str:
    """What came of the last place where the call stayed."""
    answered = next((leg for leg in legs.values() if leg.answered_at), None)
    if answered is not None:
        return _answered(step, answered)
    lasts, hung_up, lost = _UNANSWERED["ring" if step.decision == "ring_members" else step.decision]
    rung = seconds_rung(step, legs)
    words = {"who": who(step), "seconds": rung if rung is not None else _seconds(step.at, call.ended_at)}
    if call.state != CallState.ENDED:
        return str(lasts) % words
    return str(hung_up if call.end_reason == Reason.CANCELLED else lost) % words


def _answered(step: CallStep, leg: CallLeg) -> str:
    name = leg.extension.name if leg.extension is not None else ""
    words = {"who": who(step), "name": name, "seconds": _seconds(leg.started_at, leg.answered_at)}
    if leg.extension is None:
        return _("%(who)s answered at the mobile after %(seconds)s s.") % words
    if leg.extension.number == step.number:
        return _("%(who)s answered after %(seconds)s s.") % words
    if step.decision == "wait_in_queue":
        waited = {**words, "seconds": _seconds(step.at, leg.answered_at)}
        return _("Waited in %(who)s for %(seconds)s s; then %(name)s answered.") % waited
    return _("Rang at %(who)s; %(name)s answered after %(seconds)s s.") % words


def seconds_rung(step: CallStep, legs: Mapping[str, CallLeg]) -> int | None:
    """How long the phone rang, or those of a ring group's members together; None: not known, or nothing rang."""
    if step.decision == "ring_members":
        rung = [leg for leg in legs.values() if leg.rung_for is not None and leg.rung_for.number == step.number]
    else:
        rung = [legs[step.number]] if step.decision == "ring" and step.number in legs else []
    ends = [over for leg in rung if (over := leg.answered_at or leg.ended_at)]
    return _seconds(min(leg.started_at for leg in rung), max(ends)) if ends else None


def _seconds(start: datetime, end: datetime | None) -> int:
    return round((end - start).total_seconds()) if end else 0
