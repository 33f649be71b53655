"""Calls between scripted phones, over the real sockets, services, router and hub."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from presence import selectors
from presence.calls import housekeeping
from presence.domain.vocabulary import Condition, DestinationKind, Lamp, Origin, Reason, Status
from presence.models import (
    Call,
    CallLeg,
    CallStep,
    EditDraft,
    Extension,
    ParkedCall,
    StatusProfileRow,
    Visit,
    Voicemail,
)
from presence.services import calls
from tests.cast import rule
from tests.phones import Phone, phone

pytestmark = pytest.mark.django_db(transaction=True)

NOBODYS_CALL = b"00000000-0000-4000-8000-000000000000"


@sync_to_async
def lamps() -> dict[str, Lamp]:
    return {row.number: row.lamp for row in selectors.presence_rows()}


@sync_to_async
def trail(call: str) -> list[tuple[str, str, str]]:
    return [(step.number, step.decision, step.reason) for step in CallStep.objects.filter(call_id=call)]


@sync_to_async
def ring_for(extension: Extension, seconds: int) -> None:
    StatusProfileRow.objects.create(
        extension=extension, status=Status.AVAILABLE, internal_ring_seconds=seconds, external_ring_seconds=seconds
    )


async def dial(caller: Phone, number: str) -> str:
    await caller.say(type="dial", number=number)
    await caller.until(lambda message: message["type"] == "call")
    return caller.call


async def talk(caller: Phone, callee: Phone, number: str) -> str:
    call = await dial(caller, number)
    await callee.until_card("ringing")
    await callee.say(type="answer", call=call)
    await caller.until_card("talking")
    await callee.until_card("talking")
    return call


async def test_a_call_rings_is_answered_and_ends_for_both(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await dial(adams, "102")
        assert adams.card["state"] == "dialling"
        ringing = await piotrs.until_card("ringing")
        assert (ringing["other"], ringing["origin"]) == ({"number": "101", "name": "Adam Nowak"}, "internal")
        assert await lamps() == {"101": Lamp.RINGING, "102": Lamp.RINGING}
        await piotrs.say(type="answer", call=call)
        assert (await adams.until_card("talking"))["other"] == {"number": "102", "name": "Piotr Adamiak"}
        assert await lamps() == {"101": Lamp.TALKING, "102": Lamp.TALKING}
        await adams.say(type="hang_up", call=call)
        assert (await adams.until_card("ended"))["end_reason"] == Reason.COMPLETED
        assert (await piotrs.until_card("ended"))["end_reason"] == Reason.COMPLETED
        assert await lamps() == {"101": Lamp.AVAILABLE, "102": Lamp.AVAILABLE}


async def test_every_window_rings_and_the_first_to_answer_has_the_call(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as desk, phone(piotr) as laptop:
        call = await dial(adams, "102")
        await desk.until_card("ringing")
        await laptop.until_card("ringing")
        await laptop.say(type="answer", call=call)
        assert (await laptop.until_card("talking"))["here"]
        assert (await desk.until_card("ended"))["end_reason"] == Reason.ANSWERED_ELSEWHERE
        await desk.say(type="answer", call=call)
        assert await desk.until(lambda message: message["type"] == "refused") == {
            "type": "refused",
            "what": "answer",
            "code": "gone",
            "call": call,
        }


async def test_a_declined_call_follows_the_busy_rule(adam: Extension, piotr: Extension, anna: Extension) -> None:
    await sync_to_async(rule)(piotr, Status.AVAILABLE, Condition.BUSY, DestinationKind.EXTENSION, "103")
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        call = await dial(adams, "102")
        await piotrs.until_card("ringing")
        await piotrs.say(type="decline", call=call)
        await annas.until_card("ringing")
        assert (await piotrs.until_card("ended"))["end_reason"] == Reason.DECLINED
        assert await lamps() == {"101": Lamp.RINGING, "102": Lamp.AVAILABLE, "103": Lamp.RINGING}
        await annas.say(type="answer", call=call)
        assert (await adams.until_card("talking"))["other"]["number"] == "103"
        assert await trail(call) == [
            ("102", "ring", "available"),
            ("102", "forward", "declined"),
            ("103", "ring", "available"),
        ]


async def test_who_is_away_is_not_rung_and_the_caller_is_told_why(adam: Extension, piotr: Extension) -> None:
    await Extension.objects.filter(pk=piotr.pk).aupdate(status=Status.AWAY)
    async with phone(adam) as adams, phone(piotr) as piotrs:
        await dial(adams, "102")
        ended = await adams.until_card("ended")
        assert (ended["end_reason"], ended["about"]) == ("away", {"number": "102", "name": "Piotr Adamiak"})
        assert piotrs.card["state"] == "none"
        assert await lamps() == {"101": Lamp.AVAILABLE, "102": Lamp.AWAY}


async def test_an_unanswered_call_goes_to_voicemail_when_the_time_is_over(adam: Extension, piotr: Extension) -> None:
    await ring_for(piotr, 5)
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await dial(adams, "102")
        await piotrs.until_card("ringing")
        await sync_to_async(calls.stop_ringing)(call_id=UUID(call), number="102", reason=Reason.NO_ANSWER)
        recording = await adams.until_card("talking")
        assert recording["voicemail"]["box"] == {"number": "102", "name": "Piotr Adamiak"}
        assert await lamps() == {"101": Lamp.TALKING, "102": Lamp.AVAILABLE}
        assert (await piotrs.until_card("ended"))["end_reason"] == Reason.NO_ANSWER
        await adams.say(type="hang_up", call=call)
        assert (await adams.until_card("ended"))["end_reason"] == Reason.COMPLETED
        assert not await Voicemail.objects.aexists()  # nothing was said, so nothing is kept


async def test_a_phone_that_is_not_registered_follows_its_rule_at_once(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams:
        call = await dial(adams, "102")
        await adams.until_card("talking")
        assert await trail(call) == [("102", "record_voicemail", "not_registered")]


async def test_who_is_in_a_call_is_busy(adam: Extension, piotr: Extension, anna: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        await talk(adams, piotrs, "102")
        call = await dial(annas, "102")
        await annas.until_card("talking")
        assert await trail(call) == [("102", "record_voicemail", "busy")]


async def test_the_caller_may_give_up(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await dial(adams, "102")
        await piotrs.until_card("ringing")
        await adams.say(type="hang_up", call=call)
        assert (await piotrs.until_card("ended"))["end_reason"] == Reason.CANCELLED
        assert await lamps() == {"101": Lamp.AVAILABLE, "102": Lamp.AVAILABLE}


@pytest.mark.parametrize(
    ("number", "reason"), [("999", Reason.UNKNOWN_NUMBER), ("+48 601 234 567", Reason.UNKNOWN_NUMBER)]
)
async def test_an_unknown_number_ends_the_call_with_the_reason(adam: Extension, number: str, reason: Reason) -> None:
    async with phone(adam) as adams:
        await dial(adams, number)
        assert (await adams.until_card("ended"))["end_reason"] == reason


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("101", "own_number"),
        ("", "bad_number"),
        ("abc", "bad_number"),
        ("١٠٢", "bad_number"),
        ("12345678901234567", "bad_number"),
        ("+", "bad_number"),
        ("102;drop", "bad_number"),
    ],
)
async def test_a_number_that_cannot_be_called_is_refused(adam: Extension, number: str, code: str) -> None:
    async with phone(adam) as adams:
        await adams.say(type="dial", number=number)
        refused = await adams.until(lambda message: message["type"] == "refused")
        assert (refused["what"], refused["code"]) == ("dial", code)
        assert not await Call.objects.aexists()


async def test_nobody_calls_from_a_window_while_another_carries_their_call(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(adam) as laptop, phone(piotr) as piotrs:
        await talk(adams, piotrs, "102")
        await laptop.say(type="dial", number="103")
        refused = await laptop.until(lambda message: message["type"] == "refused")
        assert refused["code"] == "in_a_call"


async def test_nobody_calls_while_their_phone_still_rings_or_dials(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        await dial(adams, "102")
        await piotrs.until_card("ringing")
        for window in (adams, piotrs):
            await window.say(type="dial", number="103")
            assert (await window.until(lambda message: message["type"] == "refused"))["code"] == "in_a_call"


async def test_a_phone_that_dials_on_and_on_is_stopped(adam: Extension) -> None:
    async with phone(adam) as adams:
        call = await Call.objects.acreate(caller_number="101", called_number="9", origin=Origin.INTERNAL, state="ended")
        await CallLeg.objects.abulk_create(
            CallLeg(call=call, extension=adam, role="caller", state="ended") for _ in range(calls.DIALS_PER_MINUTE_MAX)
        )
        await adams.say(type="dial", number="102")
        refused = await adams.until(lambda message: message["type"] == "refused")
        assert refused["code"] == "too_many"


async def test_signals_go_to_the_other_window_of_the_call_and_nowhere_else(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        call = await talk(adams, piotrs, "102")
        offer = {"description": {"type": "offer", "sdp": "v=0"}}
        await adams.say(type="signal", call=call, data=offer)
        heard = await piotrs.until(lambda message: message["type"] == "signal")
        assert heard == {"type": "signal", "call": call, "data": offer}
        await annas.say(type="signal", call=call, data=offer)
        assert (await annas.until(lambda message: message["type"] == "refused"))["code"] == "gone"


async def test_two_who_call_each_other_at_once_both_meet_busy_or_ring_but_none_is_stuck(
    adam: Extension, piotr: Extension
) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        await asyncio.gather(dial(adams, "102"), dial(piotrs, "101"))
        await asyncio.gather(
            adams.until(lambda m: m["type"] == "call" and m["state"] in {"talking", "ended"}),
            piotrs.until(lambda m: m["type"] == "call" and m["state"] in {"talking", "ended"}),
        )


async def test_a_callee_who_vanishes_while_ringing_counts_as_not_registered(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await dial(adams, "102")
        await piotrs.until_card("ringing")
        leg = await CallLeg.objects.aget(call_id=call, role="callee")
        await sync_to_async(calls.drop_leg)(leg.pk)
        await adams.until_card("talking")
        assert (await trail(call))[-1] == ("102", "record_voicemail", "not_registered")


async def test_the_other_sides_call_ends_when_one_vanishes_while_talking(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await talk(adams, piotrs, "102")
        leg = await CallLeg.objects.aget(call_id=call, role="callee")
        await sync_to_async(calls.drop_leg)(leg.pk)
        assert (await adams.until_card("ended"))["end_reason"] == Reason.LOST


async def test_a_window_that_comes_back_finds_its_call(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await talk(adams, piotrs, "102")
        async with phone(adam, window=adams.window) as returned:
            welcome = returned.heard[0]
            assert (welcome["calls"][0]["call"], welcome["calls"][0]["state"]) == (call, "talking")
            assert welcome["calls"][0]["here"]


async def test_a_window_that_comes_back_after_the_end_learns_why_it_ended(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await talk(adams, piotrs, "102")
        await piotrs.say(type="hang_up", call=call)
        await adams.until_card("ended")
        async with phone(adam, window=adams.window) as returned:
            card = returned.heard[0]["calls"][0]
            assert (card["call"], card["state"], card["end_reason"]) == (call, "ended", Reason.COMPLETED)


async def test_a_window_that_opens_while_the_phone_rings_rings_too(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr):
        call = await dial(adams, "102")
        await adams.until(lambda message: message["type"] == "call" and bool(message["steps"]))
        async with phone(piotr) as late:
            await late.until_card("ringing") if not late.heard[0]["calls"] else None
            await late.say(type="answer", call=call)
            await late.until_card("talking")


@pytest.mark.slow
async def test_while_in_a_call_a_window_is_asked_whether_it_lives_and_renews_its_lease(
    adam: Extension, piotr: Extension
) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await talk(adams, piotrs, "102")
        before = (await CallLeg.objects.aget(call_id=call, role="caller")).alive_at
        await adams.until(lambda message: message["type"] == "alive?")
        await adams.say(type="dial", number="x")  # answered in order: the lease was renewed before this refusal
        await adams.until(lambda message: message["type"] == "refused")
        assert (await CallLeg.objects.aget(call_id=call, role="caller")).alive_at > before


async def test_ringing_calls_of_a_dead_process_end(adam: Extension, piotr: Extension) -> None:
    call = await Call.objects.acreate(
        caller_number="101", called_number="102", origin=Origin.INTERNAL, router_epoch="killed"
    )
    await CallLeg.objects.acreate(call=call, extension=adam, role="caller")
    await sync_to_async(housekeeping.beat_and_bury)()
    await call.arefresh_from_db()
    assert (call.state, call.end_reason) == ("ended", Reason.FAILED)
    assert await lamps() == {"101": Lamp.AVAILABLE, "102": Lamp.AVAILABLE}


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "not json",
        "[]",
        "17",
        '"text"',
        "null",
        "{}",
        '{"type": "launch"}',
        '{"type": ["dial"]}',
        '{"type": "dial"}',
        '{"type": "dial", "number": 102}',
        '{"type": "answer"}',
        '{"type": "answer", "call": "102"}',
        '{"type": "signal", "call": "00000000-0000-0000-0000-000000000000", "data": "x"}',
        "[" * 5000,
    ],
)
async def test_a_frame_that_our_scripts_never_send_closes_the_socket(adam: Extension, frame: str) -> None:
    async with phone(adam) as adams:
        await adams.say_text(frame)
        assert await adams.until_closed() == 4400


@pytest.mark.parametrize("kind", ["answer", "decline", "hang_up"])
async def test_a_call_that_never_was_is_gone(adam: Extension, kind: str) -> None:
    async with phone(adam) as adams:
        await adams.say(type=kind, call=str(uuid4()))
        assert (await adams.until(lambda message: message["type"] == "refused"))["code"] == "gone"


@pytest.mark.parametrize("data", [b"", b"short", b"x" * 60, NOBODYS_CALL + b"\0\0\0\0"])
async def test_a_chunk_without_a_call_sequence_and_sound_closes_the_socket(adam: Extension, data: bytes) -> None:
    async with phone(adam) as adams:
        await adams.say_bytes(data)
        assert await adams.until_closed() == 4400


async def test_a_chunk_for_a_call_that_records_nothing_is_refused(adam: Extension) -> None:
    async with phone(adam) as adams:
        await adams.say_bytes(str(uuid4()).encode() + b"\0\0\0\0sound")
        assert (await adams.until(lambda message: message["type"] == "refused"))["what"] == "chunk"


def test_something_is_silent_when_it_did_not_change_for_longer_than_the_patience() -> None:
    now = [0.0]
    watch = housekeeping.Watch(10, clock=lambda: now[0])
    for now[0] in (0, 3.5, 7, 10):
        assert watch.silent({"leg": 1}) == []
    now[0] = 10.5
    assert watch.silent({"leg": 1, "late": 1}) == ["leg"]
    for now[0] in (11, 14, 17, 20):
        assert watch.silent({"leg": 2, "late": 1}) == []
    now[0] = 21
    assert watch.silent({"leg": 2}) == []
    now[0] = 22
    assert watch.silent({"leg": 2, "late": 1}) == ["leg"]


def test_nothing_is_silent_because_nobody_could_look() -> None:
    """While the database is away nobody can say that they live; afterwards they have the time to."""
    now = [0.0]
    watch = housekeeping.Watch(10, clock=lambda: now[0])
    assert watch.silent({"leg": 1, "gone": 1}) == []
    for now[0] in (600, 603):
        assert watch.silent({"leg": 1, "gone": 1}) == []
    now[0] = 606
    assert watch.silent({"leg": 2, "gone": 1}) == []
    now[0] = 607
    assert watch.silent({"leg": 2, "gone": 1}) == ["gone"]


def test_a_preview_that_nobody_confirmed_is_forgotten_after_a_day(adam: Extension) -> None:
    assert adam.user is not None
    drafts = [EditDraft.objects.create(by=adam.user, request={}, seen={}) for _ in range(2)]
    EditDraft.objects.filter(pk=drafts[0].pk).update(at=timezone.now() - timedelta(hours=25))
    housekeeping.purge()
    assert EditDraft.objects.get() == drafts[1]


def test_a_visit_is_forgotten_a_day_after_unless_its_call_goes_on(adam: Extension) -> None:
    long_ago = timezone.now() - timedelta(hours=25)
    call = Call.objects.create(caller_name="A", called_number="101", origin=Origin.EXTERNAL, state="talking")
    Visit.objects.create(number="101", name="Lately", address="x")
    Visit.objects.create(number="101", name="Long ago", address="x", at=long_ago)
    Visit.objects.create(number="101", name="Still talking", address="x", at=long_ago, call=call)
    housekeeping.purge()
    assert set(Visit.objects.values_list("name", flat=True)) == {"Lately", "Still talking"}


def test_a_slot_whose_call_has_ended_is_free(adam: Extension) -> None:
    calls_made = [
        Call.objects.create(caller_number="102", called_number="101", origin=Origin.INTERNAL, state=state)
        for state in ("ended", "ringing")
    ]
    for slot, call in enumerate(calls_made, 1):
        ParkedCall.objects.create(call=call, slot=slot, parked_by=adam)
    housekeeping.free_slots()
    assert [parked.slot for parked in ParkedCall.objects.all()] == [2]
