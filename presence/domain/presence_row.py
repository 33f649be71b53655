"""What colleagues see of one extension, and what is left of it for those who may see less."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from presence.domain.vocabulary import Lamp, Sight, Status

_NO_MOMENT = datetime.fromtimestamp(0, UTC)
_CALL_LAMPS = frozenset({Lamp.RINGING, Lamp.TALKING})


@dataclass(frozen=True, slots=True)
class PresenceRow:
    """`version` says how new it is; a row that hides the status says nothing but that."""

    number: str
    version: int
    lamp: Lamp
    registered: bool
    since: datetime  # of what the lamp shows
    status: Status | None  # None: not shown
    status_since: datetime
    is_rung: bool = False  # by a call, rather than dialling out: colleagues may pick it up
    until: datetime | None = None  # when the status ends
    note: str = ""
    department: int | None = None

    def seen_with(self, sight: Sight) -> "PresenceRow":
        """As somebody sees it who has this sight of its department."""
        if sight is Sight.NOTHING:
            return PresenceRow(
                number=self.number,
                version=self.version,
                lamp=Lamp.NOT_SHOWN,
                registered=False,
                since=_NO_MOMENT,
                status=None,
                status_since=_NO_MOMENT,
                department=self.department,
            )
        if sight is Sight.WITHOUT_CALLS and self.lamp in _CALL_LAMPS and self.status is not None:
            return replace(self, lamp=Lamp(self.status), since=self.status_since, is_rung=False)
        return self

    def shows_the_same_as(self, other: "PresenceRow | None") -> bool:
        """Whether nobody could tell them apart but by the version."""
        return other is not None and replace(self, version=other.version) == other
