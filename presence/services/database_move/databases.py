"""The two databases of a move: the one that Lampfield runs on, and an empty one to be filled."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import dj_database_url
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import ConnectionHandler

from presence.services.database_move.errors import MoveError
from presence.services.database_move.tables import Table

SOURCE, TARGET = DEFAULT_DB_ALIAS, "target"
# What `migrate` itself writes into an empty database; the moved rows take their place.
MADE_BY_MIGRATE = (Permission, ContentType)
_MIGRATIONS = "django_migrations"
_ENGINES = {"django.db.backends.postgresql", "django.db.backends.sqlite3"}
_NO_ADDRESS = "{!r} is no address of a database, such as postgres://lampfield@127.0.0.1/lampfield"


@contextmanager
def target(url: str) -> Iterator[None]:
    """The database `url` under the name TARGET, as long as it is needed."""
    try:
        described = dj_database_url.parse(url)
    except ValueError as error:
        raise MoveError(_NO_ADDRESS.format(url)) from error
    if described["ENGINE"] not in _ENGINES:
        raise MoveError(_NO_ADDRESS.format(url))
    connection = ConnectionHandler({SOURCE: {}, TARGET: dict(described)})[TARGET]
    there, here = connection.settings_dict, connections[SOURCE].settings_dict
    is_alike = connection.vendor == connections[SOURCE].vendor
    if is_alike and all(there[each] == here[each] for each in ("NAME", "HOST", "PORT")):
        raise MoveError("that is the database that Lampfield has now")
    connections[TARGET] = connection
    try:
        connection.ensure_connection()
        yield
    except DatabaseError as error:
        raise MoveError(str(error).strip()) from error
    finally:
        connection.close()
        del connections[TARGET]


def has_all_tables(database: str) -> bool:
    """It is migrated to this release."""
    executor = MigrationExecutor(connections[database])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def make_tables(url: str) -> None:
    """Let `migrate` make the target's tables, in a process whose own database it is: migrations change rows of that."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity", "0"],
        check=False,
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": url},
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise MoveError(f"the new database's tables could not be made: {done.stderr.strip()}")


def refuse_unless_empty(tables: list[Table]) -> None:
    """The target has nothing but what `migrate` makes."""
    there = set(connections[TARGET].introspection.table_names())
    if strange := sorted(there - {_MIGRATIONS} - {table.name for table in tables}):
        raise MoveError(f"the new database is not empty: it has a table {strange[0]}, which is not Lampfield's")
    for table in tables:
        if table.name in there and table.model not in MADE_BY_MIGRATE and table.held_by(TARGET).exists():
            raise MoveError(f"the new database is not empty: {table.name} has rows")


def refuse_strange_tables(tables: list[Table]) -> None:
    """What the source has beside our tables would be left behind, and nobody would know."""
    there = set(connections[SOURCE].introspection.table_names())
    if strange := sorted(there - {_MIGRATIONS} - {table.name for table in tables}):
        raise MoveError(f"{', '.join(strange)}: not Lampfield's, would be left behind; move or drop them first")


def lock(database: str, tables: list[Table]) -> None:
    """Nobody else writes into these tables until the transaction ends. On SQLite its transaction sees to that."""
    connection = connections[database]
    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(table.name) for table in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
