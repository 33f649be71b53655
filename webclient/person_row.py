"""One colleague as a page shows them: who they are, and their lamp in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext

from presence.domain.pick_up import may_pick_up
from presence.domain.vocabulary import Lamp, PickUpScope, Status
from presence.labels import LAMP_LABELS, STATUS_LABELS
from presence.models import Extension
from presence.selectors import PresenceRow
from presence.selectors.settings import company

_HUES = 12


@dataclass(frozen=True, slots=True)
class PersonRow:
    number: str
    name: str
    department: str
    version: int
    lamp: Lamp
    registered: bool
    since: datetime
    status: Status
    is_rung: bool = False
    is_me: bool = False
    can_pick_up: bool = False  # by whoever looks, while it rings

    @property
    def first_names(self) -> str:
        return self.name.rpartition(" ")[0]

    @property
    def last_name(self) -> str:
        return self.name.rpartition(" ")[2]

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in dict.fromkeys([*words[:1], *words[-1:]])).upper()

    @property
    def hue(self) -> int:
        return crc32(self.number.encode()) % _HUES

    @property
    def registered_code(self) -> str:
        return "true" if self.registered else "false"

    @property
    def since_unix(self) -> str:
        return str(int(self.since.timestamp()))

    @property
    def status_label(self) -> str:
        return str(STATUS_LABELS[self.status])

    @property
    def words(self) -> str:
        lamp = str(LAMP_LABELS[self.lamp])
        can_ring = self.registered or self.lamp in (Lamp.RINGING, Lamp.TALKING)
        return lamp if can_ring else f"{lamp}, {gettext('no phone')}"

    @property
    def since_words(self) -> str:
        """Since when, by the server's clock; the script tells it by the browser's."""
        if self.lamp is Lamp.RINGING:
            return ""  # how long a phone has been ringing says nothing worth a glance
        return gettext("since {time}").format(time=moment_words(self.since))

    @property
    def call_label(self) -> str:
        return gettext("Call %(name)s, %(number)s") % {"name": self.name, "number": self.number}

    @property
    def pick_up_label(self) -> str:
        return gettext("Pick up the call for %(name)s, %(number)s") % {"name": self.name, "number": self.number}

    def matches(self, text: str) -> bool:
        text = text.casefold()
        return self.number.startswith(text) or text in self.name.casefold()


def moment_words(moment: datetime) -> str:
    """The time of day; for another day than today, the day."""
    moment = localtime(moment)
    return f"{moment:%H:%M}" if moment.date() == localdate() else date_format(moment, "j M")


def person_rows(
    extensions: Iterable[Extension], presence: Iterable[PresenceRow], *, me: Extension | None = None
) -> list[PersonRow]:
    """Each extension with what colleagues see of it, in the order of `extensions`; `me`: who looks."""
    seen = {row.number: row for row in presence}
    scope = PickUpScope(company().pick_up) if me else PickUpScope.NOBODY
    return [
        _person_row(
            extension,
            seen[extension.number],
            is_me=extension == me,
            can_pick_up=me is not None and extension != me and _is_in_reach(scope, me, extension),
        )
        for extension in extensions
        if extension.number in seen
    ]


def _is_in_reach(scope: PickUpScope, me: Extension, other: Extension) -> bool:
    """For any call that rings there; what rings there for a group of mine I may pick up besides, by its code."""
    same_department = me.department_id is not None and me.department_id == other.department_id
    return may_pick_up(scope, same_department=same_department, same_group=False)


def _person_row(extension: Extension, seen: PresenceRow, *, is_me: bool, can_pick_up: bool) -> PersonRow:
    return PersonRow(
        number=extension.number,
        name=extension.name,
        department=extension.department.name if extension.department else "",
        version=seen.version,
        lamp=seen.lamp,
        registered=seen.registered,
        since=seen.since,
        status=seen.status,
        is_rung=seen.is_rung,
        is_me=is_me,
        can_pick_up=can_pick_up,
    )
