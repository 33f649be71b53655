"""Whether a digital receptionist is open now, and why, as an operator is told."""

from datetime import UTC, datetime

import pytest

from presence.domain.system_settings import ReceptionistSettings
from presence.models import Company
from webclient.operator.system_hours import next_holidays, open_now

POLAND = Company(time_zone="Europe/Warsaw", holidays_of="PL")
OFFICE = ReceptionistSettings(has_hours=True, hours={"0": (("08:00", "12:00"), ("13:00", "16:00"))})


@pytest.mark.parametrize(
    ("kept", "moment", "is_open", "because"),
    [
        (ReceptionistSettings(), datetime(2026, 11, 22, tzinfo=UTC), True, "it has no opening hours"),
        (
            OFFICE,
            datetime(2026, 11, 23, 7, 30, tzinfo=UTC),
            True,
            "it is Monday, 08:30, and open 08:00-12:00, 13:00-16:00",
        ),
        (
            OFFICE,
            datetime(2026, 11, 23, 11, 0, tzinfo=UTC),
            False,
            "it is Monday, 12:00, and open 08:00-12:00, 13:00-16:00",
        ),
        (OFFICE, datetime(2026, 11, 22, 9, 0, tzinfo=UTC), False, "it is Sunday"),
        (OFFICE, datetime(2027, 3, 29, 9, 0, tzinfo=UTC), False, "today is a public holiday: Easter Monday"),
    ],
)
def test_it_is_open_or_closed_for_a_reason(
    kept: ReceptionistSettings, moment: datetime, because: str, *, is_open: bool
) -> None:
    found = open_now(kept, POLAND, moment)
    assert (found.is_open, found.because) == (is_open, because)


def test_a_company_without_a_country_keeps_no_holidays() -> None:
    assert next_holidays(Company(holidays_of="", time_zone="UTC")) == []
    assert len(next_holidays(POLAND)) == 4
