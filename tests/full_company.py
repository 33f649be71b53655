"""A company with something in every table, whatever models there are: values at random, the awkward among them."""

import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import AutoField, Field, ForeignKey, Model

from presence.domain.forwarding import RING_SECONDS_MAX, RING_SECONDS_MIN
from presence.services.database_move.tables import Table, all_tables

ROWS_EACH = 4
LETTERS = "aąBĆ łŻ'\"\\\t\n%{},;€😀\u0301N"
AWKWARD_TEXTS = ["", "\\N", "\\.", "NULL", "null", " ", "0"]
AWKWARD_JSON: list[Any] = [
    {"b": 1, "a": {"ż": [None, True, 1.5, "\\u0000", "😀"]}, "": 0},
    [1e22, -0.0, 1e-7, 0.1, 2**53 + 1, 100.0],
    "text",
    0,
]
FIRST_MOMENT = datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC)  # a microsecond before a clock is set forward
BOUNDS = {"internal_ring_seconds": (RING_SECONDS_MIN, RING_SECONDS_MAX)}
BOUNDS["external_ring_seconds"] = BOUNDS["internal_ring_seconds"]


def fill_every_table() -> None:
    """ROWS_EACH new rows of every model, those first that others point at."""
    made: dict[type[Model], list[Model]] = {}
    for table in _in_order(all_tables()):
        rows = [table.model(**_values(table, turn, made)) for turn in range(ROWS_EACH)]
        table.model._default_manager.bulk_create(rows)
        made[table.model] = rows


def _in_order(tables: list[Table]) -> list[Table]:
    """Each after those that it points at."""
    ordered: list[Table] = []
    while waiting := [table for table in tables if table not in ordered]:
        known = {table.model for table in ordered}
        ordered += [table for table in waiting if _pointed_at(table) <= known]
    return ordered


def _pointed_at(table: Table) -> set[type[Model]]:
    to = {field.related_model for field in table.fields if isinstance(field, ForeignKey)}
    return {model for model in to if isinstance(model, type)} - {table.model}


def _values(table: Table, turn: int, made: dict[type[Model], list[Model]]) -> dict[str, Any]:
    return {
        field.attname: _value(field, turn, made)
        for field in table.fields
        if not isinstance(field, AutoField) and field.related_model is not table.model
    }


def _value(field: "Field[Any, Any]", turn: int, made: dict[type[Model], list[Model]]) -> Any:
    if field.null and not turn:
        return None
    if isinstance(field, ForeignKey):
        return made[field.related_model][turn].pk
    if field.choices and turn:
        return [code for code, _ in field.flatchoices][turn % len(field.flatchoices)]
    return _plain_value(field, turn)


def _plain_value(field: "Field[Any, Any]", turn: int) -> Any:
    match field.get_internal_type():
        case "CharField" | "TextField" | "FileField":
            return _text(field, turn)
        case "BooleanField":
            return bool(turn % 2)
        case "FloatField":
            return [0.1, 1e300, -1.5, 1 / 3][turn]
        case "DateTimeField":
            return FIRST_MOMENT + timedelta(hours=turn, microseconds=turn)
        case "UUIDField":
            return uuid.UUID(int=random.getrandbits(128))
        case "JSONField":
            return AWKWARD_JSON[turn]
        case "BinaryField":
            return random.randbytes(300)
    if field.name in BOUNDS:
        return BOUNDS[field.name][turn % 2]
    return [0, 1, 32_767, 2][turn] if "Big" not in field.get_internal_type() else 2**63 - 1 - turn


def _text(field: "Field[Any, Any]", turn: int) -> str:
    """As long as it may be; short and awkward where that may be said twice."""
    longest = field.max_length or 2_000
    if not turn and not field.unique:
        return random.choice(AWKWARD_TEXTS)[:longest]
    return f"{turn}{''.join(random.choices(LETTERS, k=longest - 1))}"
