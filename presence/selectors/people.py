"""Colleagues as somebody looks for them: by what they type, or because they keep them at hand."""

from dataclasses import dataclass

from django.db.models import Count

from presence.domain.letters import in_polish_order
from presence.domain.people_search import closeness, words_of
from presence.models import Extension, Favourite

_WHO = ("number", "name", "department__name")


@dataclass(frozen=True, slots=True)
class DepartmentSize:
    """How many enabled extensions a department has; key 0 and no name: those in none."""

    key: int
    name: str
    size: int


def department_sizes() -> list[DepartmentSize]:
    """One query."""
    enabled = Extension.objects.filter(is_enabled=True).order_by()
    counted = enabled.values_list("department", "department__name").annotate(size=Count("pk"))
    return [DepartmentSize(key or 0, name or "", size) for key, name, size in counted]


def people_of(department: DepartmentSize | None = None, at_most: int | None = None) -> list[Extension]:
    """The enabled extensions of a department, or all, in the order people count in; one query.

    Of each only who it is has been read.
    """
    enabled = Extension.objects.filter(is_enabled=True).select_related("department").only(*_WHO).by_number()
    if department is not None:
        enabled = enabled.filter(department=department.key or None)
    return list(enabled[:at_most])


def people_found(typed: str, at_most: int) -> tuple[list[Extension], int]:
    """The enabled extensions that answer a search, the closest first, and how many there are in all; two queries.

    Everybody's number and name is looked at here: databases differ in what they think of Polish letters.
    """
    words = words_of(typed)
    found = []
    for pk, number, name in Extension.objects.filter(is_enabled=True).values_list("pk", "number", "name"):
        if (close := closeness(words, number, name)) is not None:
            found.append((close if words else 0, name, number, pk))
    found.sort(key=lambda each: (each[0], _by_surname(each[1]), len(each[2]), each[2]))
    return _in_order([pk for *_, pk in found[:at_most]]), len(found)


def favourites_of(extension: Extension) -> list[Extension]:
    """In the order in which they were chosen, without those who can no longer be called; one query."""
    chosen = Favourite.objects.filter(extension=extension, favourite__is_enabled=True)
    return [each.favourite for each in chosen.select_related("favourite__department")]


def favourite_numbers(extension: Extension) -> set[str]:
    """One query."""
    return set(Favourite.objects.filter(extension=extension).values_list("favourite__number", flat=True))


def _in_order(pks: list[int]) -> list[Extension]:
    by_pk = Extension.objects.select_related("department").in_bulk(pks)
    return [by_pk[pk] for pk in pks if pk in by_pk]


def _by_surname(name: str) -> tuple[str, str]:
    first, _, last = name.rpartition(" ")
    return in_polish_order(last), in_polish_order(first)
