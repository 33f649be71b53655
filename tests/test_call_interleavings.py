"""Whatever order answers, hang-ups, declines and vanishing windows come in, calls stay whole and end once."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from presence import selectors
from presence.domain.vocabulary import CallState, Lamp, Reason
from presence.models import Call, CallLeg, Extension, Voicemail
from presence.services import calls
from presence.services.call_rows import CallGoneError, CallRefusedError, open_legs
from tests.cast import EPOCH

pytestmark = pytest.mark.django_db

NUMBERS = ("101", "102", "103")
WINDOWS = ("desk-window", "home-window")


@dataclass
class Office:
    """Three people with two windows each; every action is one that a socket, the router or housekeeping takes."""

    people: dict[str, Extension]
    calls: list[Call] = field(default_factory=list)
    ends: dict[object, str] = field(default_factory=dict)

    def dial(self, caller: str, number: str, window: str, which: int) -> None:
        with suppress(CallRefusedError):
            self.calls.append(
                calls.start_call(extension=self.people[caller], window=window, number=number, epoch=EPOCH)
            )

    def ring(self, caller: str, number: str, window: str, which: int) -> None:
        call = self.calls[which % len(self.calls)]
        if not call.legs.filter(role=CallLeg.Role.CALLEE, state=CallState.RINGING).exists():
            calls.ring_extension(call_id=call.pk, number=number)

    def answer(self, caller: str, number: str, window: str, which: int) -> None:
        call = self.calls[which % len(self.calls)]
        calls.answer_call(call_id=call.pk, extension=self.people[number], window=window)

    def decline(self, caller: str, number: str, window: str, which: int) -> None:
        calls.decline_call(call_id=self.calls[which % len(self.calls)].pk, extension=self.people[number])

    def hang_up(self, caller: str, number: str, window: str, which: int) -> None:
        call = self.calls[which % len(self.calls)]
        calls.hang_up(call_id=call.pk, extension=self.people[number], window=window)

    def record(self, caller: str, number: str, window: str, which: int) -> None:
        call = self.calls[which % len(self.calls)]
        if not call.legs.filter(role=CallLeg.Role.CALLEE, state=CallState.RINGING).exists():
            calls.connect_voicemail(call_id=call.pk, number=number)

    def lose(self, caller: str, number: str, window: str, which: int) -> None:
        leg = open_legs().filter(extension=self.people[number]).first()
        if leg is not None:
            calls.drop_leg(leg.pk)

    def end(self, caller: str, number: str, window: str, which: int) -> None:
        calls.end_call(call_id=self.calls[which % len(self.calls)].pk, reason=Reason.FAILED)

    def is_whole(self) -> None:
        for call in Call.objects.all():
            states = [leg.state for leg in open_legs().filter(call=call)]
            recorded = Voicemail.objects.filter(call=call).exists()
            match call.state:
                case CallState.ENDED:
                    assert states == []
                    assert self.ends.setdefault(call.pk, call.end_reason) == call.end_reason
                case CallState.TALKING:
                    assert states == [CallState.TALKING] * (1 if recorded else 2)
                case _:
                    assert set(states) == {CallState.RINGING}
                    assert len(states) <= 2
        for extension in self.people.values():
            assert open_legs().filter(extension=extension).count() <= 1


ACTIONS: tuple[Callable[[Office, str, str, str, int], None], ...] = (
    Office.dial,
    Office.ring,
    Office.answer,
    Office.decline,
    Office.hang_up,
    Office.record,
    Office.lose,
    Office.end,
)
steps = st.lists(
    st.tuples(
        st.sampled_from(ACTIONS),
        st.sampled_from(NUMBERS),
        st.sampled_from(NUMBERS),
        st.sampled_from(WINDOWS),
        st.integers(0, 3),
    ),
    max_size=25,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_calls_stay_whole_and_end_once_whatever_happens_in_whatever_order(
    adam: Extension, piotr: Extension, anna: Extension, steps: list[tuple[Callable[..., None], str, str, str, int]]
) -> None:
    with transaction.atomic():
        office = Office({person.number: person for person in (adam, piotr, anna)})
        office.dial("101", "102", WINDOWS[0], 0)
        for act, *arguments in steps:
            with suppress(CallGoneError):  # said to the window; nothing may have changed
                act(office, *arguments)
            office.is_whole()
        for call in office.calls:
            calls.end_call(call_id=call.pk, reason=Reason.COMPLETED)
        office.is_whole()
        assert {row.lamp for row in selectors.presence_rows()} == {Lamp.AVAILABLE}
        transaction.set_rollback(True)
