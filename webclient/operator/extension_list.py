"""The operator panel's front page: every extension, sorted, filtered and searched, a page of them at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from presence.domain.audiences import COMPANY
from presence.labels import STATUS_LABELS
from presence.models import Department, Extension
from presence.selectors import presence_rows
from webclient.operator.access import VIEW_EXTENSIONS, OperatorRequest, operator_required
from webclient.operator.directory import NO_DEPARTMENT, ListFilter, matching
from webclient.operator.own_rules import SettingsOfMany, statuses_of
from webclient.person_row import PersonRow, person_rows
from webclient.rule_words import shown_number
from webclient.status_line import StatusLine, status_line

PAGE_SIZE = 100

COLUMNS: Mapping[str, StrOrPromise] = {"number": _("Number"), "name": _("Name"), "department": _("Department")}


@dataclass(frozen=True, slots=True)
class ListRow:
    """One extension; `person` is None for one that is switched off and has no lamp."""

    extension: Extension
    person: PersonRow | None
    mobile: str
    own_count: int
    own_words: str
    line: StatusLine


@dataclass(frozen=True, slots=True)
class Column:
    """A heading that sorts."""

    code: str
    label: StrOrPromise
    url: str
    direction: str


@require_safe
@operator_required(VIEW_EXTENSIONS)
def extension_list(request: OperatorRequest) -> HttpResponse:
    wanted = ListFilter.of(request.GET)
    found = [entry.pk for entry in matching(wanted)]
    pages = max(1, ceil(len(found) / PAGE_SIZE))
    page = min(_page_number(request.GET.get("page", "")), pages)
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    context = {
        "filter": wanted,
        "hidden": wanted.as_query(),
        "rows": list_rows(shown),
        "found": len(found),
        "page": page,
        "page_count": pages,
        "previous": _address(wanted, page=page - 1) if page > 1 else "",
        "next": _address(wanted, page=page + 1) if page < pages else "",
        "columns": [_column(wanted, code) for code in COLUMNS],
        "departments": Department.objects.values_list("pk", "name"),
        "no_department": NO_DEPARTMENT,
        "statuses": [(status.value, label) for status, label in STATUS_LABELS.items()],
        "operator_item": "extensions",
    }
    return render(request, "operator/extensions.html", context)


def list_rows(pks: Sequence[int]) -> list[ListRow]:
    """The rows of one page, in the order of `pks`; the queries do not grow with them."""
    by_pk = Extension.objects.select_related("department", "status_set_by__extension").in_bulk(pks)
    extensions = [by_pk[pk] for pk in pks if pk in by_pk]
    presence = presence_rows([extension.number for extension in extensions])
    people = person_rows(extensions, presence, audience=COMPANY)
    person_of = {person.number: person for person in people}
    settings = SettingsOfMany.of(extensions)
    return [_row(extension, person_of.get(extension.number), settings) for extension in extensions]


def _row(extension: Extension, person: PersonRow | None, settings: SettingsOfMany) -> ListRow:
    differing = settings.differing(extension)
    words = [f"{STATUS_LABELS[status]} ({count})" for status, count in statuses_of(differing).items()]
    mobile = shown_number(extension.mobile_number) if extension.mobile_number else ""
    return ListRow(extension, person, mobile, len(differing), ", ".join(words), status_line(extension))


def _column(wanted: ListFilter, code: str) -> Column:
    """Asked for once more, a column is sorted the other way round."""
    direction = {code: "ascending", f"-{code}": "descending"}.get(wanted.sort, "")
    return Column(
        code, COLUMNS[code], _address(wanted, sort=f"-{code}" if direction == "ascending" else code), direction
    )


def _address(wanted: ListFilter, **changes: Any) -> str:
    return reverse("operator-extensions") + "?" + urlencode({**wanted.as_query(), **changes})


def _page_number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1
