"""Opening hours as typed -> spans of the day, or what is wrong; and whether it is open now, in words."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from unicodedata import normalize
from zoneinfo import ZoneInfo

from django.utils import dates, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from holidays import country_holidays

from presence.domain.system_settings import CLOSING_TIME_MAX, ReceptionistSettings, hours_text
from presence.models import Company

SPANS_MAX = 6
_HOLIDAY_LANGUAGES = {"pl": "pl", "en": "en_US"}
_DASHES = re.compile(r"\s*[-\u2010-\u2015]\s*")
_SEPARATORS = re.compile(r"[,;\s]+")
_TIME = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?")


class HoursError(ValueError):
    """These are no opening hours; says why."""


def typed_spans(typed: str) -> tuple[tuple[str, str], ...]:
    """ "8-12, 13:00-16:00" -> (("08:00", "12:00"), ("13:00", "16:00")); nothing typed: closed. Raises HoursError."""
    text = _DASHES.sub("-", normalize("NFKC", typed).strip())
    spans = sorted(_span(part) for part in _SEPARATORS.split(text) if part)
    if len(spans) > SPANS_MAX:
        raise HoursError(_("At most %(max)s spans a day.") % {"max": SPANS_MAX})
    for (_start, end), (following, _end) in pairwise(spans):
        if following < end:
            raise HoursError(_("Two of these spans overlap."))
    return tuple(spans)


def _span(part: str) -> tuple[str, str]:
    start, dash, end = part.partition("-")
    if not dash:
        raise HoursError(_("Type from when until when, as in 08:00-12:00, 13:00-16:00."))
    span = _time(start), _time(end, is_end=True)
    if span[1] <= span[0]:
        raise HoursError(_("%(span)s ends before it starts.") % {"span": part})
    return span


def _time(text: str, *, is_end: bool = False) -> str:
    found = _TIME.fullmatch(text)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 99)
    if is_end and (hour, minute) == (24, 0):
        return CLOSING_TIME_MAX
    if hour > 23 or minute > 59:
        raise HoursError(_("%(time)s is not a time of day.") % {"time": text or "?"})
    return f"{hour:02}:{minute:02}"


@dataclass(frozen=True, slots=True)
class OpenNow:
    is_open: bool
    because: str


def open_now(settings: ReceptionistSettings, company: Company, moment: datetime) -> OpenNow:
    """Whether a digital receptionist is open, and why, by the company's clock."""
    if not settings.has_hours:
        return OpenNow(is_open=True, because=_("it has no opening hours"))
    there = moment.astimezone(ZoneInfo(company.time_zone))
    if settings.keeps_holidays and (name := dict(holidays_from(company, there.date(), 1)).get(there.date())):
        return OpenNow(is_open=False, because=_("today is a public holiday: %(name)s") % {"name": name})
    spans = settings.hours.get(str(there.weekday()), ())
    words = {"day": dates.WEEKDAYS[there.weekday()], "time": f"{there:%H:%M}", "hours": hours_text(spans)}
    if not spans:
        return OpenNow(is_open=False, because=_("it is %(day)s") % words)
    is_open = any(time.fromisoformat(start) <= there.time() < time.fromisoformat(end) for start, end in spans)
    return OpenNow(is_open, _("it is %(day)s, %(time)s, and open %(hours)s") % words)


def holidays_from(company: Company, day: date, count: int) -> list[tuple[date, str]]:
    """The next public holidays of the company's country, `day` included, by name in the reader's language."""
    if not company.holidays_of:
        return []
    language = _HOLIDAY_LANGUAGES.get((get_language() or "en")[:2])
    known = country_holidays(company.holidays_of, years=[day.year, day.year + 1], language=language)
    return sorted((each, name) for each, name in known.items() if each >= day)[:count]


def next_holidays(company: Company, count: int = 4) -> list[tuple[date, str]]:
    return holidays_from(company, timezone.now().astimezone(ZoneInfo(company.time_zone)).date(), count)
