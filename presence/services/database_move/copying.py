"""Rows from one database into the other: each is looked at before any is written."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

from presence.services.database_move.databases import MADE_BY_MIGRATE, SOURCE, TARGET
from presence.services.database_move.errors import MoveError
from presence.services.database_move.tables import ROWS_AT_ONCE, Checksum, Row, Table

Tell = Callable[[str, int], None]  # a table's name, and how many of its rows are done

FAULTS_SHOWN = 20


def look_through(tables: list[Table], tell: Tell) -> dict[str, Checksum]:
    """A checksum of each table of the source; a MoveError names the rows that another database would refuse."""
    faults: list[str] = []
    found = {}
    for table in tables:
        found[table.name] = Checksum()
        for row in told(table, table.rows(SOURCE), tell):
            if len(faults) < FAULTS_SHOWN:
                faults += _faults_of(table, row)
            if not faults:
                found[table.name].add(table.plain(row))
    if faults:
        raise MoveError("\n  ".join(["these rows cannot be moved; correct or delete them first:", *faults]))
    return found


def _faults_of(table: Table, row: Row) -> list[str]:
    key = row[table.key]
    faults = ((column.name, column.fault_of(value)) for column, value in zip(table.columns, row, strict=True))
    return [f"{table.name} {key}: {name} {fault}" for name, fault in faults if fault]


def copy(tables: list[Table], tell: Tell) -> None:
    """Every row, with its primary key."""
    for model in MADE_BY_MIGRATE:
        QuerySet(model, using=TARGET).delete()
    for table in tables:
        try:
            _write(table, told(table, table.rows(SOURCE), tell))
        except DatabaseError as error:
            raise MoveError(f"{table.name}: {str(error).strip()}") from error


def told(table: Table, rows: Iterator[Row], tell: Tell) -> Iterator[Row]:
    """The same rows; `tell` hears how far they have come."""
    done = 0
    for done, row in enumerate(rows, start=1):
        yield row
        if done % 10_000 == 0:
            tell(table.name, done)
    tell(table.name, done)


def _write(table: Table, rows: Iterator[Row]) -> None:
    connection = connections[TARGET]
    name = connection.ops.quote_name(table.name)
    columns = ", ".join(connection.ops.quote_name(column.name) for column in table.columns)
    stored = _stored(table, rows, connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {name} ({columns}) FROM STDIN") as stream:
                for row in stored:
                    stream.write_row(row)
        else:
            places = ", ".join(["%s"] * len(table.columns))
            insert = f"INSERT INTO {name} ({columns}) VALUES ({places})"  # noqa: S608 - names of ours
            while some := list(islice(stored, ROWS_AT_ONCE)):
                cursor.executemany(insert, some)


def _stored(table: Table, rows: Iterator[Row], connection: BaseDatabaseWrapper) -> Iterator[list[Any]]:
    """The rows as the driver of `connection` takes them; what has only one form is taken as it is."""
    own = [
        (position, field)
        for position, (field, column) in enumerate(zip(table.fields, table.columns, strict=True))
        if column.plain is not None
    ]
    for row in rows:
        values = list(row)
        for position, field in own:
            values[position] = field.get_db_prep_save(values[position], connection=connection)
        yield values
