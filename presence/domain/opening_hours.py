"""When a digital receptionist is open: hours of each weekday in the company's time zone, and days it stays closed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

Span = tuple[time, time]  # open from the first until just before the second; both on one day


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """`weekdays`: 0 is Monday; a day without spans is closed. `closed_days`: holidays and the like."""

    weekdays: Mapping[int, tuple[Span, ...]]
    time_zone: str
    closed_days: frozenset[date] = field(default_factory=frozenset)

    def is_open(self, moment: datetime) -> bool:
        """Whether it is open at `moment`, which must be aware; by the clock on the company's wall."""
        there = moment.astimezone(ZoneInfo(self.time_zone))
        if there.date() in self.closed_days:
            return False
        return any(start <= there.time() < end for start, end in self.weekdays.get(there.weekday(), ()))
