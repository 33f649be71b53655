"""How often a call that waits for news reads its row again: often when that is cheap, seldom when it is not."""

import pytest

from presence.calls.browser import pause_after


@pytest.mark.parametrize(
    ("read_seconds", "pause"),
    [(0.0, 1.0), (0.002, 1.0), (0.05, 1.0), (0.2, 4.0), (0.5, 10.0), (60.0, 10.0)],
)
def test_a_busy_database_is_asked_less_often(read_seconds: float, pause: float) -> None:
    assert pause_after(read_seconds) == pytest.approx(pause)
