"""A person's desk phone carries a call, begun by a click or by hand: every window of theirs can command it."""

import pytest
from channels.db import database_sync_to_async
from pytest_django import Settings

from presence.calls.card import Card, load_card, open_cards
from presence.domain.vocabulary import CallBackendKind, CallState, Reason
from presence.models import AsteriskLink, Call, CallLeg, Extension
from presence.services import asterisk_calls, call_control, calls
from presence.services.call_rows import CallGoneError, CallRefusedError
from tests.cast import EPOCH, register
from tests.outside_cast import open_line
from tests.phones import phone
from webclient.call_entries import call_entry

pytestmark = pytest.mark.django_db(transaction=True)

WINDOW = "window-of-a-test"


@pytest.fixture(autouse=True)
def line(settings: Settings, db: None) -> AsteriskLink:
    return open_line(settings)


def click(caller: Extension, number: str = "102") -> Call:
    return asterisk_calls.start_call_on_desk_phone(extension=caller, number=number, epoch=EPOCH)


def callers_leg(call: Call) -> CallLeg:
    return call.legs.get(role=CallLeg.Role.CALLER)


def pick_up(call: Call, endpoint: str = "101", channel: str = "lf-1") -> Call | None:
    return asterisk_calls.pick_up_own_phone(
        leg_id=callers_leg(call).pk, endpoint=endpoint, channel_id=channel, epoch="link"
    )


def talk(caller: Extension, callee: Extension) -> Call:
    """The caller's desk phone talks to the callee's browser."""
    call = click(caller, callee.number)
    pick_up(call)
    calls.ring_extension(call_id=call.pk, number=callee.number)
    calls.answer_call(call_id=call.pk, extension=callee, window="piotrs-window")
    call.refresh_from_db()
    return call


def card_of(call: Call, extension: Extension, window: str = WINDOW) -> Card:
    live = load_card(str(call.pk))
    assert live is not None
    card = live.card_for(extension.number, window)
    assert card is not None
    return card


def test_a_click_waits_for_the_callers_own_phone_and_rings_nobody_else_yet(adam: Extension, piotr: Extension) -> None:
    register(adam, "sip-101")
    call = click(adam)
    assert call.backend_kind == CallBackendKind.ASTERISK
    assert [(leg.extension, leg.window, leg.ari_channel_id) for leg in call.legs.all()] == [(adam, "sip-", "")]
    card = card_of(call, adam)
    assert (card["state"], card["here"], card["by"], card["picking_up"]) == ("dialling", False, "desk_phone", True)
    assert card["other"] == {"number": "102", "name": "Piotr Adamiak"}


def test_who_picks_up_first_carries_the_call_and_routes_it(adam: Extension) -> None:
    register(adam, "sip-101")
    register(adam, "sip-101-kitchen")
    call = click(adam)
    routed = pick_up(call, "101-kitchen", "lf-2")
    assert routed is not None
    assert routed.router_epoch == "link"
    leg = callers_leg(call)
    assert (leg.window, leg.ari_channel_id) == ("sip-101-kitchen", "lf-2")
    assert pick_up(call, "101", "lf-1") is None
    assert callers_leg(call).window == "sip-101-kitchen"
    assert card_of(call, adam)["picking_up"] is False


def test_a_phone_that_is_picked_up_after_the_click_was_taken_back_makes_no_call(adam: Extension) -> None:
    register(adam, "sip-101")
    call = click(adam)
    calls.hang_up(call_id=call.pk, extension=adam, window=WINDOW)
    assert pick_up(call) is None
    call.refresh_from_db()
    assert (call.state, call.end_reason) == (CallState.ENDED, Reason.CANCELLED)


def test_a_phone_that_nobody_picks_up_ends_the_call_and_says_so(adam: Extension) -> None:
    register(adam, "sip-101")
    call = click(adam)
    asterisk_calls.give_up_own_phone(call_id=call.pk)
    card = card_of(call, adam)
    assert (card["state"], card["end_reason"]) == ("ended", Reason.OWN_PHONE_NOT_ANSWERED)
    call.refresh_from_db()
    assert call_entry(call, adam).summary == "Your desk phone was not picked up"


def test_without_a_registered_desk_phone_a_click_is_refused(adam: Extension) -> None:
    register(adam, WINDOW)
    with pytest.raises(CallRefusedError, match="no_desk_phone"):
        click(adam)


def test_while_the_link_is_away_a_click_is_refused(adam: Extension, line: AsteriskLink) -> None:
    register(adam, "sip-101")
    AsteriskLink.objects.update(is_ready=False)
    with pytest.raises(CallRefusedError, match="no_desk_phone"):
        click(adam)


@pytest.mark.parametrize("number", ["101", "", "abc", "*30"])
def test_what_cannot_be_dialled_cannot_be_clicked_either(adam: Extension, number: str) -> None:
    register(adam, "sip-101")
    with pytest.raises(CallRefusedError):
        click(adam, number)
    assert not Call.objects.exists()


def test_a_second_call_rings_at_the_phone_that_has_the_first(adam: Extension, piotr: Extension) -> None:
    register(adam, "sip-101")
    register(adam, "sip-101-kitchen")
    first = talk(adam, piotr)
    second = click(adam, "103")
    assert callers_leg(second).window == "sip-101"
    assert callers_leg(first).state == CallState.ON_HOLD


