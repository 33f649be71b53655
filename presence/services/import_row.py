"""One row of an import: its cells against what there is, and what is wrong with them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from presence.domain.extension_settings import Field, RuleSetting, Value, is_inheritable, parse_key
from presence.domain.forwarding import OFFERED
from presence.domain.import_columns import (
    EMAIL,
    FIRST_NAME,
    LAST_NAME,
    NUMBER,
    CellError,
    Problem,
    cell_text,
    cell_value,
)
from presence.domain.vocabulary import DestinationKind, Surface
from presence.models import Department, Extension, ImportDraft, SystemExtension, User
from presence.selectors.settings import own_values
from presence.services.bulk_edit import Plan

_CLEARABLE = frozenset({Field.DEPARTMENT.value, Field.MOBILE_NUMBER.value})
NormalNumber = Callable[[str], str]  # an outside number as it is kept; ValueError names why it is refused


class Outcome(StrEnum):
    ERROR = "error"
    SKIPPED = "skipped"
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class RowError:
    column: str
    problem: Problem
    text: str = ""  # what the cell says
    detail: str = ""


@dataclass(slots=True)
class Row:
    """One row of the file, and what becomes of it."""

    line: int
    cells: Mapping[str, str]
    number: str = ""
    extension: Extension | None = None  # not saved yet for a new one
    values: dict[str, Value] = field(default_factory=dict)
    email: str | None = None  # the new one of the login
    errors: list[RowError] = field(default_factory=list)
    plan: Plan | None = None

    @property
    def is_new(self) -> bool:
        return self.extension is not None and self.extension.pk < 0

    @property
    def outcome(self) -> Outcome:
        if self.errors or self.plan is None:
            return Outcome.ERROR
        if self.plan.skip is not None:
            return Outcome.SKIPPED
        if self.is_new:
            return Outcome.NEW
        return Outcome.CHANGED if self.plan.after or self.email is not None else Outcome.UNCHANGED


class RowReader:
    """Fills rows from their cells; all that is asked of the database is read once for all of them."""

    def __init__(self, rows: Collection[Row], draft: ImportDraft, by: User, normal_number: NormalNumber) -> None:
        numbers = {row.number for row in rows if row.number}
        found = Extension.objects.select_related("department", "user").filter(number__in=numbers)
        self._extensions = {extension.number: extension for extension in found}
        self._own = own_values(list(self._extensions.values()))
        self._system = set(SystemExtension.objects.filter(number__in=numbers).values_list("number", flat=True))
        # "sales" is "Sales"; of a new department the first spelling counts.
        self.departments = set(Department.objects.values_list("name", flat=True))
        self._departments = {name.casefold(): name for name in self.departments}
        self._draft, self._by, self._normal_number = draft, by, normal_number

    def fill(self, row: Row) -> None:
        if row.number in self._system:
            row.errors.append(RowError(NUMBER, Problem.SYSTEM_NUMBER, row.number))
            return
        row.extension = self._extensions.get(row.number) or Extension(pk=-row.line, number=row.number)
        own = self._own.get(row.extension.pk, {})
        cells = {**row.cells, **_full_name(row.cells)}
        for column in (FIRST_NAME, LAST_NAME, NUMBER):
            cells.pop(column, None)
        for column, text in cells.items():
            try:
                self._cell(row, own, column, text)
            except CellError as error:
                row.errors.append(RowError(column, error.problem, text, error.detail))
        if row.is_new and Field.NAME not in row.values and not any(e.column == Field.NAME for e in row.errors):
            row.errors.append(RowError(Field.NAME, Problem.MISSING))

    def _cell(self, row: Row, own: Mapping[str, Value], column: str, text: str) -> None:
        if column == EMAIL:
            row.email = self._email(row, text)
        elif text and text == cell_text(own.get(column)):
            return  # as it is: what an older policy allowed may stay
        elif text:
            value = self._allowed(column, cell_value(column, text), own)
            if value != own.get(column):
                row.values[column] = value
        elif self._draft.empty_clears and (column in _CLEARABLE or is_inheritable(column)):
            value = None if is_inheritable(column) else ""
            if own.get(column) != value:
                row.values[column] = value

    def _email(self, row: Row, text: str) -> str | None:
        user = row.extension.user if row.extension else None
        before = user.email if user else ""
        if text == before or not text:
            return None
        cell_value(EMAIL, text)
        try:
            validate_email(text)
        except ValidationError as error:
            raise CellError(Problem.BAD_EMAIL) from error
        # Whoever decides where an operator's mail goes could become that operator.
        if user and (user.is_staff or user.is_superuser) and not self._by.is_superuser:
            raise CellError(Problem.OPERATORS_EMAIL)
        return text

    def _allowed(self, column: str, value: Value, own: Mapping[str, Value]) -> Value:
        if column == Field.MOBILE_NUMBER:
            return self._outside(str(value), Problem.BAD_MOBILE)
        if column == Field.DEPARTMENT:
            return self._department(str(value))
        if value == own.get(column) or not _is_rule(column):
            return value
        kind, _, number = str(value).partition(":")
        if DestinationKind(kind) not in OFFERED[Surface.OPERATOR_PANEL]:
            raise CellError(Problem.NOT_OFFERED)
        if kind == DestinationKind.EXTERNAL_NUMBER:
            return f"{kind}:{self._outside(number, Problem.BAD_OUTSIDE_NUMBER)}"
        return value

    def _department(self, name: str) -> str:
        known = self._departments.get(name.casefold())
        if known is None and not self._draft.creates_departments:
            raise CellError(Problem.UNKNOWN_DEPARTMENT)
        return known or self._departments.setdefault(name.casefold(), name)

    def _outside(self, typed: str, problem: Problem) -> str:
        try:
            return self._normal_number(typed)
        except ValueError as error:
            raise CellError(problem, str(error)) from error


def _is_rule(column: str) -> bool:
    return is_inheritable(column) and isinstance(parse_key(column), RuleSetting)


def _full_name(cells: Mapping[str, str]) -> dict[str, str]:
    """The name, from its parts where the file has them apart; absent where it has none."""
    if not {Field.NAME.value, FIRST_NAME, LAST_NAME} & cells.keys():
        return {}
    parts = f"{cells.get(FIRST_NAME, '')} {cells.get(LAST_NAME, '')}".strip()
    return {Field.NAME.value: cells.get(Field.NAME, "") or parts}
