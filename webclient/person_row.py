"""One colleague as a page shows them: who they are, and their lamp in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from django.utils.translation import gettext

from presence.domain.vocabulary import Lamp, Status
from presence.labels import LAMP_LABELS, STATUS_LABELS
from presence.models import Extension
from presence.selectors import PresenceRow

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

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in dict.fromkeys([*words[:1], *words[-1:]])).upper()

    @property
    def first_names(self) -> str:
        return self.name.rpartition(" ")[0]

    @property
    def last_name(self) -> str:
        return self.name.rpartition(" ")[2]

    @property
    def hue(self) -> int:
        return crc32(self.number.encode()) % _HUES

    @property
    def status_label(self) -> str:
        return str(STATUS_LABELS[self.status])

    @property
    def words(self) -> str:
        lamp = str(LAMP_LABELS[self.lamp])
        can_ring = self.registered or self.lamp in (Lamp.RINGING, Lamp.TALKING)
        return lamp if can_ring else f"{lamp}, {gettext('no phone')}"

    @property
    def shows_since(self) -> bool:
        """How long a phone has been ringing says nothing worth a glance."""
        return self.lamp is not Lamp.RINGING

    def matches(self, text: str) -> bool:
        text = text.casefold()
        return self.number.startswith(text) or text in self.name.casefold()


def person_rows(extensions: Iterable[Extension], presence: Iterable[PresenceRow]) -> list[PersonRow]:
    """Each extension with what colleagues see of it, in the order of `extensions`."""
    seen = {row.number: row for row in presence}
    return [_person_row(extension, seen[extension.number]) for extension in extensions if extension.number in seen]


def _person_row(extension: Extension, seen: PresenceRow) -> PersonRow:
    return PersonRow(
        number=extension.number,
        name=extension.name,
        department=extension.department.name if extension.department else "",
        version=seen.version,
        lamp=seen.lamp,
        registered=seen.registered,
        since=seen.since,
        status=seen.status,
    )
