"""Queries that are asked with every call: their SQL is made once for each kind of database.

Django takes several times as long to make the SQL of a query with joins as the database to answer it. Only what is
compared with or written may change from one asking to the next; whatever changes the SQL itself (None, lists) is no
such value.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, Field, QuerySet, UUIDField
from django.db.models.sql import UpdateQuery

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


@dataclass(frozen=True, slots=True)
class _Statement:
    """SQL with its parameters, in which the stand-ins are still to be replaced by values."""

    sql: str
    parameters: Sequence[Any]

    @classmethod
    def of(cls, compiler: Any, stand_ins: Sequence[Value], database: BaseDatabaseWrapper) -> "_Statement":
        sql, parameters = compiler.as_sql()
        of_prepared = {_prepared(each, database): each for each in stand_ins}
        marked = [of_prepared.get(each, each) for each in parameters]
        if not set(stand_ins) <= set(marked):
            raise ValueError("a value has no place in the query")
        return cls(sql, marked)

    def filled(self, values: Mapping[Any, Value], database: BaseDatabaseWrapper) -> tuple[Any, ...]:
        return tuple(_prepared(values.get(each, each), database) for each in self.parameters)


class Prepared(Generic[Row]):
    """`make` builds the queryset from as many values as it is asked with, of the types in `kinds`."""

    def __init__(self, make: Callable[..., QuerySet[Any, Row]], *kinds: type[Value]) -> None:
        self._make = make
        self._stand_ins = [_STAND_INS[kind][n] for n, kind in enumerate(kinds)]
        self._made: dict[str, tuple[QuerySet[Any, Row], Any, _Statement]] = {}
        # Which columns are converted how takes as long to find out as a small query, and never changes.
        self._converters: WeakKeyDictionary[BaseDatabaseWrapper, Any] = WeakKeyDictionary()

    def rows(self, *values: Value) -> list[Row]:
        database = _database()
        queryset, made, statement = self._made.get(database.vendor) or self._remember(database)
        filled = statement.filled(dict(zip(self._stand_ins, values, strict=True)), database)
        # A compiler belongs to the connection of one thread.
        compiler = copy(made)
        compiler.connection = database
        compiler.as_sql = lambda *_, **__: (statement.sql, filled)
        compiler.get_converters = lambda columns: self._converters_of(database, made, columns)
        asked: Any = queryset.all()
        asked.query.get_compiler = lambda *_, **__: compiler
        return list(asked)

    def first(self, *values: Value) -> Row | None:
        """One of the rows, for a query that has one at most."""
        return next(iter(self.rows(*values)), None)

    def _remember(self, database: BaseDatabaseWrapper) -> tuple[QuerySet[Any, Row], Any, _Statement]:
        queryset = self._make(*self._stand_ins)
        compiler = queryset.query.get_compiler(connection=database)
        statement = _Statement.of(compiler, self._stand_ins, database)
        made = self._made[database.vendor] = queryset, compiler, statement
        return made

    def _converters_of(self, database: BaseDatabaseWrapper, made: Any, columns: Any) -> Any:
        found = self._converters.get(database)
        if found is None:
            compiler = copy(made)
            compiler.connection = database
            found = self._converters[database] = compiler.get_converters(columns)
        return found


class PreparedUpdate:
    """`make` builds the queryset as for `Prepared`; what is written is said with each writing."""

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], *kinds: type[Value]) -> None:
        self._make = make
        self._stand_ins = [_STAND_INS[kind][n] for n, kind in enumerate(kinds)]
        self._made: dict[tuple[str, ...], tuple[_Statement, list[_Column]]] = {}

    def write(self, *values: Value, **columns: Any) -> int:
        """How many rows there were to be written. The expression for a column must always be the same."""
        database = _database()
        # NULL stands in the SQL itself.
        names = (database.vendor, *(name if value is not None else f"{name}=NULL" for name, value in columns.items()))
        statement, written = self._made.get(names) or self._remember(names, columns, database)
        put: list[Any] = []
        for column, value in zip(written, columns.values(), strict=True):
            put += column.parameters(value, database)
        filled = statement.filled(dict(zip(self._stand_ins, values, strict=True)), database)
        with database.cursor() as cursor:
            cursor.execute(statement.sql, (*put, *filled))
            return int(cursor.rowcount)

    def _remember(
        self, names: tuple[str, ...], columns: Mapping[str, Any], database: BaseDatabaseWrapper
    ) -> "tuple[_Statement, list[_Column]]":
        queryset = self._make(*self._stand_ins)
        everything: QuerySet[Any, Any] = QuerySet(queryset.model)
        meta = queryset.query.get_meta()
        written = [
            _Column(meta.get_field(name), _update(everything, {name: value}, database).as_sql()[1])
            for name, value in columns.items()
        ]
        statement = _Statement.of(_update(queryset, columns, database), self._stand_ins, database)
        count = sum(len(column.constants) for column in written)
        made = self._made[names] = _Statement(statement.sql, statement.parameters[count:]), written
        return made


@dataclass(frozen=True, slots=True)
class _Column:
    """A column that is written, with what its expression, or the value it was first written with, puts into the SQL."""

    field: Any
    constants: Sequence[Any]

    def parameters(self, value: Any, database: BaseDatabaseWrapper) -> Sequence[Any]:
        if value is None or hasattr(value, "resolve_expression"):
            return self.constants
        return (self.field.get_db_prep_save(value, database),)


def _update(queryset: QuerySet[Any, Any], columns: Mapping[str, Any], database: BaseDatabaseWrapper) -> Any:
    query: Any = queryset.query.chain(UpdateQuery)
    query.add_update_values(columns)
    return query.get_compiler(connection=database)


def _database() -> BaseDatabaseWrapper:
    """The wrapper itself: by `django.db.connection` every column of every row would look for it anew."""
    return connections[DEFAULT_DB_ALIAS]


def _prepared(value: Any, database: BaseDatabaseWrapper) -> Any:
    """As the database takes it."""
    field = _FIELDS.get(type(value))
    return field.get_db_prep_value(value, database, prepared=False) if field is not None else value
