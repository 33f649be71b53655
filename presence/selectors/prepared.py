"""Queries that are asked with every call: their SQL is made once for each kind of database.

Django takes several times as long to make the SQL of a query with joins as the database to answer it. Only what is
compared with may change from one asking to the next; whatever changes the SQL itself (None, lists) is no such value.
"""

from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import DateTimeField, Field, QuerySet, UUIDField

Row = TypeVar("Row")
Value = UUID | datetime | int | str

_VALUES_MAX = 8
# What the SQL is made with, to find where the values stand; nothing real is equal to one.
_STAND_INS: dict[type, tuple[Value, ...]] = {
    UUID: tuple(UUID(int=2**128 - 1 - n) for n in range(_VALUES_MAX)),
    datetime: tuple(datetime(1, 1, 1 + n, tzinfo=UTC) for n in range(_VALUES_MAX)),
    int: tuple(-(2**31) + n for n in range(_VALUES_MAX)),
    str: tuple(f"\ufffd{n}" for n in range(_VALUES_MAX)),
}
_FIELDS: dict[type, Field[Any, Any]] = {UUID: UUIDField(), datetime: DateTimeField()}


class Prepared(Generic[Row]):
    """`make` builds the queryset from as many values as it is asked with, of the types in `kinds`."""

    def __init__(self, make: Callable[..., QuerySet[Any, Row]], *kinds: type[Value]) -> None:
        self._make = make
        self._stand_ins = [_STAND_INS[kind][n] for n, kind in enumerate(kinds)]
        self._made: dict[str, tuple[QuerySet[Any, Row], Any, str, list[Any]]] = {}

    def rows(self, *values: Value) -> list[Row]:
        queryset, made, sql, parameters = self._made.get(connection.vendor) or self._remember()
        given = dict(zip(self._stand_ins, values, strict=True))
        filled = tuple(_prepared(given.get(each, each)) for each in parameters)
        # A compiler belongs to the connection of one thread.
        compiler = copy(made)
        compiler.connection = connection
        compiler.as_sql = lambda *_, **__: (sql, filled)
        asked: Any = queryset.all()
        asked.query.get_compiler = lambda *_, **__: compiler
        return list(asked)

    def first(self, *values: Value) -> Row | None:
        """One of the rows, for a query that has one at most."""
        return next(iter(self.rows(*values)), None)

    def _remember(self) -> tuple[QuerySet[Any, Row], Any, str, list[Any]]:
        queryset = self._make(*self._stand_ins)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        stand_ins = {_prepared(each): each for each in self._stand_ins}
        marked = [stand_ins.get(each, each) for each in parameters]
        if not set(self._stand_ins) <= set(marked):
            raise ValueError("a value has no place in the query")
        made = self._made[connection.vendor] = queryset, compiler, sql, marked
        return made


def _prepared(value: Any) -> Any:
    """As the database takes it."""
    field = _FIELDS.get(type(value))
    return field.get_db_prep_value(value, connection, prepared=False) if field is not None else value
