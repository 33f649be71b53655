"""Click to call on a real Asterisk: the own phone rings first, then whoever is called; a window has the controls."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from presence.domain.vocabulary import Lamp
from presence.models import Call, CallLeg, Extension
from presence.services.appearance import set_desk_phone_answers
from tests.asterisk.office.conftest import PhoneOf
from tests.asterisk.office.installation import call_ended, eventually, lamp_is
from tests.phones import phone as window_of

pytestmark = pytest.mark.django_db(transaction=True)

Message = dict[str, Any]


async def test_the_picking_up_first_and_the_window_hangs_up(phone_of: PhoneOf, people: dict[str, Extension]) -> None:
    adam, piotr = await phone_of("101"), await phone_of("102")
    async with window_of(people["101"]) as window:
        await window.say(type="dial", number="102", by="desk_phone")
        own = await adam.incoming()
        assert (own.caller_number, own.caller_name) == ("102", "Piotr Adamiak")
        assert not own.invite.get("Alert-Info")
        own.ring()
        assert (await window.until_card("dialling"))["picking_up"]
        assert not await CallLeg.objects.filter(role="callee").aexists()

        await own.answer()
        theirs = await piotr.incoming()
        assert (theirs.caller_number, theirs.caller_name) == ("101", "Adam Nowak")
        theirs.ring()
        await own.hears(425)  # the ringing tone
        await theirs.answer()
        await asyncio.gather(own.hears(880), theirs.hears(440))
        card = await window.until_card("talking")
        assert (card["here"], card["by"]) == (False, "desk_phone")
        await eventually(lamp_is("101", Lamp.TALKING))

        await window.say(type="hang_up", call=card["call"])
        await asyncio.gather(own.ends(), theirs.ends())
        await eventually(call_ended("completed"))


async def test_a_window_holds_and_sends_on_what_the_desk_phone_carries(
    phone_of: PhoneOf, people: dict[str, Extension]
) -> None:
    adam, piotr, anna = await phone_of("101"), await phone_of("102"), await phone_of("103")
    ours = adam.call("102")  # dialled by hand: shown and commanded in the same way
    theirs = await piotr.incoming()
    await theirs.answer()
    await asyncio.gather(ours.hears(880), theirs.hears(440))
    async with window_of(people["101"]) as window:
        call = window.heard[0]["calls"][0]["call"]
        await window.say(type="hold", call=call)
        await asyncio.gather(window.until_card("on_hold"), ours.hears_nothing())
        await window.say(type="resume", call=call)
        await asyncio.gather(ours.hears(880), theirs.hears(440))
        await window.say(type="transfer", call=call, number="103")
        third = await anna.incoming()
        await third.answer()
        await asyncio.gather(theirs.hears(1320), third.hears(880))
        await ours.ends()


async def test_who_asks_first_gets_the_second_call_on_the_same_phone_and_connects_them(
    phone_of: PhoneOf, people: dict[str, Extension]
) -> None:
    adam, _, piotr, anna = [await phone_of(endpoint) for endpoint in ("101", "101-kitchen", "102", "103")]
    ours = adam.call("102")
    theirs = await piotr.incoming()
    await theirs.answer()
    await asyncio.gather(ours.hears(880), theirs.hears(440))
    async with window_of(people["101"]) as window:
        first = window.heard[0]["calls"][0]["call"]
        await window.say(type="dial", number="103", by="desk_phone_first")
        second = await adam.incoming()
        await second.answer()
        third = await anna.incoming()
        await third.answer()
        await asyncio.gather(second.hears(1320), third.hears(440))
        asked = (await window.until_new_call(first, "talking"))["call"]
        await window.say(type="join", call=asked, other=first)
        await asyncio.gather(theirs.hears(1320), third.hears(880))
        await asyncio.gather(ours.ends(), second.ends())


async def test_all_own_phones_ring_and_the_first_that_is_picked_up_makes_the_call(
    phone_of: PhoneOf, people: dict[str, Extension]
) -> None:
    adam, kitchen, piotr = await phone_of("101"), await phone_of("101-kitchen"), await phone_of("102")
    async with window_of(people["101"]) as window:
        await window.say(type="dial", number="102", by="desk_phone")
        desk, there = await adam.incoming(), await kitchen.incoming()
        desk.ring()
        there.ring()
        await there.answer()
        await desk.is_cancelled()
        theirs = await piotr.incoming()
        await theirs.answer()
        await asyncio.gather(there.hears(880), theirs.hears(550))
        assert await Call.objects.acount() == 1


async def test_an_own_phone_that_declines_ends_the_call_once_no_other_rings(
    phone_of: PhoneOf, people: dict[str, Extension]
) -> None:
    adam, kitchen = await phone_of("101"), await phone_of("101-kitchen")
    async with window_of(people["101"]) as window:
        await window.say(type="dial", number="102", by="desk_phone")
        desk, there = await adam.incoming(), await kitchen.incoming()
        desk.decline()
        there.ring()
        await window.until_card("dialling")
        there.decline()
        assert (await window.until_card("ended"))["end_reason"] == "own_phone_not_answered"
    assert not await CallLeg.objects.filter(role="callee").aexists()


async def test_a_click_that_is_taken_back_stops_the_own_phone(phone_of: PhoneOf, people: dict[str, Extension]) -> None:
    adam = await phone_of("101")
    async with window_of(people["101"]) as window:
        await window.say(type="dial", number="102", by="desk_phone")
        own = await adam.incoming()
        own.ring()
        await window.say(type="hang_up", call=(await window.until_card("dialling"))["call"])
        await own.is_cancelled()
        await eventually(call_ended("cancelled"))


async def test_a_phone_is_asked_to_answer_by_itself_only_when_its_owner_wants_that(
    phone_of: PhoneOf, people: dict[str, Extension]
) -> None:
    adam = await phone_of("101")
    user = people["101"].user
    assert user is not None
    await sync_to_async(set_desk_phone_answers)(user=user, answers=True)
    async with window_of(people["101"]) as window:
        await window.say(type="dial", number="102", by="desk_phone")
        own = await adam.incoming()
        assert own.invite.get("Alert-Info") == "<http://localhost>;info=alert-autoanswer"
        assert own.invite.get("Call-Info") == "<http://localhost>;answer-after=0"
        own.decline()
        await window.until_card("ended")
