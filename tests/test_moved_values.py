"""What another database would refuse is found before the move, and what each keeps in its own way is compared alike."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from django.db import models

from presence.models import CallLeg
from presence.services.database_move.tables import Checksum
from presence.services.database_move.values import UnknownFieldError, column_of

FIELDS: dict[str, "models.Field[Any, Any]"] = {
    "text": models.CharField(max_length=3),
    "long text": models.TextField(),
    "number": models.PositiveSmallIntegerField(),
    "switch": models.BooleanField(),
    "share": models.FloatField(),
    "moment": models.DateTimeField(null=True),
    "id": models.UUIDField(),
    "json": models.JSONField(),
    "bytes": models.BinaryField(),
}
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def column(kind: str) -> Any:
    field = FIELDS[kind]
    field.set_attributes_from_name(kind)
    return column_of(field)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "żół"),
        ("text", ""),
        ("long text", "x" * 100_000),
        ("number", 32_767),
        ("switch", False),
        ("share", 0.1),
        ("share", 1),
        ("moment", NOON),
        ("moment", None),
        ("id", UUID(int=1)),
        ("json", {"a": [None, "\\u0000", 1.5]}),
        ("bytes", b"\0"),
    ],
)
def test_what_every_database_takes_has_no_fault(kind: str, value: object) -> None:
    assert column(kind).fault_of(value) == ""


@pytest.mark.parametrize(
    ("kind", "value", "fault"),
    [
        ("text", "żółw", "has 4 characters, of which 3 are allowed: 'żółw'"),
        ("text", 5, "is 5, no text"),
        ("text", None, "is empty, which it must not be"),
        ("long text", "a\0", "has a NUL character in it: 'a\\x00'"),
        ("number", 32_768, "is 32768; it must be from 0 to 32767"),
        ("number", -1, "is -1; it must be from 0 to 32767"),
        ("number", "five", "is 'five', no whole number"),
        ("number", True, "is True, no whole number"),
        ("switch", 2, "is 2, no yes or no"),
        ("share", "much", "is 'much', no number"),
        ("moment", "noon", "is 'noon', no moment"),
        ("id", "x", "is 'x', no UUID"),
        ("json", {"a": "\0"}, "has a NUL character in it: {'a': '\\x00'}"),
        ("json", {"\0": 1}, "has a NUL character in it: {'\\x00': 1}"),
        ("bytes", "x", "is 'x', no bytes"),
    ],
)
def test_what_another_database_would_refuse_is_said(kind: str, value: object, fault: str) -> None:
    assert column(kind).fault_of(value) == fault


@pytest.mark.parametrize("value", [float("nan"), [float("inf")], "\ud800", {"\udc00": 1}])
def test_json_that_only_python_knows_is_a_fault(value: object) -> None:
    assert "is no JSON that every database takes" in column("json").fault_of(value)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("moment", NOON, NOON.astimezone(timezone(timedelta(hours=1)))),
        ("json", {"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ("json", [1e22, -0.0, 5.0], [10**22, 0, 5]),
        ("bytes", memoryview(b"x"), b"x"),
        ("share", 1, 1.0),
    ],
)
def test_the_same_value_is_the_same_however_a_database_keeps_it(kind: str, one: object, other: object) -> None:
    assert column(kind).plain(one) == column(kind).plain(other)
    assert type(column(kind).plain(one)) is type(column(kind).plain(other))


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("moment", NOON, NOON + timedelta(microseconds=1)),
        ("json", {"a": 1}, {"a": "1"}),
        ("json", {"a": 1}, {"a": True}),
        ("json", [1, 2], [2, 1]),
        ("json", 0.1, 0.1 + 1e-16),
        ("bytes", b"x", b"X"),
    ],
)
def test_another_value_is_another(kind: str, one: object, other: object) -> None:
    assert column(kind).plain(one) != column(kind).plain(other)


def test_a_reference_is_judged_as_what_it_points_at() -> None:
    assert column_of(CallLeg._meta.get_field("call")).fault_of("x") == "is 'x', no UUID"


def test_a_kind_of_field_that_nobody_thought_of_is_an_error() -> None:
    with pytest.raises(UnknownFieldError, match="DurationField"):
        column_of(models.DurationField())


def test_a_checksum_asks_for_the_rows_and_not_for_their_order() -> None:
    def of(*rows: list[object]) -> Checksum:
        found = Checksum()
        for row in rows:
            found.add(row)
        return found

    assert of([1, "a"], [2, "b"]) == of([2, "b"], [1, "a"])
    different = [of([1, "a"], [2, "b"]), of([1, "b"], [2, "a"]), of([1, "a"]), of([1, "a"], [1, "a"]), of()]
    assert len({str(each) for each in different}) == len(different)
