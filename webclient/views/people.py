"""Every colleague by department, with the lamp of the moment; from here on the socket repaints them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from presence.models import Extension
from presence.selectors import presence_rows
from webclient.access import AuthenticatedRequest, extension_required
from webclient.person_row import PersonRow, person_rows

_FILTER_LENGTH_MAX = 40
_CROWD_MIN = 120  # from here on the field draws smaller keys
# The first of each is what a new browser shows; the script keeps a choice in a cookie of this name.
_VIEWS = ("list", "field")
_ORDERS = ("number", "name")


@dataclass(slots=True)
class DepartmentRows:
    name: str
    rows: list[PersonRow] = field(default_factory=list)


@require_safe
@extension_required
def people(request: AuthenticatedRequest) -> HttpResponse:
    text = request.GET.get("number", "").strip()[:_FILTER_LENGTH_MAX]
    extensions = Extension.objects.filter(is_enabled=True).select_related("department").by_number()
    rows = [row for row in person_rows(extensions, presence_rows(), me=request.extension) if row.matches(text)]
    view, order = _chosen(request, "people_view", _VIEWS), _chosen(request, "people_order", _ORDERS)
    if order == "name":
        rows.sort(key=lambda row: (row.last_name.casefold(), row.name.casefold()))
    context = {
        "departments": by_department(rows),
        "view": view,
        "order": order,
        "is_crowd": len(rows) >= _CROWD_MIN,
        "filter_text": text,
        "rail_item": "people",
    }
    return render(request, "people/people.html", context)


def _chosen(request: AuthenticatedRequest, cookie: str, offered: Sequence[str]) -> str:
    choice = request.COOKIES.get(cookie, "")
    return choice if choice in offered else offered[0]


def by_department(rows: Iterable[PersonRow]) -> list[DepartmentRows]:
    """Departments by name, whoever is in none at the end."""
    departments: dict[str, DepartmentRows] = {}
    for row in rows:
        departments.setdefault(row.department, DepartmentRows(row.department)).rows.append(row)
    return sorted(departments.values(), key=lambda department: (not department.name, department.name.casefold()))
