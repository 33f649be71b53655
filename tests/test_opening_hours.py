"""When a digital receptionist is open: by the company's wall clock, through both clock changes, and on holidays."""

from datetime import UTC, date, datetime, time

import pytest

from presence.domain.call_facts import ReceptionistFacts
from presence.domain.opening_hours import OpeningHours
from presence.models import Company, Receptionist
from presence.selectors.callees import callee_facts
from tests.line_cast import make_receptionist

WARSAW = "Europe/Warsaw"
MONDAY, SUNDAY = 0, 6
OFFICE = OpeningHours({MONDAY: ((time(8), time(12)), (time(12, 30), time(16)))}, WARSAW)
NIGHT = OpeningHours({SUNDAY: ((time(2), time(3)),)}, WARSAW)
LATE = OpeningHours({SUNDAY: ((time(3), time(4)),)}, WARSAW)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "moment", "is_open"),
    [
        # Winter: Warsaw is one hour ahead.
        (OFFICE, "2026-11-23T06:59:59", False),
        (OFFICE, "2026-11-23T07:00:00", True),
        (OFFICE, "2026-11-23T10:59:59", True),
        (OFFICE, "2026-11-23T11:00:00", False),
        (OFFICE, "2026-11-23T11:30:00", True),
        (OFFICE, "2026-11-23T15:00:00", False),
        (OFFICE, "2026-11-24T09:00:00", False),
        # Summer: two hours.
        (OFFICE, "2026-07-06T05:59:59", False),
        (OFFICE, "2026-07-06T06:00:00", True),
        (OFFICE, "2026-07-06T14:00:00", False),
        # The last Monday before and the first after the clocks go forward (2026-03-29) and back (2026-10-25).
        (OFFICE, "2026-03-23T07:00:00", True),
        (OFFICE, "2026-03-30T06:00:00", True),
        (OFFICE, "2026-10-19T06:00:00", True),
        (OFFICE, "2026-10-26T06:00:00", False),
        (OFFICE, "2026-10-26T07:00:00", True),
        # 02:00 to 03:00 does not exist when the clocks go forward: 01:59 is followed by 03:00.
        (NIGHT, "2026-03-29T00:59:59", False),
        (NIGHT, "2026-03-29T01:00:00", False),
        (LATE, "2026-03-29T00:59:59", False),
        (LATE, "2026-03-29T01:00:00", True),
        # ... and is there twice when they go back.
        (NIGHT, "2026-10-24T23:59:59", False),
        (NIGHT, "2026-10-25T00:30:00", True),
        (NIGHT, "2026-10-25T01:30:00", True),
        (NIGHT, "2026-10-25T02:00:00", False),
        # A Monday in Warsaw begins while it is Sunday elsewhere.
        (OpeningHours({MONDAY: ((time(0), time(1)),)}, WARSAW), "2026-11-22T23:30:00", True),
        (OpeningHours({}, WARSAW), "2026-11-23T09:00:00", False),
    ],
)
def test_it_is_open_by_the_clock_on_the_companys_wall(hours: OpeningHours, moment: str, is_open: bool) -> None:
    assert hours.is_open(utc(moment)) is is_open


def test_a_closed_day_is_a_day_of_the_company_not_of_the_world() -> None:
    hours = OpeningHours({day: ((time(0), time(23, 59)),) for day in range(7)}, WARSAW, frozenset({date(2026, 11, 11)}))
    assert hours.is_open(utc("2026-11-10T22:30:00"))
    assert not hours.is_open(utc("2026-11-10T23:30:00"))
    assert not hours.is_open(utc("2026-11-11T22:30:00"))
    assert hours.is_open(utc("2026-11-11T23:30:00"))


ALL_DAY = {str(day): [["00:00", "23:59"]] for day in range(7)}


def hours_of(**facts: object) -> OpeningHours | None:
    system = make_receptionist("850", {})
    Receptionist.objects.filter(system_extension=system).update(**facts)
    receptionist = callee_facts("850")
    assert isinstance(receptionist, ReceptionistFacts)
    return receptionist.hours


@pytest.mark.django_db
@pytest.mark.parametrize(("country", "keeps", "is_open"), [("PL", True, False), ("PL", False, True), ("", True, True)])
def test_the_public_holidays_of_the_companys_country_close_it(country: str, keeps: bool, is_open: bool) -> None:
    company, _ = Company.objects.get_or_create(pk=1)
    Company.objects.filter(pk=company.pk).update(holidays_of=country, time_zone=WARSAW)
    hours = hours_of(has_hours=True, hours=ALL_DAY, keeps_holidays=keeps)
    assert hours is not None
    independence_day = datetime(datetime.now(UTC).year, 11, 11, 12, tzinfo=UTC)
    assert hours.is_open(independence_day) is is_open


@pytest.mark.django_db
def test_without_hours_of_its_own_it_is_always_open() -> None:
    assert hours_of(hours=ALL_DAY) is None
