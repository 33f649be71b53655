"""A schedule goes by a clock that doubts a leap forward: setting the computer's clock sets nothing off."""

from datetime import UTC, datetime, timedelta

import pytest

from presence.domain.trusted_clock import DOUBT_SECONDS, TrustedClock

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_the_first_reading_is_believed() -> None:
    assert TrustedClock().moment(NOON, 5.0) == NOON


def test_time_passes_and_a_clock_that_is_a_little_fast_or_slow_is_followed() -> None:
    clock = TrustedClock()
    clock.moment(NOON, 0)
    assert clock.moment(after(1.2), 1) == after(1.2)
    assert clock.moment(after(1.9), 2) == after(1.9)
    assert clock.moment(after(3600), 3600) == after(3600)


@pytest.mark.parametrize("leap", [HOUR, DAY])
def test_a_leap_forward_is_doubted_for_ten_minutes(leap: timedelta) -> None:
    clock = TrustedClock()
    clock.moment(NOON, 0)
    assert clock.moment(NOON + leap, 1) == after(1)
    assert clock.moment(after(DOUBT_SECONDS) + leap, DOUBT_SECONDS) == after(DOUBT_SECONDS)
    assert clock.moment(after(DOUBT_SECONDS + 1) + leap, DOUBT_SECONDS + 1) == after(DOUBT_SECONDS + 1) + leap


def test_a_leap_that_is_taken_back_was_none() -> None:
    clock = TrustedClock()
    clock.moment(NOON, 0)
    clock.moment(NOON + DAY, 1)
    assert clock.moment(after(500), 500) == after(500)
    assert clock.moment(after(700) + DAY, 700) == after(700)


def test_another_leap_is_doubted_anew() -> None:
    clock = TrustedClock()
    clock.moment(NOON, 0)
    clock.moment(NOON + HOUR, 1)
    assert clock.moment(after(500) + DAY, 500) == after(500)
    assert clock.moment(after(700) + DAY, 700) == after(700)


@pytest.mark.parametrize("leap", [HOUR, DAY])
def test_a_clock_that_is_set_back_is_believed_at_once(leap: timedelta) -> None:
    clock = TrustedClock()
    clock.moment(NOON, 0)
    assert clock.moment(after(1) - leap, 1) == after(1) - leap
