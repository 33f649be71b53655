"""The tables that are moved, their rows as values, and a checksum in which no database's way of storing has a part."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

from django.apps import apps
from django.db.models import Count, Field, Model, QuerySet
from django.db.models.options import Options

from presence.services.database_move.values import Column, column_of

Row = tuple[Any, ...]

ROWS_AT_ONCE = 2_000
ROWS, _VALUES = "rows", "values_of_"  # a model may have a field of the same name
_BYTES = 16
_MODULUS = 1 << (8 * _BYTES)


@dataclass(frozen=True)
class Table:
    model: type[Model]

    @property
    def meta(self) -> "Options[Model]":
        return self.model._meta  # noqa: SLF001 - Django's public way to ask a model

    @property
    def name(self) -> str:
        return self.meta.db_table

    @cached_property
    def fields(self) -> "list[Field[Any, Any]]":
        return list(self.meta.concrete_fields)

    @cached_property
    def columns(self) -> list[Column]:
        return [column_of(each) for each in self.fields]

    @cached_property
    def key(self) -> int:
        """Where in a row its primary key stands."""
        return next(position for position, each in enumerate(self.fields) if each.primary_key)

    def held_by(self, database: str) -> "QuerySet[Model]":
        return QuerySet(self.model, using=database).order_by()

    def rows(self, database: str) -> Iterator[Row]:
        """Every row, in no order, a few at a time."""
        return self.rows_of(self.held_by(database))

    def rows_of(self, held: "QuerySet[Model]") -> Iterator[Row]:
        """The rows of a query, in the order of `fields`."""
        names = [each.attname for each in self.fields]
        return held.values_list(*names).iterator(chunk_size=ROWS_AT_ONCE)

    def plain(self, row: Row) -> list[object]:
        """The row as every database must give it back."""
        return [
            column.plain(value) if column.plain is not None and value is not None else value
            for column, value in zip(self.columns, row, strict=True)
        ]

    def counts(self, database: str) -> dict[str, int]:
        """The database's own count of its rows, and of the values in each column that may be empty."""
        optional = {f"{_VALUES}{each.attname}": Count(each.attname) for each in self.fields if each.null}
        counted = self.held_by(database).aggregate(**{ROWS: Count("*")}, **optional)
        return {name.removeprefix(_VALUES): count for name, count in counted.items()}


@dataclass
class Checksum:
    """Of a set of rows, whatever their order: the sum of the rows' digests."""

    rows: int = 0
    total: int = 0

    def add(self, plain: list[object]) -> None:
        digest = blake2b(repr(plain).encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest()
        self.rows += 1
        self.total = (self.total + int.from_bytes(digest)) % _MODULUS

    def __str__(self) -> str:
        return f"{self.total:0{2 * _BYTES}x}"


def all_tables() -> list[Table]:
    """Whatever any installed app keeps: a model that comes tomorrow is among them."""
    found = map(Table, apps.get_models(include_auto_created=True))
    kept = [table for table in found if table.meta.managed and not table.meta.proxy]
    return sorted(kept, key=lambda table: table.name)


def checksum_of(table: Table, rows: Iterable[Row]) -> Checksum:
    found = Checksum()
    for row in rows:
        found.add(table.plain(row))
    return found
