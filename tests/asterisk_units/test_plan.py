"""The state of a call's card -> the channel that each party should have, and what it hears."""

from dataclasses import dataclass, field
from uuid import UUID

import pytest

from presence.calls.asterisk.plan import (
    DeskPhone,
    DeskPhonesOf,
    Menu,
    Music,
    Outside,
    OwnChannel,
    OwnPhones,
    Plan,
    Ringback,
    Sound,
    Voicemail,
    Way,
    Window,
    plan_of,
)
from presence.calls.card import LiveCard
from presence.calls.waiting_card import Waiting
from presence.domain.vocabulary import CallState, Reason
from presence.models import (
    Call,
    CallLeg,
    Extension,
    ParkedCall,
    QueueEntry,
    ReceptionistOption,
    ReceptionistTurn,
    SystemExtension,
)

CALL = UUID("5d8f9d2e-64c5-4a3a-9d0a-3e6f4a1f0a11")
RINGING, TALKING, ON_HOLD, ENDED = CallState.RINGING, CallState.TALKING, CallState.ON_HOLD, CallState.ENDED
CALLERS_CHANNEL, CALLEES_CHANNEL = "1795903375.0", "lf-000000000002-96ccb69e7c4b21f2"
PIOTR = Extension(pk=102, number="102", name="Piotr Adamiak", voicemail_seconds_max=120)
RECEPTION = SystemExtension(pk=1, number="800", name="Reception")


def leg(
    pk: int,
    state: CallState,
    *,
    extension: str | None = None,
    window: str = "",
    channel: str = "",
    outside: str = "",
    end_reason: str = "",
) -> CallLeg:
    """The first of a call is its caller's."""
    return CallLeg(
        pk=pk,
        call_id=CALL,
        extension=Extension(pk=int(extension), number=extension) if extension else None,
        role=CallLeg.Role.CALLER if pk == 1 else CallLeg.Role.CALLEE,
        state=state,
        window=window,
        ari_channel_id=channel,
        outside_number=outside,
        end_reason=end_reason,
    )


def adam(state: CallState, *, end_reason: str = "") -> CallLeg:
    return leg(1, state, extension="101", window="sip-101", channel=CALLERS_CHANNEL, end_reason=end_reason)


def piotr(state: CallState, *, end_reason: str = "") -> CallLeg:
    return leg(2, state, extension="102", window="sip-102", channel=CALLEES_CHANNEL, end_reason=end_reason)


@dataclass
class Situation:
    """A card, and what should become of each of its legs: its way, what it hears, whether it talks."""

    state: CallState
    legs: list[CallLeg]
    expected: list[tuple[Way | None, Sound | None, bool]]
    waiting: Waiting = field(default_factory=Waiting)
    box: Extension | None = None


OWN, OTHERS = OwnChannel(CALLERS_CHANNEL), OwnChannel(CALLEES_CHANNEL)
MENU_OPTIONS = (ReceptionistOption(key="1"), ReceptionistOption(key="5"))


def menu(turn: int = 1, *, is_open: bool = True, was_wrong: bool = False) -> Waiting:
    asked = ReceptionistTurn(receptionist=RECEPTION, turn=turn, is_open=is_open, was_wrong=was_wrong)
    return Waiting(turn=asked, options=MENU_OPTIONS)


def queue(place: int) -> Waiting:
    return Waiting(entry=QueueEntry(queue=RECEPTION), place=place)


