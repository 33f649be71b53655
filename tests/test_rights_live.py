"""Rights of departments in two processes: every open window shows at once what its login may see, and nothing else."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from channels.db import database_sync_to_async

import webclient.sessions  # noqa: F401 - which hears who becomes an operator
from presence import hub, selectors
from presence.domain.extension_settings import Field
from presence.domain.vocabulary import Sight, Status, Surface
from presence.hub.pace import Pace
from presence.hub.process import Hub
from presence.models import Department, Extension, User
from presence.services import calls, people
from presence.services.extension_settings import write_settings
from presence.services.rights import save_rights
from presence.services.status import set_status
from tests.cast import EPOCH, make_extension, register
from tests.hub_cast import FakeSocket, LossyNetwork, until

pytestmark = pytest.mark.django_db(transaction=True)

STILL = Pace(coalesce=0.0, heal=3600, late_check=3600, pulse=3600, expiry_check=3600, heartbeat=3600, quiet_limit=7200)


class Office:
    """Adam and Ewa of Sales, Anna of Reception and an operator, each with a window at each of two processes."""

    def __init__(self, here: Hub, there: Hub) -> None:
        self.here, self.there = here, there
        self.adam = make_extension("101", "Adam Nowak")
        self.ewa = make_extension("104", "Ewa Lis")
        self.anna = make_extension("103", "Anna Kowalska", department="Reception")
        self.olga = make_extension("100", "Olga Zielińska", department="Board")
        User.objects.filter(extension=self.olga).update(is_staff=True)
        self.sales = Department.objects.get(name="Sales")
        register(self.adam)
        self.windows: dict[str, list[FakeSocket]] = {}

    def open_windows(self) -> None:
        for person in (self.adam, self.ewa, self.anna, self.olga):
            assert person.user_id is not None
            for process in (self.here, self.there):
                window = FakeSocket(user_id=person.user_id)
                process.presence.join(window)
                self.windows.setdefault(person.number, []).append(window)

    async def show(self, sight: Sight, *also: Department) -> None:
        await in_thread(save_rights)(department=self.sales, shown_to_others=sight, shown_all=also, by=None)

    async def adams_lamp(self, **lamps: str) -> None:
        """Waits until everybody's windows show these; those of Sales itself are the operator's, too."""
        expected = {"100": lamps["to_operator"], "104": lamps["to_operator"], "103": lamps["to_anna"]}
        await until(
            lambda: all(
                window.mirror.lamp("101") == lamp for who, lamp in expected.items() for window in self.windows[who]
            )
        )


def in_thread(function: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    return database_sync_to_async(function)


@pytest_asyncio.fixture
async def office(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    monkeypatch.setattr(hub, "_chores", [])
    network = LossyNetwork()
    here, there = (
        Hub(epoch=f"{n:08x}", directory=selectors, load_card=lambda _: None, layer=network.layer(), pace=STILL)
        for n in range(2)
    )
    made: Office = await in_thread(Office)(here, there)
    await here.start()
    await there.start()
    hub._hub = here
    made.open_windows()
    await until(lambda: all(window.mirror.rows for windows in made.windows.values() for window in windows))
    yield made
    hub._hub = None
    here.stop()
    there.stop()


async def test_a_department_that_hides_and_shows_itself_does_so_at_once_everywhere(office: Office) -> None:
    await office.show(Sight.NOTHING)
    await office.adams_lamp(to_operator="available", to_anna="not_shown")
    await office.show(Sight.WHOLE)
    await office.adams_lamp(to_operator="available", to_anna="available")


async def test_a_status_and_a_call_that_are_kept_back_are_never_sent(office: Office) -> None:
    await office.show(Sight.NOTHING)
    await office.adams_lamp(to_operator="available", to_anna="not_shown")
    heard = [len(window.heard) for window in office.windows["103"]]
    await in_thread(set_status)(
        extension=office.adam, status=Status.DND, by=office.adam.user, surface=Surface.WEB_CLIENT, note="Dentist"
    )
    await office.adams_lamp(to_operator="dnd", to_anna="not_shown")
    await in_thread(ring)(office.ewa, "101")
    await office.adams_lamp(to_operator="ringing", to_anna="not_shown")
    assert [len(window.heard) for window in office.windows["103"]] == heard
    assert "Dentist" not in json.dumps([window.heard for window in office.windows["103"]])


async def test_who_sees_no_calls_goes_on_seeing_statuses(office: Office) -> None:
    await office.show(Sight.WITHOUT_CALLS)
    await in_thread(ring)(office.ewa, "101")
    await office.adams_lamp(to_operator="ringing", to_anna="available")
    await in_thread(set_status)(
        extension=office.adam, status=Status.LUNCH, by=office.adam.user, surface=Surface.WEB_CLIENT
    )
    await office.adams_lamp(to_operator="ringing", to_anna="lunch")
    assert not any("ringing" in json.dumps(window.heard) for window in office.windows["103"])


async def test_a_department_that_is_shown_all_sees_what_others_do_not(office: Office) -> None:
    reception = await in_thread(Department.objects.get)(name="Reception")
    await office.show(Sight.NOTHING, reception)
    await in_thread(ring)(office.ewa, "101")
    await office.adams_lamp(to_operator="ringing", to_anna="ringing")


async def test_who_moves_into_the_department_sees_it_and_is_hidden_with_it(office: Office) -> None:
    await office.show(Sight.NOTHING)
    await office.adams_lamp(to_operator="available", to_anna="not_shown")
    await in_thread(move)(office.anna, "Sales")
    await office.adams_lamp(to_operator="available", to_anna="available")
    await in_thread(move)(office.ewa, "Reception")
    await until(lambda: all(window.mirror.lamp("103") == "not_shown" for window in office.windows["104"]))
    assert all(window.mirror.lamp("104") == "available" for window in office.windows["104"])


async def test_who_is_made_an_operator_sees_everything_until_they_are_none(office: Office) -> None:
    await office.show(Sight.NOTHING)
    await office.adams_lamp(to_operator="available", to_anna="not_shown")
    for is_staff, lamp in [(True, "available"), (False, "not_shown")]:
        await in_thread(make_operator)(office.anna, is_staff)
        await office.adams_lamp(to_operator="available", to_anna=lamp)


async def test_a_lost_hint_is_healed(office: Office) -> None:
    await in_thread(Department.objects.filter(name="Sales").update)(shown_to_others=Sight.NOTHING)
    await office.there._heal()
    await until(lambda: office.windows["103"][1].mirror.lamp("101") == "not_shown")
    assert office.windows["103"][0].mirror.lamp("101") == "available"


async def test_what_nobody_looks_at_any_more_is_forgotten(office: Office) -> None:
    await office.show(Sight.NOTHING)
    await office.adams_lamp(to_operator="available", to_anna="not_shown")
    assert len(office.here.presence.audiences) == 2
    await office.show(Sight.WHOLE)
    await office.adams_lamp(to_operator="available", to_anna="available")
    await office.here._heal()
    assert len(office.here.presence.audiences) == len(office.here.replica._views) == len(office.here._snapshots) == 1


async def test_a_silent_audience_hears_that_the_connection_lives(office: Office) -> None:
    await office.show(Sight.NOTHING)
    await office.adams_lamp(to_operator="available", to_anna="not_shown")
    await office.here._pulse()
    await in_thread(set_status)(
        extension=office.adam, status=Status.DND, by=office.adam.user, surface=Surface.WEB_CLIENT
    )
    await office.adams_lamp(to_operator="dnd", to_anna="not_shown")
    heard = {who: len(windows[0].heard) for who, windows in office.windows.items()}
    await office.here._pulse()
    await until(lambda: len(office.windows["103"][0].heard) == heard["103"] + 1)
    assert office.windows["103"][0].heard[-1]["rows"] == []
    assert len(office.windows["104"][0].heard) == heard["104"]


async def test_a_new_extension_belongs_to_its_department_at_once(office: Office) -> None:
    await office.show(Sight.NOTHING)
    await office.adams_lamp(to_operator="available", to_anna="not_shown")
    made = await in_thread(people.create_extension)(
        number="105", name="Jan Kot", department=office.sales, username="jan"
    )
    await until(lambda: office.windows["103"][1].mirror.lamp("105") == "not_shown")
    await until(lambda: office.here.audiences.of(made.user_id) == office.here.audiences.of(office.ewa.user_id or 0))


def ring(caller: Extension, number: str) -> None:
    call = calls.start_call(extension=caller, window="a-window", number=number, epoch=EPOCH)
    calls.ring_extension(call_id=call.pk, number=number)


def move(extension: Extension, department: str) -> None:
    write_settings({extension.pk: {Field.DEPARTMENT: department}}, by=None, surface=Surface.OPERATOR_PANEL)


def make_operator(extension: Extension, is_staff: bool) -> None:
    user = User.objects.get(extension=extension)
    user.is_staff = is_staff
    user.save(update_fields=["is_staff"])
