"""`manage.py move_database URL`: everything that the database holds, into an empty one; the files stay in DATA_DIR."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from presence.services.database_move import Moved, MoveError, move_database

TOLD_SECONDS = 2.0


class Command(BaseCommand):
    help = "Moves everything from the database of DATABASE_URL into an empty one, such as from SQLite to PostgreSQL."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="of an empty database, such as postgres://lampfield@127.0.0.1/lampfield")

    def handle(self, *args: Any, url: str, **options: Any) -> None:
        begun = time.monotonic()
        try:
            moved = move_database(url, self)
        except MoveError as error:
            raise CommandError(f"Nothing was moved: {error}") from error
        self._print(moved, time.monotonic() - begun)
        self.stdout.write("Now start Lampfield with DATABASE_URL set to the new database; the files stay in DATA_DIR.")
        self.stdout.write("Keep the old database until you are sure, but start nothing on it.")

    def begin(self, step: str) -> None:
        """A step of the move begins."""
        self._told = time.monotonic()
        self._say(f"{step} ...")

    def tell(self, table: str, rows: int) -> None:
        """So many rows of a table are done; said now and then."""
        if time.monotonic() - self._told >= TOLD_SECONDS:
            self._told = time.monotonic()
            self._say(f"  {table}: {rows:,}")

    def _print(self, moved: list[Moved], seconds: float) -> None:
        width = max(len(each.table) for each in moved)
        self._say(f"{'table':{width}} {'rows':>11}  checksum, the same in both")
        for each in moved:
            self._say(f"{each.table:{width}} {each.rows:>11,}  {each.checksum}")
        self._say(f"{sum(each.rows for each in moved):,} rows in {len(moved)} tables moved in {seconds:.1f} s.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