SITUATIONS = {
    "a phone has dialled": Situation(RINGING, [adam(RINGING)], [(OWN, Ringback(), False)]),
    "an extension rings": Situation(
        RINGING,
        [adam(RINGING), leg(2, RINGING, extension="102")],
        [(OWN, Ringback(), False), (DeskPhonesOf("102"), None, False)],
    ),
    "a group rings": Situation(
        RINGING,
        [adam(RINGING), leg(2, RINGING, extension="102"), leg(3, RINGING, extension="103")],
        [(OWN, Ringback(), False), (DeskPhonesOf("102"), None, False), (DeskPhonesOf("103"), None, False)],
    ),
    "the first did not answer, the second rings": Situation(
        RINGING,
        [adam(RINGING), leg(2, ENDED, extension="102", end_reason="no_answer"), leg(3, RINGING, extension="103")],
        [(OWN, Ringback(), False), (None, None, False), (DeskPhonesOf("103"), None, False)],
    ),
    "two phones talk": Situation(TALKING, [adam(TALKING), piotr(TALKING)], [(OWN, None, True), (OTHERS, None, True)]),
    "the caller holds": Situation(
        TALKING, [adam(ON_HOLD), piotr(TALKING)], [(OWN, None, False), (OTHERS, Music(), False)]
    ),
    "the callee holds": Situation(
        TALKING, [adam(TALKING), piotr(ON_HOLD)], [(OWN, Music(), False), (OTHERS, None, False)]
    ),
    "both hold": Situation(TALKING, [adam(ON_HOLD), piotr(ON_HOLD)], [(OWN, None, False), (OTHERS, None, False)]),
    "a browser dials": Situation(
        RINGING,
        [leg(1, RINGING, extension="101", window="window-00000001")],
        [(Window("window-00000001"), Ringback(), False)],
    ),
    "a browser has its sound": Situation(
        RINGING,
        [leg(1, RINGING, extension="101", window="window-00000001", channel=CALLERS_CHANNEL)],
        [(OWN, Ringback(), False)],
    ),
    "a browser has answered": Situation(
        TALKING,
        [adam(TALKING), leg(2, TALKING, extension="102", window="window-00000002")],
        [(OWN, None, True), (Window("window-00000002"), None, True)],
    ),
    "a visitor calls": Situation(
        RINGING, [leg(1, RINGING, window="visit-00000001")], [(Window("visit-00000001"), Ringback(), False)]
    ),
    "somebody outside calls": Situation(
        RINGING, [leg(1, RINGING, window="sip-trunk", channel=CALLERS_CHANNEL)], [(OWN, Ringback(), False)]
    ),
    "click to call: the own phones ring first": Situation(
        RINGING, [leg(1, RINGING, extension="101", window="sip-")], [(OwnPhones("101"), Ringback(), False)]
    ),
    "click to call while a phone talks: that one rings": Situation(
        RINGING, [leg(1, RINGING, extension="101", window="sip-101")], [(DeskPhone("101"), Ringback(), False)]
    ),
    "a number outside rings": Situation(
        RINGING,
        [adam(RINGING), leg(2, RINGING, window="outside-1234", outside="+48600100200")],
        [(OWN, Ringback(), False), (Outside("+48600100200"), None, False)],
    ),
    "a number outside has answered": Situation(
        TALKING,
        [adam(TALKING), leg(2, TALKING, window="outside-1234", outside="+48600100200", channel=CALLEES_CHANNEL)],
        [(OWN, None, True), (OTHERS, None, True)],
    ),
    "a voicemail is spoken to": Situation(TALKING, [adam(TALKING)], [(OWN, Voicemail("102", 120), False)], box=PIOTR),
    "a call waits in a queue": Situation(RINGING, [adam(RINGING)], [(OWN, Music(3), False)], waiting=queue(3)),
    "a member of the queue rings": Situation(
        RINGING,
        [adam(RINGING), leg(2, RINGING, extension="102")],
        [(OWN, Music(1), False), (DeskPhonesOf("102"), None, False)],
        waiting=queue(1),
    ),
    "a receptionist asks for a key": Situation(
        RINGING,
        [adam(RINGING)],
        [(OWN, Menu("800", 1, ("1", "5"), is_open=True, was_wrong=False), False)],
        waiting=menu(),
    ),
    "a receptionist asks again after a wrong key": Situation(
        RINGING,
        [adam(RINGING)],
        [(OWN, Menu("800", 2, ("1", "5"), is_open=True, was_wrong=True), False)],
        waiting=menu(2, was_wrong=True),
    ),
    "a receptionist is closed": Situation(
        RINGING,
        [adam(RINGING)],
        [(OWN, Menu("800", 1, ("1", "5"), is_open=False, was_wrong=False), False)],
        waiting=menu(is_open=False),
    ),
    "a call is parked": Situation(
        RINGING,
        [adam(RINGING)],
        [(OWN, Music(), False)],
        waiting=Waiting(parking=ParkedCall(slot=1, parked_by=PIOTR)),
    ),
}


