"""When a digital receptionist is open: hours of each weekday in the company's time zone, and days it stays closed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
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
        zone = ZoneInfo(self.time_zone)
        there, now = moment.astimezone(zone), moment.astimezone(UTC)
        day = there.date()
        if day in self.closed_days:
            return False
        # Compared as moments: in the night whose hour comes twice nothing opens or closes a second time.
        spans = self.weekdays.get(there.weekday(), ())
        return any(_moment(day, start, zone) <= now < _moment(day, end, zone) for start, end in spans)


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
