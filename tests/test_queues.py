"""Queues between scripted phones: places, turns, who is skipped, and every way out of the line."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from presence.calls import housekeeping
from presence.domain.forwarding import Destination
from presence.domain.vocabulary import CallOutcome, Condition, DestinationKind, RingStrategy, Status
from presence.models import Call, CallLeg, Extension, Membership, QueueEntry, ServerProcess, SystemExtension
from presence.services import calls, queues, ringing
from tests.cast import make_extension, register, rule
from tests.line_cast import dial, end_of, make_queue, rung, trail, voicemail_of
from tests.phones import Message, Phone, phone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ewa(db: None) -> Extension:
    return make_extension("104", "Ewa Lis")


async def until_place(caller: Phone, place: int) -> Message:
    if (caller.card.get("waiting") or {}).get("place") == place:
        return caller.card
    return await caller.until(lambda message: (message.get("waiting") or {}).get("place") == place)


async def nobody_waits() -> bool:
    return not await QueueEntry.objects.filter(left_at=None).aexists()


async def test_a_caller_waits_until_a_member_answers(adam: Extension, piotr: Extension) -> None:
    await sync_to_async(make_queue)("800", piotr)
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await dial(adams, "800")
        assert (await until_place(adams, 1))["waiting"]["queue"] == {"number": "800", "name": "Support"}
        assert (await piotrs.until_card("ringing"))["via"] == {"number": "800", "name": "Support"}
        await piotrs.say(type="answer", call=call)
        talking = await adams.until_card("talking")
        assert (talking["other"]["number"], talking["waiting"]) == ("102", None)
        assert await nobody_waits()
        assert await trail(call) == [("800", "wait_in_queue", "queue")]


async def test_of_two_members_the_one_whose_lunch_logs_them_out_is_skipped(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    await Extension.objects.filter(pk=piotr.pk).aupdate(status=Status.LUNCH)
    await sync_to_async(make_queue)("800", piotr, anna)
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        call = await dial(adams, "800")
        await annas.until_card("ringing")
        await annas.say(type="decline", call=call)
        assert await end_of(adams) == "no_answer"
        assert await rung(call) == [("103", "declined")]
        assert piotrs.card["state"] == "none"


async def test_a_member_who_logged_out_of_the_queue_is_not_rung_by_it(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    queue = await sync_to_async(make_queue)("800", piotr, anna)
    await Membership.objects.filter(system_extension=queue, extension=anna).aupdate(is_logged_in=False)
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        call = await dial(adams, "800")
        await piotrs.until_card("ringing")
        await piotrs.say(type="answer", call=call)
        await adams.until_card("talking")
        assert annas.card["state"] == "none"


async def test_members_own_rules_never_apply_and_each_has_one_turn(
    adam: Extension, piotr: Extension, anna: Extension, ewa: Extension
) -> None:
    await sync_to_async(rule)(piotr, Status.AVAILABLE, Condition.BUSY, DestinationKind.EXTENSION, "104")
    await sync_to_async(make_queue)("800", piotr, anna, to=voicemail_of("101"))
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas, phone(ewa) as ewas:
        call = await dial(adams, "800")
        for member in (piotrs, annas):  # both have been idle for as long as they have their status: Piotr for longer
            await member.until_card("ringing")
            await member.say(type="decline", call=call)
        assert (await adams.until_card("talking"))["voicemail"]["box"]["number"] == "101"
        assert await rung(call) == [("102", "declined"), ("103", "declined")]
        assert ewas.card["state"] == "none"
        assert await nobody_waits()


async def test_all_free_members_ring_together_where_the_queue_says_so(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    await sync_to_async(make_queue)("800", piotr, anna, strategy=RingStrategy.ALL)
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        call = await dial(adams, "800")
        await piotrs.until_card("ringing")
        await annas.until_card("ringing")
        await annas.say(type="answer", call=call)
        await adams.until_card("talking")
        assert await end_of(piotrs) == "answered_elsewhere"


@pytest.mark.slow
async def test_who_comes_next_moves_up_and_is_told(
    adam: Extension, piotr: Extension, anna: Extension, ewa: Extension
) -> None:
    await sync_to_async(make_queue)("800", piotr)
    async with phone(adam) as adams, phone(anna) as annas, phone(ewa) as ewas, phone(piotr) as piotrs:
        first = await dial(adams, "800")
        await piotrs.until_card("ringing")
        second = await dial(annas, "800")
        await until_place(annas, 2)
        await dial(ewas, "800")
        await until_place(ewas, 3)
        await piotrs.say(type="answer", call=first)
        await adams.until_card("talking")
        await until_place(annas, 1)
        await until_place(ewas, 2)
        await annas.say(type="hang_up", call=second)
        assert await end_of(annas) == "cancelled"
        await until_place(ewas, 1)
        # Busy with the first, Piotr rings for nobody; free again, for who has waited longest.
        await piotrs.say(type="hang_up", call=first)
        await piotrs.until(lambda message: message["type"] == "call" and message["call"] == ewas.call)
        assert await rung(second) == []


async def test_a_full_queue_sends_the_call_on(adam: Extension, piotr: Extension, anna: Extension) -> None:
    queue = await sync_to_async(make_queue)("800", piotr)
    await SystemExtension.objects.filter(pk=queue.pk).aupdate(length_max=1)
    async with phone(adam) as adams, phone(anna) as annas, phone(piotr) as piotrs:
        await dial(adams, "800")
        await piotrs.until_card("ringing")
        await dial(annas, "800")
        assert await end_of(annas) == "queue_full"
        assert await QueueEntry.objects.acount() == 1


@pytest.mark.slow
async def test_the_wait_has_an_end(adam: Extension, piotr: Extension, anna: Extension) -> None:
    queue = await sync_to_async(make_queue)("800", piotr)
    await SystemExtension.objects.filter(pk=queue.pk).aupdate(wait_seconds_max=1)
    async with phone(adam) as adams, phone(anna) as annas, phone(piotr) as piotrs:
        await dial(annas, "102")  # Piotr rings for another and is not free
        await piotrs.until_card("ringing")
        call = await dial(adams, "800")
        assert await end_of(adams) == "queue_timeout"
        assert await rung(call) == []
        assert await nobody_waits()


@pytest.mark.parametrize("members", [[], ["102"]])
async def test_a_queue_with_nobody_logged_in_sends_the_call_on_at_once(
    adam: Extension, piotr: Extension, members: list[str]
) -> None:
    await sync_to_async(make_queue)("800", *([piotr] if members else []))
    async with phone(adam) as adams:
        await dial(adams, "800")
        assert await end_of(adams) == "nobody_logged_in"


async def test_the_wait_ends_when_the_last_member_logs_out(adam: Extension, piotr: Extension, anna: Extension) -> None:
    queue = await sync_to_async(make_queue)("800", piotr)
    async with phone(adam) as adams, phone(anna) as annas, phone(piotr) as piotrs:
        await dial(annas, "102")
        await piotrs.until_card("ringing")
        await dial(adams, "800")
        await until_place(adams, 1)
        await Membership.objects.filter(system_extension=queue).aupdate(is_logged_in=False)
        assert await end_of(adams) == "nobody_logged_in"
        assert await nobody_waits()


async def test_a_member_who_vanishes_while_ringing_has_had_their_turn(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    await sync_to_async(make_queue)("800", piotr, anna)
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        call = await dial(adams, "800")
        await piotrs.until_card("ringing")
        leg = await CallLeg.objects.aget(call_id=call, extension=piotr)
        await sync_to_async(calls.drop_leg)(leg.pk)
        await annas.until_card("ringing")
        await annas.say(type="answer", call=call)
        await adams.until_card("talking")
        assert await rung(call) == [("102", "not_registered"), ("103", "")]


async def test_a_queue_that_is_deleted_lets_its_callers_go(adam: Extension, piotr: Extension, anna: Extension) -> None:
    queue = await sync_to_async(make_queue)("800", piotr)
    async with phone(adam) as adams, phone(anna) as annas, phone(piotr) as piotrs:
        await dial(annas, "102")
        await piotrs.until_card("ringing")
        await dial(adams, "800")
        await until_place(adams, 1)
        await SystemExtension.objects.filter(pk=queue.pk).adelete()
        assert await end_of(adams) == "unknown_number"


@pytest.mark.slow
async def test_twenty_callers_at_once_are_served_in_their_order_and_ring_nobody_twice(
    piotr: Extension, anna: Extension
) -> None:
    """Two members answer whoever rings and hang up at once: every caller is talked to, the first in line first."""
    queue = await sync_to_async(make_queue)("800", piotr, anna)
    people = await sync_to_async(lambda: [make_extension(str(200 + n), f"Caller{n} X") for n in range(20)])()
    async with AsyncExitStack() as stack:
        members = [await stack.enter_async_context(phone(member)) for member in (piotr, anna)]
        callers = [await stack.enter_async_context(phone(person)) for person in people]
        for caller in callers:
            await caller.say(type="dial", number="800")
        answering = [asyncio.create_task(answer_all(member)) for member in members]
        assert await asyncio.gather(*(end_of_patiently(caller) for caller in callers)) == ["completed"] * 20
        for task in answering:
            task.cancel()
    legs = [leg async for leg in CallLeg.objects.filter(rung_for=queue).select_related("call").order_by("started_at")]
    assert max(Counter((leg.call_id, leg.extension_id) for leg in legs).values()) == 1
    joined = {entry.call_id: entry.joined_at async for entry in QueueEntry.objects.all()}
    answered = [call async for call in Call.objects.order_by("answered_at")]
    places = sorted(joined, key=lambda call_id: joined[call_id])
    # Two members answer side by side: neighbours in the line may change places, no more.
    assert all(abs(places.index(call.pk) - at) <= 1 for at, call in enumerate(answered))
    assert await nobody_waits()


async def answer_all(member: Phone) -> None:
    while True:
        rings = await member.until_ever(lambda message: message["type"] == "call" and message["state"] == "ringing")
        await member.say(type="answer", call=rings["call"])
        await member.until_ever(lambda message: message["type"] == "call" and message["state"] == "talking")
        await member.say(type="hang_up", call=rings["call"])


async def end_of_patiently(caller: Phone) -> str:
    ended = await caller.until_ever(lambda message: message["type"] == "call" and message["state"] == "ended")
    return str(ended["end_reason"])


# Without phones: the rows.


def a_waiting_call(caller: Extension, epoch: str = "") -> Call:
    call = calls.start_call(extension=caller, window=f"window-of-{caller.number}", number="800", epoch=epoch)
    assert queues.join(call_id=call.pk, number="800") is None
    return call


def test_a_member_rings_for_one_caller_only_and_for_the_first_of_them(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    make_queue("800", piotr)
    register(piotr)
    first, second = a_waiting_call(adam), a_waiting_call(anna)
    assert queues.take_turn(call_id=second.pk, number="800") is None
    assert queues.take_turn(call_id=first.pk, number="800") == queues.Turn(("102",), 20)
    assert queues.take_turn(call_id=second.pk, number="800") is None
    ringing.stop_ringing_members(call_id=first.pk, members=["102"])
    # The first has rung everybody; the second is next.
    assert queues.take_turn(call_id=first.pk, number="800") is CallOutcome.REJECTED
    assert queues.take_turn(call_id=second.pk, number="800") == queues.Turn(("102",), 20)


def test_a_call_in_a_queue_never_has_more_than_twenty_legs(adam: Extension) -> None:
    members = [make_extension(str(200 + n), f"Member{n} X") for n in range(25)]
    for member in members:
        register(member, window=f"window-of-{member.number}")
    make_queue("800", *members, strategy=RingStrategy.ALL)
    call = a_waiting_call(adam)
    turn = queues.take_turn(call_id=call.pk, number="800")
    assert isinstance(turn, queues.Turn)
    assert len(turn.members) == 19
    ringing.stop_ringing_members(call_id=call.pk, members=turn.members)
    assert queues.take_turn(call_id=call.pk, number="800") is CallOutcome.REJECTED
    assert call.legs.count() == 20


def test_the_member_who_has_been_idle_for_longest_rings(adam: Extension, piotr: Extension, anna: Extension) -> None:
    make_queue("800", piotr, anna)
    for member in (piotr, anna):
        register(member, window=f"window-of-{member.number}")
    former = Call.objects.create(caller_number="999", called_number="102", origin="external", state="ended")
    now = timezone.now()
    CallLeg.objects.create(
        call=former,
        extension=piotr,
        role="callee",
        state="ended",
        answered_at=now,
        ended_at=now,
        end_reason="completed",
    )
    call = a_waiting_call(adam)
    assert queues.take_turn(call_id=call.pk, number="800") == queues.Turn(("103",), 20)


def test_a_waiting_call_whose_process_died_is_ended_and_leaves_the_line(adam: Extension, piotr: Extension) -> None:
    make_queue("800", piotr)
    ServerProcess.objects.create(epoch="deaddead")
    call = a_waiting_call(adam, epoch="deaddead")
    ServerProcess.objects.filter(epoch="deaddead").delete()
    housekeeping.beat_and_bury()
    call.refresh_from_db()
    assert (call.state, call.end_reason) == ("ended", "failed")
    assert not QueueEntry.objects.filter(left_at=None).exists()
    assert queues.take_turn(call_id=call.pk, number="800") is CallOutcome.CANCELLED


def test_nobody_joins_after_hanging_up_or_a_queue_that_is_gone(adam: Extension) -> None:
    call = calls.start_call(extension=adam, window="window-of-101", number="800", epoch="")
    assert queues.join(call_id=call.pk, number="800") is CallOutcome.FAILED
    make_queue("800")
    calls.hang_up(call_id=call.pk, extension=adam, window="window-of-101")
    assert queues.join(call_id=call.pk, number="800") is CallOutcome.CANCELLED


def test_who_goes_from_the_queue_to_a_voicemail_has_left_it(adam: Extension, piotr: Extension) -> None:
    make_queue("800", piotr, to=Destination(DestinationKind.EXTENSION_VOICEMAIL, "102"))
    call = a_waiting_call(adam)
    assert calls.connect_voicemail(call_id=UUID(str(call.pk)), number="102")
    assert not QueueEntry.objects.filter(left_at=None).exists()
