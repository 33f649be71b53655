"""Lamps both ways: the keys of desk phones show what Lampfield knows, and Lampfield shows which phones are there."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from presence.domain.call_facts import CalleeFacts
from presence.domain.vocabulary import Lamp, Status, Surface
from presence.models import Extension, Registration
from presence.selectors import presence_rows
from presence.selectors.callees import callee_facts
from presence.services.status import set_status
from tests.asterisk.conftest import OpenPhone
from tests.asterisk.lamp_key import LampKey
from tests.asterisk.office.aftermath import nothing_is_left
from tests.asterisk.office.conftest import TONES, PhoneOf
from tests.asterisk.office.installation import PASSWORD, eventually, has_phone, lamp_is
from tests.asterisk.server import AsteriskServer
from tests.asterisk.sip_phone import SipPhone

pytestmark = pytest.mark.django_db(transaction=True)

NOTICED_SECONDS = 16.0  # a phone is asked every 10 s, and has 2 s to answer
LIT, BLINKING, DARK = "confirmed", "early", "terminated"


@pytest.fixture
async def watcher(phone_of: PhoneOf) -> SipPhone:
    """Anna's phone, whose keys are watched."""
    return await phone_of("103")


async def test_keys_blink_while_it_rings_and_are_lit_while_people_talk(phone_of: PhoneOf, watcher: SipPhone) -> None:
    adam, piotr = await phone_of("101"), await phone_of("102")
    keys = [await watcher.watch(number) for number in ("101", "102")]
    await all_show(keys, DARK)
    call = adam.call("102")
    theirs = await piotr.incoming()
    theirs.ring()
    await all_show(keys, BLINKING)
    await theirs.answer()
    await all_show(keys, LIT)
    await call.hang_up()
    await all_show(keys, DARK)
    for key in keys:
        assert key.states == [DARK, BLINKING, LIT, DARK]
    await nothing_is_left()


async def test_a_key_goes_dark_when_nobody_answers(phone_of: PhoneOf, watcher: SipPhone) -> None:
    adam, piotr = await phone_of("101"), await phone_of("102")
    key = await watcher.watch("102")
    call = adam.call("102")
    (await piotr.incoming()).ring()
    await key.shows(BLINKING)
    await call.hang_up()
    await key.shows(DARK)
    await nothing_is_left()


async def test_the_key_of_whoever_is_not_there_for_calls_is_lit(
    phone_of: PhoneOf, watcher: SipPhone, people: dict[str, Extension]
) -> None:
    await phone_of("102")
    key = await watcher.watch("102")
    await key.shows(DARK)
    for status in (Status.AWAY, Status.DND, Status.LUNCH, Status.BUSINESS_TRIP):
        await choose(people["102"], status)
        await key.shows(LIT)
        await choose(people["102"], Status.AVAILABLE)
        await key.shows(DARK)


async def test_a_code_dialled_on_one_phone_lights_the_key_of_another(phone_of: PhoneOf, watcher: SipPhone) -> None:
    piotr = await phone_of("102")
    key = await watcher.watch("102")
    for code, lamp, shown in (("*32", Lamp.DND, LIT), ("*30", Lamp.AVAILABLE, DARK)):
        call = piotr.call(code)
        await call.talks()
        await asyncio.gather(key.shows(shown), eventually(lamp_is("102", lamp)))
        await call.hang_up()
    await nothing_is_left()


async def test_the_key_of_whoever_has_no_phone_is_dark(phone_of: PhoneOf, watcher: SipPhone) -> None:
    key = await watcher.watch("102")
    await key.shows(DARK)
    piotr = await phone_of("102")
    await piotr.unregister()
    await eventually(lambda: not has_phone("102")())
    await key.shows(DARK)


async def test_a_key_that_is_pressed_late_shows_how_it_is_now(
    phone_of: PhoneOf, watcher: SipPhone, people: dict[str, Extension]
) -> None:
    await choose(people["102"], Status.AWAY)
    await phone_of("102")
    await eventually(lamp_is("102", Lamp.AWAY))
    await (await watcher.watch("102")).shows(LIT)


async def test_lampfield_counts_the_phones_of_an_extension(phone_of: PhoneOf) -> None:
    desk, kitchen = await phone_of("101"), await phone_of("101-kitchen")
    assert await sync_to_async(windows)() == {"sip-101", "sip-101-kitchen"}
    assert await sync_to_async(facts)("101") == (True, True)
    await kitchen.unregister()
    await eventually(lambda: windows() == {"sip-101"})
    assert await sync_to_async(facts)("101") == (True, True)
    await desk.unregister()
    await eventually(lambda: windows() == set())
    assert await sync_to_async(facts)("101") == (False, False)


async def test_a_second_device_with_the_same_account_keeps_the_extension_registered(
    office: AsteriskServer, phone_of: PhoneOf, open_phone: OpenPhone
) -> None:
    first = await phone_of("101")
    second = open_phone(office, "101", PASSWORD, tone=TONES["101"])
    await second.register()
    await first.unregister()
    caller = await phone_of("102")
    call = caller.call("101")
    await (await second.incoming()).answer()
    await call.hears(TONES["101"])
    await call.hang_up()
    await second.unregister()
    await eventually(lambda: not has_phone("101")())
    await nothing_is_left()


async def test_a_phone_that_vanishes_is_not_registered_for_long(phone_of: PhoneOf) -> None:
    piotr = await phone_of("102")
    piotr.vanish()
    await eventually(lambda: not has_phone("102")(), NOTICED_SECONDS)
    assert await sync_to_async(facts)("102") == (False, False)


async def all_show(keys: list[LampKey], state: str) -> None:
    await asyncio.gather(*(key.shows(state) for key in keys))


async def choose(extension: Extension, status: Status) -> None:
    await sync_to_async(set_status)(extension=extension, status=status, by=extension.user, surface=Surface.WEB_CLIENT)


def windows() -> set[str]:
    return set(Registration.objects.values_list("window", flat=True))


def facts(number: str) -> tuple[bool, bool]:
    """Whether it can be rung, as the rules see it and as colleagues do."""
    callee = callee_facts(number)
    assert isinstance(callee, CalleeFacts)
    (row,) = presence_rows([number])
    return callee.is_registered, row.registered