def plan(state: CallState, legs: list[CallLeg], *, waiting: Waiting | None = None, end_reason: str = "") -> Plan:
    call = Call(pk=CALL, state=state, version=7, end_reason=end_reason)
    return plan_of(LiveCard(call, tuple(legs), (), None, waiting or Waiting()))


@pytest.mark.parametrize("situation", SITUATIONS.values(), ids=SITUATIONS.keys())
def test_a_card_says_which_channel_each_party_should_have(situation: Situation) -> None:
    call = Call(pk=CALL, state=situation.state, version=7)
    made = plan_of(LiveCard(call, tuple(situation.legs), (), situation.box, situation.waiting))
    assert [(party.way, party.hears, party.talks) for party in made.parties] == situation.expected
    assert (made.call_id, made.version, made.is_over) == (CALL, 7, False)


def test_who_rings_and_who_calls_is_said_of_each_party() -> None:
    caller, callee = plan(RINGING, [adam(RINGING), leg(2, RINGING, extension="102")]).parties
    assert (caller.is_caller, caller.is_ringing, caller.extension, caller.window) == (True, True, "101", "sip-101")
    assert (callee.is_caller, callee.is_ringing, callee.extension, callee.window) == (False, True, "102", "")


def test_somebody_outside_has_no_extension() -> None:
    (caller,) = plan(RINGING, [leg(1, RINGING, window="sip-trunk", channel=CALLERS_CHANNEL)]).parties
    assert caller.extension == ""


@pytest.mark.parametrize("reason", Reason)
def test_a_call_that_ended_has_no_channels_and_says_why(reason: Reason) -> None:
    over = plan(ENDED, [adam(ENDED, end_reason=reason), piotr(ENDED, end_reason=reason)], end_reason=reason)
    assert over.is_over
    assert [(party.way, party.hears, party.talks, party.end_reason) for party in over.parties] == [
        (None, None, False, reason),
        (None, None, False, reason),
    ]


def test_a_leg_keeps_its_own_reason_beside_its_calls() -> None:
    legs = [adam(ENDED, end_reason=Reason.CANCELLED), leg(2, ENDED, extension="102", end_reason=Reason.NO_ANSWER)]
    over = plan(ENDED, legs, end_reason=Reason.CANCELLED)
    assert [party.end_reason for party in over.parties] == [Reason.CANCELLED, Reason.NO_ANSWER]


def test_a_leg_without_a_reason_ends_for_its_calls() -> None:
    over = plan(ENDED, [adam(RINGING)], end_reason=Reason.LOST)
    assert (over.parties[0].way, over.parties[0].end_reason) == (None, Reason.LOST)


def test_a_party_left_alone_in_a_conversation_hears_and_says_nothing() -> None:
    (caller, callee) = plan(TALKING, [adam(TALKING), piotr(ENDED, end_reason=Reason.COMPLETED)]).parties
    assert (caller.hears, caller.talks, callee.way) == (None, False, None)


def test_a_message_takes_no_longer_than_any_box_allows() -> None:
    box = Extension(number="102", voicemail_seconds_max=9_999)
    made = plan_of(LiveCard(Call(pk=CALL, state=TALKING, version=1), (adam(TALKING),), (), box, Waiting()))
    assert made.parties[0].hears == Voicemail("102", 180)
