"""Chromium, a server and people, in a network of the tests' own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.clerk import Clerk
from tests.browser.network import Network
from tests.browser.person import PATIENCE_MS, Enter, Person
from tests.browser.server import Server

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
]


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
def chromium(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    wrapper = network.wrapper(CHROMIUM, tmp_path_factory.mktemp("chromium"))
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=wrapper, args=FLAGS)
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
    """`enter("adam")`: Adam at a browser of his own, logged in. Console errors fail the test at its end."""
    people: list[Person] = []
    contexts: list[BrowserContext] = []

    def enter(name: str, *, log_in: bool = True, path: str = "/", **options: Any) -> Person:
        settings = {"locale": "en-GB", "permissions": ["microphone", "notifications"], **options}
        context = chromium.new_context(base_url=server.address, **settings)
        contexts.append(context)
        person = Person(context.new_page(), server.address, name, people)
        if log_in:
            person.carry_session(server.clerk.open_session(name))
            person.go(path)
            person.wait_until_live()
        return person

    yield enter
    for context in contexts:
        context.close()
    assert [f"{person.name}: {complaint}" for person in people for complaint in person.complaints] == []
