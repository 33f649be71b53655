"""A query whose SQL was made once answers as if it had been made anew."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from presence.domain.vocabulary import CallState, Origin
from presence.models import Call, CallLeg, Extension
from presence.selectors.prepared import Prepared, PreparedUpdate

pytestmark = pytest.mark.django_db


def make_call(extension: Extension, **values: object) -> Call:
    call = Call.objects.create(caller_number=extension.number, called_number="102", origin=Origin.INTERNAL, **values)
    CallLeg.objects.create(call=call, extension=extension, role=CallLeg.Role.CALLER, window="window-1")
    return call


def test_each_asking_has_its_own_values(adam: Extension, piotr: Extension) -> None:
    by_number: Prepared[Extension] = Prepared(lambda number: Extension.objects.filter(number=number), str)
    assert by_number.first("101") == adam
    assert by_number.first("102") == piotr
    assert by_number.first("999") is None


def test_every_kind_of_value_is_taken_as_the_database_takes_it(adam: Extension, piotr: Extension) -> None:
    calls = Prepared(
        lambda call, extension, since: Call.objects.filter(pk=call, legs__extension=extension, started_at__gt=since),
        UUID,
        int,
        datetime,
    )
    call, now = make_call(adam), timezone.now()
    assert calls.rows(call.pk, adam.pk, now - timedelta(minutes=1)) == [call]
    assert calls.rows(call.pk, piotr.pk, now - timedelta(minutes=1)) == []
    assert calls.rows(call.pk, adam.pk, now + timedelta(minutes=1)) == []
    assert calls.rows(uuid4(), adam.pk, now - timedelta(minutes=1)) == []


def test_a_value_stands_wherever_it_was_used(adam: Extension, piotr: Extension) -> None:
    def others(extension: int, call: UUID) -> QuerySet[CallLeg]:
        elsewhere = CallLeg.objects.filter(extension=OuterRef("extension")).exclude(call=call)
        legs = CallLeg.objects.filter(call=call, extension=extension)
        return legs.select_related("call", "extension").annotate(is_elsewhere=Exists(elsewhere))

    prepared: Prepared[Any] = Prepared(others, int, UUID)
    first, second, alone = make_call(adam), make_call(adam), make_call(piotr)
    found = [*prepared.rows(adam.pk, first.pk), *prepared.rows(adam.pk, second.pk), *prepared.rows(piotr.pk, alone.pk)]
    assert [(leg.call, leg.extension, leg.is_elsewhere) for leg in found] == [
        (first, adam, True),
        (second, adam, True),
        (alone, piotr, False),
    ]
    with CaptureQueriesContext(connection) as queries:
        assert [leg.call.caller_number for leg in found] == ["101", "101", "102"]
    assert len(queries) == 0


def test_what_is_read_is_what_stands_in_the_rows_now(adam: Extension) -> None:
    names = Prepared(lambda number: Extension.objects.filter(number=number).values_list("name", flat=True), str)
    assert names.rows("101") == ["Adam Nowak"]
    Extension.objects.filter(pk=adam.pk).update(name="Adam Zieliński")
    assert names.rows("101") == ["Adam Zieliński"]


def test_a_value_that_the_query_does_not_use_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        Prepared(lambda number, other: Extension.objects.filter(number=number), str, str).rows("101", "102")


def test_what_is_written_stands_in_the_rows_that_were_meant_and_in_no_other(adam: Extension) -> None:
    calls = PreparedUpdate(lambda call: Call.objects.filter(pk=call, state=CallState.RINGING), UUID)
    call, other, now = make_call(adam), make_call(adam), timezone.now()
    before = other.version
    assert calls.write(call.pk, version=F("version") + 1, answered_at=now, about_name="Anna") == 1
    assert calls.write(call.pk, version=F("version") + 1, answered_at=now, about_name="Piotr") == 1
    assert calls.write(uuid4(), version=F("version") + 1, answered_at=now, about_name="Ewa") == 0
    call.refresh_from_db()
    other.refresh_from_db()
    assert (call.version, call.answered_at, call.about_name) == (before + 2, now, "Piotr")
    assert (other.version, other.answered_at, other.about_name) == (before, None, "")


def test_nothing_can_be_written_where_something_was(adam: Extension) -> None:
    calls = PreparedUpdate(lambda call: Call.objects.filter(pk=call), UUID)
    call, now = make_call(adam), timezone.now()
    for value in (now, None, now, None):
        assert calls.write(call.pk, answered_at=value, state=CallState.TALKING) == 1
        call.refresh_from_db()
        assert (call.answered_at, call.state) == (value, CallState.TALKING)


def test_a_condition_on_what_is_written_is_looked_at_before_it_is_written(adam: Extension) -> None:
    may_end = PreparedUpdate(lambda call: Call.objects.filter(pk=call).exclude(state=CallState.ENDED), UUID)
    call = make_call(adam)
    assert may_end.write(call.pk, state=CallState.ENDED) == 1
    assert may_end.write(call.pk, state=CallState.ENDED) == 0
