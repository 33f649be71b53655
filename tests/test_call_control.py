"""What people do to the calls they are in, between scripted phones: hold, transfer, join, park, pick up."""

import asyncio
from uuid import UUID, uuid4

import pytest
from asgiref.sync import sync_to_async

from presence import selectors
from presence.calls import router
from presence.domain.vocabulary import (
    Lamp,
    Origin,
    PickUpScope,
    Reason,
    Status,
    SystemExtensionKind,
)
from presence.models import (
    Call,
    CallLeg,
    CallStep,
    Company,
    Extension,
    Membership,
    ParkedCall,
    StatusProfileRow,
    SystemExtension,
)
from presence.services import call_control, call_pick_up, calls
from presence.services.call_rows import CallRefusedError
from tests.cast import make_extension
from tests.phones import Phone, phone
from tests.test_calls import dial, talk

pytestmark = pytest.mark.django_db(transaction=True)

VISIT = str(uuid4())


@pytest.fixture
def ewa(db: None) -> Extension:
    return make_extension("104", "Ewa Lis")


@sync_to_async
def lamps() -> dict[str, Lamp]:
    return {row.number: row.lamp for row in selectors.presence_rows()}


@sync_to_async
def takes_second_call(extension: Extension) -> None:
    StatusProfileRow.objects.create(extension=extension, status=Status.AVAILABLE, takes_second_call=True)


async def consult(by: Phone, with_: Phone, number: str) -> str:
    """Somebody in a call asks a third person, who answers."""
    first = by.call
    await by.say(type="dial", number=number)
    second = str((await by.until_new_call(first, "dialling"))["call"])
    await with_.until_call(second, "ringing")
    await with_.say(type="answer", call=second)
    await with_.until_call(second, "talking")
    await by.until_call(second, "talking")
    return second


# Hold


