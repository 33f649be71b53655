"""Whatever order calls are answered, left, held, sent on, parked and lost in, they stay whole and end once."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from presence import selectors
from presence.domain.vocabulary import Lamp, Reason, Status
from presence.models import Extension, StatusProfileRow
from presence.services import calls
from presence.services.call_rows import CallGoneError, CallRefusedError
from tests.office import ACTIONS, NUMBERS, WINDOWS, Office

pytestmark = pytest.mark.django_db

steps = st.lists(
    st.tuples(
        st.sampled_from(ACTIONS),
        st.sampled_from(NUMBERS),
        st.sampled_from(NUMBERS),
        st.sampled_from(WINDOWS),
        st.integers(0, 3),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
@pytest.mark.slow
def test_calls_stay_whole_and_end_once_whatever_happens_in_whatever_order(
    adam: Extension, piotr: Extension, anna: Extension, steps: list[tuple[Callable[..., None], str, str, str, int]]
) -> None:
    with transaction.atomic():
        office = Office({person.number: person for person in (adam, piotr, anna)})
        StatusProfileRow.objects.create(extension=piotr, status=Status.AVAILABLE, takes_second_call=True)
        office.dial("101", "102", WINDOWS[0], 0)
        for act, *arguments in steps:
            # Both are said to the window; nothing may have changed.
            with suppress(CallGoneError, CallRefusedError), transaction.atomic():
                act(office, *arguments)
            office.is_whole()
        for call in office.calls:
            calls.end_call(call_id=call.pk, reason=Reason.COMPLETED)
        office.is_whole()
        assert {row.lamp for row in selectors.presence_rows()} == {Lamp.AVAILABLE}
        transaction.set_rollback(True)
