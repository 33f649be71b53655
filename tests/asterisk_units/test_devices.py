"""Desk phones as windows of their extensions, by the contacts that Asterisk tells of."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async

from presence import hub
from presence.calls.asterisk.devices import Devices, endpoint_exists, extension_number
from presence.calls.asterisk.translate import ContactChanged
from presence.models import Extension, Registration
from tests.asterisk_units.linked import TRUNK

pytestmark = pytest.mark.django_db(transaction=True)

HERE, THERE = "sip:101@10.0.0.1:5060", "sip:101@10.0.0.2:5060"


@pytest.mark.parametrize(
    ("endpoint", "number"),
    [("101", "101"), ("101-kitchen", "101"), ("101-2-b", "101"), ("lf-window-00000001", ""), ("", ""), ("-1", "")],
)
def test_an_endpoint_belongs_to_the_number_that_its_name_begins_with(endpoint: str, number: str) -> None:
    assert extension_number(endpoint) == number


@pytest.mark.parametrize(("name", "there"), [("trunk", True), ("101", True), ("other", False), ("", False)])
def test_a_trunk_is_there_when_asterisk_lists_it(name: str, there: bool) -> None:
    assert endpoint_exists(name, [{"resource": "trunk"}, {"resource": "101"}, {}]) is there


@pytest.fixture
async def devices(people: dict[str, Extension]) -> AsyncIterator[Devices]:
    devices = Devices(TRUNK)
    yield devices
    await devices.leave_all()


@sync_to_async
def registrations() -> set[tuple[str, str]]:
    return set(Registration.objects.values_list("extension__number", "window"))


def came(endpoint: str, uri: str = HERE) -> ContactChanged:
    return ContactChanged(endpoint, uri, is_reachable=True)


def went(endpoint: str, uri: str = HERE) -> ContactChanged:
    return ContactChanged(endpoint, uri, is_reachable=False)


async def test_a_phone_that_registers_is_a_window_that_rings(devices: Devices) -> None:
    await devices.take(came("101"))
    assert await registrations() == {("101", "sip-101")}
    assert devices.registered("101") == ["101"]
    assert hub.has_phone("101", "sip-101")


async def test_an_extension_is_registered_until_its_last_device_has_gone(devices: Devices) -> None:
    await devices.take(came("101", HERE))
    await devices.take(came("101", THERE))
    await devices.take(went("101", HERE))
    assert devices.registered("101") == ["101"]
    await devices.take(went("101", THERE))
    assert devices.registered("101") == []
    assert await registrations() == set()
    assert not hub.has_phone("101", "sip-101")


async def test_two_endpoints_of_an_extension_are_two_windows(devices: Devices) -> None:
    await devices.take(came("101"))
    await devices.take(came("101-kitchen"))
    assert await registrations() == {("101", "sip-101"), ("101", "sip-101-kitchen")}
    await devices.take(went("101"))
    assert await registrations() == {("101", "sip-101-kitchen")}
    assert devices.registered("101") == ["101-kitchen"]


@pytest.mark.parametrize("endpoint", ["999", "lf-window-00000001", TRUNK, "kitchen-101", ""])
async def test_what_is_nobodys_phone_is_no_window(devices: Devices, endpoint: str) -> None:
    await devices.take(came(endpoint))
    assert await registrations() == set()
    await devices.take(went(endpoint))


async def test_a_disabled_extension_has_no_phone(devices: Devices, people: dict[str, Extension]) -> None:
    await Extension.objects.filter(number="101").aupdate(is_enabled=False)
    await devices.take(came("101"))
    assert await registrations() == set()


async def test_the_same_twice_changes_nothing(devices: Devices) -> None:
    for _ in range(2):
        await devices.take(came("101"))
    assert await registrations() == {("101", "sip-101")}
    for _ in range(2):
        await devices.take(went("101"))
    assert await registrations() == set()


async def test_who_comes_and_goes_at_once_does_not_stay(devices: Devices) -> None:
    await asyncio.gather(devices.take(came("101")), devices.take(went("101")))
    assert await registrations() == set()
    await asyncio.gather(devices.take(came("101")), devices.take(went("101")), devices.take(came("101", THERE)))
    assert await registrations() == {("101", "sip-101")}


async def test_what_is_online_at_connect_is_registered_and_the_rest_is_not(devices: Devices) -> None:
    await devices.take(came("103"))
    listed = [("101", "online"), ("102", "offline"), ("103", "unknown"), (TRUNK, "online")]
    await devices.take_all({"resource": name, "state": state} for name, state in listed)
    assert await registrations() == {("101", "sip-101")}


async def test_a_phone_of_before_the_connection_goes_with_its_contact(devices: Devices) -> None:
    await devices.take_all([{"resource": "101", "state": "online"}])
    await devices.take(went("101"))
    assert await registrations() == set()


async def test_a_lost_link_registers_nobody(devices: Devices) -> None:
    await devices.take(came("101"))
    await devices.take(came("102"))
    await devices.leave_all()
    assert await registrations() == set()
    assert devices.registered("101") == []
