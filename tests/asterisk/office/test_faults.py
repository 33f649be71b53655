"""What breaks between Lampfield and Asterisk, and that calls outlive it or end in order (RELIABILITY.md)."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from pytest_django import Settings
from websockets.asyncio.client import ClientConnection, connect

from presence.calls.asterisk import link
from presence.domain.vocabulary import CallState, Lamp
from presence.models import AsteriskLink, Call, Extension, Registration
from presence.selectors.asterisk import asterisk_trouble
from tests.asterisk.conftest import OpenPhone, StartAsterisk
from tests.asterisk.office.aftermath import nothing_is_left
from tests.asterisk.office.conftest import TONES, PhoneOf
from tests.asterisk.office.conversations import talk
from tests.asterisk.office.installation import (
    PASSWORD,
    call_ended,
    eventually,
    has_phone,
    is_ready,
    lamp_is,
    lead_to,
    linked,
    write_configuration,
)
from tests.asterisk.office.tcp_proxy import TcpProxy, tcp_proxy
from tests.asterisk.server import AsteriskServer
from tests.asterisk.sip_phone import SipPhone

pytestmark = pytest.mark.django_db(transaction=True)

RECONNECTED_SECONDS = 10.0
ORPHANS_GONE_SECONDS = 30.0
QUIET_SECONDS = 3.0  # far longer than a link that fights would wait


@pytest.fixture(scope="session")
def frail_asterisk(
    start_asterisk: StartAsterisk, tmp_path_factory: pytest.TempPathFactory, office_sounds: Path
) -> AsteriskServer:
    """One that is stopped and killed; the office's own is left in peace."""
    return start_asterisk([write_configuration(tmp_path_factory.mktemp("frail"), office_sounds)])


@pytest.fixture
def frail(frail_asterisk: AsteriskServer, people: dict[str, Extension], settings: Settings) -> AsteriskServer:
    """Runs, and nobody is linked to it yet."""
    if not frail_asterisk.is_running:
        frail_asterisk.start()
    lead_to(frail_asterisk, settings)
    return frail_asterisk


@pytest.fixture
async def line(frail: AsteriskServer, settings: Settings) -> AsyncIterator[TcpProxy]:
    """What Lampfield reaches Asterisk by; phones have ways of their own."""
    async with tcp_proxy(frail.http) as proxy:
        settings.ASTERISK_URL = proxy.url
        yield proxy


async def test_asterisk_is_not_there_yet(frail: AsteriskServer, open_phone: OpenPhone) -> None:
    frail.stop()
    link.start()
    try:
        await eventually(lambda: "cannot be reached" in asterisk_trouble())
        assert (await readiness())[0] == 503
        await asyncio.to_thread(frail.start)
        await eventually(is_ready, RECONNECTED_SECONDS)
        assert await readiness() == (200, "ready\n")
        adam, piotr = await phones(frail, open_phone)
        call, _ = await talk(adam, piotr)
        await call.hang_up()
        await nothing_is_left()
    finally:
        await link.stop()


async def test_a_wrong_password_is_told_in_words(frail: AsteriskServer, settings: Settings) -> None:
    settings.ASTERISK_PASSWORD = "of somebody else"
    link.start()
    try:
        await eventually(lambda: "refuses the user name or password" in asterisk_trouble())
        status, text = await readiness()
        assert status == 503
        assert "ASTERISK_PASSWORD" in text
        settings.ASTERISK_PASSWORD = PASSWORD
        await eventually(is_ready, RECONNECTED_SECONDS)
    finally:
        await link.stop()


async def test_a_call_outlives_the_line_to_asterisk_and_ends_in_order(
    frail: AsteriskServer, line: TcpProxy, open_phone: OpenPhone
) -> None:
    async with linked():
        adam, piotr = await phones(frail, open_phone)
        ours, theirs = await talk(adam, piotr)
        line.cut()
        await eventually(lambda: not is_ready())
        await asyncio.gather(ours.hears(880), theirs.hears(440))
        line.mend()
        await eventually(is_ready, RECONNECTED_SECONDS)
        await asyncio.gather(ours.hears(880), theirs.hears(440))
        for number in ("101", "102"):
            await eventually(lamp_is(number, Lamp.TALKING))
            await eventually(has_phone(number))

        await ours.hold()  # the adopted call is one like any other
        await eventually(lambda: Call.objects.filter(legs__state=CallState.ON_HOLD).exists())
        await ours.resume()
        await asyncio.gather(ours.hears(880), theirs.hears(440))
        await theirs.hang_up()
        await ours.ends()
        await eventually(call_ended("completed"))
        await nothing_is_left()


