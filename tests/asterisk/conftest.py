"""Asterisks, phones and a trunk for the tests of this folder; without Asterisk they are skipped, which CI forbids."""

from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from scripts.fetch_asterisk import asterisk_tree
from tests.asterisk.place import Place
from tests.asterisk.server import AsteriskServer
from tests.asterisk.sip_phone import SipPhone
from tests.asterisk.tones import write_tone
from tests.asterisk.trunk import Trunk

KIT_CONFIG = Path(__file__).parent / "config"
MUSIC_TONE = 620

# What they take is said where they are made.
StartAsterisk = Callable[..., AsteriskServer]
OpenPhone = Callable[..., SipPhone]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "start_asterisk" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asterisk)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test shows what the Asterisks that it used have said."""
    report = yield
    if report.failed:
        used = getattr(item, "funcargs", {}).values()
        for server in {each for each in used if isinstance(each, AsteriskServer)}:
            report.sections.append(("Asterisk's log", server.log()))
    return report


@pytest.fixture(scope="session")
def start_asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartAsterisk]:
    """`start_asterisk([folder, ...], place=..., words=...)`: one that runs until the session ends."""
    if asterisk_tree() is None:
        pytest.skip("Asterisk has not been fetched: `make prepare-tests` does it")
    servers: list[AsteriskServer] = []

    def start_asterisk(
        config: Iterable[Path], *, place: Place | None = None, words: Mapping[str, object] | None = None
    ) -> AsteriskServer:
        server = AsteriskServer(tmp_path_factory.mktemp("asterisk"), config, place=place, words=words)
        servers.append(server)
        server.start()
        return server

    yield start_asterisk
    for server in servers:
        server.kill()  # nothing that it would still write is needed


@pytest.fixture(scope="session")
def start_kit_asterisk(
    start_asterisk: StartAsterisk, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., AsteriskServer]:
    """One with the kit's own configuration, in which music on hold is a tone, too."""
    music = tmp_path_factory.mktemp("music")
    write_tone(music / "tone.wav", MUSIC_TONE, seconds=10)
    return partial(start_asterisk, [KIT_CONFIG], words={"MUSIC": music})


@pytest.fixture(scope="session")
def kit_asterisk(start_kit_asterisk: Callable[[], AsteriskServer]) -> AsteriskServer:
    return start_kit_asterisk()


@pytest.fixture
def asterisk(kit_asterisk: AsteriskServer) -> Iterator[AsteriskServer]:
    """One for all tests of the kit; each leaves it without calls."""
    yield kit_asterisk
    kit_asterisk.command("channel request hangup all")


@pytest.fixture
async def open_phone() -> AsyncIterator[OpenPhone]:
    """`open_phone(server, "101", tone=440)`; all leave at the end of the test, while their server runs."""
    phones: list[tuple[SipPhone, AsteriskServer]] = []

    def open_phone(server: AsteriskServer, user: str, password: str = "secret", *, tone: int | None = None) -> SipPhone:
        phone = SipPhone(server.sip, user, password, place=server.place, tone=tone)
        phones.append((phone, server))
        return phone

    yield open_phone
    for phone, server in phones:
        if server.is_running:
            await phone.leave()
        else:
            phone.close()


@pytest.fixture
async def adams_phone(asterisk: AsteriskServer, open_phone: OpenPhone) -> SipPhone:
    phone = open_phone(asterisk, "101", tone=440)
    await phone.register()
    return phone


@pytest.fixture
async def piotrs_phone(asterisk: AsteriskServer, open_phone: OpenPhone) -> SipPhone:
    phone = open_phone(asterisk, "102", tone=880)
    await phone.register()
    return phone


@pytest.fixture
async def annas_phone(asterisk: AsteriskServer, open_phone: OpenPhone) -> SipPhone:
    phone = open_phone(asterisk, "103", tone=1320)
    await phone.register()
    return phone


@pytest.fixture
async def trunk(asterisk: AsteriskServer) -> AsyncIterator[Trunk]:
    trunk = Trunk(asterisk.sip, place=asterisk.place, port=asterisk.trunk_port, tone=1760)
    yield trunk
    trunk.close()
