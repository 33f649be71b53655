"""A plan made so: once, the newest, and whatever Asterisk refuses."""

import pytest
from asgiref.sync import sync_to_async

from presence.calls.asterisk.exchange import Exchange
from presence.calls.card import LiveCard, load_card
from presence.domain.vocabulary import CallState
from presence.models import Call, Extension, Registration
from presence.services import asterisk_calls
from tests.asterisk_units.fake_asterisk import FakeAsterisk
from tests.asterisk_units.linked import all_over, ringing, talking, the_call, until, until_rows

pytestmark = pytest.mark.django_db(transaction=True)


@sync_to_async
def the_card() -> LiveCard:
    card = load_card(str(Call.objects.get().pk))
    assert card is not None
    return card


async def test_the_same_card_twice_asks_for_nothing_more(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    ours = asterisk.dials("101", "102")
    theirs = await ringing(asterisk, "102")
    asterisk.answers(theirs)
    await talking(asterisk, ours, theirs)
    card = await the_card()
    await until(lambda: exchange.board.calls[card.call.pk].version == card.call.version)
    for _ in range(3):
        exchange.take_card(card)
    # A change of another kind has to wait until those have been looked at.
    asterisk.holds(ours)
    await until(lambda: theirs.has_music)
    once = [f"{request} {request.query}" for request in asterisk.asked if request.method == "POST"]
    assert len(once) == len(set(once))


async def test_an_older_card_is_dropped(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    ours = asterisk.dials("101", "102")
    theirs = await ringing(asterisk, "102")
    older = await the_card()
    asterisk.answers(theirs)
    await talking(asterisk, ours, theirs)
    exchange.take_card(older)
    asterisk.holds(ours)
    await until(lambda: theirs.has_music)
    asterisk.resumes(ours)
    await talking(asterisk, ours, theirs)
    assert len(asterisk.rung()) == 1


async def test_a_card_of_a_call_that_is_over_begins_nothing(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    ours = asterisk.dials("101", "102")
    await ringing(asterisk, "102")
    asterisk.hangs_up(ours)
    await all_over(asterisk, exchange)
    exchange.take_card(await the_card())
    assert exchange.board.calls == {}


@pytest.mark.parametrize("status", [404, 409, 500])
@pytest.mark.parametrize("beginning", ["POST channels/lf-", "POST bridges/lf-", "POST channels/1795903375"])
async def test_a_request_that_is_refused_keeps_no_call_from_ending(
    asterisk: FakeAsterisk, exchange: Exchange, people: dict[str, Extension], beginning: str, status: int
) -> None:
    with asterisk.refusing(beginning, status):
        ours = asterisk.dials("101", "102")
        if beginning == "POST bridges/lf-":
            asterisk.answers(await ringing(asterisk, "102"))
        await until(lambda: asterisk.asked_for(beginning))
        asterisk.hangs_up(ours)
        await all_over(asterisk, exchange)


async def test_every_device_of_an_account_rings(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    asterisk.devices["102"] = ["sip:102@10.0.0.1:5060", "sip:102@10.0.0.2:5060"]
    asterisk.dials("101", "102")
    await until(lambda: sorted(asterisk.rung()) == [f"102/{uri}" for uri in asterisk.devices["102"]])


async def test_a_browser_that_rings_keeps_a_call_that_no_desk_phone_can_ring(
    asterisk: FakeAsterisk, exchange: Exchange, people: dict[str, Extension]
) -> None:
    def open_window() -> None:
        process = Registration.objects.filter(extension=people["102"]).get().process
        Registration.objects.create(extension=people["102"], process=process, window="window-00000001")

    await sync_to_async(open_window)()
    with asterisk.refusing("POST channels/lf-", 500):
        asterisk.dials("101", "102")
        await until(lambda: asterisk.asked_for("POST channels/lf-"))
        ringing_legs = (await the_call()).legs.filter(extension=people["102"], state=CallState.RINGING)
        await until_rows(ringing_legs.exists)


async def test_legs_that_have_a_channel_live(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    asterisk.dials("101", "102")
    await ringing(asterisk, "102")
    legs = exchange.board.legs()
    before = await sync_to_async(lambda: list((Call.objects.get()).legs.values_list("alive_at", flat=True)))()
    await sync_to_async(asterisk_calls.renew_leases)(legs)
    after = await sync_to_async(lambda: list((Call.objects.get()).legs.values_list("alive_at", flat=True)))()
    assert all(new > old for new, old in zip(after, before, strict=True))
