"""The phones of the other tests, proved on a real Asterisk with a plain dialplan."""

import asyncio

import pytest

from tests.asterisk.conftest import MUSIC_TONE, OpenPhone
from tests.asterisk.incoming_call import IncomingCall
from tests.asterisk.outgoing_call import OutgoingCall
from tests.asterisk.server import AsteriskServer
from tests.asterisk.sip_call import SipCall
from tests.asterisk.sip_phone import SipPhone

ADAMS_TONE, PIOTRS_TONE, ANNAS_TONE = 440, 880, 1320


async def hear_each_other(one: tuple[SipCall, int], other: tuple[SipCall, int]) -> None:
    """Each call with the tone that is played into it."""
    await asyncio.gather(one[0].hears(other[1]), other[0].hears(one[1]))


async def talk(caller: SipPhone, callee: SipPhone) -> tuple[OutgoingCall, IncomingCall]:
    """A call between two phones in which sound flows; what is done earlier falls between Dial and the bridge."""
    ours = caller.call(callee.user)
    theirs = await callee.incoming()
    theirs.ring()
    await theirs.answer()
    await asyncio.gather(ours.hears_something(), theirs.hears_something())
    return ours, theirs


async def test_a_phone_registers_and_unregisters(asterisk: AsteriskServer, adams_phone: SipPhone) -> None:
    contact = f"101/sip:101@127.0.0.1:{adams_phone.address[1]}"
    await adams_phone.register()
    assert asterisk.command("pjsip show contacts").count(contact) == 1
    await adams_phone.unregister()
    assert contact not in asterisk.command("pjsip show contacts")


async def test_a_wrong_password_registers_nobody(asterisk: AsteriskServer, open_phone: OpenPhone) -> None:
    stranger = open_phone(asterisk, "101", "guessed")
    assert (await stranger.try_to_register()).status == 401


async def test_two_phones_hear_each_others_tones(adams_phone: SipPhone, piotrs_phone: SipPhone) -> None:
    adams = adams_phone.call("102", name="Adam himself")
    piotrs = await piotrs_phone.incoming()
    piotrs.ring()
    await adams.rings()
    assert (piotrs.caller_number, piotrs.caller_name) == ("101", "Adam Nowak")

    await piotrs.answer()
    await hear_each_other((adams, ADAMS_TONE), (piotrs, PIOTRS_TONE))
    adams.play(None)
    await piotrs.hears_nothing()
    adams.play(0)
    await piotrs.hears_nothing()

    await piotrs.hang_up()
    assert (await adams.ends()).hangup_cause == 16


async def test_a_tone_is_not_taken_for_another(adams_phone: SipPhone, piotrs_phone: SipPhone) -> None:
    adams, _ = await talk(adams_phone, piotrs_phone)
    with pytest.raises(AssertionError, match="heard mostly 880 Hz"):
        await adams.hears(ADAMS_TONE, patience=0.5)
    with pytest.raises(AssertionError, match="still heard mostly 880 Hz"):
        await adams.hears_nothing(patience=0.8)


@pytest.mark.parametrize(
    ("refusal", "status", "cause"), [(486, 486, 17), (603, 403, 21), (480, 480, 19), (404, 404, 1)]
)
async def test_the_caller_sees_how_a_call_was_refused(
    adams_phone: SipPhone, piotrs_phone: SipPhone, refusal: int, status: int, cause: int
) -> None:
    adams = adams_phone.call("102")
    (await piotrs_phone.incoming()).refuse(refusal)
    end = await adams.is_refused()
    assert (end.status, end.hangup_cause) == (status, cause)


async def test_a_call_that_nobody_answers_ends_at_both_sides(adams_phone: SipPhone, piotrs_phone: SipPhone) -> None:
    adams = adams_phone.call("202")  # rings 102 for a second
    piotrs = await piotrs_phone.incoming()
    piotrs.ring()
    await piotrs.is_cancelled()
    assert (await adams.is_refused()).status == 480


async def test_a_caller_who_gives_up_ends_the_ringing(adams_phone: SipPhone, piotrs_phone: SipPhone) -> None:
    adams = adams_phone.call("102")
    piotrs = await piotrs_phone.incoming()
    piotrs.ring()
    await adams.rings()
    await adams.cancel()
    await piotrs.is_cancelled()
    assert adams.end is not None
    assert adams.end.status == 487


async def test_who_is_put_on_hold_hears_music_and_then_the_other_again(
    adams_phone: SipPhone, piotrs_phone: SipPhone
) -> None:
    adams, piotrs = await talk(adams_phone, piotrs_phone)
    await piotrs.hold()
    await adams.hears(MUSIC_TONE)
    await piotrs.resume()
    await hear_each_other((adams, ADAMS_TONE), (piotrs, PIOTRS_TONE))


async def test_pressed_keys_arrive(adams_phone: SipPhone, piotrs_phone: SipPhone) -> None:
    adams, piotrs = await talk(adams_phone, piotrs_phone)
    await adams.press_keys("*0123#")
    await piotrs.receives_keys("*0123#")
    await piotrs.hears(ADAMS_TONE)


async def test_a_phone_is_in_two_calls_at_a_time(
    adams_phone: SipPhone, piotrs_phone: SipPhone, annas_phone: SipPhone
) -> None:
    adams, piotrs = await talk(adams_phone, piotrs_phone)
    await piotrs.hold()
    annas, piotrs_second = await talk(annas_phone, piotrs_phone)
    await hear_each_other((annas, ANNAS_TONE), (piotrs_second, PIOTRS_TONE))
    await piotrs_second.hang_up()
    await piotrs.resume()
    await hear_each_other((adams, ADAMS_TONE), (piotrs, PIOTRS_TONE))


async def test_a_blind_transfer_connects_the_caller_with_a_third(
    adams_phone: SipPhone, piotrs_phone: SipPhone, annas_phone: SipPhone
) -> None:
    adams, piotrs = await talk(adams_phone, piotrs_phone)
    await piotrs.transfer("103")
    annas = await annas_phone.incoming()
    await annas.answer()
    assert await piotrs.transferred() == 200
    await hear_each_other((adams, ADAMS_TONE), (annas, ANNAS_TONE))


async def test_an_attended_transfer_connects_the_other_sides_of_two_calls(
    adams_phone: SipPhone, piotrs_phone: SipPhone, annas_phone: SipPhone
) -> None:
    adams, piotrs = await talk(adams_phone, piotrs_phone)
    await piotrs.hold()
    piotrs_second, annas = await talk(piotrs_phone, annas_phone)
    await piotrs.transfer_to_call(piotrs_second)
    assert await piotrs.transferred() == 200
    await hear_each_other((adams, ADAMS_TONE), (annas, ANNAS_TONE))


async def test_a_lamp_shows_what_the_watched_phone_does(adams_phone: SipPhone, piotrs_phone: SipPhone) -> None:
    key = await adams_phone.watch("102")
    await key.shows("terminated")
    adams = adams_phone.call("102")
    piotrs = await piotrs_phone.incoming()
    piotrs.ring()
    await key.shows("early")
    await piotrs.answer()
    await key.shows("confirmed")
    await adams.hang_up()
    await key.shows("terminated")
