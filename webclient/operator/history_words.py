"""Records of changes in words: who, where, when, and what from what to what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django_stubs_ext import StrOrPromise

from presence import selectors
from presence.domain.extension_settings import Value, Values, in_order
from presence.domain.import_columns import EMAIL
from presence.domain.vocabulary import Status, Surface
from presence.labels import STATUS_LABELS, SURFACE_LABELS
from presence.models import ChangeRecord
from presence.selectors.history import IMPORT, edit_counts, undone_edits
from webclient.operator.change_words import change_words
from webclient.operator.plan_words import Difference
from webclient.operator.rights_words import RIGHTS_LABELS, rights_value_label
from webclient.operator.system_words import is_system_key, numbers_in_system, system_key_label, system_value_label
from webclient.operator.words import key_label, numbers_in, value_label

PLACE_LABELS: Mapping[str, StrOrPromise] = {
    **{surface.value: label for surface, label in SURFACE_LABELS.items()},
    IMPORT: pgettext_lazy("where a change was made", "import"),
}

KIND_LABELS: Mapping[str, StrOrPromise] = {
    ChangeRecord.What.STATUS.value: gettext_lazy("Status"),
    ChangeRecord.What.SETTINGS.value: gettext_lazy("Settings"),
    ChangeRecord.What.SYSTEM.value: gettext_lazy("System extensions"),
    ChangeRecord.What.RIGHTS.value: gettext_lazy("What departments show"),
    "edits": gettext_lazy("Edits of many"),
    "undo": gettext_lazy("Undoings"),
}

_STATUS_KEYS: Mapping[str, StrOrPromise] = {
    "status": gettext_lazy("Status"),
    "note": gettext_lazy("Note"),
    "until": pgettext_lazy("a status", "Until"),
    "after": pgettext_lazy("a status", "What follows"),
    "after_note": pgettext_lazy("a status", "Note of what follows"),
}

_EDIT_LABELS: Mapping[str, StrOrPromise] = {
    "edit": gettext_lazy("Edit"),
    "template": gettext_lazy("Reset to template"),
    "recommended": gettext_lazy("Recommended settings"),
    "import": gettext_lazy("Import"),
    "undo": gettext_lazy("Undoing"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the history: one record, or (with `count`, of extensions) a whole edit."""

    record: ChangeRecord
    number: str  # whose change it is, and
    name: str
    who: str
    place: StrOrPromise
    differences: list[Difference]
    edit_label: StrOrPromise = ""
    count: int = 0
    is_undone: bool = False

    @property
    def may_undo(self) -> bool:
        return self.record.edit_id is not None and not self.is_undone


def history_entries(records: Sequence[ChangeRecord], *, grouped: bool) -> list[Entry]:
    """As many queries for fifty records as for one."""
    edits = {record.edit_id for record in records if record.edit_id is not None}
    counts, undone = edit_counts(edits), undone_edits(edits)
    names = names_of_records(records)
    return [
        _entry(record, names, counts.get(record.edit_id or 0, (1, 1)) if grouped else (1, 1), record.edit_id in undone)
        for record in records
    ]


def _entry(record: ChangeRecord, names: Mapping[str, str], counts: tuple[int, int], is_undone: bool) -> Entry:
    extensions, kept = counts
    is_whole = kept > 1
    return Entry(
        record=record,
        number=whose(record)[0],
        name=whose(record)[1],
        who=change_words(record).who,
        place=place_label(record),
        differences=[] if is_whole else differences(record, names),
        edit_label=_EDIT_LABELS.get(record.edit.what, record.edit.what) if record.edit else "",
        count=extensions if is_whole else 0,
        is_undone=is_undone,
    )


def whose(record: ChangeRecord) -> tuple[str, str]:
    """Number and name of the extension, or of the system extension as it was called then; of a department its name."""
    if record.extension is None:
        return record.system_number, record.system_name or record.department_name
    return record.extension.number, record.extension.name


def place_label(record: ChangeRecord) -> StrOrPromise:
    if not record.surface:
        return pgettext("where a change was made", "by itself, at its end")
    is_import = record.edit is not None and record.edit.what == IMPORT
    return PLACE_LABELS[IMPORT if is_import else Surface(record.surface).value]


def differences(record: ChangeRecord, names: Mapping[str, str]) -> list[Difference]:
    return value_differences(record.before, values_after(record), names)


def values_after(record: ChangeRecord) -> Values:
    """In the order in which they are told, whatever order the database keeps them in."""
    not_settings = {key: record.after[key] for key in (*_STATUS_KEYS, *RIGHTS_LABELS) if key in record.after}
    return not_settings | in_order(record.after)


def value_differences(before: Values, after: Values, names: Mapping[str, str]) -> list[Difference]:
    """Each value that differs in words; `names` are those of the numbers in the values."""
    return [
        Difference(
            record_key_label(key),
            record_value_label(key, before[key], names) if key in before else "",
            record_value_label(key, value, names),
        )
        for key, value in after.items()
    ]


def record_key_label(key: str) -> str:
    """Of a setting, or of what only the history knows: a status, its note, a login's e-mail."""
    own = {**_STATUS_KEYS, **RIGHTS_LABELS, EMAIL: _("E-mail")}
    return str(own.get(key, "")) or (system_key_label(key) if is_system_key(key) else key_label(key))


def record_value_label(key: str, value: Value, names: Mapping[str, str]) -> str:
    if key in {"status", "after"}:
        return str(STATUS_LABELS[Status(str(value))])
    if key == "until":
        return date_format(localtime(datetime.fromisoformat(str(value))), "j E Y, H:i")
    if key in RIGHTS_LABELS:
        return rights_value_label(key, value)
    if is_system_key(key):
        return system_value_label(key, value, names)
    return (str(value) or "–") if key in {"note", "after_note", EMAIL} else value_label(key, value, names)


def names_of_records(records: Sequence[ChangeRecord]) -> dict[str, str]:
    """The names of everybody that the rules in these records point at; two queries."""
    numbers: set[str] = set()
    for record in records:
        if record.what == ChangeRecord.What.SETTINGS:
            numbers |= numbers_in(_settings(record.before)) | numbers_in(_settings(record.after))
        elif record.what == ChangeRecord.What.SYSTEM:
            numbers |= numbers_in_system(record.before) | numbers_in_system(record.after)
    return selectors.names_of(numbers)


def _settings(values: Values) -> Values:
    return {key: value for key, value in values.items() if key != EMAIL}
