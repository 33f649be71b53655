"""What the call log says of calls that rang groups, waited in queues or were asked for a key."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.utils import timezone

from presence.domain.vocabulary import CallState, Origin, Reason
from presence.models import Call, CallLeg, CallStep, Extension, SystemExtension
from tests.line_cast import make_group, make_queue
from webclient.call_entries import call_entry

NOW = timezone.now()
BOX = {"destination_kind": "extension_voicemail", "destination_value": "101", "destination_name": "Adam Nowak"}
RING_MEMBERS = {"decision": "ring_members", "reason": Reason.RING_GROUP, "ring_seconds": 20}
WAIT = {"decision": "wait_in_queue", "reason": Reason.QUEUE, "ring_seconds": 300}
ASK = {"decision": "ask_for_key", "reason": Reason.DIGITAL_RECEPTIONIST}
NAMES = {"810": "Sales team", "800": "Support", "850": "Front desk", "102": "Piotr Adamiak"}


def end(reason: Reason) -> dict[str, object]:
    return {"decision": "end_call", "reason": reason, "destination_kind": "end_call"}


def box(reason: Reason) -> dict[str, object]:
    return {"decision": "record_voicemail", "reason": reason, **BOX}


def a_call(
    caller: Extension, *steps: tuple[str, Mapping[str, object]], reason: Reason = Reason.NO_ANSWER, talked: bool = False
) -> Call:
    """A call that began 40 s ago and ended 20 s later, or was answered then and is over now."""
    answered = NOW - timedelta(seconds=20) if talked else None
    call = Call.objects.create(
        caller_number=caller.number,
        caller_name=caller.name,
        origin=Origin.INTERNAL,
        called_number=steps[0][0],
        state=CallState.ENDED,
        started_at=NOW - timedelta(seconds=40),
        answered_at=answered,
        ended_at=NOW if talked else NOW - timedelta(seconds=20),
        end_reason=reason,
    )
    CallLeg.objects.create(call=call, extension=caller, role="caller", state="ended", answered_at=answered)
    for position, (number, step) in enumerate(steps):
        started = NOW - timedelta(seconds=40)
        CallStep.objects.create(call=call, position=position, number=number, name=NAMES[number], at=started, **step)
    return call


def rang(call: Call, member: Extension, system: SystemExtension, reason: Reason, *, answered: bool = False) -> None:
    over = NOW - timedelta(seconds=20)
    CallLeg.objects.create(
        call=call,
        extension=member,
        role="callee",
        rung_for=system,
        state="ended",
        started_at=NOW - timedelta(seconds=32),
        answered_at=over if answered else None,
        ended_at=NOW if answered else over,
        end_reason=reason,
    )


def sentences(call: Call, viewer: Extension) -> list[str]:
    return call_entry(Call.objects.get(pk=call.pk), viewer).sentences


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([("810", end(Reason.NOBODY_AVAILABLE))], "Nobody in Sales team could take calls: calls end."),
        ([("800", box(Reason.QUEUE_FULL))], "The queue Support was full: calls go to the voicemail of Adam Nowak."),
        ([("800", WAIT), ("800", end(Reason.QUEUE_TIMEOUT))], "The wait in Support was over: calls end."),
        ([("800", WAIT), ("800", end(Reason.NOBODY_LOGGED_IN))], "Nobody was logged in to Support: calls end."),
        ([("800", WAIT), ("800", end(Reason.NO_ANSWER))], "Nobody answered at Support: calls end."),
        ([("850", ASK), ("850", end(Reason.NO_CHOICE))], "No key was pressed at Front desk: calls end."),
        ([("850", ASK), ("850", end(Reason.CLOSED))], "Front desk was closed: calls end."),
        (
            [("850", ASK), ("850", box(Reason.KEY_PRESSED))],
            "A key was pressed at Front desk: calls go to the voicemail of Adam Nowak.",
        ),
        (
            [("810", end(Reason.NO_TRUNK))],
            "Sales team forwards to an outside number, but there is no outside line, so the call ended.",
        ),
    ],
)
def test_where_a_call_waited_is_told_with_what_came_of_it(
    adam: Extension, steps: list[tuple[str, dict[str, object]]], expected: str
) -> None:
    assert sentences(a_call(adam, *steps), adam) == [expected]


def test_how_long_a_group_rang_is_told_once_for_all_its_members(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    group = make_group("810", piotr, anna)
    call = a_call(adam, ("810", RING_MEMBERS), ("810", RING_MEMBERS), ("810", box(Reason.NO_ANSWER)))
    rang(call, piotr, group, Reason.DECLINED)
    rang(call, anna, group, Reason.NO_ANSWER)
    assert sentences(call, adam) == [
        "Rang at Sales team for 12 s, nobody answered: calls go to the voicemail of Adam Nowak."
    ]


def test_who_answered_for_a_group_or_queue_is_told(adam: Extension, piotr: Extension, anna: Extension) -> None:
    for system, step, expected in (
        (make_group("810", piotr), RING_MEMBERS, "Rang at Sales team; Piotr Adamiak answered after 12 s."),
        (make_queue("800", piotr), WAIT, "Waited in Support for 20 s; then Piotr Adamiak answered."),
    ):
        call = a_call(adam, (system.number, step), reason=Reason.COMPLETED, talked=True)
        rang(call, anna, system, Reason.ANSWERED_ELSEWHERE)
        rang(call, piotr, system, Reason.COMPLETED, answered=True)
        assert sentences(call, adam) == [expected, "Talked for 20 s."]
        assert call_entry(call, adam).summary == "Piotr Adamiak answered · Talked for 20 s"
        assert call_entry(call, anna).summary == "A colleague answered"
        assert sentences(call, piotr) == ["Talked for 20 s."]


@pytest.mark.parametrize(
    ("number", "step", "hung_up", "lost"),
    [
        ("810", RING_MEMBERS, "Rang at Sales team for 20 s; then the caller hung up.", "Rang at Sales team for 20 s"),
        ("800", WAIT, "Waited in Support for 20 s; then the caller hung up.", "Waited in Support for 20 s"),
        ("850", ASK, "Front desk asked for a key; then the caller hung up.", "Front desk asked for a key"),
    ],
)
def test_a_wait_may_end_by_hanging_up_or_by_a_lost_connection(
    adam: Extension, number: str, step: dict[str, object], hung_up: str, lost: str
) -> None:
    assert sentences(a_call(adam, (number, step), reason=Reason.CANCELLED), adam) == [hung_up]
    assert sentences(a_call(adam, (number, step), reason=Reason.LOST), adam) == [
        f"{lost}; then the connection was lost."
    ]


@pytest.mark.parametrize(
    ("number", "step", "expected"),
    [
        ("810", RING_MEMBERS, "Rings at Sales team."),
        ("800", WAIT, "Waits in Support."),
        ("850", ASK, "Front desk asks for a key."),
    ],
)
def test_while_it_lasts_the_log_says_where_a_call_waits(
    adam: Extension, number: str, step: dict[str, object], expected: str
) -> None:
    call = a_call(adam, (number, step))
    Call.objects.filter(pk=call.pk).update(state=CallState.RINGING, ended_at=None, end_reason="")
    assert sentences(call, adam) == [expected]


def test_a_member_who_declined_reads_that_they_did(adam: Extension, piotr: Extension) -> None:
    group = make_group("810", piotr)
    call = a_call(adam, ("810", RING_MEMBERS), ("810", end(Reason.NO_ANSWER)))
    rang(call, piotr, group, Reason.DECLINED)
    assert call_entry(call, piotr).summary == "You declined"
