"""Asterisk with the product's own configuration while Lampfield is away: phones, lamps, boxes, and no way to inject."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TypeVar

import pytest
from websockets.asyncio.client import connect

from presence.calls.asterisk import configuration
from presence.calls.asterisk.configuration import Phone
from presence.calls.asterisk.sound_files import prepare_sounds
from tests.asterisk.conftest import OpenPhone, StartAsterisk
from tests.asterisk.office.installation import PASSWORD, write_configuration
from tests.asterisk.server import AsteriskServer
from tests.asterisk.sip_phone import SipPhone
from tests.asterisk.trunk import Trunk

T = TypeVar("T")

PATIENCE_SECONDS = 20.0  # a greeting is as long as it is
TWO_SECONDS = 2 * 16_000  # bytes
AWAY = 503  # what a caller is told when there is neither Lampfield nor a box
HARMLESS = re.compile(r"NOTICE|Stasis app 'lampfield'|outbound websocket per-call config")
HOSTILE = [
    "101&102",
    "101,102",
    "1${SHELL(id)}",
    "1%0d%0aX-Evil:1",
    "1|System(id)",
    "1;id",
    "999",
    "+48600100200",
    "*30",
    "**102",
    "*33*30",
]


async def until(question: Callable[[], T]) -> T:
    """The first answer that is true."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if answer := question():
                return answer
            await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
def lonely(start_asterisk: StartAsterisk, tmp_path_factory: pytest.TempPathFactory) -> AsteriskServer:
    """No Lampfield is linked to it."""
    sounds = tmp_path_factory.mktemp("sounds")
    prepare_sounds(sounds)
    return start_asterisk([write_configuration(tmp_path_factory.mktemp("lonely"), sounds)])


@pytest.fixture
def asterisk(lonely: AsteriskServer) -> Iterator[AsteriskServer]:
    yield lonely
    lonely.command("channel request hangup all")


@pytest.fixture
async def adams_phone(asterisk: AsteriskServer, open_phone: OpenPhone) -> SipPhone:
    phone = open_phone(asterisk, "101", PASSWORD, tone=440)
    await phone.register()
    return phone


@pytest.fixture
async def line_outside(asterisk: AsteriskServer) -> AsyncIterator[Trunk]:
    trunk = Trunk(asterisk.sip, place=asterisk.place, port=asterisk.trunk_port, tone=1760)
    yield trunk
    trunk.close()


def test_it_starts_without_a_word_of_complaint(lonely: AsteriskServer) -> None:
    # What it says later belongs to the calls of other tests.
    start, _, _ = lonely.log().partition("Asterisk Ready.")
    complaints = [line for line in start.splitlines() if re.search("WARNING|ERROR", line)]
    assert [line for line in complaints if not HARMLESS.search(line)] == []


def test_all_modules_named_are_running(lonely: AsteriskServer) -> None:
    named = re.findall(r"^load = (\S+)", (lonely.folder / "etc/modules.conf").read_text(), re.MULTILINE)
    running = set(re.findall(r"^(\S+\.so) .* Running ", lonely.command("module show"), re.MULTILINE))
    assert set(named) - running == set()


async def test_a_phone_must_know_its_password(asterisk: AsteriskServer, open_phone: OpenPhone) -> None:
    stranger = open_phone(asterisk, "101", "guessed")
    assert (await stranger.try_to_register()).status == 401
    nobody = open_phone(asterisk, "999", PASSWORD)
    assert (await nobody.try_to_register()).status == 401


async def test_every_number_has_a_lamp(asterisk: AsteriskServer, adams_phone: SipPhone) -> None:
    for number in ("102", "800"):
        await adams_phone.watch(number)


async def test_a_message_is_taken_while_lampfield_is_away_and_heard_by_its_pin(
    asterisk: AsteriskServer, adams_phone: SipPhone
) -> None:
    call = adams_phone.call("102", name="${SHELL(id)}")
    await call.talks()
    await call.hears_something()
    box = asterisk.folder / "spool/voicemail/lampfield/102"
    await until(lambda: any(sound.stat().st_size > TWO_SECONDS for sound in box.glob("tmp/*.wav")))
    await call.hang_up()
    (message,) = await until(lambda: list(box.glob("INBOX/*.txt")))
    assert 'callerid="Adam Nowak" <101>' in message.read_text()

    hearing = adams_phone.call("*98")
    await hearing.talks()
    await hearing.hears_something()  # asks for the extension
    await hearing.press_keys("102#")
    await hearing.press_keys("1234#")
    await hearing.press_keys("1")
    await hearing.hears(440, PATIENCE_SECONDS)
    await hearing.hang_up()


