"""Whole calls over an Asterisk in memory: the rows say what is, and Asterisk is made to match them."""

import logging

import pytest
from asgiref.sync import sync_to_async

from presence.calls.asterisk.exchange import Exchange
from presence.domain.vocabulary import Condition, DestinationKind, Status
from presence.models import Call, Extension
from tests.asterisk_units.fake_asterisk import BUSY, CANCELLED, DECLINED, ELSEWHERE, NO_ANSWER, FakeAsterisk
from tests.asterisk_units.linked import all_over, ringing, talking, the_call, until, until_rows
from tests.cast import rule

pytestmark = pytest.mark.django_db(transaction=True)


async def test_two_phones_talk_and_hang_up(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    ours = asterisk.dials("101", "102")
    theirs = await ringing(asterisk, "102")
    asterisk.rings(theirs)
    await until(lambda: asterisk.asked_for(f"POST channels/{ours.id}/ring"))
    asterisk.answers(theirs)
    await talking(asterisk, ours, theirs)
    assert ours.state == "Up"
    asterisk.hangs_up(ours)
    await all_over(asterisk, exchange)
    assert asterisk.hung_up == {theirs.id: 16}
    call = await the_call()
    assert (call.caller_number, call.called_number, call.end_reason) == ("101", "102", "completed")


async def test_a_phone_is_told_who_calls(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    asterisk.dials("101", "102")
    await ringing(asterisk, "102")
    (asked,) = asterisk.asked_for("POST channels/lf-")
    shown = (asked.body or {})["variables"]
    assert (shown["CONNECTEDLINE(num,i)"], shown["CONNECTEDLINE(name,i)"]) == ("101", "Adam Nowak")


async def test_all_phones_of_an_extension_ring_and_the_first_to_answer_has_the_call(
    asterisk: FakeAsterisk, exchange: Exchange
) -> None:
    ours = asterisk.dials("102", "101")
    desk, kitchen = await ringing(asterisk, "101"), await ringing(asterisk, "101-kitchen")
    asterisk.answers(kitchen)
    await talking(asterisk, ours, kitchen)
    assert asterisk.hung_up == {desk.id: ELSEWHERE}


@pytest.mark.parametrize(
    ("cause", "reason", "told"),
    [(DECLINED, "declined", 16), (BUSY, "busy", 17), (NO_ANSWER, "no_answer", 19), (1, "not_registered", 20)],
)
async def test_who_does_not_take_a_call_sends_it_where_their_rules_say(
    asterisk: FakeAsterisk, exchange: Exchange, people: dict[str, Extension], cause: int, reason: str, told: int
) -> None:
    for condition in (Condition.BUSY, Condition.NO_ANSWER, Condition.NOT_REGISTERED):
        await sync_to_async(rule)(people["102"], Status.AVAILABLE, condition, DestinationKind.END_CALL)
    ours = asterisk.dials("101", "102")
    asterisk.hangs_up(await ringing(asterisk, "102"), cause)
    await all_over(asterisk, exchange)
    assert (await the_call()).end_reason == reason
    assert asterisk.hung_up == {ours.id: told}


async def test_a_caller_who_hangs_up_while_it_rings_has_cancelled(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    ours = asterisk.dials("101", "102")
    await ringing(asterisk, "102")
    asterisk.hangs_up(ours, CANCELLED)
    await all_over(asterisk, exchange)
    assert (await the_call()).end_reason == "cancelled"


async def test_a_number_that_nobody_has_is_not_found(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    ours = asterisk.dials("101", "199")
    await until(lambda: ours.id in asterisk.hung_up)
    assert asterisk.hung_up == {ours.id: 1}
    await all_over(asterisk, exchange)


@pytest.mark.parametrize(
    ("endpoint", "number", "cause"),
    [
        ("999", "101", 21),  # belongs to nobody
        ("lf-window-00000001", "101", 21),  # a browser's window calls over its own socket
        ("101", "101", 17),
        ("101", "*9999", 1),
        ("101", "1" * 40, 1),
        ("101", "102;x=1", 1),
        ("trunk", "h", 1),
    ],
)
async def test_a_call_that_may_not_be_is_refused(
    asterisk: FakeAsterisk,
    exchange: Exchange,
    caplog: pytest.LogCaptureFixture,
    endpoint: str,
    number: str,
    cause: int,
) -> None:
    caplog.set_level(logging.INFO)
    refused = asterisk.dials(endpoint, number)
    await until(lambda: refused.id in asterisk.hung_up)
    assert asterisk.hung_up == {refused.id: cause}
    told = [record.levelname for record in caplog.records if "refused" in record.getMessage()]
    assert told == ["WARNING" if cause == 21 else "INFO"]  # whose phone it is, somebody has to look after
    assert not await Call.objects.aexists()
    assert not exchange.board.channels


async def test_a_held_call_hears_music_and_goes_on(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    ours = asterisk.dials("101", "102")
    theirs = await ringing(asterisk, "102")
    asterisk.answers(theirs)
    await talking(asterisk, ours, theirs)
    asterisk.holds(ours)
    await until(lambda: theirs.has_music)
    assert (ours.bridge, theirs.bridge, ours.has_music) == ("", "", False)
    asterisk.resumes(ours)
    await talking(asterisk, ours, theirs)
    assert not theirs.has_music


async def test_a_phones_own_transfer_sends_the_other_side_on(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    ours = asterisk.dials("101", "102")
    theirs = await ringing(asterisk, "102")
    asterisk.answers(theirs)
    await talking(asterisk, ours, theirs)
    asterisk.sends_on(theirs, "103")
    third = await ringing(asterisk, "103")
    await until(lambda: theirs.id in asterisk.hung_up)
    asterisk.answers(third)
    await talking(asterisk, ours, third)
    told = [request.query["states"] for request in asterisk.asked_for(f"POST channels/{theirs.id}/transfer_progress")]
    assert told == ["channel_answered"]
    asterisk.hangs_up(third)
    await all_over(asterisk, exchange)


async def test_a_transfer_to_nobody_is_refused_and_the_call_goes_on(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    ours = asterisk.dials("101", "102")
    theirs = await ringing(asterisk, "102")
    asterisk.answers(theirs)
    await talking(asterisk, ours, theirs)
    asterisk.sends_on(theirs, "199")
    asked = f"POST channels/{theirs.id}/transfer_progress"
    (told,) = await until(lambda: asterisk.asked_for(asked))
    assert told.query["states"] == "channel_declined"
    await talking(asterisk, ours, theirs)


async def test_a_phone_connects_the_other_sides_of_its_two_calls(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    first = asterisk.dials("101", "102")
    theirs = await ringing(asterisk, "102")
    asterisk.answers(theirs)
    await talking(asterisk, first, theirs)
    asterisk.holds(theirs)
    await until(lambda: first.has_music)
    asks = asterisk.dials("102", "103")
    third = await ringing(asterisk, "103")
    asterisk.answers(third)
    await talking(asterisk, asks, third)
    asterisk.joins(theirs, asks)
    await talking(asterisk, first, third)
    await until(lambda: {theirs.id, asks.id} <= asterisk.hung_up.keys())
    await until(lambda: len(asterisk.bridges) == 1)
    asterisk.hangs_up(first)
    await all_over(asterisk, exchange)


async def test_a_call_from_the_trunk_rings_and_is_answered(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    theirs = asterisk.dials("trunk", "101", caller=("+48600100200", "Jan\nKowalski"))
    desk = await ringing(asterisk, "101")
    asterisk.answers(desk)
    await talking(asterisk, theirs, desk)
    call = await the_call()
    assert (call.caller_number, call.caller_name, call.origin) == ("+48600100200", "JanKowalski", "external")
    asterisk.hangs_up(theirs)
    await all_over(asterisk, exchange)


async def test_a_message_is_recorded_into_the_one_store(
    asterisk: FakeAsterisk, exchange: Exchange, people: dict[str, Extension]
) -> None:
    await sync_to_async(rule)(people["102"], Status.AVAILABLE, Condition.BUSY, DestinationKind.VOICEMAIL)
    ours = asterisk.dials("101", "102")
    asterisk.hangs_up(await ringing(asterisk, "102"), BUSY)
    (playback,) = await until(lambda: list(asterisk.playbacks))
    asterisk.finish_playback(playback)
    await until(lambda: ours.recording)
    asterisk.said = b"a recording"
    asterisk.hangs_up(ours)
    await all_over(asterisk, exchange)
    await until_rows(lambda: people["102"].voicemails.filter(state="new").exists())
    assert asterisk.stored == {}


async def test_a_second_press_of_hold_changes_nothing(asterisk: FakeAsterisk, exchange: Exchange) -> None:
    ours = asterisk.dials("101", "102")
    theirs = await ringing(asterisk, "102")
    asterisk.answers(theirs)
    await talking(asterisk, ours, theirs)
    asterisk.holds(ours)
    asterisk.holds(ours)
    await until(lambda: theirs.has_music)
    asterisk.resumes(ours)
    asterisk.resumes(ours)
    await talking(asterisk, ours, theirs)
    assert len(asterisk.asked_for(f"POST channels/{theirs.id}/moh")) == 1
