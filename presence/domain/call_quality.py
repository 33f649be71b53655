"""How good a call sounds, from what the network did to it; the same sums as static/js/phone/quality.js.

The rating is R of the E-model (ITU-T G.107) with its default values, reduced to what a browser can measure:

    R = 93.2 - Id - Ie,eff
    Id     = 0.024 d + 0.11 (d - 177.3) where d > 177.3      delay, Cole and Rosenbluth's fit of G.107
    Ie,eff = 95 P / (P + 25.1)                               P % lost, Bpl of a concealing codec (G.113)

d is the way of the sound in ms: half the round trip, a jitter buffer of twice the jitter, and 20 ms in a packet.
At 400 ms, the most that G.114 allows, R falls below 60.

| R           | G.109, users are          | grade |
|-------------|---------------------------|-------|
| 80 and more | satisfied                 | good  |
| 60 to 80    | some or many dissatisfied | fair  |
| below 60    | nearly all dissatisfied   | poor  |
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

COURSE_LENGTH_MAX = 60

_R_BEST = 93.2
_PACKET_MS = 20.0
_DELAY_KNEE_MS = 177.3
_LOSS_IMPAIRMENT_MAX = 95.0
_LOSS_ROBUSTNESS = 25.1
_GOOD_FROM = 80.0
_FAIR_FROM = 60.0


class Grade(StrEnum):
    """The quality of a call in one word."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class Sample:
    """What arrived in about two seconds."""

    loss_percent: float
    jitter_ms: float
    round_trip_ms: float | None  # None: not known yet


def rating(sample: Sample) -> float:
    """R of the E-model: 93 is as good as it gets."""
    delay = (sample.round_trip_ms or 0.0) / 2 + 2 * sample.jitter_ms + _PACKET_MS
    of_delay = 0.024 * delay + 0.11 * max(0.0, delay - _DELAY_KNEE_MS)
    of_loss = _LOSS_IMPAIRMENT_MAX * sample.loss_percent / (sample.loss_percent + _LOSS_ROBUSTNESS)
    return max(0.0, _R_BEST - of_delay - of_loss)


def grade(rated: float) -> Grade:
    if rated >= _GOOD_FROM:
        return Grade.GOOD
    return Grade.FAIR if rated >= _FAIR_FROM else Grade.POOR


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole call in a few figures: means, the worst, and the course of the rating."""

    samples: int = 0
    loss_percent: float = 0.0
    worst_loss_percent: float = 0.0
    jitter_ms: float = 0.0
    worst_jitter_ms: float = 0.0
    round_trips: int = 0  # samples that knew the round trip
    round_trip_ms: float = 0.0
    worst_round_trip_ms: float = 0.0
    rating: float = 0.0
    worst_rating: float = 0.0
    course: tuple[int, ...] = ()

    def with_samples(self, taken: Sequence[Sample]) -> "Summary":
        summary = self
        for sample in taken:
            summary = _added(summary, sample)
        return summary


def _added(summary: Summary, sample: Sample) -> Summary:
    rated = rating(sample)
    return replace(
        summary,
        samples=summary.samples + 1,
        loss_percent=_mean(summary.loss_percent, summary.samples, sample.loss_percent),
        worst_loss_percent=max(summary.worst_loss_percent, sample.loss_percent),
        jitter_ms=_mean(summary.jitter_ms, summary.samples, sample.jitter_ms),
        worst_jitter_ms=max(summary.worst_jitter_ms, sample.jitter_ms),
        rating=_mean(summary.rating, summary.samples, rated),
        worst_rating=min(summary.worst_rating, rated) if summary.samples else rated,
        course=_bounded((*summary.course, round(rated))),
        **_round_trips(summary, sample.round_trip_ms),
    )


def _round_trips(summary: Summary, milliseconds: float | None) -> dict[str, Any]:
    if milliseconds is None:
        return {}
    return {
        "round_trips": summary.round_trips + 1,
        "round_trip_ms": _mean(summary.round_trip_ms, summary.round_trips, milliseconds),
        "worst_round_trip_ms": max(summary.worst_round_trip_ms, milliseconds),
    }


def _mean(mean: float, count: int, value: float) -> float:
    return mean + (value - mean) / (count + 1)


def _bounded(course: tuple[int, ...]) -> tuple[int, ...]:
    """A course that has grown too long is told in half the points; the worse of two stays, so that no drop is lost."""
    if len(course) <= COURSE_LENGTH_MAX:
        return course
    return tuple(min(course[at : at + 2]) for at in range(0, len(course), 2))
