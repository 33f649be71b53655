"""Three people who do to their calls whatever can be done, and what must be true of the calls all the while."""

from collections.abc import Callable
from dataclasses import dataclass, field

from presence.domain.vocabulary import CallState, Reason
from presence.models import Call, CallLeg, Extension, ParkedCall, Voicemail
from presence.selectors.system import LINES_MAX
from presence.services import call_control, call_pick_up, calls
from presence.services.call_rows import open_legs
from tests.cast import EPOCH

NUMBERS = ("101", "102", "103")
WINDOWS = ("desk-window", "home-window")


@dataclass
class Office:
    """Three people with two windows each; every action is one that a socket, the router or housekeeping takes."""

    people: dict[str, Extension]
    calls: list[Call] = field(default_factory=list)
    ends: dict[object, str] = field(default_factory=dict)
    epoch: str = EPOCH  # the process that acts here

    def dial(self, caller: str, number: str, window: str, which: int) -> None:
        self.calls.append(
            calls.start_call(extension=self.people[caller], window=window, number=number, epoch=self.epoch)
        )

    def ring(self, caller: str, number: str, window: str, which: int) -> None:
        call = self.routed(which)
        if not call.legs.filter(role=CallLeg.Role.CALLEE, state=CallState.RINGING).exists():
            calls.ring_extension(call_id=call.pk, number=number)

    def routed(self, which: int) -> Call:
        """One of the calls that this process routes, the one that is asked for if it does."""
        call = self.calls[which % len(self.calls)]
        own = [call for call in self.calls if call.router_epoch == self.epoch]
        return call if call in own else own[which % len(own)]

    def answer(self, caller: str, number: str, window: str, which: int) -> None:
        call = self.calls[which % len(self.calls)]
        calls.answer_call(call_id=call.pk, extension=self.people[number], window=window)

    def decline(self, caller: str, number: str, window: str, which: int) -> None:
        calls.decline_call(call_id=self.calls[which % len(self.calls)].pk, extension=self.people[number])

    def hang_up(self, caller: str, number: str, window: str, which: int) -> None:
        call = self.calls[which % len(self.calls)]
        calls.hang_up(call_id=call.pk, extension=self.people[number], window=window)

    def record(self, caller: str, number: str, window: str, which: int) -> None:
        call = self.routed(which)
        if not call.legs.filter(role=CallLeg.Role.CALLEE, state=CallState.RINGING).exists():
            calls.connect_voicemail(call_id=call.pk, number=number)

    def hold(self, caller: str, number: str, window: str, which: int) -> None:
        call = self.calls[which % len(self.calls)]
        call_control.hold(call_id=call.pk, extension=self.people[number], window=window)

    def resume(self, caller: str, number: str, window: str, which: int) -> None:
        call = self.calls[which % len(self.calls)]
        call_control.resume(call_id=call.pk, extension=self.people[number], window=window)

    def transfer(self, caller: str, number: str, window: str, which: int) -> None:
        call = self.calls[which % len(self.calls)]
        moved = call_control.transfer(
            call_id=call.pk, extension=self.people[caller], window=window, number=number, epoch=self.epoch
        )
        self.calls.append(moved)

    def join(self, caller: str, number: str, window: str, which: int) -> None:
        mine = open_legs().filter(extension=self.people[number]).order_by("pk")
        if len(mine) == LINES_MAX:
            first, other = [leg.call_id for leg in mine][:: 1 if which % 2 else -1]
            joined = call_control.join(
                call_id=first, other_id=other, extension=self.people[number], window=window, epoch=self.epoch
            )
            self.calls.append(joined)

    def park(self, caller: str, number: str, window: str, which: int) -> None:
        call = self.calls[which % len(self.calls)]
        parked = call_control.park(call_id=call.pk, extension=self.people[number], window=window, epoch=self.epoch)
        self.calls.append(parked)

    def ring_back(self, caller: str, number: str, window: str, which: int) -> None:
        call_control.ring_back(call_id=self.calls[which % len(self.calls)].pk)

    def fetch(self, caller: str, number: str, window: str, which: int) -> None:
        call_pick_up.fetch(slot=1 + which, extension=self.people[number], window=window)

    def pick_up(self, caller: str, number: str, window: str, which: int) -> None:
        call_pick_up.pick_up(number=caller, extension=self.people[number], window=window)

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
                    assert not ParkedCall.objects.filter(call=call).exists()
                case CallState.TALKING:
                    assert len(states) == (1 if recorded else 2)
                    assert set(states) <= {CallState.TALKING, CallState.ON_HOLD}
                    assert not ParkedCall.objects.filter(call=call).exists()
                case _:
                    assert set(states) == {CallState.RINGING}
                    assert len(states) <= 2
        for extension in self.people.values():
            legs = open_legs().filter(extension=extension)
            assert legs.count() <= LINES_MAX
            assert legs.filter(state=CallState.TALKING).count() <= 1


ACTIONS: tuple[Callable[[Office, str, str, str, int], None], ...] = (
    Office.dial,
    Office.ring,
    Office.answer,
    Office.decline,
    Office.hang_up,
    Office.record,
    Office.lose,
    Office.hold,
    Office.resume,
    Office.transfer,
    Office.join,
    Office.park,
    Office.ring_back,
    Office.fetch,
    Office.pick_up,
    Office.end,
)
