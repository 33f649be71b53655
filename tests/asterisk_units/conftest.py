"""What the tests with an Asterisk in memory need."""

import logging
from collections.abc import AsyncIterator, Iterator

import pytest
from pytest_django import Settings

from presence.calls.asterisk.exchange import Exchange
from presence.models import Extension
from tests.asterisk_units.fake_asterisk import FakeAsterisk
from tests.asterisk_units.linked import TRUNK, linked
from tests.cast import make_extension


@pytest.fixture(autouse=True)
def _no_tracebacks(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever an Asterisk says or refuses, it is no error of ours."""
    yield
    broken = [record for phase in ("setup", "call") for record in caplog.get_records(phase) if record.exc_info]
    assert [logging.Formatter().format(record) for record in broken] == []


@pytest.fixture
def asterisk() -> FakeAsterisk:
    """With a phone on every desk, a second one of Adam's, and a line to the outside."""
    return FakeAsterisk("101", "101-kitchen", "102", "103", TRUNK)


@pytest.fixture
def people(transactional_db: None, settings: Settings) -> dict[str, Extension]:
    settings.ASTERISK_URL, settings.ASTERISK_TRUNK = "http://127.0.0.1:8088", TRUNK
    names = {"101": "Adam Nowak", "102": "Piotr Adamiak", "103": "Anna Kowalska"}
    return {number: make_extension(number, name) for number, name in names.items()}


@pytest.fixture
async def exchange(asterisk: FakeAsterisk, people: dict[str, Extension]) -> AsyncIterator[Exchange]:
    async with linked(asterisk) as exchange:
        yield exchange
