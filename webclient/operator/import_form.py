"""The form of a dry run: what each column of the file holds, and how to read it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from presence.domain.import_columns import NUMBER
from presence.models import ImportDraft
from webclient.operator.import_words import column_choices, column_label

_SAMPLE_ROWS = 50


class ImportForm(forms.Form):
    creates_departments = forms.BooleanField(
        required=False, label=gettext_lazy("Create departments that do not exist yet")
    )
    empty_clears = forms.BooleanField(
        required=False,
        label=gettext_lazy("An empty cell empties the value (otherwise it stays as it is)"),
    )

    def __init__(self, draft: ImportDraft, data: Mapping[str, Any] | None, *, may_create_departments: bool) -> None:
        initial = {
            "creates_departments": draft.creates_departments,
            "empty_clears": draft.empty_clears,
            **{f"column-{at}": column for at, column in enumerate(draft.columns)},
        }
        super().__init__(data, initial=initial)
        if not may_create_departments:
            del self.fields["creates_departments"]
        self._draft = draft
        choices = column_choices()
        for at, name in enumerate(draft.header):
            self.fields[f"column-{at}"] = forms.ChoiceField(choices=choices, required=False, label=name)

    @property
    def column_fields(self) -> list[tuple[BoundField, str]]:
        """Each column's select with the first value below it, those that are known first."""
        found = [(self[f"column-{at}"], self._sample(at)) for at in range(len(self._draft.header))]
        return sorted(found, key=lambda each: not each[0].value())

    @property
    def columns(self) -> list[str]:
        return [self.cleaned_data[f"column-{at}"] for at in range(len(self._draft.header))]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        chosen = Counter(data.get(f"column-{at}") for at in range(len(self._draft.header)))
        if not chosen[NUMBER]:
            raise forms.ValidationError(_("Choose which column holds the extension's number."))
        if twice := [column_label(column) for column, count in chosen.items() if column and count > 1]:
            raise forms.ValidationError(_("Chosen for more than one column: %(names)s.") % {"names": ", ".join(twice)})
        return data

    def save(self) -> None:
        self._draft.columns = self.columns
        self._draft.creates_departments = self.cleaned_data.get("creates_departments", False)
        self._draft.empty_clears = self.cleaned_data["empty_clears"]
        self._draft.save(update_fields=["columns", "creates_departments", "empty_clears"])

    def _sample(self, at: int) -> str:
        return next((text[:60] for text in islice(self._texts(at), _SAMPLE_ROWS) if text), "")

    def _texts(self, at: int) -> Iterator[str]:
        return (cells[at] for _, cells in self._draft.rows)
