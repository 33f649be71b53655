"""Rows of the directory, said in few words."""

from datetime import UTC, datetime

from presence.domain.presence_row import PresenceRow
from presence.domain.vocabulary import Lamp, Status

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def a_row(
    number: str,
    version: int = 1,
    lamp: str = "available",
    *,
    registered: bool = True,
    since: datetime = MORNING,
    status: str = "available",
    is_rung: bool = False,
    until: datetime | None = None,
    note: str = "",
    department: int | None = None,
) -> PresenceRow:
    """Somebody whose status is as old as what the lamp shows."""
    return PresenceRow(
        number=number,
        version=version,
        lamp=Lamp(lamp),
        registered=registered,
        since=since,
        status=Status(status),
        status_since=since,
        is_rung=is_rung,
        until=until,
        note=note,
        department=department,
    )
