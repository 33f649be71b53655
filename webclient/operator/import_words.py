"""An import in words: its columns, what is wrong with a cell, and what would become of a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_stubs_ext import StrOrPromise

from presence.domain.import_columns import (
    EMAIL,
    FIRST_NAME,
    LAST_NAME,
    NUMBER,
    PERSON_COLUMNS,
    RULE_COLUMNS,
    Problem,
)
from presence.selectors.outbound_policy import Refusal
from presence.services.import_row import Outcome, Row, RowError
from presence.services.tables import BYTES_MAX, COLUMNS_MAX, ROWS_MAX, Unreadable, UnreadableTableError
from webclient.operator.plan_words import Difference
from webclient.operator.words import key_label, names_in, skip_words, value_label

_COLUMN_LABELS: Mapping[str, StrOrPromise] = {
    NUMBER: gettext_lazy("Number"),
    FIRST_NAME: gettext_lazy("First name"),
    LAST_NAME: gettext_lazy("Last name"),
    EMAIL: gettext_lazy("E-mail"),
}

OUTCOME_LABELS: Mapping[Outcome, StrOrPromise] = {
    Outcome.ERROR: pgettext_lazy("rows of an import", "With errors"),
    Outcome.SKIPPED: pgettext_lazy("rows of an import", "Skipped"),
    Outcome.NEW: pgettext_lazy("rows of an import", "New"),
    Outcome.CHANGED: pgettext_lazy("rows of an import", "Changed"),
    Outcome.UNCHANGED: pgettext_lazy("rows of an import", "Unchanged"),
}

_PROBLEMS: Mapping[Problem, StrOrPromise] = {
    Problem.MISSING: gettext_lazy("this is missing"),
    Problem.BAD_NUMBER: gettext_lazy("an extension's number has 2 to 10 digits"),
    Problem.DUPLICATE_NUMBER: gettext_lazy("this stands in the file more than once, also in row %(detail)s"),
    Problem.SYSTEM_NUMBER: gettext_lazy("this belongs to a queue, a ring group or a receptionist"),
    Problem.TOO_LONG: gettext_lazy("this is longer than %(detail)s characters"),
    Problem.BAD_TEXT: gettext_lazy("this has characters that are no text"),
    Problem.BAD_EMAIL: gettext_lazy("this is no e-mail address"),
    Problem.OPERATORS_EMAIL: gettext_lazy("only a superuser may change the e-mail address of an operator"),
    Problem.UNKNOWN_DEPARTMENT: gettext_lazy("there is no such department"),
    Problem.BAD_YES_NO: gettext_lazy("this should be “yes” or “no”"),
    Problem.BAD_VOICEMAIL_EMAIL: gettext_lazy("this should be “none”, “notice” or “attachment”"),
    Problem.BAD_SECONDS: gettext_lazy("this should be a number from 5 to 120"),
    Problem.BAD_DESTINATION: gettext_lazy("this is no destination; write for example “voicemail” or “extension:105”"),
    Problem.NOT_OFFERED: gettext_lazy("this destination cannot be chosen in the operator panel"),
}

_REFUSALS: Mapping[Refusal, StrOrPromise] = {
    Refusal.NOT_A_NUMBER: gettext_lazy("this is no phone number"),
    Refusal.EMERGENCY: gettext_lazy("this is an emergency number"),
    Refusal.SHORT: gettext_lazy("this is a short number"),
    Refusal.ABROAD: gettext_lazy("this belongs to a country that the company does not allow"),
    Refusal.SPECIAL_CHARGE: gettext_lazy("this is a number with special charges"),
}

_UNREADABLE: Mapping[Unreadable, StrOrPromise] = {
    Unreadable.TOO_LARGE: gettext_lazy("The file is too large: %(megabytes)s MB are the most."),
    Unreadable.TOO_MANY_ROWS: gettext_lazy("The file has too many rows: %(rows)s are the most."),
    Unreadable.TOO_MANY_COLUMNS: gettext_lazy("The file has too many columns: %(columns)s are the most."),
    Unreadable.OLD_EXCEL: gettext_lazy("This is a file of an old Excel (.xls). Save it as .xlsx or .csv."),
    Unreadable.BROKEN_XLSX: gettext_lazy("This is no XLSX file that can be read. Save it anew, or as .csv."),
    Unreadable.BROKEN_CSV: gettext_lazy("Row %(detail)s cannot be read: a quotation mark is missing or too many."),
    Unreadable.ENCODING: gettext_lazy("This is no text that can be read. Save the file as CSV in UTF-8, or as XLSX."),
    Unreadable.NO_ROWS: gettext_lazy("The file has no rows below its header."),
}


@dataclass(frozen=True, slots=True)
class RowWords:
    line: int
    number: str
    name: str
    differences: list[Difference]
    errors: list[str]
    skipped: str


def column_label(column: str) -> str:
    return str(_COLUMN_LABELS.get(column) or key_label(column))


def column_choices() -> list[tuple[str, str]]:
    labels = [(column, column_label(column)) for column in (*PERSON_COLUMNS, *RULE_COLUMNS)]
    return [("", _("passed over")), *labels]


def unreadable_words(error: UnreadableTableError) -> str:
    facts = {"megabytes": BYTES_MAX // 1024**2, "rows": ROWS_MAX, "columns": COLUMNS_MAX, "detail": error.detail}
    return str(_UNREADABLE[error.reason]) % facts


def row_words(rows: Sequence[Row]) -> list[RowWords]:
    """Of the rows of one page; two queries."""
    names = names_in([row.plan for row in rows if row.plan])
    return [
        RowWords(
            line=row.line,
            number=row.number or row.cells.get(NUMBER, ""),
            name=str(row.values.get("name") or (row.extension.name if row.extension else "")),
            differences=_differences(row, names) if row.outcome in {Outcome.NEW, Outcome.CHANGED} else [],
            errors=[_error_words(error) for error in row.errors],
            skipped=skip_words(row.plan, names) if row.plan else "",
        )
        for row in rows
    ]


def _differences(row: Row, names: Mapping[str, str]) -> list[Difference]:
    plan = row.plan
    found = []
    if plan is not None:
        for key, value in plan.after.items():
            before = "" if row.is_new else value_label(key, plan.before.get(key), names)
            found.append(Difference(key_label(key), before, value_label(key, value, names)))
    if row.email is not None:
        user = row.extension.user if row.extension else None
        before = "" if row.is_new else (user.email if user else "") or "–"
        found.append(Difference(column_label(EMAIL), before, row.email))
    return found


def _error_words(error: RowError) -> str:
    if error.problem in {Problem.BAD_MOBILE, Problem.BAD_OUTSIDE_NUMBER}:
        words = str(_REFUSALS[Refusal(error.detail)])
    else:
        words = str(_PROBLEMS[error.problem]) % {"detail": error.detail}
    label = column_label(error.column)
    if not error.text:
        return f"{label}: {words}"
    return _("{label} “{text}”: {words}").format(label=label, text=error.text[:80], words=words)
