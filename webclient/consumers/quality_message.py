"""What a window reports of its call's sound: `quality{call, samples: [[loss %, jitter ms, round trip ms], ...]}`."""

from typing import Any

from presence.domain.call_quality import Sample
from webclient.consumers.call_socket import MalformedError, Message, field

SAMPLES_MAX = 32
_LOSS_MAX = 100.0
_MILLISECONDS_MAX = 60_000.0


def samples_of(message: Message) -> list[Sample]:
    """The samples, each within its bounds; else MalformedError."""
    samples = field(message, "samples", list)
    if not 0 < len(samples) <= SAMPLES_MAX:
        raise MalformedError
    return [_sample(each) for each in samples]


def _sample(figures: Any) -> Sample:
    if not isinstance(figures, list) or len(figures) != len(Sample.__slots__):
        raise MalformedError
    loss, jitter, round_trip = figures
    return Sample(
        _within(loss, _LOSS_MAX),
        _within(jitter, _MILLISECONDS_MAX),
        None if round_trip is None else _within(round_trip, _MILLISECONDS_MAX),
    )


def _within(figure: Any, most: float) -> float:
    is_number = isinstance(figure, int | float) and not isinstance(figure, bool)
    if not is_number or not 0 <= figure <= most:
        raise MalformedError
    return float(figure)
