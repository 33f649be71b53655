"""What a column may hold, and for each value one form that is the same whatever database it was read from.

SQLite keeps texts of any length and numbers in no range; other databases refuse them. `faults` are told before anything
is written, in words; `plain` is what checksums are made of.
"""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import Field, ForeignKey

Fault = Callable[[Any], str]  # why another database would refuse the value; empty: it would not
Plain = Callable[[Any], object]

_WHOLE = BaseDatabaseOperations.integer_field_ranges  # kind of field -> its smallest and greatest value
_TEXTS = {"CharField", "TextField", "FileField"}
_NUL_IN_JSON = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_SHOWN_MAX = 60  # characters of a value in a message


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `faults` and `plain` are for values that are not null."""

    name: str
    is_nullable: bool
    fault: Fault
    plain: Plain | None  # None: the value as it is read

    def fault_of(self, value: Any) -> str:
        """What is wrong with `value`; empty: nothing."""
        if value is None:
            return "" if self.is_nullable else "is empty, which it must not be"
        return self.fault(value)


class UnknownFieldError(Exception):
    """A kind of field that nobody has said here how to compare."""


def column_of(field: "Field[Any, Any]") -> Column:
    """How the values of `field` are judged and compared; of a reference, as those that it points at."""
    holder: Field[Any, Any] = field
    while isinstance(holder, ForeignKey):
        holder = holder.target_field
    fault, plain = _kind_of(holder)
    return Column(str(field.column), field.null, fault, plain)


def _kind_of(field: "Field[Any, Any]") -> tuple[Fault, Plain | None]:
    kind = field.get_internal_type()
    if kind in _WHOLE:
        return _whole_number(*_WHOLE[kind]), None
    if kind in _TEXTS:
        return _text(field.max_length), None
    if kind in _OTHERS:
        return _OTHERS[kind]
    raise UnknownFieldError(f"{field}: values of a {kind} are not compared yet")


def _whole_number(smallest: int, greatest: int) -> Fault:
    def fault(value: Any) -> str:
        if type(value) is not int:
            return f"is {_shown(value)}, no whole number"
        return "" if smallest <= value <= greatest else f"is {value}; it must be from {smallest} to {greatest}"

    return fault


def _text(longest: int | None) -> Fault:
    def fault(value: Any) -> str:
        if type(value) is not str:
            return f"is {_shown(value)}, no text"
        if longest is not None and len(value) > longest:
            return f"has {len(value)} characters, of which {longest} are allowed: {_shown(value)}"
        return f"has a NUL character in it: {_shown(value)}" if "\0" in value else ""

    return fault


def _instance_of(kind: type | tuple[type, ...], words: str) -> Fault:
    def fault(value: Any) -> str:
        return "" if isinstance(value, kind) else f"is {_shown(value)}, no {words}"

    return fault


def _json_fault(value: Any) -> str:
    try:
        text = _json_plain(value)
        text.encode()
    except ValueError as error:
        return f"is no JSON that every database takes ({error}): {_shown(value)}"
    return f"has a NUL character in it: {_shown(value)}" if _NUL_IN_JSON.search(text) else ""


def _json_plain(value: Any) -> str:
    return json.dumps(_same_numbers(value), sort_keys=True, ensure_ascii=False, allow_nan=False)


def _same_numbers(value: Any) -> Any:
    """PostgreSQL keeps numbers as written in digits: 1e22 comes back whole, and -0.0 without its sign."""
    if isinstance(value, dict):
        return {key: _same_numbers(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_same_numbers(each) for each in value]
    return int(value) if isinstance(value, float) and math.isfinite(value) and value.is_integer() else value


def _moment_plain(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"


# What neither has a length nor a range.
_OTHERS: dict[str, tuple[Fault, Plain | None]] = {
    "BooleanField": (_instance_of(bool, "yes or no"), None),
    "FloatField": (_instance_of((float, int), "number"), float),
    "DateTimeField": (_instance_of(datetime, "moment"), _moment_plain),
    "UUIDField": (_instance_of(UUID, "UUID"), str),
    "BinaryField": (_instance_of((bytes, memoryview), "bytes"), bytes),
    "JSONField": (_json_fault, _json_plain),
}