def test_a_second_click_before_the_first_is_picked_up_is_refused(adam: Extension) -> None:
    register(adam, "sip-101")
    click(adam)
    with pytest.raises(CallRefusedError, match="in_a_call"):
        click(adam, "103")


def test_whoever_talks_in_a_browser_begins_no_call_on_the_desk_phone(adam: Extension) -> None:
    register(adam, "sip-101")
    calls.start_call(extension=adam, window=WINDOW, number="102", epoch=EPOCH)
    with pytest.raises(CallRefusedError, match="in_a_call"):
        click(adam, "103")


def test_any_window_of_the_person_holds_resumes_and_ends_the_desk_phones_call(
    adam: Extension, piotr: Extension
) -> None:
    register(adam, "sip-101")
    call = talk(adam, piotr)
    assert (card_of(call, adam)["state"], card_of(call, adam)["by"]) == ("talking", "desk_phone")
    call_control.hold(call_id=call.pk, extension=adam, window=WINDOW)
    assert callers_leg(call).state == CallState.ON_HOLD
    call_control.resume(call_id=call.pk, extension=adam, window="another-window")
    assert callers_leg(call).state == CallState.TALKING
    calls.hang_up(call_id=call.pk, extension=adam, window=WINDOW)
    call.refresh_from_db()
    assert (call.state, call.end_reason) == (CallState.ENDED, Reason.COMPLETED)


def test_any_window_of_the_person_sends_the_other_side_on(adam: Extension, piotr: Extension, anna: Extension) -> None:
    register(adam, "sip-101")
    call = talk(adam, piotr)
    sent = call_control.transfer(call_id=call.pk, extension=adam, window=WINDOW, number=anna.number, epoch=EPOCH)
    assert (sent.caller_number, sent.called_number, sent.sent_by) == ("102", "103", adam)


def test_what_a_browser_carries_stays_that_windows_own(adam: Extension, piotr: Extension) -> None:
    register(adam, "sip-101")
    call = talk(adam, piotr)
    with pytest.raises(CallGoneError):
        call_control.hold(call_id=call.pk, extension=piotr, window="another-window")
    assert card_of(call, piotr, "another-window")["state"] == "ended"


def test_somebody_outside_is_no_desk_phone_that_a_visitors_window_could_command(piotr: Extension) -> None:
    call = asterisk_calls.start_trunk_call(
        window="sip-trunk", channel_id="1.0", number="102", caller=("600700800", ""), epoch=EPOCH
    )
    calls.hang_up(call_id=call.pk, extension=None, window="visit-of-somebody")
    call.refresh_from_db()
    assert call.state == CallState.RINGING


def test_a_call_that_was_answered_on_the_desk_phone_is_shown_in_the_persons_windows(
    adam: Extension, piotr: Extension
) -> None:
    call = calls.start_call(extension=adam, window=WINDOW, number="102", epoch=EPOCH)
    calls.ring_extension(call_id=call.pk, number="102")
    calls.answer_call(call_id=call.pk, extension=piotr, window="sip-102", ari_channel_id="lf-2")
    card = card_of(call, piotr, "piotrs-window")
    assert (card["state"], card["here"], card["by"]) == ("talking", False, "desk_phone")
    (shown,) = open_cards(piotr, "a-window-opened-later")
    assert shown["call"] == str(call.pk)


async def test_a_window_asks_for_its_desk_phone_and_follows_the_call(adam: Extension, piotr: Extension) -> None:
    await database_sync_to_async(register)(adam, "sip-101")
    async with phone(adam) as laptop, phone(adam) as tablet:
        await laptop.say(type="dial", number="102", by="desk_phone")
        card = await laptop.until_card("dialling")
        assert (card["by"], card["picking_up"]) == ("desk_phone", True)
        await tablet.until_card("dialling")
        await tablet.say(type="hang_up", call=card["call"])
        assert (await laptop.until_card("ended"))["end_reason"] == "cancelled"


async def test_a_window_is_told_that_there_is_no_desk_phone(adam: Extension) -> None:
    async with phone(adam) as laptop:
        await laptop.say(type="dial", number="102", by="desk_phone")
        refused = await laptop.until(lambda message: message["type"] == "refused")
        assert (refused["what"], refused["code"]) == ("dial", "no_desk_phone")


async def test_where_the_desk_phone_is_switched_off_the_call_begins_in_the_window(
    adam: Extension, piotr: Extension
) -> None:
    async with phone(adam) as laptop:
        await laptop.say(type="dial", number="102", by="desk_phone_first")
        card = await laptop.until(lambda message: message["type"] == "call")
        assert (card["here"], card["by"]) == (True, "")


@pytest.mark.parametrize("by", ["", "browser", None, 7, ["desk_phone"], {"by": "desk_phone"}])
async def test_anything_else_begins_in_the_window(adam: Extension, piotr: Extension, by: object) -> None:
    await database_sync_to_async(register)(adam, "sip-101")
    async with phone(adam) as laptop:
        await laptop.say(type="dial", number="102", by=by)
        card = await laptop.until(lambda message: message["type"] == "call")
        assert (card["here"], card["by"]) == (True, "")
