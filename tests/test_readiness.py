"""`/livez` and `/readyz`: whether a process lives, and whether it should be sent anybody."""

from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import Settings

from presence import hub
from presence.hub.pace import Pace
from presence.hub.process import Condition, Hub
from tests.hub_cast import FakeDirectory, LossyNetwork, until
from webclient import readiness

pytestmark = pytest.mark.django_db(transaction=True)

NEVER = 3_600.0
LAYER_TROUBLE = "the layer between the processes (REDIS_URL) brings nothing back"


@pytest.fixture(autouse=True)
def _without_asterisk(settings: Settings) -> None:
    settings.ASTERISK_URL = ""


@pytest.fixture
def _stays() -> Iterator[None]:
    yield
    readiness.stay()


def readyz(accept: str = "*/*") -> tuple[int, str]:
    answer = Client().get("/readyz", HTTP_ACCEPT=accept)
    return answer.status_code, answer.content.decode()


def away(*_: Any) -> Any:
    raise OperationalError


def test_a_process_whose_database_is_away_lives_and_is_not_ready() -> None:
    with connection.execute_wrapper(away):
        assert Client().get("/livez").status_code == 200
        assert readyz() == (503, "the database does not answer\n")
    assert readyz() == (200, "ready\n")


def test_a_release_whose_migrations_are_missing_is_not_ready() -> None:
    newest = MigrationRecorder.Migration.objects.filter(app="presence").latest("pk")
    newest.delete()
    assert readyz() == (503, "migrations missing\n")
    newest.save(force_insert=True)
    assert readyz() == (200, "ready\n")


@pytest.mark.usefixtures("_stays")
def test_a_process_that_is_about_to_end_wants_nobody() -> None:
    readiness.leave()
    assert readyz() == (503, "this process is about to end\n")


@pytest.mark.usefixtures("_stays")
def test_a_program_is_told_what_was_looked_at() -> None:
    told = Client().get("/readyz", HTTP_ACCEPT="application/json")
    names = {"process", "database", "asterisk", "hub", "layer"}
    assert (told.status_code, told.json()) == (200, {"ready": True, "checks": dict.fromkeys(names, "")})
    readiness.leave()
    told = Client().get("/readyz", HTTP_ACCEPT="application/json")
    assert (told.status_code, told.json()["ready"]) == (503, False)
    assert told.json()["checks"]["process"] == "this process is about to end"


@pytest.mark.usefixtures("_stays")
def test_every_trouble_has_a_line_of_its_own() -> None:
    readiness.leave()
    with connection.execute_wrapper(away):
        assert readyz() == (503, "this process is about to end\nthe database does not answer\n")


@pytest.mark.parametrize(
    ("condition", "trouble"),
    [
        (None, ""),  # no socket has asked for a hub yet
        (Condition(is_loaded=False, compared_ago=None, heard_ago=None, has_layer=False), "the hub is loading"),
        (
            Condition(is_loaded=True, compared_ago=None, heard_ago=None, has_layer=False),
            "the hub is behind the database",
        ),
        (
            Condition(is_loaded=True, compared_ago=16.0, heard_ago=None, has_layer=False),
            "the hub is behind the database",
        ),
        (Condition(is_loaded=True, compared_ago=3.0, heard_ago=None, has_layer=False), ""),
        (Condition(is_loaded=True, compared_ago=3.0, heard_ago=None, has_layer=True), LAYER_TROUBLE),
        (Condition(is_loaded=True, compared_ago=3.0, heard_ago=16.0, has_layer=True), LAYER_TROUBLE),
        (Condition(is_loaded=True, compared_ago=3.0, heard_ago=10.0, has_layer=True), ""),
    ],
)
def test_a_hub_has_to_keep_up_and_its_layer_to_answer(condition: Condition | None, trouble: str) -> None:
    assert "\n".join(filter(None, readiness.hub_troubles(condition).values())) == trouble


async def test_a_hub_is_ready_once_it_has_loaded_and_compared_itself() -> None:
    hub.reset(pace=Pace(heal=NEVER), directory=FakeDirectory("101"))
    assert hub.condition() is None
    await hub.start()
    await until(lambda: (found := hub.condition()) is not None and found.compared_ago is not None)
    assert await sync_to_async(readyz)() == (200, "ready\n")


async def test_a_hub_hears_its_layer_as_soon_as_it_has_joined_it() -> None:
    layer = LossyNetwork().layer()
    running = Hub(
        epoch="here", directory=FakeDirectory(), load_card=lambda _: None, layer=layer, pace=Pace(heartbeat=NEVER)
    )
    await running.start()
    await until(lambda: running.condition().heard_ago is not None)
    running.stop()


async def test_a_hub_says_when_its_layer_was_heard_last() -> None:
    layer = LossyNetwork().layer()
    running = Hub(
        epoch="here", directory=FakeDirectory(), load_card=lambda _: None, layer=layer, pace=Pace(heartbeat=0.01)
    )
    await running.start()
    assert running.condition().has_layer
    await until(lambda: running.condition().heard_ago is not None)
    layer.is_down = True
    await until(lambda: (running.condition().heard_ago or 0.0) > 0.1)
    running.stop()
