"""A browser window's account on a real Asterisk: its own, with a password that changes, gone with the window."""

import asyncio
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from presence.calls.asterisk import rest
from presence.calls.asterisk.browser_accounts import (
    SipAccount,
    close_account,
    close_accounts_but,
    endpoint_of,
    open_account,
)
from presence.models import Extension
from scripts.fetch_asterisk import asterisk_tree
from tests.asterisk.office.installation import PASSWORD, write_configuration
from tests.asterisk.server import AsteriskServer
from tests.asterisk.sip_over_websocket import register, sip_socket
from tests.phones import PATIENCE_SECONDS, Message, Phone, phone
from tests.visitors import visitor

REGISTERED, FORBIDDEN = 200, {401, 403}

pytestmark = pytest.mark.asterisk

ADAMS_WINDOW, ANNAS_WINDOW = "a1b2c3d4e5f60718", "0f1e2d3c4b5a6978"


@pytest.fixture(scope="module")
def one_asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AsteriskServer]:
    if asterisk_tree() is None:
        pytest.skip("Asterisk has not been fetched: `make prepare-tests` does it")
    configuration = write_configuration(tmp_path_factory.mktemp("office"), tmp_path_factory.mktemp("sounds"))
    server = AsteriskServer(tmp_path_factory.mktemp("asterisk"), [configuration])
    server.start()
    yield server
    server.stop()


@pytest.fixture
def asterisk(one_asterisk: AsteriskServer, settings: Settings) -> AsteriskServer:
    settings.ASTERISK_URL = one_asterisk.ari_url.removesuffix("/ari")
    settings.ASTERISK_USER, settings.ASTERISK_PASSWORD = "lampfield", PASSWORD
    return one_asterisk


async def try_account(asterisk: AsteriskServer, account: SipAccount) -> int:
    async with sip_socket(asterisk.http) as socket:
        return await register(socket, account)


async def endpoints() -> set[str]:
    return {each["resource"] for each in await rest.request("GET", "/endpoints/PJSIP")}


async def test_a_window_registers_with_the_account_it_was_given(asterisk: AsteriskServer) -> None:
    account = await open_account(ADAMS_WINDOW)

    async with sip_socket(asterisk.http) as socket:
        assert await register(socket, account) == REGISTERED
        endpoint = await rest.request("GET", f"/endpoints/PJSIP/{endpoint_of(ADAMS_WINDOW)}")
        assert endpoint["state"] == "online"


async def test_a_window_that_asks_again_gets_another_password_and_the_old_one_is_void(asterisk: AsteriskServer) -> None:
    old, new = await open_account(ADAMS_WINDOW), await open_account(ADAMS_WINDOW)

    assert old.password != new.password
    assert await try_account(asterisk, old) in FORBIDDEN
    assert await try_account(asterisk, new) == REGISTERED


async def test_one_windows_password_opens_no_other_windows_account(asterisk: AsteriskServer) -> None:
    adams, annas = await open_account(ADAMS_WINDOW), await open_account(ANNAS_WINDOW)

    mixed = SipAccount(annas.user, adams.password, annas.domain)
    assert await try_account(asterisk, mixed) in FORBIDDEN


async def test_a_closed_account_is_gone_and_closing_it_twice_is_closing_it_once(asterisk: AsteriskServer) -> None:
    account = await open_account(ADAMS_WINDOW)

    await close_account(ADAMS_WINDOW)
    await close_account(ADAMS_WINDOW)

    assert endpoint_of(ADAMS_WINDOW) not in await endpoints()
    assert await try_account(asterisk, account) in FORBIDDEN


async def test_what_a_dead_process_left_behind_is_cleared_away(asterisk: AsteriskServer) -> None:
    await open_account(ADAMS_WINDOW)
    await open_account(ANNAS_WINDOW)

    await close_accounts_but([ANNAS_WINDOW])

    left = {name for name in await endpoints() if name.startswith("lf-")}
    assert left == {endpoint_of(ANNAS_WINDOW)}


