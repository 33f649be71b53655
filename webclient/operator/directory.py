"""The directory as an operator sorts and filters it: read once, narrow, and put in order here.

Databases fold case and sort letters each in their own way; "Łukasz" belongs between "Lucyna" and "Maria" on all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

from django.db.models import Exists, OuterRef, Q

from presence.domain.letters import in_polish_order, plain
from presence.domain.vocabulary import Status
from presence.models import Extension, Registration

NO_DEPARTMENT = "none"
_TEXT_LENGTH_MAX = 40


class Entry(NamedTuple):
    """What the list is filtered and sorted by."""

    pk: int
    number: str
    name: str
    department: str | None


@dataclass(frozen=True, slots=True)
class ListFilter:
    """The list's query string; what makes no sense there is as if it were not."""

    q: str = ""
    department: str = ""
    status: str = ""
    registered: str = ""
    mobile: str = ""
    sort: str = "number"

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> Self:
        department, sort = sent.get("department", ""), sent.get("sort", "")
        is_department = department == NO_DEPARTMENT or (department.isascii() and department.isdigit())
        return cls(
            q=sent.get("q", "").replace("\x00", "").strip()[:_TEXT_LENGTH_MAX],
            department=department if is_department and len(department) < 16 else "",
            status=_one_of(sent.get("status", ""), list(Status)),
            registered=_one_of(sent.get("registered", ""), ["yes", "no"]),
            mobile=_one_of(sent.get("mobile", ""), ["yes", "no"]),
            sort=sort if sort.removeprefix("-") in SORTS else "number",
        )

    @property
    def is_narrow(self) -> bool:
        return any((self.q, self.department, self.status, self.registered, self.mobile))

    def as_query(self) -> dict[str, str]:
        """Only what is chosen."""
        chosen = {name: getattr(self, name) for name in ("q", "department", "status", "registered", "mobile", "sort")}
        return {name: value for name, value in chosen.items() if value and (name, value) != ("sort", "number")}

    def condition(self) -> Q:
        found = Q()
        if self.department:
            found &= Q(department=None if self.department == NO_DEPARTMENT else int(self.department))
        if self.status:
            found &= Q(status=self.status)
        if self.registered:
            is_registered = Q(Exists(Registration.objects.filter(extension=OuterRef("pk"))))
            found &= is_registered if self.registered == "yes" else ~is_registered
        if self.mobile:
            found &= ~Q(mobile_number="") if self.mobile == "yes" else Q(mobile_number="")
        return found


def matching(wanted: ListFilter) -> list[Entry]:
    """Everybody the filter finds, in its order; one query."""
    rows = Extension.objects.filter(wanted.condition()).values_list("pk", "number", "name", "department__name")
    entries = [entry for entry in map(Entry._make, rows) if not wanted.q or _has(entry, plain(wanted.q))]
    entries.sort(key=_by_number)
    if (key := SORTS[wanted.sort.removeprefix("-")]) is not _by_number:
        entries.sort(key=key)
    if wanted.sort.startswith("-"):
        entries.reverse()
    return entries


def _has(entry: Entry, text: str) -> bool:
    return entry.number.startswith(text) or text in plain(entry.name)


def _one_of(text: str, offered: list[str]) -> str:
    return text if text in offered else ""


def _by_number(entry: Entry) -> tuple[int, str]:
    return len(entry.number), entry.number


def _by_name(entry: Entry) -> tuple[str, str]:
    first, _, last = entry.name.rpartition(" ")
    return in_polish_order(last), in_polish_order(first)


def _by_department(entry: Entry) -> tuple[bool, str]:
    return entry.department is None, in_polish_order(entry.department or "")


SORTS: Mapping[str, Callable[[Entry], tuple[object, ...]]] = {
    "number": _by_number,
    "department": _by_department,
    "name": _by_name,
}
