"""What is decided at ring groups, queues and digital receptionists (SPEC.md 3.7); no Django."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from presence.domain.call_facts import (
    LEGS_MAX,
    IncomingCall,
    Member,
    QueueFacts,
    ReceptionistFacts,
    RingGroupFacts,
    SystemFacts,
    TargetFacts,
)
from presence.domain.call_routing import decide
from presence.domain.decisions import (
    AskForKey,
    Decision,
    DialOut,
    EndCall,
    Forward,
    KeyPressed,
    Outcome,
    RecordVoicemail,
    Ring,
    RingMembers,
    WaitInQueue,
)
from presence.domain.forwarding import VOICEMAIL
from presence.domain.opening_hours import OpeningHours
from presence.domain.toll_guard import OutsideFacts
from presence.domain.vocabulary import CallOutcome, Reason, RingStrategy, Status
from tests.routing_cast import (
    ADAM,
    ADAMS_BOX,
    DIALABLE,
    NOON,
    OLGA,
    OUTSIDE,
    PIOTR,
    QUEUE,
    a_call,
    a_profile,
    available,
    piotr,
    to,
)

GROUP, MENU = "810", "850"
TARGETS = {**dict.fromkeys((ADAM, PIOTR, OLGA), TargetFacts()), QUEUE: TargetFacts(is_system=True)}
TO_OLGA = to("extension", OLGA)
BOX = to("extension_voicemail", OLGA)
NO_ANSWER, REJECTED, FAILED = CallOutcome.NO_ANSWER, CallOutcome.REJECTED, CallOutcome.FAILED


def group(*members: Member, strategy: RingStrategy = RingStrategy.ALL) -> RingGroupFacts:
    return RingGroupFacts(GROUP, TO_OLGA, "Sales", members, strategy, ring_seconds=30, targets=TARGETS)


def queue(**facts: Any) -> QueueFacts:
    return QueueFacts(QUEUE, BOX, "Support", wait_seconds_max=90, targets=TARGETS, **facts)


def menu(*, hours: OpeningHours | None = None) -> ReceptionistFacts:
    options = {"1": TO_OLGA, "2": to("system_extension", QUEUE), "3": to("external_number", OUTSIDE)}
    return ReceptionistFacts(
        MENU, BOX, "Front desk", options, to("end_call"), hours, outside=OutsideFacts(DIALABLE), targets=TARGETS
    )


ADAM_CAN, PIOTR_CAN, OLGA_CANNOT = Member(ADAM), Member(PIOTR), Member(OLGA, can_ring=False)
IN_ORDER = RingStrategy.IN_ORDER


@pytest.mark.parametrize(
    ("members", "strategy", "rung", "expected"),
    [
        ((ADAM_CAN, PIOTR_CAN), RingStrategy.ALL, (), RingMembers(GROUP, (ADAM, PIOTR), 30)),
        ((ADAM_CAN, OLGA_CANNOT), RingStrategy.ALL, (), RingMembers(GROUP, (ADAM,), 30)),
        ((ADAM_CAN, PIOTR_CAN), RingStrategy.ALL, (ADAM,), RingMembers(GROUP, (PIOTR,), 30)),
        ((ADAM_CAN, PIOTR_CAN), RingStrategy.ALL, (ADAM, PIOTR), Forward(OLGA, Reason.NO_ANSWER)),
        ((ADAM_CAN, PIOTR_CAN), IN_ORDER, (), RingMembers(GROUP, (ADAM,), 30)),
        ((OLGA_CANNOT, PIOTR_CAN), IN_ORDER, (), RingMembers(GROUP, (PIOTR,), 30)),
        ((ADAM_CAN, PIOTR_CAN), IN_ORDER, (ADAM,), RingMembers(GROUP, (PIOTR,), 30)),
        ((ADAM_CAN, PIOTR_CAN), IN_ORDER, (ADAM, PIOTR), Forward(OLGA, Reason.NO_ANSWER)),
        ((OLGA_CANNOT,), RingStrategy.ALL, (), Forward(OLGA, Reason.NOBODY_AVAILABLE)),
        ((), RingStrategy.ALL, (), Forward(OLGA, Reason.NOBODY_AVAILABLE)),
    ],
)
@pytest.mark.parametrize("outcome", [None, NO_ANSWER])
def test_a_ring_group_rings_the_members_that_can_ring_and_were_not_rung(
    members: tuple[Member, ...],
    strategy: RingStrategy,
    rung: tuple[str, ...],
    expected: Decision,
    outcome: CallOutcome | None,
) -> None:
    call = a_call(path=(GROUP,)).having_rung(rung)
    assert decide(call, group(*members, strategy=strategy), NOON, outcome) == expected


def having_rung(count: int) -> IncomingCall:
    return a_call(path=(GROUP,)).having_rung(str(1000 + number) for number in range(count))


@pytest.mark.parametrize(("rung", "ring"), [(0, 19), (10, 9), (18, 1), (19, 0)])
def test_a_ring_group_rings_no_more_than_the_legs_that_are_left(rung: int, ring: int) -> None:
    call, members = having_rung(rung), [Member(str(200 + number)) for number in range(25)]
    assert call.legs_left == ring == LEGS_MAX - 1 - rung
    decision = decide(call, group(*members), NOON)
    if ring:
        assert decision == RingMembers(GROUP, tuple(str(200 + number) for number in range(ring)), 30)
    else:
        assert decision == Forward(OLGA, Reason.NOBODY_AVAILABLE)


def test_a_person_is_not_rung_by_a_call_without_legs_left() -> None:
    assert decide(having_rung(18), available(), NOON) == Ring(PIOTR, 15, Reason.AVAILABLE)
    assert decide(having_rung(19), available(), NOON) == EndCall(Reason.TOO_MANY_LEGS)


def test_a_person_who_was_rung_as_a_member_is_not_rung_again_but_has_not_answered() -> None:
    call = a_call(path=(GROUP, PIOTR)).having_rung([PIOTR])
    assert decide(call, available(no_answer=VOICEMAIL), NOON) == RecordVoicemail(PIOTR, Reason.NO_ANSWER)


def test_a_person_who_takes_a_second_call_rings_while_they_talk() -> None:
    profile = a_profile(Status.AVAILABLE)
    busy = replace(piotr(profile), has_call=True)
    second = replace(busy, profile=replace(profile, takes_second_call=True))
    assert decide(a_call(), busy, NOON) == EndCall(Reason.BUSY)
    assert decide(a_call(), second, NOON) == Ring(PIOTR, 15, Reason.AVAILABLE)


@pytest.mark.parametrize(
    ("facts", "outcome", "expected"),
    [
        ({}, None, WaitInQueue(QUEUE, 90)),
        ({"logged_in": 0}, None, RecordVoicemail(OLGA, Reason.NOBODY_LOGGED_IN)),
        ({"waiting": 19, "length_max": 20}, None, WaitInQueue(QUEUE, 90)),
        ({"waiting": 20, "length_max": 20}, None, RecordVoicemail(OLGA, Reason.QUEUE_FULL)),
        ({"logged_in": 0, "waiting": 20, "length_max": 20}, None, RecordVoicemail(OLGA, Reason.NOBODY_LOGGED_IN)),
        ({}, NO_ANSWER, RecordVoicemail(OLGA, Reason.QUEUE_TIMEOUT)),
        ({}, REJECTED, RecordVoicemail(OLGA, Reason.NO_ANSWER)),
        ({}, CallOutcome.NOT_REGISTERED, RecordVoicemail(OLGA, Reason.NOBODY_LOGGED_IN)),
        ({}, CallOutcome.BUSY, RecordVoicemail(OLGA, Reason.QUEUE_FULL)),
        ({}, FAILED, RecordVoicemail(OLGA, Reason.FAILED)),
        ({}, CallOutcome.CANCELLED, EndCall(Reason.CANCELLED)),
    ],
)
def test_a_queue_lets_the_caller_wait_or_sends_the_call_on(
    facts: dict[str, int], outcome: CallOutcome | None, expected: Decision
) -> None:
    assert decide(a_call(path=(QUEUE,)), queue(**facts), NOON, outcome) == expected


ALWAYS = None
NEVER = OpeningHours({}, "Europe/Warsaw")
NOW = OpeningHours({0: ((time(13), time(14)),)}, "Europe/Warsaw")  # noon of the tests is 13:00 in Warsaw, a Monday


@pytest.mark.parametrize(
    ("hours", "outcome", "expected"),
    [
        (ALWAYS, None, AskForKey(MENU, ("1", "2", "3"))),
        (NOW, None, AskForKey(MENU, ("1", "2", "3"))),
        (NEVER, None, AskForKey(MENU, (), Reason.CLOSED)),
        (ALWAYS, KeyPressed("1"), Forward(OLGA, Reason.KEY_PRESSED)),
        (ALWAYS, KeyPressed("2"), Forward(QUEUE, Reason.KEY_PRESSED)),
        (ALWAYS, KeyPressed("3"), DialOut(OUTSIDE, Reason.KEY_PRESSED)),
        (ALWAYS, KeyPressed("9"), RecordVoicemail(OLGA, Reason.NO_CHOICE)),
        (ALWAYS, NO_ANSWER, RecordVoicemail(OLGA, Reason.NO_CHOICE)),
        (ALWAYS, FAILED, RecordVoicemail(OLGA, Reason.NO_CHOICE)),
        (NEVER, NO_ANSWER, EndCall(Reason.CLOSED)),
        # It closed while the caller was choosing.
        (NEVER, KeyPressed("1"), Forward(OLGA, Reason.KEY_PRESSED)),
        (ALWAYS, CallOutcome.CANCELLED, EndCall(Reason.CANCELLED)),
    ],
)
def test_a_digital_receptionist_asks_for_a_key_and_does_what_it_says(
    hours: OpeningHours | None, outcome: Outcome | None, expected: Decision
) -> None:
    assert decide(a_call(path=(MENU,)), menu(hours=hours), NOON, outcome) == expected


@pytest.mark.parametrize("system", [group(ADAM_CAN), queue(), menu()], ids=["ring group", "queue", "receptionist"])
def test_after_an_outside_number_was_dialled_in_vain_the_call_is_at_a_dead_end(system: SystemFacts) -> None:
    call = a_call(path=(ADAM, system.extension), first_box=ADAMS_BOX).dialled_out()
    assert decide(call, system, NOON, CallOutcome.BUSY) == RecordVoicemail(ADAM, Reason.BUSY)


def test_a_menu_or_group_that_leads_back_to_itself_is_a_dead_end() -> None:
    itself = replace(menu(), options={"1": to("system_extension", MENU)}, targets={MENU: TargetFacts(is_system=True)})
    assert decide(a_call(path=(MENU,)), itself, NOON, KeyPressed("1")) == EndCall(Reason.LOOP)
    back = replace(group(), destination=to("system_extension", MENU), targets={MENU: TargetFacts(is_system=True)})
    assert decide(a_call(path=(MENU, GROUP)), back, NOON) == EndCall(Reason.LOOP)
