"""Does the target hold what the source held? Each database is asked on its own; what differs is named."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.core.management.color import no_style
from django.db import IntegrityError, connections

from presence.services.database_move.copying import Tell, told
from presence.services.database_move.databases import SOURCE, TARGET
from presence.services.database_move.errors import MoveError
from presence.services.database_move.tables import ROWS, ROWS_AT_ONCE, Checksum, Row, Table, checksum_of

DIFFERENCES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Moved:
    """One table, the same on both sides."""

    table: str
    rows: int
    checksum: str


def compare(tables: list[Table], seen: dict[str, Checksum], tell: Tell) -> list[Moved]:
    """What was moved; a MoveError says what is not as it was `seen` in the source."""
    differences: list[str] = []
    for table in tables:
        there = checksum_of(table, told(table, table.rows(TARGET), tell))
        if there != seen[table.name] or table.counts(SOURCE) != table.counts(TARGET):
            differences += _differences(table)
    if differences:
        raise MoveError("\n  ".join(["the copy is not what it was made from:", *differences[:DIFFERENCES_SHOWN]]))
    return [Moved(table.name, seen[table.name].rows, str(seen[table.name])) for table in tables]


def _differences(table: Table) -> list[str]:
    here, there = table.counts(SOURCE), table.counts(TARGET)
    found = [
        f"{table.name}: {here[each]} {'rows' if each == ROWS else f'values of {each}'} here, {there[each]} there"
        for each in here
        if here[each] != there[each]
    ]
    found += islice(_different_rows(table), DIFFERENCES_SHOWN)
    return found or [f"{table.name}: was changed while it was moved"]


def _different_rows(table: Table) -> Iterator[str]:
    rows = table.rows(SOURCE)
    while here := {row[table.key]: row for row in islice(rows, ROWS_AT_ONCE)}:
        there = {row[table.key]: row for row in table.rows_of(table.held_by(TARGET).filter(pk__in=here))}
        for key, row in here.items():
            yield from _different_values(table, row, there.get(key))


def _different_values(table: Table, here: Row, there: Row | None) -> Iterator[str]:
    key = here[table.key]
    if there is None:
        yield f"{table.name} {key}: is not there"
        return
    for column, one, other in zip(table.columns, table.plain(here), table.plain(there), strict=True):
        if one != other:
            yield f"{table.name} {key}: {column.name} is {one!r} here, {other!r} there"


def check_references(database: str) -> None:
    """Whatever a row points at is there. Each database names one row for which it is not."""
    try:
        connections[database].check_constraints()
    except IntegrityError as error:
        raise MoveError(str(error).strip()) from error


def go_on_counting(tables: list[Table]) -> None:
    """The next new row of each table gets a number of its own, above those that were moved."""
    connection = connections[TARGET]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [table.model for table in tables]):
            cursor.execute(statement)
