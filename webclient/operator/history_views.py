"""The history of changes: of the company, of one extension, of one edit; as pages and as a file."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from presence.domain.import_columns import cell_text
from presence.models import ChangeRecord
from presence.selectors.history import Cursor, HistoryFilter, history_page
from presence.services.tables import write_csv
from webclient.operator.access import OperatorRequest, operator_required
from webclient.operator.change_words import change_words
from webclient.operator.export_views import attachment, csv_delimiter
from webclient.operator.history_words import (
    KIND_LABELS,
    PLACE_LABELS,
    differences,
    history_entries,
    names_of_records,
    place_label,
    values_after,
    whose,
)

VIEW_HISTORY = "presence.view_changerecord"
EXPORTED_MAX = 50_000
_ALL = pgettext_lazy("filter", "All")
_HEADER = (
    *("at", "by", "where", "extension", "name", "setting", "setting_name"),
    *("before", "after", "before_words", "after_words"),
)


class HistoryForm(forms.Form):
    extension = forms.CharField(required=False, max_length=10, strip=True, label=gettext_lazy("Extension"))
    by = forms.CharField(required=False, max_length=60, label=gettext_lazy("Changed by"))
    surface = forms.ChoiceField(
        required=False, choices=[("", _ALL), *PLACE_LABELS.items()], label=gettext_lazy("Where")
    )
    kind = forms.ChoiceField(required=False, choices=[("", _ALL), *KIND_LABELS.items()], label=gettext_lazy("What"))
    since = forms.DateField(required=False, label=gettext_lazy("From"), widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(required=False, label=gettext_lazy("To"), widget=forms.DateInput({"type": "date"}))
    edit = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)

    def wanted(self) -> HistoryFilter:
        """What makes no sense is as if it were not there; its field says so."""
        self.is_valid()
        known = {name: value for name, value in self.cleaned_data.items() if value}
        return HistoryFilter(**known)


@require_safe
@operator_required(VIEW_HISTORY)
def history(request: OperatorRequest) -> HttpResponse:
    form = HistoryForm(request.GET)
    wanted = form.wanted()
    before = _cursor(request.GET.get("before", ""))
    records, older = history_page(wanted, before)
    query = request.GET.copy()
    query.pop("before", None)
    context: dict[str, Any] = {
        "form": form,
        "wanted": wanted,
        "is_narrow": wanted != HistoryFilter(),
        "entries": history_entries(records, grouped=wanted.is_grouped),
        "query": query.urlencode(),
        "older": f"{older[0].isoformat()}_{older[1]}" if older else "",
        "is_first_page": before is None,
        "operator_item": "history",
    }
    return render(request, "operator/history.html", context)


@require_safe
@operator_required(VIEW_HISTORY)
def history_export(request: OperatorRequest) -> HttpResponse:
    wanted = HistoryForm(request.GET).wanted()
    found = ChangeRecord.objects.filter(wanted.condition()).select_related("extension", "by__extension", "edit")
    records = list(found[: EXPORTED_MAX + 1])
    data = write_csv(_table(records[:EXPORTED_MAX], is_cut=len(records) > EXPORTED_MAX), delimiter=csv_delimiter())
    return attachment(data, "text/csv; charset=utf-8", "csv", name="history")


def _table(records: list[ChangeRecord], *, is_cut: bool) -> Iterator[list[str]]:
    """One row for each value that changed; codes for machines and words for people."""
    names = names_of_records(records)
    yield list(_HEADER)
    for record in records:
        who = [
            timezone.localtime(record.at).isoformat(timespec="seconds"),
            change_words(record).who,
            str(place_label(record)),
            *whose(record),
        ]
        for (key, value), words in zip(values_after(record).items(), differences(record, names), strict=True):
            codes = [cell_text(record.before.get(key)), cell_text(value)]
            yield [*who, key, words.label, *codes, words.before, words.after]
    if is_cut:
        yield [
            _("Only the newest %(count)s changes are here; narrow the dates for older ones.") % {"count": EXPORTED_MAX}
        ]


def _cursor(text: str) -> Cursor | None:
    """Where a page begins; anything that is no cursor is the first page."""
    moment, _, pk = text.partition("_")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    is_pk = pk.isascii() and pk.isdigit() and len(pk) < 16
    return (at, int(pk)) if is_pk and timezone.is_aware(at) else None
