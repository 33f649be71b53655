"""What an import would do, row by row, before anything is written."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256

from presence.domain.extension_settings import Field
from presence.domain.import_columns import NUMBER, CellError, Problem, cell_value
from presence.models import ImportDraft, User
from presence.services.bulk_edit import plan_each
from presence.services.import_row import NormalNumber, Outcome, Row, RowError, RowReader


@dataclass(frozen=True, slots=True)
class ImportPlan:
    rows: list[Row]
    new_departments: list[str]

    def of(self, *outcomes: Outcome) -> list[Row]:
        return [row for row in self.rows if row.outcome in outcomes]

    @property
    def counts(self) -> dict[Outcome, int]:
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in Outcome}

    @property
    def digest(self) -> str:
        """Differs as soon as anything that would be written differs, or an extension was changed meanwhile."""
        digest = sha256()
        for row in self.of(Outcome.NEW, Outcome.CHANGED):
            if row.extension is not None and row.plan is not None:
                seen = row.extension.pk, row.extension.settings_version, row.email, sorted(row.plan.after.items())
                digest.update(repr((row.number, *seen)).encode())
        return digest.hexdigest()


def plan_import(draft: ImportDraft, *, by: User, normal_number: NormalNumber) -> ImportPlan:
    rows = [Row(line, _named(draft.columns, cells)) for line, cells in draft.rows]
    _number(rows)
    reader = RowReader(rows, draft, by, normal_number)
    for row in rows:
        if not row.errors:
            reader.fill(row)
    sound = [row for row in rows if row.extension is not None and not row.errors]
    extensions = [row.extension for row in sound if row.extension is not None]
    plans = plan_each(extensions, {row.extension.pk: row.values for row in sound if row.extension is not None})
    for row, plan in zip(sound, plans, strict=True):
        row.plan = plan
    planned = {str(row.values.get(Field.DEPARTMENT) or "") for row in rows if row.outcome in _WRITTEN}
    return ImportPlan(rows, sorted(planned - reader.departments - {""}))


_WRITTEN = frozenset({Outcome.NEW, Outcome.CHANGED})


def _named(columns: Iterable[str], cells: Iterable[str]) -> dict[str, str]:
    return {column: text for column, text in zip(columns, cells, strict=True) if column}


def _number(rows: Collection[Row]) -> None:
    """Each row's extension number; one that stands twice in the file is an error in every row."""
    for row in rows:
        text = row.cells.get(NUMBER, "")
        try:
            row.number = str(cell_value(NUMBER, text)) if text else ""
        except CellError as error:
            row.errors.append(RowError(NUMBER, error.problem, text))
        if not text:
            row.errors.append(RowError(NUMBER, Problem.MISSING))
    lines: dict[str, list[int]] = {}
    for row in rows:
        lines.setdefault(row.number, []).append(row.line)
    for row in rows:
        if row.number and len(lines[row.number]) > 1:
            others = ", ".join(str(line) for line in lines[row.number][:5] if line != row.line)
            row.errors.append(RowError(NUMBER, Problem.DUPLICATE_NUMBER, row.number, others))
