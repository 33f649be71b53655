"""What a process counts of itself: changes, patches, sockets, calls, pages and queries, and how its hub keeps up."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from channels.testing import WebsocketCommunicator
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from presence import hub, measures
from presence.domain.vocabulary import Reason
from presence.hub.news import PresenceChanged
from presence.hub.pace import Pace
from presence.hub.process import Hub
from presence.models import Extension
from presence.services import calls
from tests.cast import EPOCH
from tests.hub_cast import FakeDirectory, FakeSocket, FakeWriter, LossyNetwork, until
from tests.measured import growth, measured
from webclient import metrics
from webclient.consumers.presence import PresenceConsumer

SELDOM = 3_600.0


@pytest.fixture
def directory() -> FakeDirectory:
    return FakeDirectory("101", "102")


@pytest_asyncio.fixture
async def quiet_hub(directory: FakeDirectory) -> AsyncIterator[Hub]:
    """It does nothing by itself but a first comparison with the database."""
    running = Hub(epoch="here", directory=directory, load_card=lambda _: None, pace=Pace(heal=SELDOM, pulse=SELDOM))
    await running.start()
    await until(lambda: running.compared_at is not None)
    yield running
    running.stop()


async def spread(running: Hub, directory: FakeDirectory, lamp: str, ago: float = 0.0) -> None:
    """Extension 101 changes, and every window has heard of it."""
    patches = growth(measures.PATCH_LATENCY, of="count")
    directory.change("101", lamp)
    running.take(PresenceChanged(("101",)), running.loop.time() - ago if ago else None)
    await until(patches)


# Changes and patches


@pytest.mark.django_db
def test_a_change_counts_when_it_is_committed_and_one_that_is_rolled_back_never(
    adam: Extension, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    published = growth(measures.CHANGES, kind="presence")
    with django_capture_on_commit_callbacks() as committed:
        hub.publish_presence([adam.number])
    assert published() == 0
    committed[0]()
    assert published() == 1


async def test_a_patch_is_as_late_as_its_oldest_change(directory: FakeDirectory, quiet_hub: Hub) -> None:
    quiet_hub.presence.join(adam := FakeSocket())
    patches, seconds = growth(measures.PATCH_LATENCY, of="count"), growth(measures.PATCH_LATENCY, of="sum")
    written = growth(measures.DELIVERIES)
    for number, ago in (("101", 5.0), ("102", 30.0)):
        directory.change(number, "away")
        quiet_hub.take(PresenceChanged((number,)), quiet_hub.loop.time() - ago)
    await until(lambda: adam.mirror.lamp("102") == "away")
    await until(patches)
    assert (patches(), written()) == (1, 1)
    assert 30.0 <= seconds() < 60.0


async def test_a_change_without_a_moment_is_of_now(directory: FakeDirectory, quiet_hub: Hub) -> None:
    seconds = growth(measures.PATCH_LATENCY, of="sum")
    await spread(quiet_hub, directory, "away")
    assert 0.0 < seconds() < 5.0


async def test_a_patch_that_took_several_tries_is_late_from_the_first(directory: FakeDirectory, quiet_hub: Hub) -> None:
    seconds = growth(measures.PATCH_LATENCY, of="sum")
    directory.failures = 1
    await spread(quiet_hub, directory, "away", ago=7.0)
    assert seconds() > 7.0


# How the hub keeps up


async def test_what_the_hub_did_not_hear_of_shows_at_its_next_comparison() -> None:
    directory = FakeDirectory("101", "102", "103")
    running = Hub(epoch="here", directory=directory, load_card=lambda _: None, pace=Pace(heal=0.01))
    await running.start()
    directory.change("101", "away")
    directory.change("103", "dnd")
    await until(lambda: measured(measures.HUB_BEHIND) == 2)
    await until(lambda: measured(measures.HUB_BEHIND) == 0)
    running.stop()


async def test_a_window_that_does_not_read_is_counted_once_until_it_does(
    directory: FakeDirectory, quiet_hub: Hub
) -> None:
    adam = FakeSocket()
    adam.frame_writer = FakeWriter(adam)
    quiet_hub.presence.join(adam)
    late = growth(measures.SOCKETS_LATE)
    adam.frame_writer.is_full = True
    for lamp in ("away", "dnd"):
        await spread(quiet_hub, directory, lamp)
    assert late() == 1


async def test_the_layer_is_heard_as_long_as_heartbeats_come_back(directory: FakeDirectory) -> None:
    layer, trips = LossyNetwork().layer(), growth(measures.LAYER_TRIP, of="count")
    running = Hub(epoch="here", directory=directory, load_card=lambda _: None, layer=layer, pace=Pace(heartbeat=0.01))
    await running.start()
    await until(lambda: trips() >= 2)
    heard_at = measured(measures.LAYER_HEARD)
    await until(lambda: measured(measures.LAYER_HEARD) > heard_at > 0)
    running.stop()


async def test_news_that_the_layer_does_not_take_is_counted(directory: FakeDirectory) -> None:
    layer, lost = LossyNetwork().layer(), growth(measures.LAYER_LOST)
    layer.is_down = True
    running = Hub(epoch="here", directory=directory, load_card=lambda _: None, layer=layer)
    await running.start()
    await until(lambda: lost() == 1)  # the heartbeat with which it joins
    running.take(PresenceChanged(("101",)))
    await until(lambda: lost() == 2)
    running.stop()


async def test_a_loop_that_is_kept_busy_is_late() -> None:
    seconds = growth(measures.LOOP_LAG, of="sum")
    looking = asyncio.create_task(metrics.event_loop_lag())
    clock = asyncio.get_running_loop().time
    until_late = clock() + metrics.LOOP_LOOK_SECONDS + 0.05
    await asyncio.sleep(0)
    while clock() < until_late:
        pass
    await looking
    assert seconds() >= 0.04


# Sockets, calls, pages, queries


@pytest.mark.django_db(transaction=True)  # Channels looks after its connection at the end
async def test_a_socket_counts_from_its_coming_to_its_end() -> None:
    window = WebsocketCommunicator(PresenceConsumer.as_asgi(), "/ws/presence/")
    window.scope["headers"] = []
    opened, now = growth(measures.SOCKETS_OPENED, kind="presence"), growth(measures.SOCKETS, kind="presence")
    refused = growth(measures.SOCKETS_CLOSED, code="4401")
    await window.send_input({"type": "websocket.connect"})
    assert (await window.receive_output())["type"] == "websocket.accept"
    assert now() == 1
    assert (await window.receive_output())["code"] == 4401
    await window.disconnect()
    assert (opened(), now(), refused()) == (1, 0, 1)


@pytest.mark.django_db
def test_a_call_counts_when_it_begins_and_once_when_it_ends(
    adam: Extension, piotr: Extension, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    began = growth(measures.CALLS_STARTED, backend="browser", origin="internal")
    ended = growth(measures.CALLS_ENDED, backend="browser", reason="cancelled")
    with django_capture_on_commit_callbacks(execute=True):
        call = calls.start_call(extension=adam, window="desk-window", number=piotr.number, epoch=EPOCH)
    assert (began(), ended()) == (1, 0)
    for reason in (Reason.CANCELLED, Reason.FAILED):
        with django_capture_on_commit_callbacks(execute=True):
            calls.end_call(call_id=call.pk, reason=reason)
    assert (began(), ended()) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "view", "status"),
    [
        ("/login/", "account_login", "200"),
        ("/calls/", "calls", "302"),
        ("/admin/", "operator-home", "302"),
        ("/no/such/page/", "unknown", "404"),
        ("/static/no-such-file.js", "static", "404"),
    ],
)
def test_a_page_counts_by_the_name_of_its_view(client: Client, address: str, view: str, status: str) -> None:
    answered = growth(measures.HTTP_REQUESTS, view=view, method="GET", status=status)
    took = growth(measures.HTTP_DURATION, of="count", view=view)
    client.get(address)
    assert (answered(), took()) == (1, 1)


@pytest.mark.django_db
def test_a_method_that_nobody_knows_makes_no_series_of_its_own(client: Client) -> None:
    answered = growth(measures.HTTP_REQUESTS, view="livez", method="other")
    client.generic("BREW", "/livez")
    assert answered() == 1


@pytest.mark.django_db
def test_queries_are_timed_and_the_failed_ones_counted_too(adam: Extension) -> None:
    asked, failed = growth(measures.QUERY_DURATION, of="count"), growth(measures.QUERY_ERRORS)
    assert Extension.objects.count() == 1
    assert (asked(), failed()) == (1, 0)
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("no SQL at all")
    assert (asked(), failed()) == (2, 1)
