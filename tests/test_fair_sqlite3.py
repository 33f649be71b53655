"""Who writes to SQLite when several threads of a process want to."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from webclient.fair_sqlite3.base import DatabaseWrapper

pytestmark = pytest.mark.django_db

End = Callable[[DatabaseWrapper], None]
WRITERS, ROWS_EACH = 4, 25
INSERT = "INSERT INTO line DEFAULT VALUES"


class Office:
    """A database; each thread has a connection of its own, for which SQLite itself waits for nobody."""

    def __init__(self, path: Path, patience_seconds: float) -> None:
        options = {
            "transaction_mode": "IMMEDIATE",
            "timeout": patience_seconds,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA busy_timeout=0;",
        }
        engine = "webclient.fair_sqlite3"
        self.connections = ConnectionHandler({"default": {"ENGINE": engine, "NAME": path, "OPTIONS": options}})
        self.begin().cursor().execute("CREATE TABLE line (place INTEGER PRIMARY KEY)")
        commit(self.mine)

    @property
    def mine(self) -> DatabaseWrapper:
        connection = self.connections["default"]
        assert isinstance(connection, DatabaseWrapper)
        return connection

    def begin(self) -> DatabaseWrapper:
        """What `atomic` does first."""
        self.mine.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        return self.mine

    def write(self) -> None:
        self.begin().cursor().execute(INSERT)
        commit(self.mine)

    def write_many(self) -> None:
        for _ in range(ROWS_EACH):
            self.write()
        self.mine.close()

    def rows(self) -> int:
        return int(self.mine.cursor().execute("SELECT count(*) FROM line").fetchone()[0])


def commit(connection: DatabaseWrapper) -> None:
    connection.commit()
    connection.set_autocommit(True)


def roll_back(connection: DatabaseWrapper) -> None:
    connection.rollback()
    connection.set_autocommit(True)


def office(folder: Path, patience_seconds: float = 20) -> Office:
    return Office(folder / "office.sqlite3", patience_seconds)


def test_writers_of_one_process_wait_for_one_another_and_never_find_it_busy(tmp_path: Path) -> None:
    there = office(tmp_path)
    with ThreadPoolExecutor(WRITERS) as threads:
        for written in [threads.submit(there.write_many) for _ in range(WRITERS)]:
            written.result()
    assert there.rows() == WRITERS * ROWS_EACH


@pytest.mark.parametrize("end", [commit, roll_back, DatabaseWrapper.close])
def test_a_turn_ends_with_its_transaction_however_that_ends(tmp_path: Path, end: End) -> None:
    there = office(tmp_path)
    end(there.begin())
    with ThreadPoolExecutor(1) as threads:
        threads.submit(there.write_many).result(timeout=10)


def test_whoever_waits_too_long_is_refused_as_by_sqlite(tmp_path: Path) -> None:
    there = office(tmp_path, patience_seconds=0.01)
    connection = there.begin()
    with ThreadPoolExecutor(1) as threads:
        with pytest.raises(OperationalError, match="locked"):
            threads.submit(there.write).result()
        commit(connection)
        threads.submit(there.write_many).result(timeout=10)


def test_another_process_is_met_as_ever_and_costs_nobody_the_turn(tmp_path: Path) -> None:
    there = office(tmp_path)
    with closing(sqlite3.connect(tmp_path / "office.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            there.write()
        other.execute("ROLLBACK")
    with ThreadPoolExecutor(1) as threads:
        threads.submit(there.write_many).result(timeout=10)
