"""Everything that the database holds, into another one: looked through, copied and compared, or nothing at all.

    the source's tables are locked -> every row is looked at, and a checksum taken -> the rows are copied as they are
    -> the target's rows are read again -> counts, checksums and references are right: kept, else all is rolled back

No more than a few thousand rows are in memory at a time. Files are not touched: they lie in DATA_DIR.
"""

from typing import Protocol

from django.db import transaction

from presence.services.database_move import databases, running
from presence.services.database_move.comparing import Moved, check_references, compare, go_on_counting
from presence.services.database_move.copying import copy, look_through
from presence.services.database_move.databases import SOURCE, TARGET
from presence.services.database_move.errors import MoveError
from presence.services.database_move.tables import Table, all_tables

__all__ = ["MoveError", "Moved", "Progress", "move_database"]


class Progress(Protocol):
    """Who watches."""

    def begin(self, step: str) -> None: ...

    def tell(self, table: str, rows: int) -> None: ...


def move_database(url: str, progress: Progress, *, patience_seconds: float = running.PATIENCE_SECONDS) -> list[Moved]:
    """Fill the empty database `url`; a MoveError says why that was not done. Lampfield must not run."""
    tables = all_tables()
    with databases.target(url):
        if not databases.has_all_tables(SOURCE):
            raise MoveError("this database is not that of this release: manage.py migrate")
        databases.refuse_strange_tables(tables)
        databases.refuse_unless_empty(tables)
        if known := running.beats():
            progress.begin("Waiting for a sign of life of Lampfield")
            running.refuse_if_they_go_on(known, patience_seconds)
        if not databases.has_all_tables(TARGET):
            progress.begin("Making the tables")
            databases.make_tables(url)
        with transaction.atomic(SOURCE), transaction.atomic(TARGET):
            databases.lock(SOURCE, tables)
            running.refuse_new_beats(known)
            databases.lock(TARGET, tables)
            databases.refuse_unless_empty(tables)
            return _move(tables, progress)


def _move(tables: list[Table], progress: Progress) -> list[Moved]:
    progress.begin("Looking through the rows")
    check_references(SOURCE)
    seen = look_through(tables, progress.tell)
    progress.begin("Copying")
    copy(tables, progress.tell)
    check_references(TARGET)
    progress.begin("Comparing")
    moved = compare(tables, seen, progress.tell)
    go_on_counting(tables)
    return moved
