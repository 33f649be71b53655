"""How often the hub does what, and how much at once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """In seconds where nothing else is said; the product runs on the defaults, tests on others."""

    coalesce: float = 0.010
    heal: float = 3.0
    pulse: float = 10.0
    late_check: float = 1.0
    late_limit: float = 20.0
    expiry_check: float = 60.0
    heartbeat: float = 3.0
    quiet_limit: float = 10.0
    opening_at_once: int = 32  # sockets of one kind
    opening_waiting: int = 4_000  # sockets that have not been accepted yet
    opening_patience: float = 5.0  # less than a browser's (OPENING_MAX_MS in static/js/socket.js)
