"""Whatever happens to an office in whatever order, every window shows the truth: a stateful test against a model."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from presence.domain.trusted_clock import DOUBT_SECONDS, TrustedClock
from presence.domain.vocabulary import Reason, Sight, Status
from presence.models import Call, ChangeRecord, Department, Extension, ServerProcess, StatusProfileRow
from presence.services import calls
from presence.services.status import end_due_statuses
from tests.cast import make_extension
from tests.random_office import Office, Person, Talk
from tests.soak_size import size

EVENTS_EACH = 50
EXAMPLES = size(4, 200)
NAMES = {"101": "Adam Nowak", "102": "Piotr Adamiak", "103": "Anna Kowalska"}
DEPARTMENTS = {"101": "Sales", "102": "Sales", "103": "Reception"}
LEAPS = [timedelta(hours=1), timedelta(days=1)]

who = st.sampled_from(sorted(NAMES))
where = st.sampled_from(sorted(set(DEPARTMENTS.values())))
which = st.integers(0, 7)


class AnyDay(RuleBasedStateMachine):
    """Statuses, rules, rights, calls, windows, killed processes and clocks that are set."""

    @initialize(seed=st.integers(0, 1000))
    def opens(self, seed: int) -> None:
        Extension.objects.update(
            status=Status.AVAILABLE, status_note="", status_until=None, status_after="", status_after_note=""
        )
        for number, department in DEPARTMENTS.items():
            Extension.objects.filter(number=number).update(department=Department.objects.get(name=department))
        Department.objects.update(shown_to_others=Sight.WHOLE)
        self.office = Office(list(Extension.objects.select_related("user", "department").order_by("number")), seed)
        self.clock = TrustedClock()
        self.steady = 0.0
        self.clock.moment(self.office.now, self.steady)

    def teardown(self) -> None:
        if hasattr(self, "office"):
            self.office.close()
        for model in (Call, ChangeRecord, ServerProcess, StatusProfileRow):
            model.objects.all().delete()

    def person(self, number: str) -> Person:
        return next(person for person in self.office.people if person.number == number)

    def talk(self, which: int, *, is_ringing: bool, is_answered: bool) -> Talk | None:
        talks = [each for each in self.office.talks if (each.is_ringing, each.is_answered) == (is_ringing, is_answered)]
        return talks[which % len(talks)] if talks else None

    @rule(
        number=who,
        status=st.sampled_from(Status),
        note=st.sampled_from(["", "Cake"]),
        minutes=st.sampled_from([0, 0, 1, 30]),
    )
    def somebody_chooses_a_status(self, number: str, status: Status, note: str, minutes: int) -> None:
        self.office.choose(self.person(number), status, note, minutes)

    @rule(number=who, seconds=st.integers(5, 120), is_late=st.booleans())
    def somebody_edits_a_rule(self, number: str, seconds: int, is_late: bool) -> None:
        self.office.edit(self.person(number), seconds, is_late=is_late)
        self.office.rules_are_kept()

    @rule(department=where, sight=st.sampled_from(Sight))
    def a_department_hides_or_shows_itself(self, department: str, sight: Sight) -> None:
        self.office.hide(department, sight)

    @rule(number=who, department=where)
    def somebody_moves(self, number: str, department: str) -> None:
        self.office.move(self.person(number), department)

    @rule(number=who, at=st.integers(0, 1))
    def a_window_opens(self, number: str, at: int) -> None:
        self.office.open_window(self.person(number), self.office.processes[at])

    @rule(number=who, which=which)
    def a_window_closes(self, number: str, which: int) -> None:
        person = self.person(number)
        windows = sorted(window for window, epoch in person.windows.items() if epoch not in self.office.dead)
        if windows:
            self.office.close_window(person, windows[which % len(windows)])

    @rule(which=st.integers(0, 1), back=st.lists(st.integers(0, 1), max_size=4))
    def a_process_is_killed(self, which: int, back: list[int]) -> None:
        """Some of its windows come back, to any process."""
        left = sorted(self.office.processes[which].sockets)
        self.office.kill(which)
        for window, at in zip(left, back, strict=False):
            holder = next(person for person in self.office.people if window in person.windows)
            self.office.open_window(holder, self.office.processes[at], window)

    @precondition(lambda self: self.office.dead)
    @rule()
    def a_killed_process_is_buried(self) -> None:
        self.office.bury(self.office.dead[0])

    @rule(caller=who, callee=who)
    def somebody_dials(self, caller: str, callee: str) -> None:
        ours, theirs = self.person(caller), self.person(callee)
        if caller != callee and not self.office.busy(ours) and not self.office.busy(theirs):
            self.office.dial(ours, theirs, "dialling-window")

    @rule(which=which)
    def a_phone_is_rung(self, which: int) -> None:
        if talk := self.talk(which, is_ringing=False, is_answered=False):
            self.office.ring(talk)

    @rule(which=which)
    def somebody_answers(self, which: int) -> None:
        if talk := self.talk(which, is_ringing=True, is_answered=False):
            self.office.answer(talk, "answering-window")

    @rule(which=which)
    def somebody_declines(self, which: int) -> None:
        if talk := self.talk(which, is_ringing=True, is_answered=False):
            self.office.decline(talk)

    @rule(which=which, is_caller=st.booleans())
    def somebody_hangs_up(self, which: int, is_caller: bool) -> None:
        if talk := self.talk(which, is_ringing=True, is_answered=True):
            self.office.hang_up(talk, is_caller=is_caller)

    @precondition(lambda self: self.office.talks)
    @rule(which=which)
    def a_call_breaks(self, which: int) -> None:
        self.office.end(self.office.talks[which % len(self.office.talks)], Reason.LOST)

    @rule(seconds=st.sampled_from([1, 30, 90, 2_000]))
    def time_passes(self, seconds: int) -> None:
        self._by_the_clock(seconds, timedelta(0))

    @rule(leap=st.sampled_from(LEAPS))
    def a_clock_is_set_forward_for_a_while(self, leap: timedelta) -> None:
        self._by_the_clock(5, leap)
        self._by_the_clock(5, timedelta(0))

    @rule(leap=st.sampled_from(LEAPS))
    def a_clock_is_set_back_for_a_while(self, leap: timedelta) -> None:
        """Set right again it leaps forward, which is doubted for a while."""
        self.steady += 1
        early = self.clock.moment(self.office.now - leap, self.steady)
        self.office.time_passes(0, lambda: end_due_statuses(early))
        self.steady += 1
        self.clock.moment(self.office.now, self.steady)
        self._by_the_clock(DOUBT_SECONDS + 10, timedelta(0))

    def _by_the_clock(self, seconds: float, leap: timedelta) -> None:
        self.steady += seconds
        moment = self.clock.moment(self.office.now + timedelta(seconds=seconds) + leap, self.steady)
        self.office.time_passes(seconds, lambda: end_due_statuses(moment))

    @invariant()
    def everybody_sees_the_truth(self) -> None:
        if hasattr(self, "office"):
            self.office.everybody_sees_it()


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
@pytest.mark.timeout(size(120, 7_200))
def test_after_any_event_every_window_shows_what_is_true() -> None:
    for number, name in NAMES.items():
        make_extension(number, name, department=DEPARTMENTS[number])
    with patch.object(calls, "DIALS_PER_MINUTE_MAX", 10_000):
        run_state_machine_as_test(
            AnyDay,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=EVENTS_EACH,
                deadline=None,
                # Threads decide, too: what fails once need not fail again, so there is nothing to make smaller.
                phases=[Phase.generate],
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
