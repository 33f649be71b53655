"""Ring groups between scripted phones: who rings, who is skipped, who has the call, and where it goes in the end."""

from uuid import UUID

import pytest
from asgiref.sync import sync_to_async

from presence.domain.forwarding import Destination
from presence.domain.vocabulary import CallOutcome, Condition, DestinationKind, RingStrategy, Status
from presence.models import CallLeg, Extension, StatusProfileRow
from presence.services import calls, ringing
from tests.cast import make_extension, register, rule
from tests.line_cast import dial, end_of, make_group, rung, trail, voicemail_of
from tests.phones import Phone, phone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ewa(db: None) -> Extension:
    return make_extension("104", "Ewa Lis")


async def test_all_members_ring_and_the_first_to_answer_has_the_call(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    await sync_to_async(make_group)("810", piotr, anna)
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        call = await dial(adams, "810")
        ringing_card = await piotrs.until_card("ringing")
        assert ringing_card["via"] == {"number": "810", "name": "Sales team"}
        await annas.until_card("ringing")
        await annas.say(type="answer", call=call)
        assert (await adams.until_card("talking"))["other"]["number"] == "103"
        assert (await piotrs.until_card("ended"))["end_reason"] == "answered_elsewhere"
        await piotrs.say(type="answer", call=call)
        refused = await piotrs.until(lambda message: message["type"] == "refused")
        assert refused["code"] == "gone"
        assert await rung(call) == [("102", "answered_elsewhere"), ("103", "")]
        assert await trail(call) == [("810", "ring_members", "ring_group")]
        await adams.say(type="hang_up", call=call)
        assert await end_of(annas) == "completed"


async def test_members_own_rules_never_apply(adam: Extension, piotr: Extension, anna: Extension) -> None:
    await sync_to_async(rule)(piotr, Status.AVAILABLE, Condition.BUSY, DestinationKind.EXTENSION, "103")
    await sync_to_async(make_group)("810", piotr, to=voicemail_of("101"))
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        call = await dial(adams, "810")
        await piotrs.until_card("ringing")
        await piotrs.say(type="decline", call=call)
        recording = await adams.until_card("talking")
        assert recording["voicemail"]["box"]["number"] == "101"
        assert annas.card["state"] == "none"
        assert await trail(call) == [("810", "ring_members", "ring_group"), ("810", "record_voicemail", "no_answer")]


@pytest.mark.parametrize("status", [Status.DND, Status.AWAY, Status.BUSINESS_TRIP])
async def test_a_member_whose_status_never_rings_is_skipped(
    adam: Extension, piotr: Extension, anna: Extension, status: Status
) -> None:
    await Extension.objects.filter(pk=piotr.pk).aupdate(status=status)
    await sync_to_async(make_group)("810", piotr, anna)
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        call = await dial(adams, "810")
        await annas.until_card("ringing")
        await annas.say(type="decline", call=call)
        assert await end_of(adams) == "no_answer"
        assert await rung(call) == [("103", "declined")]
        assert piotrs.card["state"] == "none"


async def test_in_order_the_next_rings_when_one_declines_or_has_had_the_time(
    adam: Extension, piotr: Extension, anna: Extension, ewa: Extension
) -> None:
    await sync_to_async(make_group)("810", ewa, piotr, anna, strategy=RingStrategy.IN_ORDER)
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas, phone(ewa) as ewas:
        call = await dial(adams, "810")
        await ewas.until_card("ringing")
        await ewas.say(type="decline", call=call)
        await piotrs.until_card("ringing")
        assert annas.card["state"] == "none"
        stop = sync_to_async(ringing.stop_ringing_members)
        assert await stop(call_id=UUID(call), members=["102"]) is CallOutcome.NO_ANSWER
        await annas.until_card("ringing")
        assert (await piotrs.until_card("ended"))["end_reason"] == "no_answer"
        await annas.say(type="answer", call=call)
        await adams.until_card("talking")
        assert await rung(call) == [("104", "declined"), ("102", "no_answer"), ("103", "")]


@pytest.mark.slow
async def test_when_the_time_is_over_nobody_rings_and_the_call_goes_on(adam: Extension, piotr: Extension) -> None:
    await sync_to_async(make_group)("810", piotr, seconds=1)
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await dial(adams, "810")
        assert await end_of(adams) == "no_answer"
        assert await end_of(piotrs) == "no_answer"
        assert await rung(call) == [("102", "no_answer")]


@pytest.mark.parametrize("members", [[], ["102"]])
async def test_a_group_in_which_nobody_can_ring_sends_the_call_on_at_once(
    adam: Extension, piotr: Extension, members: list[str]
) -> None:
    await sync_to_async(make_group)("810", *([piotr] if members else []))
    async with phone(adam) as adams:
        await dial(adams, "810")
        ended = await adams.until_card("ended")
        assert (ended["end_reason"], ended["about"]["name"]) == ("nobody_available", "Sales team")


async def test_members_who_vanish_while_they_ring_are_as_good_as_gone(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    await sync_to_async(make_group)("810", piotr, anna, to=voicemail_of("101"))
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        call = await dial(adams, "810")
        await piotrs.until_card("ringing")
        await annas.until_card("ringing")
        for extension in (piotr, anna):
            leg = await CallLeg.objects.aget(call_id=call, extension=extension)
            await sync_to_async(calls.drop_leg)(leg.pk)
        assert (await adams.until_card("talking"))["voicemail"]["box"]["number"] == "101"
        assert await rung(call) == [("102", "not_registered"), ("103", "not_registered")]


async def test_a_caller_who_gives_up_stops_every_member_ringing(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    await sync_to_async(make_group)("810", piotr, anna)
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        call = await dial(adams, "810")
        await piotrs.until_card("ringing")
        await annas.until_card("ringing")
        await adams.say(type="hang_up", call=call)
        assert [await end_of(piotrs), await end_of(annas)] == ["cancelled", "cancelled"]


async def test_who_calls_a_group_of_their_own_is_not_rung_by_it(adam: Extension, piotr: Extension) -> None:
    await StatusProfileRow.objects.acreate(extension=adam, status=Status.AVAILABLE, takes_second_call=True)
    await sync_to_async(make_group)("810", adam, piotr)
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await dial(adams, "810")
        await piotrs.until_card("ringing")
        assert await rung(call) == [("102", "")]
        await adams.say(type="hang_up", call=call)
        await end_of(adams)


async def test_a_group_may_forward_to_another_and_nobody_is_rung_twice(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    second = Destination(DestinationKind.SYSTEM_EXTENSION, "811")
    await sync_to_async(make_group)("810", piotr, to=second)
    await sync_to_async(make_group)("811", piotr, anna, to=Destination(DestinationKind.SYSTEM_EXTENSION, "810"))
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        call = await dial(adams, "810")
        await piotrs.until_card("ringing")
        await piotrs.say(type="decline", call=call)
        await annas.until_card("ringing")
        await annas.say(type="decline", call=call)
        assert await end_of(adams) == "loop"
        assert await rung(call) == [("102", "declined"), ("103", "declined")]


async def test_two_calls_at_once_never_ring_one_phone_that_takes_no_second_call(
    adam: Extension, piotr: Extension, anna: Extension, ewa: Extension
) -> None:
    await sync_to_async(make_group)("810", piotr)
    async with phone(adam) as adams, phone(anna) as annas, phone(ewa) as ewas, phone(piotr) as piotrs:
        callers = (adams, annas, ewas)
        for caller in callers:
            await caller.say(type="dial", number="810")
        await piotrs.until_card("ringing")
        others = [caller for caller in callers if await is_refused(caller, piotrs.call)]
        assert len(others) == 2
        assert await CallLeg.objects.filter(extension=piotr).acount() == 1


async def is_refused(caller: Phone, rung_call: str) -> bool:
    """Whether the caller's call is another than the one that rings; such a call ends at once."""
    await caller.until(lambda message: message["type"] == "call")
    if caller.call == rung_call:
        return False
    return await end_of(caller) in {"nobody_available", "no_answer"}


def test_the_members_of_a_group_are_rung_once_in_a_call(adam: Extension, piotr: Extension, anna: Extension) -> None:
    make_group("810", piotr, anna)
    register(piotr, window="window-102")
    register(anna, window="window-103")
    call = calls.start_call(extension=adam, window="window-1", number="810", epoch="")
    assert ringing.ring_members(call_id=call.pk, members=["102"], group="810") == ("102",)
    ringing.stop_ringing_members(call_id=call.pk, members=["102"])
    assert ringing.ring_members(call_id=call.pk, members=["102", "103"], group="810") == ("103",)
