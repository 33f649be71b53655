"""Chromium, a server and people, in a network of the tests' own."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect

from tests.browser.clerk import Clerk
from tests.browser.network import Network
from tests.browser.person import PATIENCE_MS, Enter, Person
from tests.browser.server import Server
from tests.browser.ways import CABLE, WIFI

CHROMIUM = "/usr/bin/chromium"
LOOPBACK_FLAG = "--allow-loopback-in-peer-connection"
FAKE_PERMISSION = "--use-fake-ui-for-media-stream"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    FAKE_PERMISSION,
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    LOOPBACK_FLAG,
]

OpenChromium = Callable[..., Browser]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def network() -> Iterator[Network]:
    network = Network()
    yield network
    network.close()


@pytest.fixture(scope="session")
def open_chromium(playwright: Playwright, network: Network, tmp_path_factory: pytest.TempPathFactory) -> OpenChromium:
    """Opens a Chromium in which some of the flags are replaced by others."""
    wrapper = network.wrapper(CHROMIUM, tmp_path_factory.mktemp("chromium"))
    expect.set_options(timeout=PATIENCE_MS)

    def open_chromium(instead: Mapping[str, str] | None = None) -> Browser:
        flags = [(instead or {}).get(flag, flag) for flag in FLAGS]
        return playwright.chromium.launch(executable_path=wrapper, args=flags)

    return open_chromium


@pytest.fixture(scope="session")
def chromium(open_chromium: OpenChromium) -> Iterator[Browser]:
    """The one that everybody shares, each with a context of their own."""
    browser = open_chromium()
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def open_server(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(network, tmp_path_factory.mktemp("data"))
    server.open()
    yield server
    server.close()


@pytest.fixture
def server(open_server: Server) -> Iterator[Server]:
    """One server for all tests, as a company has; at its end each test leaves the company as it was made."""
    yield open_server
    if not open_server.is_running:
        open_server.start()
    open_server.clerk.start_afresh()
    complaints = open_server.complaints()
    assert complaints == [], "\n".join(complaints)


@pytest.fixture
def clerk(server: Server) -> Clerk:
    return server.clerk


@pytest.fixture
def enter(chromium: Browser, server: Server) -> Iterator[Enter]:
    """`enter("adam")`: Adam at a browser of his own, logged in. Console errors fail the test at its end.

    `browser`: another than the one all share; `script`: run in each of its pages before their own; the rest: as
    Playwright's `new_context`.
    """
    people: list[Person] = []
    contexts: list[BrowserContext] = []

    def enter(
        name: str,
        *,
        log_in: bool = True,
        path: str = "/",
        browser: Browser = chromium,
        script: str = "",
        **options: Any,
    ) -> Person:
        settings = {"locale": "en-GB", "permissions": ["microphone", "notifications"], **options}
        context = browser.new_context(base_url=server.address, **settings)
        contexts.append(context)
        context.add_init_script(script)
        person = Person(context.new_page(), server.address, name, people)
        if log_in:
            person.carry_session(server.clerk.open_session(name))
            person.go(path)
            person.wait_until_live()
            # The server learns within seconds what the clerk wrote, and that the calls of the test before are over.
            person.wait_until_as_new_as(server.clerk.versions())
        return person

    yield enter
    for context in contexts:
        context.close()
    assert [f"{person.name}: {complaint}" for person in people for complaint in person.complaints] == []


@pytest.fixture
def wifi(network: Network) -> Iterator[Network]:
    """The tests' network with a Wi-Fi, which is the only way for voices."""
    network.plug(*WIFI)
    yield network
    for name, _ in (WIFI, CABLE):
        network.unplug(name)


@pytest.fixture
def laptops(wifi: Network, open_chromium: OpenChromium) -> Iterator[Browser]:
    """A Chromium that talks by real ways only, as everybody's does."""
    browser = open_chromium({LOOPBACK_FLAG: "--disable-gpu"})
    yield browser
    browser.close()