@pytest.mark.parametrize("number", HOSTILE)
async def test_no_dialled_text_does_anything_but_end(
    asterisk: AsteriskServer, adams_phone: SipPhone, number: str
) -> None:
    dialled = number.replace("$", "%24").replace("{", "%7B").replace("}", "%7D").replace("|", "%7C")
    call = adams_phone.call(dialled.replace(";", "%3B"), name="1&2, System(id); ${SHELL(id)}")
    assert (await call.is_refused()).status in {AWAY, 404}
    await until(lambda: not asterisk.command("core show channels concise"))


@pytest.mark.parametrize("number", ["abc", "s", "h", "t", "i", "${SHELL(id)}", "#1", "away", "_X."])
async def test_what_begins_with_no_digit_is_not_found(adams_phone: SipPhone, number: str) -> None:
    dialled = number.replace("$", "%24").replace("{", "%7B").replace("}", "%7D").replace("#", "%23")
    assert (await adams_phone.call(dialled).is_refused()).status == 404


@pytest.mark.parametrize("number", ["*30", "*97", "*98", "**102", "*33*30", "s"])
async def test_no_stranger_can_dial_a_code(line_outside: Trunk, number: str) -> None:
    assert (await line_outside.call(number, caller="48600100200").is_refused()).status == 404


async def test_a_stranger_reaches_a_box_too(line_outside: Trunk) -> None:
    call = line_outside.call("102", caller="48600100200")
    await call.talks()
    await call.hears_something()
    await call.hang_up()


async def test_who_has_no_account_cannot_call(asterisk: AsteriskServer, open_phone: OpenPhone) -> None:
    stranger = open_phone(asterisk, "101", "guessed")
    assert (await stranger.call("102").is_refused()).status == 401


async def test_an_application_that_has_gone_is_away_again(asterisk: AsteriskServer, adams_phone: SipPhone) -> None:
    host, port = asterisk.http
    address = f"ws://{host}:{port}/ari/events?app=lampfield&api_key=lampfield:{PASSWORD}"
    async with connect(address) as socket:
        call = adams_phone.call("999")
        assert '"StasisStart"' in str(await socket.recv())
        asterisk.command("channel request hangup all")
        await call.is_refused()
    assert (await adams_phone.call("999").is_refused()).status == AWAY


async def test_a_lampfield_with_another_password_is_not_let_in(asterisk: AsteriskServer) -> None:
    host, port = asterisk.http
    with pytest.raises(Exception, match="401"):
        await connect(f"ws://{host}:{port}/ari/events?app=lampfield&api_key=lampfield:guessed")


async def test_a_phone_that_comes_is_let_in_by_a_reload_and_one_that_goes_is_not(
    asterisk: AsteriskServer, open_phone: OpenPhone
) -> None:
    files = {name: asterisk.folder / "etc" / name for name in (configuration.PHONES, configuration.HINTS)}
    before = {name: path.read_text() for name, path in files.items()}
    eve = Phone("109", "Ewa Nowa", "en", PASSWORD, "1234", has_voicemail=False)
    files[configuration.PHONES].write_text(configuration.phones_text([eve]))
    files[configuration.HINTS].write_text(configuration.hints_text([eve], [], {}))
    try:
        asterisk.command("core reload")
        phone = open_phone(asterisk, "109", PASSWORD)
        await until(lambda: "109" in asterisk.command("pjsip show endpoints"))
        await phone.register()
        await until(lambda: "Stasis:109" in asterisk.command("core show hints"))
        await phone.watch("109")
        gone = open_phone(asterisk, "101", PASSWORD)
        assert (await gone.try_to_register()).status == 401
        await phone.leave()
    finally:
        for name, text in before.items():
            files[name].write_text(text)
        asterisk.command("core reload")
        await until(lambda: "Stasis:101" in asterisk.command("core show hints"))
        await until(lambda: "101" in asterisk.command("pjsip show endpoints"))
