"""What is measured of a system at one number of sockets; medians of the rounds."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.peers.load import Connected


@dataclass(frozen=True, slots=True)
class Round:
    """One turn of a system. Times are of single changes while it is quiet, in milliseconds from the trigger."""

    half: float  # of the screens have it
    p99: float
    last: float
    slowest: float  # the last screen's, of the slowest change
    deliveries: float = 0.0  # a second, in a flood
    cpu: float = 0.0  # the server's seconds for a million deliveries
    bytes: float = 0.0  # of one change
    load_is_busy: float = 0.0  # share of the time that the load generator was


@dataclass(frozen=True, slots=True)
class Held:
    """A rate that everybody kept up with, coalesced."""

    changes: float  # a second
    lag: float  # milliseconds by which the last socket was behind
    bytes: float  # of one change
    cpu: float  # the server's seconds for a million deliveries


@dataclass(slots=True)
class Figures:
    sockets: int
    connects: float  # a second
    memory: float  # bytes of one socket
    rounds: list[Round] = field(default_factory=list)
    held: Held | None = None
    back: Connected | None = None

    def of(self, figure: Callable[[Round], float]) -> float:
        return statistics.median(map(figure, self.rounds))

    @property
    def deliveries(self) -> float:
        return self.held.changes * self.sockets if self.held else self.of(lambda each: each.deliveries)

    @property
    def cpu(self) -> float:
        return self.held.cpu if self.held else self.of(lambda each: each.cpu)

    @property
    def bytes(self) -> float:
        return self.held.bytes if self.held else self.of(lambda each: each.bytes)

    @property
    def slowest(self) -> float:
        return self.of(lambda each: each.slowest)
