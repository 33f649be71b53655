"""The office's fixtures: one Asterisk for all its tests, linked anew for each."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from presence.calls.asterisk.sound_files import prepare_sounds
from presence.models import Extension
from tests.asterisk.conftest import OpenPhone, StartAsterisk
from tests.asterisk.office.installation import (
    PASSWORD,
    PEOPLE,
    eventually,
    has_phone,
    lead_to,
    linked,
    write_configuration,
)
from tests.asterisk.server import AsteriskServer
from tests.asterisk.sip_phone import SipPhone
from tests.asterisk.trunk import Trunk
from tests.cast import make_extension

TONES = {"101": 440, "102": 880, "103": 1320, "104": 660, "101-kitchen": 550}

PhoneOf = Callable[[str], Awaitable[SipPhone]]


@pytest.fixture(scope="session")
def office_sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Asterisk plays, at a place of the tests' own."""
    folder = tmp_path_factory.mktemp("asterisk-sounds")
    prepare_sounds(folder)
    return folder


@pytest.fixture(scope="session")
def office_asterisk(
    start_asterisk: StartAsterisk, tmp_path_factory: pytest.TempPathFactory, office_sounds: Path
) -> AsteriskServer:
    return start_asterisk([write_configuration(tmp_path_factory.mktemp("office"), office_sounds)])


@pytest.fixture
def people(db: None) -> dict[str, Extension]:
    return {number: make_extension(number, name) for number, name in PEOPLE.items()}


@pytest.fixture
async def office(
    office_asterisk: AsteriskServer, office_sounds: Path, people: dict[str, Extension], settings: Settings
) -> AsyncIterator[AsteriskServer]:
    """The Asterisk, linked. At the end no call is left in it."""
    if not office_asterisk.is_running:
        office_asterisk.start()
    lead_to(office_asterisk, settings)
    settings.ASTERISK_SOUNDS_DIR = office_sounds
    async with linked():
        yield office_asterisk
    if office_asterisk.is_running:
        office_asterisk.command("channel request hangup all")


@pytest.fixture
def phone_of(office: AsteriskServer, open_phone: OpenPhone) -> PhoneOf:
    """`await phone_of("101")`: a desk phone that is registered and that Lampfield knows of."""

    async def phone_of(endpoint: str) -> SipPhone:
        phone = open_phone(office, endpoint, PASSWORD, tone=TONES[endpoint])
        await phone.register()
        await eventually(has_phone(endpoint))
        return phone

    return phone_of


@pytest.fixture
async def line_outside(office: AsteriskServer) -> AsyncIterator[Trunk]:
    trunk = Trunk(office.sip, place=office.place, port=office.trunk_port, tone=1760)
    yield trunk
    trunk.close()
