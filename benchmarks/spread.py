"""Many times of one kind, told by two of them."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds."""

    p50: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Spread":
        ordered = sorted(each * 1000 for each in seconds)
        return cls(statistics.median(ordered), ordered[min(len(ordered) - 1, round(len(ordered) * 0.99))])
