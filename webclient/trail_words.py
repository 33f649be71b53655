"""A call's trail as sentences: at whom a step was taken, why, by which rule, and where the call went."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from presence.domain.vocabulary import DestinationKind, Origin, Reason
from presence.models import Call, CallLeg, CallStep
from webclient.rule_words import shown_number
from webclient.stay_words import last_stay, seconds_rung, who

# Why a rule applied. No sentence needs to know anybody's gender.
RULE_REASONS: Mapping[Reason, StrOrPromise] = {
    Reason.AVAILABLE: gettext_lazy("%(who)s was available"),
    Reason.AWAY: gettext_lazy("%(who)s was away"),
    Reason.DND: gettext_lazy("%(who)s did not want to be disturbed"),
    Reason.LUNCH: gettext_lazy("%(who)s was at lunch"),
    Reason.BUSINESS_TRIP: gettext_lazy("%(who)s was on a business trip"),
    Reason.EXCEPTION: gettext_lazy("%(who)s has a rule for this caller"),
    Reason.NO_ANSWER: gettext_lazy("Nobody answered at %(who)s"),
    Reason.BUSY: gettext_lazy("%(who)s was on another call"),
    Reason.DECLINED: gettext_lazy("%(who)s declined"),
    Reason.NOT_REGISTERED: gettext_lazy("No phone of %(who)s was connected"),
    Reason.NOBODY_AVAILABLE: gettext_lazy("Nobody in %(who)s could take calls"),
    Reason.NOBODY_LOGGED_IN: gettext_lazy("Nobody was logged in to %(who)s"),
    Reason.QUEUE_FULL: gettext_lazy("The queue %(who)s was full"),
    Reason.QUEUE_TIMEOUT: gettext_lazy("The wait in %(who)s was over"),
    Reason.CLOSED: gettext_lazy("%(who)s was closed"),
    Reason.KEY_PRESSED: gettext_lazy("A key was pressed at %(who)s"),
    Reason.NO_CHOICE: gettext_lazy("No key was pressed at %(who)s"),
    Reason.RING_GROUP: gettext_lazy("%(who)s rang"),
    Reason.QUEUE: gettext_lazy("The caller waited in %(who)s"),
    Reason.DIGITAL_RECEPTIONIST: gettext_lazy("%(who)s asked for a key"),
}

# Why a rule could not be followed.
DEAD_ENDS: Mapping[Reason, StrOrPromise] = {
    Reason.UNKNOWN_NUMBER: gettext_lazy("%(who)s forwards to a number that nobody has"),
    Reason.DISABLED: gettext_lazy("%(who)s: the extension to be called is switched off"),
    Reason.LOOP: gettext_lazy("The rule of %(who)s would send the call round in a circle"),
    Reason.TOO_MANY_FORWARDS: gettext_lazy("The call had been forwarded five times already"),
    Reason.NO_MOBILE_NUMBER: gettext_lazy("%(who)s forwards to a mobile, but has no mobile number"),
    Reason.NO_TRUNK: gettext_lazy("%(who)s forwards to an outside number, but there is no outside line"),
    Reason.VOICEMAIL_OFF: gettext_lazy("%(who)s forwards to a voicemail that is switched off"),
    Reason.VOICEMAIL_FULL: gettext_lazy("%(who)s forwards to a voicemail that is full"),
    Reason.FAILED: gettext_lazy("The outside line failed"),
    Reason.TOO_MANY_LEGS: gettext_lazy("The call had rung as many phones as one call may"),
    Reason.OUTSIDE_NOT_ALLOWED: gettext_lazy("%(who)s forwards to an outside number that may not be called"),
    Reason.OUTSIDE_ALREADY: gettext_lazy("The call had been sent outside already"),
    Reason.OUTSIDE_CALLS_MAX: gettext_lazy("As many outside calls as one extension may have were under way"),
    Reason.OUTSIDE_MINUTES_USED: gettext_lazy("Today's minutes for outside calls were used up"),
}

# What became of a number outside.
_OUTSIDE: Mapping[Reason, StrOrPromise] = {
    Reason.NO_ANSWER: gettext_lazy("Nobody answered at the outside number"),
    Reason.BUSY: gettext_lazy("The outside number was busy"),
    Reason.DECLINED: gettext_lazy("The outside number declined"),
}

# Of a number that nobody here has, and that was dialled.
_NAMELESS: Mapping[Reason, StrOrPromise] = {
    **_OUTSIDE,
    Reason.UNKNOWN_NUMBER: gettext_lazy("There is no number %(who)s"),
    Reason.OUTSIDE_NOT_ALLOWED: gettext_lazy("Calls to %(who)s are not allowed"),
}

# What a rule does with the calls of an origin.
RULE_EFFECTS: Mapping[tuple[str, Origin], StrOrPromise] = {
    ("forward", Origin.INTERNAL): gettext_lazy("internal calls go to %(target)s"),
    ("forward", Origin.EXTERNAL): gettext_lazy("external calls go to %(target)s"),
    ("record_voicemail", Origin.INTERNAL): gettext_lazy("internal calls go to the voicemail of %(target)s"),
    ("record_voicemail", Origin.EXTERNAL): gettext_lazy("external calls go to the voicemail of %(target)s"),
    ("dial_out", Origin.INTERNAL): gettext_lazy("internal calls go to %(target)s"),
    ("dial_out", Origin.EXTERNAL): gettext_lazy("external calls go to %(target)s"),
    ("end_call", Origin.INTERNAL): gettext_lazy("internal calls end"),
    ("end_call", Origin.EXTERNAL): gettext_lazy("external calls end"),
}

DEAD_END_EFFECTS: Mapping[str, StrOrPromise] = {
    "record_voicemail": gettext_lazy("so the call went to the voicemail of %(target)s"),
    "end_call": gettext_lazy("so the call ended"),
}


# A queue, ring group or digital receptionist does the same with calls of both origins.
SYSTEM_EFFECTS: Mapping[str, StrOrPromise] = {
    "forward": gettext_lazy("calls go to %(target)s"),
    "record_voicemail": gettext_lazy("calls go to the voicemail of %(target)s"),
    "dial_out": gettext_lazy("calls go to %(target)s"),
    "end_call": gettext_lazy("calls end"),
}

# What a call may do at one number before it goes on, is answered or ends.
STAYS = ("ring", "ring_members", "wait_in_queue", "ask_for_key")

_SYSTEM_REASONS = frozenset(
    {
        Reason.NOBODY_AVAILABLE,
        Reason.NOBODY_LOGGED_IN,
        Reason.QUEUE_FULL,
        Reason.QUEUE_TIMEOUT,
        Reason.CLOSED,
        Reason.KEY_PRESSED,
        Reason.NO_CHOICE,
    }
)


def trail_sentences(call: Call, steps: list[CallStep], legs: Mapping[str, CallLeg]) -> Iterator[str]:
    """`steps` of `call` in words. `legs`: the callees' legs by number, where the viewer may know them.

    Where a call stayed is told together with what came of it; a ring group may ring its members one after the other.
    """
    origin = Origin(call.origin)
    for position, step in enumerate(steps):
        if step.decision == "skip_mobile":
            yield _("%(why)s: the mobile of %(who)s did not ring.") % {"why": why(step), "who": who(step)}
            continue
        following = steps[position + 1] if position + 1 < len(steps) else None
        if step.decision not in STAYS:
            before = steps[position - 1] if position else None
            stayed = before if before is not None and before.number == step.number else None
            yield _decision(step, origin, stayed, legs)
        elif following is None:
            yield last_stay(call, step, legs)


def why(step: CallStep, seconds: int | None = None) -> str:
    """The reason of a step as a clause; `seconds`: how long it rang there."""
    reason = Reason(step.reason)
    words = {"who": who(step), "seconds": seconds}
    if seconds is not None and reason is Reason.NO_ANSWER:
        return _("Rang at %(who)s for %(seconds)s s, nobody answered") % words
    if seconds is not None and reason is Reason.DECLINED:
        return _("%(who)s declined after %(seconds)s s") % words
    if not step.name and reason in _NAMELESS:
        return str(_NAMELESS[reason]) % words
    return str({**RULE_REASONS, **DEAD_ENDS}.get(reason, "%(who)s")) % words


def target(step: CallStep) -> str:
    if step.destination_kind == DestinationKind.EXTERNAL_NUMBER:
        return shown_number(step.destination_value)
    if step.destination_kind == DestinationKind.MOBILE:
        return _("the mobile of %(who)s") % {"who": who(step)}
    return step.destination_name or step.destination_value


def duration_words(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    words = {"hours": hours, "minutes": minutes, "seconds": rest}
    if hours:
        return _("%(hours)s h %(minutes)s min") % words
    return _("%(minutes)s min %(seconds)s s") % words if minutes else _("%(seconds)s s") % words


def _decision(step: CallStep, origin: Origin, stayed: CallStep | None, legs: Mapping[str, CallLeg]) -> str:
    words = {"target": target(step)}
    reason = Reason(step.reason)
    if reason is Reason.CANCELLED:
        return _("The caller hung up before an answer.")
    if reason is Reason.NOT_FETCHED:
        return _("Nobody fetched the call: it rang back at %(target)s.") % words
    if reason is Reason.DIALLED:
        return _("Called %(target)s over the outside line.") % words
    if stayed is not None and stayed.decision == "dial_out" and reason in _OUTSIDE:
        return f"{_OUTSIDE[reason]}, {DEAD_END_EFFECTS[step.decision] % words}."
    clause = why(step, seconds_rung(stayed, legs) if stayed is not None else None)
    if reason not in RULE_REASONS:
        return f"{clause}, {DEAD_END_EFFECTS[step.decision] % words}."
    if reason in _SYSTEM_REASONS or (stayed is not None and stayed.decision != "ring"):
        return f"{clause}: {SYSTEM_EFFECTS[step.decision] % words}."
    return f"{clause}: {RULE_EFFECTS[step.decision, origin] % words}."
