"""A click over an Asterisk in memory: the caller's own phones ring, and nobody else until one of them is picked up."""

import pytest
from asgiref.sync import sync_to_async

from presence import hub
from presence.calls.asterisk.exchange import Exchange
from presence.models import Extension
from presence.services.asterisk_calls import start_call_on_desk_phone
from tests.asterisk_units.fake_asterisk import BUSY, DECLINED, ELSEWHERE, NO_ANSWER, FakeAsterisk
from tests.asterisk_units.linked import all_over, ringing, talking, the_call

pytestmark = pytest.mark.django_db(transaction=True)


async def click(caller: Extension, number: str) -> None:
    await sync_to_async(start_call_on_desk_phone)(extension=caller, number=number, epoch=hub.epoch())


async def test_the_first_own_phone_that_is_picked_up_makes_the_call(
    asterisk: FakeAsterisk, exchange: Exchange, people: dict[str, Extension]
) -> None:
    await click(people["101"], "102")
    desk, kitchen = await ringing(asterisk, "101"), await ringing(asterisk, "101-kitchen")
    asked = asterisk.asked_for("POST channels/lf-")
    assert [(each.query or {})["timeout"] for each in asked] == [20, 20]
    shown = [(each.body or {})["variables"] for each in asked]
    assert [(each["CONNECTEDLINE(num,i)"], each["CONNECTEDLINE(name,i)"]) for each in shown] == [
        ("102", people["102"].name)
    ] * 2
    assert asterisk.ringing("102") is None

    asterisk.answers(kitchen)
    theirs = await ringing(asterisk, "102")
    asterisk.answers(theirs)
    await talking(asterisk, kitchen, theirs)
    assert asterisk.hung_up == {desk.id: ELSEWHERE}


@pytest.mark.parametrize("cause", [NO_ANSWER, DECLINED, BUSY])
async def test_a_call_ends_when_the_last_own_phone_is_not_picked_up(
    asterisk: FakeAsterisk, exchange: Exchange, people: dict[str, Extension], cause: int
) -> None:
    await click(people["101"], "102")
    desk, kitchen = await ringing(asterisk, "101"), await ringing(asterisk, "101-kitchen")
    asterisk.hangs_up(desk, cause)
    asterisk.hangs_up(kitchen, NO_ANSWER)
    await all_over(asterisk, exchange)
    assert (await the_call()).end_reason == "own_phone_not_answered"
    assert not asterisk.hung_up


async def test_a_call_whose_own_phones_cannot_be_rung_ends(
    asterisk: FakeAsterisk, exchange: Exchange, people: dict[str, Extension]
) -> None:
    with asterisk.refusing("POST channels/lf-", 500):
        await click(people["101"], "102")
        await all_over(asterisk, exchange)
    assert (await the_call()).end_reason == "own_phone_not_answered"
