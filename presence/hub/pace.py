"""How often the hub does what."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """In seconds; the product runs on the defaults, tests on others."""

    coalesce: float = 0.010
    heal: float = 3.0
    pulse: float = 10.0
    late_check: float = 1.0
    late_limit: float = 20.0
    expiry_check: float = 60.0
    heartbeat: float = 3.0
    quiet_limit: float = 10.0
