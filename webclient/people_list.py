"""Who is on the page People: everybody; of a large company, those of one department or those who were looked for.

A browser draws about a thousand rows well (`ROWS_MAX`). Ten thousand took it seconds, and the server more than one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from presence.domain.presence_row import PresenceRow
from presence.models import Extension
from presence.selectors import presence_rows
from presence.selectors.people import DepartmentSize, department_sizes, people_found, people_of
from presence.selectors.rights import audience_of_holder
from webclient.drawn_rows import drawn
from webclient.person_row import PersonRow, person_rows

ROWS_MAX = 1_000


@dataclass(slots=True)
class DepartmentRows:
    """`rows` may be fewer than `size`; `key` opens the department."""

    name: str
    key: int = 0
    size: int = 0
    rows: list[PersonRow] = field(default_factory=list)

    @property
    def drawn(self) -> SafeString:
        return drawn(self.rows)


@dataclass(frozen=True, slots=True)
class PeopleList:
    departments: list[DepartmentRows]
    shown: int
    found: int  # who answers, shown or not
    is_part: bool  # the company is too large for one page
    is_cut: bool  # of those who were asked for, not all are shown


def people_list(me: Extension, text: str, department: str, order: str) -> PeopleList:
    """`text`: what was typed; empty: everybody. `department`: the key of the one to open; `order`: number or name."""
    sizes = department_sizes()
    company = sum(each.size for each in sizes)
    is_part = company > ROWS_MAX
    opened = _opened(sizes, department, me) if is_part and not text else None
    if text:
        extensions, found = people_found(text, ROWS_MAX)
        extensions.sort(key=lambda each: (len(each.number), each.number))
    else:
        # Names are put in order here, so all of them are needed to know the first.
        extensions, found = people_of(opened, None if order == "name" else ROWS_MAX), company
    asked = opened.size if opened else found
    presence = _presence(extensions, is_everybody=not (text or is_part))
    rows = person_rows(extensions, presence, audience=audience_of_holder(me), me=me)
    if order == "name":
        rows.sort(key=lambda row: (row.last_name.casefold(), row.name.casefold()))
    rows = rows[:ROWS_MAX]
    others = sizes if opened else ()
    return PeopleList(by_department(rows, others), len(rows), found, is_part, len(rows) < asked)


def by_department(rows: Iterable[PersonRow], sizes: Iterable[DepartmentSize] = ()) -> list[DepartmentRows]:
    """Departments by name, whoever is in none at the end. `sizes`: departments to show without rows, too."""
    departments = {each.name: DepartmentRows(each.name, each.key, each.size) for each in sizes}
    for row in rows:
        departments.setdefault(row.department, DepartmentRows(row.department)).rows.append(row)
    for each in departments.values():
        each.size = max(each.size, len(each.rows))
    return sorted(departments.values(), key=lambda department: (not department.name, department.name.casefold()))


def _opened(sizes: Sequence[DepartmentSize], key: str, me: Extension) -> DepartmentSize:
    """The one that was asked for, else one's own; there is one, for the company is not empty."""
    by_key = {str(each.key): each for each in sizes}
    own = str(me.department_id or 0)
    return by_key.get(key) or by_key.get(own) or sizes[0]


def _presence(extensions: Sequence[Extension], *, is_everybody: bool) -> Sequence[PresenceRow]:
    return presence_rows(None if is_everybody else [each.number for each in extensions])
