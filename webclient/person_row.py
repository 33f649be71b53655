"""One colleague as a page shows them: who they are, and their lamp in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate, localtime
from django.utils.translation import get_language, gettext, gettext_lazy

from presence.domain.audiences import Audience
from presence.domain.pick_up import may_pick_up
from presence.domain.presence_row import PresenceRow
from presence.domain.vocabulary import Lamp, PickUpScope, Sight, Status
from presence.labels import LAMP_LABELS, STATUS_LABELS
from presence.models import Extension
from presence.selectors.settings import company

_HUES = 12
# Of a row that is not whole: a growing version would tell of calls. What the socket says goes before it.
UNCOUNTED = 0
UNTIL = gettext_lazy("{status} until {time}")
NOTE = gettext_lazy("“{note}”")


@dataclass(frozen=True, slots=True)
class PersonRow:
    number: str
    name: str
    department: str
    version: int
    lamp: Lamp
    registered: bool
    since: datetime
    status: Status | None  # None: not shown
    is_rung: bool = False
    until: datetime | None = None
    note: str = ""
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
        return str(LAMP_LABELS[Lamp.NOT_SHOWN] if self.status is None else STATUS_LABELS[self.status])

    @property
    def status_words(self) -> str:
        """With its end, if it has one."""
        return (
            str(UNTIL).format(status=self.status_label, time=until_words(self.until))
            if self.until
            else self.status_label
        )

    @property
    def words(self) -> str:
        if self.lamp in (Lamp.RINGING, Lamp.TALKING, Lamp.NOT_SHOWN):
            return str(LAMP_LABELS[self.lamp])
        return self.status_words if self.registered else f"{self.status_words}, {gettext('no phone')}"

    @property
    def note_words(self) -> str:
        return str(NOTE).format(note=self.note) if self.note else ""

    @property
    def seldom(self) -> SafeString | str:
        """Attributes that few rows have: the status's end and note."""
        if self.until is None and not self.note:
            return ""
        until = int(self.until.timestamp()) if self.until else 0
        return format_html(' data-until="{}" data-note="{}"', until, self.note)

    @property
    def since_words(self) -> str:
        """Since when, by the server's clock; the script tells it by the browser's."""
        if self.lamp in (Lamp.RINGING, Lamp.NOT_SHOWN):
            return ""  # how long a phone has been ringing says nothing worth a glance
        return gettext("since {time}").format(time=moment_words(self.since))

    @property
    def call_label(self) -> str:
        return gettext("Call %(name)s, %(number)s") % {"name": self.name, "number": self.number}

    @property
    def pick_up_label(self) -> str:
        return gettext("Pick up the call for %(name)s, %(number)s") % {"name": self.name, "number": self.number}


def moment_words(moment: datetime) -> str:
    """The time of day; for another day than today, the day."""
    moment = localtime(moment)
    return f"{moment:%H:%M}" if moment.date() == localdate() else _day_words(moment)


def until_words(moment: datetime) -> str:
    """The time of day, after the day where it is another than today."""
    moment = localtime(moment)
    time = f"{moment:%H:%M}"
    return time if moment.date() == localdate() else f"{_day_words(moment)}, {time}"


def _day_words(moment: datetime) -> str:
    """As the browser says it: only English writes its months with a capital."""
    return date_format(moment, "j M" if get_language() == "en" else "j b")


def person_rows(
    extensions: Iterable[Extension],
    presence: Iterable[PresenceRow],
    *,
    audience: Audience,
    me: Extension | None = None,
) -> list[PersonRow]:
    """Each extension with what the audience sees of it, in the order of `extensions`; `me`: who looks."""
    rows = {row.number: row for row in presence}
    scope = PickUpScope(company().pick_up) if me else PickUpScope.NOBODY
    return [
        _person_row(
            extension,
            rows[extension.number].seen_with(sight),
            sight,
            is_me=extension == me,
            can_pick_up=me is not None and extension != me and _is_in_reach(scope, me, extension, sight),
        )
        for extension in extensions
        if extension.number in rows
        for sight in (audience.sight(extension.department_id),)
    ]


def _is_in_reach(scope: PickUpScope, me: Extension, other: Extension, sight: Sight) -> bool:
    """For any call that rings there; what rings there for a group of mine I may pick up besides, by its code."""
    same_department = me.department_id is not None and me.department_id == other.department_id
    return may_pick_up(scope, sight, same_department=same_department, same_group=False)


def _person_row(extension: Extension, seen: PresenceRow, sight: Sight, *, is_me: bool, can_pick_up: bool) -> PersonRow:
    return PersonRow(
        number=extension.number,
        name=extension.name,
        department=extension.department.name if extension.department else "",
        version=seen.version if sight is Sight.WHOLE else UNCOUNTED,
        lamp=seen.lamp,
        registered=seen.registered,
        since=seen.since,
        status=seen.status,
        is_rung=seen.is_rung,
        until=seen.until,
        note=seen.note,
        is_me=is_me,
        can_pick_up=can_pick_up,
    )