async def test_what_happened_while_the_line_was_cut_is_found_out(
    frail: AsteriskServer, line: TcpProxy, open_phone: OpenPhone
) -> None:
    async with linked():
        adam, piotr = await phones(frail, open_phone)
        anna, ewa = [await phone_at(frail, open_phone, number) for number in ("103", "104")]
        ours, theirs = await talk(adam, piotr)
        annas = anna.call("104")
        ewas = await ewa.incoming()
        ewas.ring()
        await annas.rings()
        line.cut()
        await eventually(lambda: not is_ready())
        await ours.hang_up()
        await annas.cancel()
        line.mend()
        await eventually(is_ready, RECONNECTED_SECONDS)
        await asyncio.gather(theirs.ends(), ewas.ends())
        await nothing_is_left()
        for number in ("101", "102", "103", "104"):
            await eventually(lamp_is(number, Lamp.AVAILABLE))


async def test_asterisk_is_killed_in_the_middle_of_calls(frail: AsteriskServer, open_phone: OpenPhone) -> None:
    async with linked():
        adam, piotr = await phones(frail, open_phone)
        anna, ewa = [await phone_at(frail, open_phone, number) for number in ("103", "104")]
        key = await anna.watch("101")
        await talk(adam, piotr)
        anna.call("104")
        (await ewa.incoming()).ring()
        await key.shows("confirmed")

        await asyncio.to_thread(frail.kill)
        await eventually(lambda: not is_ready())
        await asyncio.to_thread(frail.start)
        await eventually(is_ready, RECONNECTED_SECONDS)
        await nothing_is_left(ORPHANS_GONE_SECONDS)
        assert not await Call.objects.filter(end_reason="").aexists()
        await (await anna.watch("101")).shows("terminated")  # a subscription of the last second is lost with Asterisk

        for phone in (adam, piotr):
            await phone.register()
            await eventually(has_phone(phone.user))
            await eventually(lamp_is(phone.user, Lamp.AVAILABLE))
        call, _ = await talk(adam, piotr)
        await call.hang_up()
        await nothing_is_left()


async def test_two_with_one_name_do_not_fight(office: AsteriskServer, phone_of: PhoneOf) -> None:
    url = f"ws://{office.http[0]}:{office.http[1]}/ari/events?app=lampfield&api_key=lampfield:{PASSWORD}"
    async with connect(url, proxy=None, close_timeout=1) as other:
        await eventually(lambda: "another client has connected" in asterisk_trouble())
        assert (await readiness())[0] == 503
        await is_left_alone(other)


async def test_a_phone_that_belongs_to_nobody_may_not_call(
    office: AsteriskServer, people: dict[str, Extension], open_phone: OpenPhone, phone_of: PhoneOf
) -> None:
    await people["104"].adelete()
    await phone_of("101")
    stranger = open_phone(office, "104", PASSWORD)
    await stranger.register()
    assert (await stranger.call("101").is_refused()).status == 403
    assert not await Call.objects.aexists()
    assert [each async for each in Registration.objects.values_list("window", flat=True)] == ["sip-101"]
    await nothing_is_left()


async def phones(server: AsteriskServer, open_phone: OpenPhone) -> tuple[SipPhone, SipPhone]:
    """Adam's and Piotr's."""
    return await phone_at(server, open_phone, "101"), await phone_at(server, open_phone, "102")


async def phone_at(server: AsteriskServer, open_phone: OpenPhone, number: str) -> SipPhone:
    phone = open_phone(server, number, PASSWORD, tone=TONES[number])
    await phone.register()
    await eventually(has_phone(number))
    return phone


async def readiness() -> tuple[int, str]:
    response = await sync_to_async(Client().get)("/readyz")
    return response.status_code, response.content.decode()


async def is_left_alone(other: ClientConnection) -> None:
    """Nobody takes the application's name from this connection."""
    taken = False
    try:
        async with asyncio.timeout(QUIET_SECONDS):
            while not taken:
                taken = json.loads(await other.recv())["type"] == "ApplicationReplaced"
    except TimeoutError:
        return
    raise AssertionError(f"the name was taken back; {await AsteriskLink.objects.aget()}")