async def test_an_asterisk_that_was_started_anew_makes_the_account_again(asterisk: AsteriskServer) -> None:
    await open_account(ADAMS_WINDOW)
    asterisk.restart()

    account = await open_account(ADAMS_WINDOW)

    assert await try_account(asterisk, account) == REGISTERED


async def test_an_account_shows_its_password_in_no_log(asterisk: AsteriskServer) -> None:
    account = await open_account(ADAMS_WINDOW)

    assert account.password not in repr(account)
    assert account.password not in asterisk.log()


async def test_an_asterisk_that_is_away_and_one_that_refuses_are_told_apart(
    asterisk: AsteriskServer, settings: Settings
) -> None:
    with pytest.raises(rest.AriError) as unknown:
        await rest.request("GET", "/channels/nobody")
    settings.ASTERISK_PASSWORD = "wrong"
    with pytest.raises(rest.AriError) as wrong:
        await open_account(ADAMS_WINDOW)
    settings.ASTERISK_URL = "http://127.0.0.1:1"
    with pytest.raises(rest.AriError) as away:
        await open_account(ADAMS_WINDOW)

    assert [error.value.status for error in (unknown, wrong, away)] == [404, 401, rest.UNREACHABLE]


async def account_of(window: Phone) -> Message:
    await window.say(type="sip")
    return await window.until(lambda message: message["type"] == "sip" or message.get("what") == "sip")


def as_account(told: Message) -> SipAccount:
    return SipAccount(told["user"], told["password"], told["domain"])


async def until_gone(account: str) -> None:
    """Twice, so that whoever took it away has heard of it, too."""
    absences = 0
    async with asyncio.timeout(PATIENCE_SECONDS):
        while absences < 2:
            try:
                await rest.request("GET", f"/asterisk/config/dynamic/res_pjsip/auth/{account}")
            except rest.AriError:
                absences += 1


@pytest.mark.django_db(transaction=True)
class TestPhoneSocket:
    async def test_a_window_is_told_of_asterisk_and_gets_its_account_for_the_asking(
        self, asterisk: AsteriskServer, adam: Extension
    ) -> None:
        async with phone(adam, ADAMS_WINDOW) as window:
            assert window.heard[0]["sip"].endswith("js/phone/sip_line.js")

            told = await account_of(window)

            assert told["socket"] == f"/ws/sip/?window={ADAMS_WINDOW}"
            assert await try_account(asterisk, as_account(told)) == REGISTERED

    async def test_an_account_goes_with_its_window(self, asterisk: AsteriskServer, adam: Extension) -> None:
        async with phone(adam, ADAMS_WINDOW) as window:
            await account_of(window)

        await until_gone(endpoint_of(ADAMS_WINDOW))

    async def test_nobody_gets_the_account_of_another_ones_window(
        self, asterisk: AsteriskServer, adam: Extension, anna: Extension
    ) -> None:
        async with phone(adam, ADAMS_WINDOW), phone(anna, ADAMS_WINDOW) as copy:
            adams = await open_account(ADAMS_WINDOW)

            assert (await account_of(copy))["type"] == "refused"
            assert await try_account(asterisk, adams) == REGISTERED

    async def test_a_visitor_has_an_account_too(self, asterisk: AsteriskServer, piotr: Extension) -> None:
        async with visitor() as window:
            told = await account_of(window)

            assert told["socket"].startswith("/ws/visit/sip/?token=")
            assert await try_account(asterisk, as_account(told)) == REGISTERED

    async def test_while_asterisk_is_away_the_window_is_told_so(self, settings: Settings, adam: Extension) -> None:
        settings.ASTERISK_URL = "http://127.0.0.1:1"
        async with phone(adam, ADAMS_WINDOW) as window:
            assert (await account_of(window))["code"] == "not_ready"

    async def test_without_an_asterisk_there_is_none_to_ask_for(self, adam: Extension) -> None:
        async with phone(adam, ADAMS_WINDOW) as window:
            assert window.heard[0]["sip"] == ""
            assert (await account_of(window))["code"] == "not_ready"
