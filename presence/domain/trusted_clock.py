"""A clock that doubts a leap forward, pure: for schedules, which a wrong clock must not set off.

A computer's clock that is set forward makes everything due that lies between. `TrustedClock` compares it with a steady
clock that nobody sets: a leap forward is believed when it has lasted for ten minutes, and until then time goes on as
before. A clock set back is believed at once: nothing falls due by it. The first reading is believed, so that what fell
due while nobody was running is done at the start.
"""

from datetime import datetime, timedelta

LEAP = timedelta(seconds=30)
DOUBT_SECONDS = 600.0


class TrustedClock:
    """Remembers what the time was by both clocks."""

    def __init__(self) -> None:
        self._known: tuple[datetime, float] | None = None
        self._leap: tuple[timedelta, float] | None = None  # how far, and since when by the steady clock

    def moment(self, wall: datetime, steady: float) -> datetime:
        """The time to go by. `wall`: the computer's clock; `steady`: seconds that nobody sets, sleep included."""
        if self._known is None:
            return self._believe(wall, steady)
        expected = self._known[0] + timedelta(seconds=steady - self._known[1])
        leap = wall - expected
        if leap <= LEAP:
            return self._believe(wall, steady)
        if self._leap is None or abs(leap - self._leap[0]) > LEAP:
            self._leap = (leap, steady)
        if steady - self._leap[1] >= DOUBT_SECONDS:
            return self._believe(wall, steady)
        return expected

    def _believe(self, wall: datetime, steady: float) -> datetime:
        self._known, self._leap = (wall, steady), None
        return wall
