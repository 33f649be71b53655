"""The engine `webclient.fair_sqlite3` (DATABASES): transactions of one process begin one at a time.

SQLite has one writer. Whoever finds it busy sleeps and looks again, longer each time, so that under load those who have
waited longest are the last to notice that it is free, seconds after others who have just come. Here they wait for a
lock, which the operating system passes on at once. Other processes, such as a command, still meet SQLite's own.
"""

import threading
from collections import defaultdict

from django.db import OperationalError
from django.db.backends.sqlite3 import base

# By the database: its writer's turn. Taken with BEGIN IMMEDIATE, given back with the end of that transaction.
_turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that begins to write when it is its turn, or after `timeout` seconds fails as SQLite does."""

    _has_turn = False

    def _start_transaction_under_autocommit(self) -> None:
        if not self._turn.acquire(timeout=self.settings_dict["OPTIONS"].get("timeout", 5)):
            raise OperationalError("database is locked")
        self._has_turn = True
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_turn_back()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._give_turn_back()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_turn_back()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give_turn_back()

    @property
    def _turn(self) -> threading.Lock:
        return _turns[str(self.settings_dict["NAME"])]

    def _give_turn_back(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._turn.release()
