"""One call of the log as its viewer may see it: made, received or missed, what came of it, and the trail in words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from presence.domain.vocabulary import CallState, Origin, Reason, Status
from presence.labels import STATUS_LABELS
from presence.models import Call, CallLeg, CallStep, Extension
from webclient.call_parties import answered_by, callee_legs
from webclient.call_quality_words import CallQualityWords, quality_words
from webclient.moved_words import arrival, departure, taken_by_another
from webclient.trail_words import duration_words, target, trail_sentences, why


class Direction(StrEnum):
    MADE = "made"
    RECEIVED = "received"
    MISSED = "missed"


DIRECTION_LABELS: Mapping[Direction, StrOrPromise] = {
    Direction.MADE: pgettext_lazy("call", "Outgoing"),
    Direction.RECEIVED: pgettext_lazy("call", "Incoming"),
    Direction.MISSED: pgettext_lazy("call", "Missed"),
}
DIRECTION_ICONS: Mapping[Direction, str] = {
    Direction.MADE: "phone-outgoing",
    Direction.RECEIVED: "phone-incoming",
    Direction.MISSED: "phone-missed",
}


@dataclass(frozen=True, slots=True)
class CallEntry:
    call: str
    direction: Direction
    number: str
    name: str
    is_external: bool
    started_at: datetime
    summary: str
    sentences: list[str]
    quality: CallQualityWords | None = None

    @property
    def day(self) -> date:
        return timezone.localdate(self.started_at)

    @property
    def label(self) -> str:
        return str(DIRECTION_LABELS[self.direction])

    @property
    def icon(self) -> str:
        return DIRECTION_ICONS[self.direction]


def call_entry(call: Call, viewer: Extension) -> CallEntry:
    """The caller sees the whole trail, a callee it up to where the call left them; both how it sounded."""
    if call.is_echo_test:
        entry = _echo_test(call)
    else:
        entry = _made(call, viewer) if _is_caller(call, viewer) else _received(call, viewer)
    return replace(entry, quality=quality_words(call, viewer))


def _is_caller(call: Call, viewer: Extension) -> bool:
    return any(leg.role == CallLeg.Role.CALLER and leg.extension_id == viewer.pk for leg in call.legs.all())


def _made(call: Call, viewer: Extension) -> CallEntry:
    steps = list(call.steps.all())
    legs = callee_legs(call)
    name = steps[0].name if steps else ""
    sentences = [*arrival(call, viewer), *trail_sentences(call, steps, legs), *_ending(call)]
    return _entry(call, Direction.MADE, (call.called_number, name), _made_summary(call, steps), sentences)


def _echo_test(call: Call) -> CallEntry:
    tested = _("The sound was tested for %(duration)s") % {"duration": duration_words(_seconds_talked(call))}
    summary = tested if call.state == CallState.ENDED else _("In progress")
    lost = [_("The connection was lost.")] if call.end_reason in {Reason.LOST, Reason.FAILED} else []
    return _entry(call, Direction.MADE, (call.called_number, _("Echo test")), summary, lost)


def _received(call: Call, viewer: Extension) -> CallEntry:
    steps = _seen_by_callee(list(call.steps.all()), viewer)
    leg = callee_legs(call).get(viewer.number)
    # Only their own leg: how long it rang elsewhere is not theirs to know.
    sentences = [*arrival(call, viewer), *trail_sentences(call, steps, {viewer.number: leg} if leg else {})]
    is_open = leg is not None and leg.state != CallState.ENDED
    if leg is not None and (leg.answered_at or is_open):
        summary = _talk(call) if leg.answered_at else _("Ringing now")
        return _entry(call, Direction.RECEIVED, _caller(call), summary, [*sentences, *_ending(call)])
    message = _message(call, viewer)
    if leg is not None and not message and (taken := taken_by_another(call, leg)):
        return _entry(call, Direction.RECEIVED, _caller(call), taken, sentences)
    if leg is not None and leg.end_reason == Reason.DECLINED and not message and not steps:
        message = _("You declined")
    return _entry(call, Direction.MISSED, _caller(call), message or _missed_summary(call, steps, viewer), sentences)


def _entry(call: Call, direction: Direction, other: tuple[str, str], summary: str, sentences: list[str]) -> CallEntry:
    is_external = call.origin == Origin.EXTERNAL
    return CallEntry(str(call.pk), direction, *other, is_external, call.started_at, summary, sentences)


def _caller(call: Call) -> tuple[str, str]:
    return call.caller_number, call.caller_name


def _seen_by_callee(steps: list[CallStep], viewer: Extension) -> list[CallStep]:
    own = [position for position, step in enumerate(steps) if step.number == viewer.number]
    return steps[: own[-1] + 1] if own else []


def _made_summary(call: Call, steps: list[CallStep]) -> str:
    if call.state != CallState.ENDED:
        return _("In progress")
    if (who := answered_by(call)) is not None:
        by = _("%(who)s answered") % {"who": who} + " · " if who else ""
        return by + _talk(call)
    if message := _message(call):
        return message
    if call.end_reason == Reason.CANCELLED:
        return _("You hung up before an answer")
    if call.end_reason == Reason.OWN_PHONE_NOT_ANSWERED:
        return _("Your desk phone was not picked up")
    return why(steps[-1]) if steps else _("The connection was lost")


def _missed_summary(call: Call, steps: list[CallStep], viewer: Extension) -> str:
    if call.state == CallState.ENDED and call.end_reason == Reason.CANCELLED and (not steps or _rang_last(steps)):
        return _("The caller hung up")
    if not steps:
        return _("The call ended")
    last = steps[-1]
    because = _because(Reason(last.reason))
    match last.decision:
        case "forward" | "dial_out":
            return because + _("Went on to %(target)s") % {"target": target(last)}
        case "record_voicemail" if last.destination_value == viewer.number:
            return because + _("Went to your voicemail")
        case "record_voicemail":
            return because + _("Went to the voicemail of %(target)s") % {"target": target(last)}
    return because + _("The call ended")


def _because(reason: Reason) -> str:
    """What the viewer had to do with it."""
    if reason is Reason.DECLINED:
        return _("You declined") + " · "
    if reason.value in STATUS_LABELS:
        return _("Your status: %(status)s") % {"status": STATUS_LABELS[Status(reason.value)]} + " · "
    return ""


def _rang_last(steps: list[CallStep]) -> bool:
    return steps[-1].decision == "ring" or steps[-1].reason == Reason.CANCELLED


def _talk(call: Call) -> str:
    if call.ended_at is None:
        return _("In progress")
    return _("Talked for %(duration)s") % {"duration": duration_words(_seconds_talked(call))}


def _seconds_talked(call: Call) -> int:
    if call.answered_at is None or call.ended_at is None:
        return 0
    return round((call.ended_at - call.answered_at).total_seconds())


def _message(call: Call, viewer: Extension | None = None) -> str:
    """The voicemail left, for the caller or (with `viewer`) for the owner of the box."""
    voicemail = getattr(call, "voicemail", None)
    if voicemail is None or not voicemail.seconds or (viewer is not None and voicemail.box_id != viewer.pk):
        return ""
    return _("A message was left (%(duration)s)") % {"duration": duration_words(round(voicemail.seconds))}


def _ending(call: Call) -> list[str]:
    """How a conversation or a message came to its end, as sentences after the trail."""
    if call.answered_at and call.ended_at:
        ending = _("Talked for %(duration)s.") % {"duration": duration_words(_seconds_talked(call))}
        went_on = departure(call)
        if call.end_reason == Reason.LOST:
            went_on = _("The connection was lost.")
        elif call.end_reason == Reason.OUTSIDE_MINUTES_USED:
            went_on = _("Today's minutes for outside calls were used up.")
        return [f"{ending} {went_on}" if went_on else ending]
    message = _message(call)
    return [f"{message}."] if message else []
