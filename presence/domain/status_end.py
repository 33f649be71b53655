"""When a status ends and what follows it, pure: the choices a person has, as moments in their own time zone.

30 min, 1 h, 2 h       elapsed time, whatever the clocks on the wall do meanwhile
17:00, tomorrow 9:00   the wall clock of the person's time zone, as is a time of one's own
a wall time that is skipped in spring    as long after the skip as it stood after the skip's beginning
a wall time that comes twice in autumn   the first of the two that is still to come
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from presence.domain.vocabulary import Status

LONGEST = timedelta(days=60)
MORE = timedelta(minutes=15)

_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?\Z")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")


class EndChoice(StrEnum):
    """What a person picks; `KEEP` and `MORE` speak of the end that the status has already."""

    HALF_AN_HOUR = "30m"
    HOUR = "1h"
    TWO_HOURS = "2h"
    AT_17 = "17:00"
    TOMORROW = "tomorrow"
    OWN_TIME = "time"
    KEEP = "keep"
    MORE = "more"


ELAPSED = {
    EndChoice.HALF_AN_HOUR: timedelta(minutes=30),
    EndChoice.HOUR: timedelta(hours=1),
    EndChoice.TWO_HOURS: timedelta(hours=2),
}
# Offered as buttons, in this order; a time of one's own has fields.
PRESETS = (*ELAPSED, EndChoice.AT_17, EndChoice.TOMORROW)
_CLOSING, _OPENING = time(17), time(9)


class EndProblem(StrEnum):
    """Why there is no such end."""

    MALFORMED = "malformed"
    PASSED = "passed"
    TOO_FAR = "too_far"
    NO_END = "no_end"  # to be kept


class EndRefusedError(ValueError):
    """A choice that is no moment to come."""

    def __init__(self, problem: EndProblem) -> None:
        super().__init__(problem)
        self.problem = problem


def end_of(
    choice: EndChoice, now: datetime, zone: tzinfo, *, own: str = "", present_end: datetime | None = None
) -> datetime:
    """The moment, in UTC, that `choice` means to somebody in `zone`.

    `own`: "12:45" (today) or a date before it, "2026-12-03 12:45"; `present_end`: of the status as it is.
    """
    now = now.astimezone(UTC)
    until = _moment(choice, now, zone, own, present_end)
    if until <= now:
        raise EndRefusedError(EndProblem.PASSED)
    if until - now > LONGEST:
        raise EndRefusedError(EndProblem.TOO_FAR)
    return until


def _moment(choice: EndChoice, now: datetime, zone: tzinfo, own: str, present_end: datetime | None) -> datetime:
    if choice in ELAPSED:
        return now + ELAPSED[choice]
    today = now.astimezone(zone).date()
    match choice:
        case EndChoice.AT_17:
            return _on_the_wall(today, _CLOSING, zone, now)
        case EndChoice.TOMORROW:
            return _on_the_wall(today + timedelta(days=1), _OPENING, zone, now)
        case EndChoice.OWN_TIME:
            return _on_the_wall(*_own_time(own, today), zone, now)
        case EndChoice.MORE:
            return max(present_end.astimezone(UTC) if present_end else now, now) + MORE
    if present_end is None:
        raise EndRefusedError(EndProblem.NO_END)
    return present_end.astimezone(UTC)


def _own_time(text: str, today: date) -> tuple[date, time]:
    day_text, _, time_text = text.strip().replace("T", " ").rpartition(" ")
    found = _TIME.match(time_text)
    on_day = _DATE.match(day_text.strip())
    if found is None or (day_text.strip() and on_day is None):
        raise EndRefusedError(EndProblem.MALFORMED)
    try:
        day = date(*map(int, on_day.groups())) if on_day else today
        at = time(int(found[1]), int(found[2]))
    except ValueError as error:
        raise EndRefusedError(EndProblem.MALFORMED) from error
    if day < today:
        raise EndRefusedError(EndProblem.PASSED)
    if day - today > LONGEST + timedelta(days=1):
        raise EndRefusedError(EndProblem.TOO_FAR)
    return day, at


def _on_the_wall(day: date, at: time, zone: tzinfo, now: datetime) -> datetime:
    """With `fold=0` a skipped time is counted from before the skip, which moves it forward past it."""
    wall = datetime.combine(day, at, tzinfo=zone)
    first = wall.astimezone(UTC)
    return first if first > now else wall.replace(fold=1).astimezone(UTC)


def presets(now: datetime, zone: tzinfo) -> dict[EndChoice, datetime]:
    """The ends that can be had with one click now: after 17:00 there is no 17:00 today."""
    moments = {choice: _moment(choice, now.astimezone(UTC), zone, "", None) for choice in PRESETS}
    return {choice: until for choice, until in moments.items() if until > now}


def follows(status: Status, remembered: Status | None) -> Status:
    """What comes after `status`: what was before it; where nothing is remembered, the likeliest other one."""
    if remembered is not None and remembered is not status:
        return remembered
    return Status.AVAILABLE if status is not Status.AVAILABLE else Status.AWAY
