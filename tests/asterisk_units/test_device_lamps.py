"""The lamps of desk phones: what colleagues see of an extension, in Asterisk's words."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async

from presence.calls.asterisk.device_lamps import DeviceLamps, device_state
from presence.calls.asterisk.requests import Requests
from presence.domain.vocabulary import Lamp, Status, Surface
from presence.models import Extension
from presence.services.status import set_status
from tests.asterisk_units.fake_asterisk import FakeAsterisk
from tests.asterisk_units.fake_requests import ANSWERABLE_STATES
from tests.asterisk_units.linked import until

STATES = {
    (Lamp.RINGING, True): "RINGING",
    (Lamp.RINGING, False): "RINGING",
    (Lamp.TALKING, True): "INUSE",
    (Lamp.TALKING, False): "INUSE",
    (Lamp.AVAILABLE, True): "NOT_INUSE",
    (Lamp.AVAILABLE, False): "UNAVAILABLE",
    (Lamp.AWAY, True): "BUSY",
    (Lamp.AWAY, False): "BUSY",
    (Lamp.DND, True): "BUSY",
    (Lamp.DND, False): "BUSY",
    (Lamp.LUNCH, True): "BUSY",
    (Lamp.LUNCH, False): "BUSY",
    (Lamp.BUSINESS_TRIP, True): "BUSY",
    (Lamp.BUSINESS_TRIP, False): "BUSY",
    (Lamp.NOT_SHOWN, True): "UNAVAILABLE",
    (Lamp.NOT_SHOWN, False): "UNAVAILABLE",
    (Lamp.UNKNOWN, True): "UNAVAILABLE",
    (Lamp.UNKNOWN, False): "UNAVAILABLE",
}


@pytest.mark.parametrize("registered", [True, False])
@pytest.mark.parametrize("lamp", Lamp)
def test_a_lamp_is_a_device_state_that_asterisk_takes(lamp: Lamp, registered: bool) -> None:
    assert device_state(lamp, is_registered=registered) == STATES[lamp, registered]
    assert STATES[lamp, registered] in ANSWERABLE_STATES


@pytest.fixture
async def lamps(asterisk: FakeAsterisk, people: dict[str, Extension]) -> AsyncIterator[DeviceLamps]:
    """At work, with the snapshot told."""
    lamps = DeviceLamps(Requests(asterisk, "lampfield"))
    running = asyncio.create_task(lamps.run())
    await until(lambda: len(asterisk.device_states) == len(people))
    yield lamps
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def frame(*rows: tuple[str, Lamp, bool], gone: tuple[str, ...] = ()) -> str:
    """As the replica writes it."""
    return json.dumps({"rows": [[number, 1, lamp, registered] for number, lamp, registered in rows], "gone": gone})


@pytest.mark.django_db(transaction=True)
async def test_all_lamps_are_told_at_first_then_what_changed(asterisk: FakeAsterisk, lamps: DeviceLamps) -> None:
    dark = {f"Stasis:{number}": "UNAVAILABLE" for number in ("101", "102", "103")}
    assert asterisk.device_states == dark
    asterisk.asked.clear()
    await lamps.send_text(frame(("101", Lamp.TALKING, True), ("102", Lamp.AVAILABLE, False)))
    await until(lambda: asterisk.device_states["Stasis:101"] == "INUSE")
    assert [str(request) for request in asterisk.asked] == ["PUT deviceStates/Stasis:101"]
    await lamps.send_text(frame(("101", Lamp.TALKING, True)))
    await lamps.send_text(frame(("101", Lamp.AVAILABLE, True)))
    await until(lambda: asterisk.device_states["Stasis:101"] == "NOT_INUSE")
    assert len(asterisk.asked) == 2


@pytest.mark.django_db(transaction=True)
async def test_a_change_of_status_reaches_the_keys_of_colleagues(
    asterisk: FakeAsterisk, lamps: DeviceLamps, people: dict[str, Extension]
) -> None:
    assert people["101"].user is not None
    await sync_to_async(set_status)(
        extension=people["101"], status=Status.LUNCH, by=people["101"].user, surface=Surface.WEB_CLIENT
    )
    await until(lambda: asterisk.device_states["Stasis:101"] == "BUSY")


@pytest.mark.django_db(transaction=True)
async def test_an_extension_that_is_gone_is_dark(asterisk: FakeAsterisk, lamps: DeviceLamps) -> None:
    await lamps.send_text(frame(("101", Lamp.TALKING, True)))
    await until(lambda: asterisk.device_states["Stasis:101"] == "INUSE")
    await lamps.send_text(frame(gone=("101",)))
    await until(lambda: asterisk.device_states["Stasis:101"] == "UNAVAILABLE")


@pytest.mark.django_db(transaction=True)
async def test_a_lamp_that_is_refused_does_not_keep_the_others_dark(asterisk: FakeAsterisk, lamps: DeviceLamps) -> None:
    with asterisk.refusing("PUT deviceStates/Stasis:101", 409):
        await lamps.send_text(frame(("101", Lamp.TALKING, True), ("102", Lamp.TALKING, True)))
        await until(lambda: asterisk.device_states["Stasis:102"] == "INUSE")
    assert asterisk.device_states["Stasis:101"] == "UNAVAILABLE"


@pytest.mark.django_db(transaction=True)
async def test_a_company_of_a_thousand_is_told_to_the_last(asterisk: FakeAsterisk, lamps: DeviceLamps) -> None:
    numbers = [str(number) for number in range(1000, 2000)]
    await lamps.send_text(frame(*((number, Lamp.DND, True) for number in numbers)))
    await until(lambda: all(asterisk.device_states.get(f"Stasis:{number}") == "BUSY" for number in numbers))