async def test_who_is_held_is_told_and_both_talk_again_after_it(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await talk(adams, piotrs, "102")
        await adams.say(type="hold", call=call)
        assert not (await adams.until_card("on_hold"))["held"]
        held = await piotrs.until(lambda message: message["type"] == "call" and message["held"])
        assert held["state"] == "talking"
        assert await lamps() == {"101": Lamp.TALKING, "102": Lamp.TALKING}
        await adams.say(type="resume", call=call)
        await adams.until_card("talking")
        await piotrs.until(lambda message: message["type"] == "call" and not message["held"])


async def test_each_side_holds_for_itself(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await talk(adams, piotrs, "102")
        await adams.say(type="hold", call=call)
        await piotrs.say(type="hold", call=call)
        both = await adams.until(lambda message: message["type"] == "call" and message["held"])
        assert both["state"] == "on_hold"
        await adams.say(type="resume", call=call)
        assert (await adams.until_card("talking"))["held"]


async def test_a_call_on_hold_can_be_hung_up_by_either_side(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await talk(adams, piotrs, "102")
        await adams.say(type="hold", call=call)
        await adams.until_card("on_hold")
        await piotrs.say(type="hang_up", call=call)
        assert (await adams.until_card("ended"))["end_reason"] == Reason.COMPLETED


# Blind transfer


async def test_a_transferred_call_rings_at_its_new_place_under_the_name_of_who_stays(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        call = await talk(adams, piotrs, "102")
        await piotrs.say(type="transfer", call=call, number="103")
        ringing = await annas.until_card("ringing")
        assert ringing["other"] == {"number": "101", "name": "Adam Nowak"}
        assert ringing["sent_by"] == {"number": "102", "name": "Piotr Adamiak"}
        assert (await piotrs.until_call(call, "ended"))["end_reason"] == Reason.TRANSFERRED
        assert (await adams.until_call(call, "ended"))["end_reason"] == Reason.TRANSFERRED
        order = [message["call"] for message in adams.heard if message["type"] == "call"]
        assert order.index(ringing["call"]) < len(order) - order[::-1].index(call)  # before the old one's end
        assert await lamps() == {"101": Lamp.RINGING, "102": Lamp.AVAILABLE, "103": Lamp.RINGING}
        await annas.say(type="answer", call=ringing["call"])
        assert (await adams.until_call(ringing["call"], "talking"))["other"]["number"] == "103"


async def test_the_caller_may_transfer_too_and_who_was_called_stays(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        call = await talk(adams, piotrs, "102")
        await adams.say(type="transfer", call=call, number="103")
        ringing = await annas.until_card("ringing")
        assert (ringing["other"]["number"], ringing["origin"]) == ("102", "internal")
        assert (await piotrs.until_call(ringing["call"], "dialling"))["role"] == "caller"


async def test_a_transferred_call_meets_the_rules_of_whom_it_is_sent_to(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    await Extension.objects.filter(pk=anna.pk).aupdate(status=Status.AWAY)
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await talk(adams, piotrs, "102")
        await piotrs.say(type="transfer", call=call, number="103")
        ended = await adams.until_new_call(call, "ended")
        assert (ended["end_reason"], ended["about"]["number"]) == (Reason.AWAY, "103")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("101", "own_number"),
        ("102", "other_side"),
        ("999", "bad_number"),
        ("", "bad_number"),
        ("+48601234567", "bad_number"),
        ("105", "bad_number"),
    ],
)
async def test_a_call_that_would_be_lost_is_not_transferred(
    adam: Extension, piotr: Extension, number: str, code: str
) -> None:
    disabled = await sync_to_async(make_extension)("105", "Former Colleague")
    await Extension.objects.filter(pk=disabled.pk).aupdate(is_enabled=False)
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await talk(adams, piotrs, "102")
        await adams.say(type="transfer", call=call, number=number)
        assert await adams.until_refused() == ("transfer", code)
        assert (await Call.objects.aget(pk=call)).state == "talking"


async def test_who_transfers_on_and_on_is_stopped(adam: Extension, piotr: Extension, anna: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await talk(adams, piotrs, "102")
        await Call.objects.abulk_create(
            Call(caller_number="9", called_number="9", origin=Origin.EXTERNAL, state="ended", sent_by=piotr)
            for _ in range(calls.DIALS_PER_MINUTE_MAX)
        )
        await piotrs.say(type="transfer", call=call, number="103")
        assert await piotrs.until_refused() == ("transfer", "too_many")


# A second call, and attended transfer


async def test_who_asks_a_third_person_meanwhile_holds_the_first(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        first = await talk(adams, piotrs, "102")
        second = await consult(adams, annas, "103")
        assert adams.cards[first]["state"] == "on_hold"
        await piotrs.until(lambda message: message["type"] == "call" and message["held"])
        await adams.say(type="resume", call=first)
        await adams.until_call(second, "on_hold")
        await adams.until_call(first, "talking")
        await adams.say(type="dial", number="104")
        assert await adams.until_refused() == ("dial", "in_a_call")


async def test_connecting_both_leaves_them_alone_together(adam: Extension, piotr: Extension, anna: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        first = await talk(adams, piotrs, "102")
        second = await consult(adams, annas, "103")
        await adams.say(type="join", call=second, other=first)
        joined = await annas.until_new_call(second, "talking")
        assert (await piotrs.until_call(joined["call"], "talking"))["other"]["number"] == "103"
        assert joined["other"]["number"] == "102" or joined["role"] == "caller"
        for window, call in ((adams, first), (adams, second), (piotrs, first), (annas, second)):
            assert (await window.until_call(call, "ended"))["end_reason"] == Reason.TRANSFERRED
        assert await lamps() == {"101": Lamp.AVAILABLE, "102": Lamp.TALKING, "103": Lamp.TALKING}
        await piotrs.say(type="signal", call=joined["call"], data={"candidate": None})
        await annas.until(lambda message: message["type"] == "signal")


async def test_connecting_before_the_third_answers_rings_them_for_who_stays(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        first = await talk(adams, piotrs, "102")
        await adams.say(type="dial", number="103")
        second = str((await adams.until_new_call(first, "dialling"))["call"])
        await annas.until_call(second, "ringing")
        await adams.say(type="join", call=first, other=second)
        ringing = await annas.until_new_call(second, "ringing")
        assert (ringing["other"]["number"], ringing["sent_by"]["number"]) == ("102", "101")
        assert (await annas.until_call(second, "ended"))["end_reason"] == Reason.TRANSFERRED
        await annas.say(type="answer", call=ringing["call"])
        await piotrs.until_call(ringing["call"], "talking")


async def test_calls_of_the_same_person_are_not_connected_with_each_other(adam: Extension, piotr: Extension) -> None:
    await takes_second_call(piotr)
    async with phone(adam) as adams, phone(piotr) as piotrs:
        first = await talk(adams, piotrs, "102")
        second = await consult(adams, piotrs, "102")
        await adams.say(type="join", call=first, other=second)
        assert await adams.until_refused() == ("join", "other_side")


async def test_a_second_call_rings_where_the_status_takes_one_and_answering_it_holds_the_first(
    adam: Extension, piotr: Extension, anna: Extension, ewa: Extension
) -> None:
    await takes_second_call(piotr)
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas, phone(ewa) as ewas:
        first = await talk(adams, piotrs, "102")
        second = await dial(annas, "102")
        await piotrs.until_call(second, "ringing")
        assert (await lamps())["102"] == Lamp.RINGING
        await piotrs.say(type="answer", call=second)
        await piotrs.until_call(first, "on_hold")
        await piotrs.until_call(second, "talking")
        third = await dial(ewas, "102")
        await ewas.until_call(third, "talking")  # to the voicemail: two calls are enough
        assert [step.reason async for step in CallStep.objects.filter(call_id=third)][-1] == Reason.BUSY
        await piotrs.say(type="hang_up", call=second)
        await piotrs.until_call(second, "ended")
        assert (await CallLeg.objects.aget(call_id=first, extension=piotr)).state == "on_hold"


async def test_a_window_that_carries_two_calls_is_asked_about_both(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        first = await talk(adams, piotrs, "102")
        second = await consult(adams, annas, "103")
        asked = {message["call"] for message in adams.heard if message["type"] == "alive?"}
        while asked != {first, second}:
            asked.add((await adams.until_ever(lambda message: message["type"] == "alive?"))["call"])
        async with phone(adam, window=adams.window) as returned:
            shown = [(card["call"], card["state"]) for card in returned.heard[0]["calls"]]
            assert shown == [(first, "on_hold"), (second, "talking")]


async def test_when_one_call_of_two_is_lost_the_other_stays_as_it_was(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        first = await talk(adams, piotrs, "102")
        second = await consult(adams, annas, "103")
        lost = await CallLeg.objects.aget(call_id=second, extension=anna)
        await sync_to_async(calls.drop_leg)(lost.pk)
        assert (await adams.until_call(second, "ended"))["end_reason"] == Reason.LOST
        assert (await CallLeg.objects.aget(call_id=first, extension=adam)).state == "on_hold"


async def test_who_talks_to_somebody_else_when_their_own_call_is_answered_finds_it_on_hold(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        first = await talk(adams, piotrs, "102")
        await adams.say(type="dial", number="103")
        second = str((await adams.until_new_call(first, "dialling"))["call"])
        await annas.until_call(second, "ringing")
        await adams.say(type="resume", call=first)
        await adams.until_call(first, "talking")
        await annas.say(type="answer", call=second)
        assert (await annas.until_call(second, "talking"))["held"]
        await adams.until_call(second, "on_hold")


# Pick up


@pytest.mark.parametrize(
    ("scope", "number", "picks_up"),
    [
        (PickUpScope.NOBODY, "104", False),
        (PickUpScope.DEPARTMENT, "104", True),  # Ewa and Piotr are in Sales, Anna is not
        (PickUpScope.DEPARTMENT, "103", False),
        (PickUpScope.EVERYBODY, "103", True),
    ],
)
async def test_the_company_says_whose_calls_may_be_picked_up(
    adam: Extension,
    piotr: Extension,
    anna: Extension,
    ewa: Extension,
    scope: PickUpScope,
    number: str,
    picks_up: bool,
) -> None:
    await Company.objects.aupdate_or_create(pk=1, defaults={"pick_up": scope})
    picker = {"103": anna, "104": ewa}[number]
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(picker) as pickers:
        call = await dial(adams, "102")
        await piotrs.until_card("ringing")
        await pickers.say(type="dial", number="**102")
        if picks_up:
            await pickers.until_card("talking")
            assert (await adams.until_card("talking"))["other"]["number"] == number
            assert (await piotrs.until_call(call, "ended"))["end_reason"] == Reason.PICKED_UP
        else:
            assert await pickers.until_refused() == ("dial", "not_allowed")
            assert (await Call.objects.aget(pk=call)).state == "ringing"


async def test_members_of_a_ring_group_pick_up_each_others_calls_of_the_group(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    await Company.objects.aupdate_or_create(pk=1, defaults={"pick_up": PickUpScope.NOBODY})
    group = await SystemExtension.objects.acreate(number="600", name="Help", kind=SystemExtensionKind.RING_GROUP)
    await Membership.objects.abulk_create(Membership(system_extension=group, extension=each) for each in (piotr, anna))
    async with phone(adam) as adams, phone(piotr) as piotrs:
        await dial(adams, "600")
        assert (await piotrs.until_card("ringing"))["via"] == {"number": "600", "name": "Help"}
        async with phone(anna) as annas:
            await annas.say(type="pick_up", number="102")
            await annas.until_card("talking")
            assert (await adams.until_card("talking"))["other"]["number"] == "103"


@pytest.mark.parametrize(
    ("number", "code"), [("104", "own_number"), ("102", "nothing_rings"), ("999", "nothing_rings")]
)
async def test_there_is_nothing_to_pick_up_where_nothing_rings(
    piotr: Extension, ewa: Extension, number: str, code: str
) -> None:
    async with phone(ewa) as ewas:
        await ewas.say(type="pick_up", number=number)
        assert await ewas.until_refused() == ("pick_up", code)


async def test_nobody_picks_up_their_own_call(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        await dial(adams, "102")
        await piotrs.until_card("ringing")
        await adams.say(type="pick_up", number="102")
        assert await adams.until_refused() == ("pick_up", "own_number")


async def test_of_two_who_pick_up_at_once_and_one_who_answers_exactly_one_has_the_call(
    adam: Extension, piotr: Extension, anna: Extension, ewa: Extension
) -> None:
    await Company.objects.aupdate_or_create(pk=1, defaults={"pick_up": PickUpScope.EVERYBODY})
    people = [piotr, anna, ewa]
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas, phone(ewa) as ewas:
        call = await dial(adams, "102")
        await piotrs.until_card("ringing")
        await asyncio.gather(
            piotrs.say(type="answer", call=call),
            annas.say(type="pick_up", number="102"),
            ewas.say(type="pick_up", number="102"),
        )
        won = [
            await window.until(lambda m: m["type"] == "refused" or m.get("state") == "talking")
            for window in (piotrs, annas, ewas)
        ]
        assert sorted(message["type"] for message in won) == ["call", "refused", "refused"]
        talking = CallLeg.objects.filter(call_id=call, state="talking", extension__in=people)
        assert await talking.acount() == 1


# Park


async def test_a_parked_call_waits_in_the_lowest_slot_and_anybody_fetches_it(
    adam: Extension, piotr: Extension, anna: Extension
) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        call = await talk(adams, piotrs, "102")
        await piotrs.say(type="park", call=call)
        news = await annas.until(lambda message: message["type"] == "parked")
        (parked,) = news["calls"]
        assert (parked["slot"], parked["number"], parked["by"]["number"]) == (1, "101", "102")
        assert (await piotrs.until_call(call, "ended"))["end_reason"] == Reason.PARKED
        waiting = await adams.until_new_call(call, "dialling")
        assert waiting["parked"] == {"slot": 1, "by": {"number": "102", "name": "Piotr Adamiak"}}
        await annas.say(type="dial", number="*71")
        assert (await annas.until_card("talking"))["other"]["number"] == "101"
        assert (await adams.until_call(waiting["call"], "talking"))["parked"] is None
        await annas.say(type="fetch", slot=1)
        assert await annas.until_refused() == ("fetch", "gone")
        assert annas.parked == [] or not (await annas.until(lambda message: message["type"] == "parked"))["calls"]


async def test_a_parked_caller_who_hangs_up_frees_the_slot(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await talk(adams, piotrs, "102")
        await piotrs.say(type="park", call=call)
        waiting = await adams.until_new_call(call, "dialling")
        await adams.say(type="fetch", slot=1)
        assert await adams.until_refused() == ("fetch", "own_number")
        await adams.say(type="hang_up", call=waiting["call"])
        await adams.until_call(waiting["call"], "ended")
        assert not await ParkedCall.objects.aexists()


async def test_when_every_slot_is_taken_the_call_goes_on(adam: Extension, piotr: Extension) -> None:
    for slot in range(1, 10):
        other = await Call.objects.acreate(
            caller_number="9", called_number="9", origin=Origin.EXTERNAL, state="talking"
        )
        await ParkedCall.objects.acreate(call=other, slot=slot, parked_by=piotr)
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await talk(adams, piotrs, "102")
        await piotrs.say(type="park", call=call)
        assert await piotrs.until_refused() == ("park", "no_free_slot")
        assert (await Call.objects.aget(pk=call)).state == "talking"
        assert await Call.objects.filter(continues=UUID(call)).acount() == 0


async def test_a_parked_call_that_nobody_fetches_rings_back(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = UUID(await talk(adams, piotrs, "102"))
        parked = await sync_to_async(call_control.park)(
            call_id=call, extension=piotr, window=piotrs.window, epoch="testtest"
        )
        router.start_parking(parked, seconds=0.05)
        back = await piotrs.until_new_call(str(call), "ringing")
        assert (back["other"]["number"], back["sent_by"]["number"]) == ("101", "102")
        assert not await ParkedCall.objects.aexists()
        await piotrs.say(type="answer", call=back["call"])
        await adams.until_call(back["call"], "talking")
        trail = [step.reason async for step in CallStep.objects.filter(call=parked)]
        assert trail == [Reason.NOT_FETCHED, Reason.AVAILABLE]


async def test_of_two_who_fetch_at_once_one_has_the_call(
    adam: Extension, piotr: Extension, anna: Extension, ewa: Extension
) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas, phone(ewa) as ewas:
        call = await talk(adams, piotrs, "102")
        await piotrs.say(type="park", call=call)
        waiting = await adams.until_new_call(call, "dialling")
        await asyncio.gather(annas.say(type="fetch", slot=1), ewas.say(type="fetch", slot=1))
        got = [
            await window.until(lambda m: m["type"] == "refused" or m.get("state") == "talking")
            for window in (annas, ewas)
        ]
        assert sorted(message["type"] for message in got) == ["call", "refused"]
        await adams.until_call(waiting["call"], "talking")


# Who may


@pytest.mark.parametrize("what", ["hold", "resume", "transfer", "park", "join"])
async def test_nothing_is_done_to_a_call_by_a_stranger_to_it(
    adam: Extension, piotr: Extension, anna: Extension, what: str
) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs, phone(anna) as annas:
        call = await talk(adams, piotrs, "102")
        await annas.say(type=what, call=call, other=call, number="103")
        assert await annas.until_refused() == (what, "gone")
        assert (await Call.objects.aget(pk=call)).version == adams.card["version"]


@pytest.mark.parametrize("what", ["hold", "resume", "transfer", "park"])
async def test_a_call_is_moved_only_by_the_window_that_carries_it(
    adam: Extension, piotr: Extension, anna: Extension, what: str
) -> None:
    async with phone(adam) as adams, phone(adam) as laptop, phone(piotr) as piotrs:
        call = await talk(adams, piotrs, "102")
        await laptop.say(type=what, call=call, number="103")
        assert await laptop.until_refused() == (what, "gone")


@pytest.mark.parametrize("what", ["hold", "resume", "transfer", "park"])
@pytest.mark.parametrize("by", ["caller", "callee"])
async def test_a_call_that_still_rings_cannot_be_moved(
    adam: Extension, piotr: Extension, anna: Extension, what: str, by: str
) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await dial(adams, "102")
        await piotrs.until_card("ringing")
        window = {"caller": adams, "callee": piotrs}[by]
        await window.say(type=what, call=call, number="103")
        assert await window.until_refused() == (what, "not_talking")


@pytest.mark.parametrize("what", ["hold", "resume", "transfer", "park"])
async def test_a_message_that_is_being_left_cannot_be_moved(
    adam: Extension, piotr: Extension, anna: Extension, what: str
) -> None:
    async with phone(adam) as adams:
        call = await dial(adams, "102")
        await adams.until_card("talking")
        await adams.say(type=what, call=call, number="103")
        assert await adams.until_refused() == (what, "not_a_person")


@pytest.mark.parametrize("what", ["hold", "resume", "transfer", "park"])
async def test_a_call_that_has_ended_is_gone(adam: Extension, piotr: Extension, what: str) -> None:
    async with phone(adam) as adams, phone(piotr) as piotrs:
        call = await talk(adams, piotrs, "102")
        await piotrs.say(type="hang_up", call=call)
        await adams.until_card("ended")
        await adams.say(type=what, call=call, number="103")
        assert await adams.until_refused() == (what, "gone")


# Visitors


@pytest.fixture
def visitors_call(adam: Extension) -> Call:
    """A visitor who talks to Adam's first window."""
    call = Call.objects.create(
        caller_number="", caller_name="A Customer", origin=Origin.EXTERNAL, called_number="101", state="talking"
    )
    CallLeg.objects.create(call=call, role="caller", state="talking", window=VISIT)
    CallLeg.objects.create(call=call, role="callee", extension=adam, state="talking", window="adams-window")
    return call


def test_a_visitor_is_external_wherever_they_are_sent(adam: Extension, piotr: Extension, visitors_call: Call) -> None:
    sent = call_control.transfer(
        call_id=visitors_call.pk, extension=adam, window="adams-window", number="102", epoch="testtest"
    )
    assert (sent.origin, sent.caller_name, sent.sent_by) == (Origin.EXTERNAL, "A Customer", adam)
    leg = sent.legs.get()
    assert (leg.party, leg.role, leg.state) == (f"~{VISIT}", "caller", "ringing")
    calls.ring_extension(call_id=sent.pk, number="102")
    calls.answer_call(call_id=sent.pk, extension=piotr, window="piotrs-window")
    parked = call_control.park(call_id=sent.pk, extension=piotr, window="piotrs-window", epoch="testtest")
    call_pick_up.fetch(slot=1, extension=adam, window="adams-window")
    assert Call.objects.get(pk=parked.pk).origin == Origin.EXTERNAL
    assert parked.legs.get(extension=None).state == "talking"


def test_a_visitor_stays_the_caller_when_two_calls_are_connected(
    adam: Extension, piotr: Extension, visitors_call: Call
) -> None:
    asked = calls.start_call(extension=adam, window="adams-window", number="102", epoch="testtest")
    calls.ring_extension(call_id=asked.pk, number="102")
    calls.answer_call(call_id=asked.pk, extension=piotr, window="piotrs-window")
    joined = call_control.join(
        call_id=asked.pk, other_id=visitors_call.pk, extension=adam, window="adams-window", epoch="testtest"
    )
    assert (joined.origin, joined.called_number) == (Origin.EXTERNAL, "102")
    assert {leg.party: (leg.role, leg.state) for leg in joined.legs.all()} == {
        f"~{VISIT}": ("caller", "talking"),
        "102": ("callee", "talking"),
    }


def test_two_visitors_are_not_connected_with_each_other(adam: Extension, visitors_call: Call) -> None:
    CallLeg.objects.filter(call=visitors_call, extension=adam).update(state="on_hold")
    second = Call.objects.create(
        caller_number="", caller_name="Another", origin=Origin.EXTERNAL, called_number="101", state="talking"
    )
    CallLeg.objects.create(call=second, role="caller", state="talking", window=str(uuid4()))
    CallLeg.objects.create(call=second, role="callee", extension=adam, state="talking", window="adams-window")
    with pytest.raises(CallRefusedError) as refused:
        call_control.join(
            call_id=visitors_call.pk, other_id=second.pk, extension=adam, window="adams-window", epoch="testtest"
        )
    assert refused.value.code == "not_allowed"
