"""When a status ends: each choice as a moment, on both edges of summer time, within its bounds; and what follows."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from presence.domain.status_end import EndChoice, EndProblem, EndRefusedError, end_of, follows, presets
from presence.domain.vocabulary import Status

WARSAW = ZoneInfo("Europe/Warsaw")
NEW_YORK = ZoneInfo("America/New_York")


def warsaw(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW, fold=fold)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NOON = warsaw("2026-03-02 12:00")

# choice | own time | now | when it ends
ENDS = [
    ("30m", "", NOON, utc("2026-03-02 11:30")),
    ("1h", "", NOON, utc("2026-03-02 12:00")),
    ("2h", "", NOON, utc("2026-03-02 13:00")),
    ("17:00", "", NOON, utc("2026-03-02 16:00")),
    ("tomorrow", "", NOON, utc("2026-03-03 08:00")),
    ("tomorrow", "", warsaw("2026-12-31 23:50"), utc("2027-01-01 08:00")),
    ("time", "12:45", NOON, utc("2026-03-02 11:45")),
    ("time", "9:05", warsaw("2026-03-02 00:30"), utc("2026-03-02 08:05")),
    ("time", "23:59", NOON, utc("2026-03-02 22:59")),
    ("time", "2026-03-05 08:00", NOON, utc("2026-03-05 07:00")),
    ("time", "2026-03-05T08:00", NOON, utc("2026-03-05 07:00")),
    ("time", "2026-05-01 12:00", NOON, utc("2026-05-01 10:00")),  # summer time by then
    # Spring: at 2:00 it is 3:00.
    ("2h", "", warsaw("2026-03-29 01:30"), utc("2026-03-29 02:30")),
    ("30m", "", warsaw("2026-03-29 01:45"), utc("2026-03-29 01:15")),
    ("time", "02:30", warsaw("2026-03-29 01:30"), utc("2026-03-29 01:30")),  # skipped: 3:30
    ("time", "03:30", warsaw("2026-03-29 01:30"), utc("2026-03-29 01:30")),
    ("17:00", "", warsaw("2026-03-29 01:30"), utc("2026-03-29 15:00")),
    ("tomorrow", "", warsaw("2026-03-28 20:00"), utc("2026-03-29 07:00")),
    # Autumn: at 3:00 it is 2:00 once more.
    ("2h", "", warsaw("2026-10-25 01:30"), utc("2026-10-25 01:30")),
    ("1h", "", warsaw("2026-10-25 02:30"), utc("2026-10-25 01:30")),
    ("time", "02:30", warsaw("2026-10-25 01:30"), utc("2026-10-25 00:30")),  # the first 2:30
    ("time", "02:30", warsaw("2026-10-25 02:40"), utc("2026-10-25 01:30")),  # the first has passed
    ("time", "02:30", warsaw("2026-10-25 02:10", fold=1), utc("2026-10-25 01:30")),
    ("17:00", "", warsaw("2026-10-25 01:30"), utc("2026-10-25 16:00")),
    ("tomorrow", "", warsaw("2026-10-24 20:00"), utc("2026-10-25 08:00")),
]


@pytest.mark.parametrize(("choice", "own", "now", "until"), ENDS)
def test_a_choice_is_a_moment_in_the_persons_time_zone(choice: str, own: str, now: datetime, until: datetime) -> None:
    assert end_of(EndChoice(choice), now, WARSAW, own=own) == until


def test_17_00_is_17_00_where_the_person_is() -> None:
    assert end_of(EndChoice.AT_17, NOON, NEW_YORK) == utc("2026-03-02 22:00")


@pytest.mark.parametrize(
    ("choice", "own", "now", "problem"),
    [
        ("17:00", "", warsaw("2026-03-02 17:00"), EndProblem.PASSED),
        ("17:00", "", warsaw("2026-03-02 21:00"), EndProblem.PASSED),
        ("time", "12:00", NOON, EndProblem.PASSED),
        ("time", "11:59", NOON, EndProblem.PASSED),
        ("time", "2026-03-01 23:00", NOON, EndProblem.PASSED),
        ("time", "0001-01-01 00:00", NOON, EndProblem.PASSED),
        ("time", "02:30", warsaw("2026-10-25 02:30", fold=1), EndProblem.PASSED),
        ("time", "2026-05-01 12:01", NOON + timedelta(hours=-1), EndProblem.TOO_FAR),
        ("time", "2026-05-20 12:00", NOON, EndProblem.TOO_FAR),
        ("time", "9999-12-31 23:59", NOON, EndProblem.TOO_FAR),
        ("time", "", NOON, EndProblem.MALFORMED),
        ("time", "noon", NOON, EndProblem.MALFORMED),
        ("time", "24:00", NOON, EndProblem.MALFORMED),
        ("time", "12:60", NOON, EndProblem.MALFORMED),
        ("time", "12.45", NOON, EndProblem.MALFORMED),
        ("time", "١٢:٤٥", NOON, EndProblem.MALFORMED),
        ("time", "2026-02-30 12:00", NOON, EndProblem.MALFORMED),
        ("time", "tomorrow 12:00", NOON, EndProblem.MALFORMED),
        ("time", "2026-03-05", NOON, EndProblem.MALFORMED),
        ("keep", "", NOON, EndProblem.NO_END),
    ],
)
def test_what_is_no_moment_to_come_is_refused(choice: str, own: str, now: datetime, problem: EndProblem) -> None:
    with pytest.raises(EndRefusedError) as refusal:
        end_of(EndChoice(choice), now, WARSAW, own=own)
    assert refusal.value.problem is problem


def test_the_end_that_there_is_can_be_kept_or_put_off_by_a_quarter_of_an_hour() -> None:
    present_end = NOON + timedelta(minutes=2)
    assert end_of(EndChoice.KEEP, NOON, WARSAW, present_end=present_end) == present_end
    assert end_of(EndChoice.MORE, NOON, WARSAW, present_end=present_end) == NOON + timedelta(minutes=17)
    assert end_of(EndChoice.MORE, NOON, WARSAW, present_end=NOON - timedelta(hours=1)) == NOON + timedelta(minutes=15)
    assert end_of(EndChoice.MORE, NOON, WARSAW) == NOON + timedelta(minutes=15)
    with pytest.raises(EndRefusedError):
        end_of(EndChoice.KEEP, NOON, WARSAW, present_end=NOON)


def test_17_00_is_offered_until_it_is_17_00() -> None:
    assert list(presets(warsaw("2026-03-02 16:59"), WARSAW)) == ["30m", "1h", "2h", "17:00", "tomorrow"]
    assert list(presets(warsaw("2026-03-02 17:00"), WARSAW)) == ["30m", "1h", "2h", "tomorrow"]


@pytest.mark.parametrize(
    ("status", "remembered", "next_one"),
    [
        (Status.LUNCH, Status.DND, Status.DND),
        (Status.LUNCH, None, Status.AVAILABLE),
        (Status.LUNCH, Status.LUNCH, Status.AVAILABLE),
        (Status.AVAILABLE, Status.AWAY, Status.AWAY),
        (Status.AVAILABLE, None, Status.AWAY),
        (Status.AVAILABLE, Status.AVAILABLE, Status.AWAY),
    ],
)
def test_another_status_always_follows(status: Status, remembered: Status | None, next_one: Status) -> None:
    assert follows(status, remembered) is next_one
