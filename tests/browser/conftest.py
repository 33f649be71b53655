"""Chromium, a server and people, in a network of the tests' own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.network import Network
from tests.browser.person import Enter, Person
from tests.browser.server import Server, copy_of, prepared_data

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
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=wrapper, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def prepared(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared_data(network, tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def server(network: Network, prepared: Path, tmp_path: Path) -> Iterator[Server]:
    server = Server(network, copy_of(prepared, tmp_path / "data"))
    server.start()
    yield server
    server.stop()
    tracebacks = [line for line in server.log if "Traceback" in line or " ERROR " in line]
    assert tracebacks == [], "\n".join(server.log[-60:])


@pytest.fixture
def enter(chromium: Browser, server: Server) -> Iterator[Enter]:
    """`enter("adam")`: Adam logs in with a browser of his own. Console errors fail the test at its end."""
    people: list[Person] = []
    contexts = []

    def enter(name: str, *, log_in: bool = True, **options: object) -> Person:
        settings = {"locale": "en-GB", "permissions": ["microphone", "notifications"], **options}
        context = chromium.new_context(base_url=server.address, **settings)  # type: ignore[arg-type]
        contexts.append(context)
        person = Person(context.new_page(), server.address, name)
        people.append(person)
        if log_in:
            person.log_in()
        return person

    yield enter
    for context in contexts:
        context.close()
    assert [f"{person.name}: {complaint}" for person in people for complaint in person.complaints] == []
