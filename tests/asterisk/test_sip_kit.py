"""The phones, the trunk and the ears of the other tests, proved on a real Asterisk with a plain dialplan."""

import asyncio

import pytest

from tests.asterisk.conftest import OpenPhone
from tests.asterisk.server import AsteriskServer
from tests.asterisk.sip_call import SipCall
from tests.asterisk.sip_phone import SipPhone

ADAMS_TONE, PIOTRS_TONE, ANNAS_TONE, TRUNKS_TONE = 440, 880, 1320, 1760


async def hear_each_other(first: SipCall, seconds_tone: int, second: SipCall, firsts_tone: int) -> None:
    await asyncio.gather(first.hears(seconds_tone), second.hears(firsts_tone))


async def talk(caller: SipPhone, callee: SipPhone) -> tuple[SipCall, SipCall]:
    """A call between two phones that has been answered."""
    ours = caller.call(callee.user)
    theirs = await callee.incoming()
    theirs.ring()
    await theirs.answer()
    await ours.talks()
    return ours, theirs


async def test_a_phone_registers_and_unregisters(asterisk: AsteriskServer, adams_phone: SipPhone) -> None:
    assert f"101/sip:101@127.0.0.1:{adams_phone.address[1]}" in asterisk.command("pjsip show contacts")
    await adams_phone.unregister()
    assert "101/" not in asterisk.command("pjsip show contacts")


async def test_a_wrong_password_registers_nobody(asterisk: AsteriskServer, open_phone: OpenPhone) -> None:
    stranger = open_phone(asterisk, "101", "guessed")
    response = await stranger.try_to_register()
    stranger.close()
    assert response.status == 401


async def test_two_phones_hear_each_others_tones(adams_phone: SipPhone, piotrs_phone: SipPhone) -> None:
    adams = adams_phone.call("102")
    piotrs = await piotrs_phone.incoming()
    piotrs.ring()
    await adams.rings()
    assert (piotrs.caller_number, piotrs.caller_name) == ("101", "Adam Nowak")

    await piotrs.answer()
    await hear_each_other(adams, PIOTRS_TONE, piotrs, ADAMS_TONE)
    adams.play(None)
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
