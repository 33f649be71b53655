"""The trunk of the other tests, and a server that is killed under them, proved on a real Asterisk."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.asterisk import sipp
from tests.asterisk.conftest import OpenPhone, StartAsterisk
from tests.asterisk.phone_thread import PhoneThread
from tests.asterisk.place import Place
from tests.asterisk.server import AsteriskServer
from tests.asterisk.sip_phone import SipPhone
from tests.asterisk.trunk import Treatment, Trunk
from tests.browser.network import Network

ADAMS_TONE, TRUNKS_TONE = 440, 1760


@pytest.fixture
def network() -> Iterator[Network]:
    network = Network()
    yield network
    network.close()


async def is_unavailable(server: AsteriskServer, phone: SipPhone) -> bool:
    """Whether the server has given up on this phone's contact."""
    contacts = await asyncio.to_thread(server.command, "pjsip show contacts")
    own = next((line for line in contacts.splitlines() if f":{phone.address[1]}" in line), "")
    return "Unavail" in own


async def test_a_phone_calls_out_over_the_trunk(adams_phone: SipPhone, trunk: Trunk) -> None:
    adams = adams_phone.call("0600700800")
    outside = await trunk.is_dialled("600700800")
    await adams.talks()
    assert (outside.caller_number, outside.caller_name) == ("101", "Adam Nowak")
    await asyncio.gather(adams.hears(TRUNKS_TONE), outside.hears(ADAMS_TONE))


@pytest.mark.parametrize(
    ("treatment", "status"), [(Treatment.BUSY, 486), (Treatment.REJECTS, 403), (Treatment.UNKNOWN, 404)]
)
async def test_the_network_refuses_a_call(
    adams_phone: SipPhone, trunk: Trunk, treatment: Treatment, status: int
) -> None:
    trunk.treatments["600700800"] = treatment
    assert (await adams_phone.call("0600700800").is_refused()).status == status
    assert trunk.dialled == ["600700800"]


async def test_a_call_from_outside_rings_a_phone(adams_phone: SipPhone, trunk: Trunk) -> None:
    outside = trunk.call("48221234101", caller="48600100200", name="Jan Kowalski")
    adams = await adams_phone.incoming()
    assert (adams.caller_number, adams.caller_name) == ("48600100200", "Jan Kowalski")
    await adams.answer()
    await outside.talks()
    await asyncio.gather(adams.hears(TRUNKS_TONE), outside.hears(ADAMS_TONE))


async def test_a_number_that_never_answers_rings_until_the_caller_gives_up(adams_phone: SipPhone, trunk: Trunk) -> None:
    trunk.treatments["600700800"] = Treatment.RINGS
    adams = adams_phone.call("0600700800")
    await adams.rings()
    outside = await trunk.is_dialled("600700800")
    await adams.hang_up()
    await outside.is_cancelled()


async def test_phones_that_vanish_or_answer_no_options_are_found_out(
    asterisk: AsteriskServer, adams_phone: SipPhone, piotrs_phone: SipPhone, annas_phone: SipPhone
) -> None:
    adams_phone.vanish()
    annas_phone.answers_options = False
    async with asyncio.timeout(10):
        while not (await is_unavailable(asterisk, adams_phone) and await is_unavailable(asterisk, annas_phone)):
            pass
    # Whom nothing is known to reach, the dialplan's Dial() calls unknown.
    assert (await piotrs_phone.call("101").is_refused()).status == 404


async def test_after_a_kill_and_a_new_start_phones_call_again(
    start_kit_asterisk: StartAsterisk, open_phone: OpenPhone
) -> None:
    # Of its own: what a killed Asterisk wrote within its last second is lost, which no other test wants to know.
    server = start_kit_asterisk()
    phone = open_phone(server, "101", tone=ADAMS_TONE)
    await phone.register()
    echo = phone.call("600")
    await echo.hears(ADAMS_TONE)

    server.kill()
    await echo.hears_nothing()
    await asyncio.to_thread(server.start)
    await phone.register()
    await phone.call("600").hears(ADAMS_TONE)


async def test_everything_may_happen_in_a_network_of_its_own(
    network: Network, start_kit_asterisk: StartAsterisk, open_phone: OpenPhone
) -> None:
    server = start_kit_asterisk(place=Place("10.99.0.1", inside=network.inside))
    phone = open_phone(server, "101", tone=ADAMS_TONE)
    await phone.register()
    await phone.call("600").hears(ADAMS_TONE)
    assert phone.address[0] == "10.99.0.1"


def test_sipp_calls_in_as_the_trunk_does(asterisk: AsteriskServer, tmp_path: Path) -> None:
    answered = sipp.call_in(asterisk, tmp_path, "48221234600", calls=10, per_second=20, talk_seconds=0.2)
    assert (answered.successful, answered.failed, len(answered.setup_ms)) == (10, 0, 10)


async def test_a_phone_is_answered_by_sipp_as_by_the_trunk(
    asterisk: AsteriskServer, adams_phone: SipPhone, tmp_path: Path
) -> None:
    with sipp.answering(asterisk, tmp_path):
        adams = adams_phone.call("0600700800")
        await adams.talks()
        await adams.hang_up()


def test_sipp_counts_calls_that_are_refused(asterisk: AsteriskServer, tmp_path: Path) -> None:
    refused = sipp.call_in(asterisk, tmp_path, "48221234101", calls=2, per_second=20)  # nobody is registered there
    assert (refused.successful, refused.failed, refused.setup_ms) == (0, 2, [])


def test_phones_serve_tests_that_are_not_asynchronous(asterisk: AsteriskServer) -> None:
    phones = PhoneThread()
    phone = phones.do(lambda: SipPhone(asterisk.sip, "101", "secret", tone=ADAMS_TONE))
    phones.wait(phone.register())
    echo = phones.do(lambda: phone.call("600"))
    phones.wait(echo.hears(ADAMS_TONE))
    phones.wait(echo.hang_up())
    phones.wait(phone.leave())
    phones.close()
