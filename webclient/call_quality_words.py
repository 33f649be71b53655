"""How a call sounded, in words: for the log and, on the card, for the scripts (`webclient.phone_words`)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from presence.domain.call_quality import Grade, Summary, grade
from presence.models import Call, CallQuality, Extension
from presence.services.call_quality import summary_of

GRADE_LABELS: Mapping[Grade, StrOrPromise] = {
    Grade.GOOD: pgettext_lazy("sound of a call", "Good"),
    Grade.FAIR: pgettext_lazy("sound of a call", "Fair"),
    Grade.POOR: pgettext_lazy("sound of a call", "Poor"),
}

_LOW, _HIGH, _HEIGHT = 30, 95, 40


@dataclass(frozen=True, slots=True)
class CallQualityWords:
    """`course`: the points of a line as static/js/phone/quality_view.js draws it."""

    grade: Grade
    label: str
    figures: str
    worst: str
    course: str


def quality_words(call: Call, viewer: Extension) -> CallQualityWords | None:
    """As the viewer heard it; how it sounded to others is theirs to know."""
    kept = [each for each in map(_kept, call.legs.all()) if each and each.leg.extension_id == viewer.pk]
    if not kept:
        return None
    summary = summary_of(kept[-1])
    mean, worst = grade(summary.rating), grade(summary.worst_rating)
    return CallQualityWords(
        grade=mean,
        label=str(GRADE_LABELS[mean]),
        figures=_figures(summary),
        worst=str(GRADE_LABELS[worst]) if worst is not mean else "",
        course=_points(summary.course),
    )


def _kept(leg: object) -> CallQuality | None:
    return getattr(leg, "quality", None)


def _figures(summary: Summary) -> str:
    words = {
        "loss": number_format(summary.loss_percent, decimal_pos=1),
        "jitter": round(summary.jitter_ms),
        "round_trip": round(summary.round_trip_ms),
    }
    if summary.round_trips:
        return _("lost %(loss)s%%, jitter %(jitter)s ms, round trip %(round_trip)s ms") % words
    return _("lost %(loss)s%%, jitter %(jitter)s ms") % words


def _points(course: tuple[int, ...]) -> str:
    line = course if len(course) > 1 else course * 2
    heights = (_HEIGHT * (_HIGH - min(_HIGH, max(_LOW, rated))) / (_HIGH - _LOW) for rated in line)
    return " ".join(f"{100 * at / (len(line) - 1):.1f},{height:.1f}" for at, height in enumerate(heights))
