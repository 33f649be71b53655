"""Who owns the link: connecting, losing and finding it again, and giving way to another."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from presence import hub, selectors
from presence.calls.asterisk import link
from presence.calls.asterisk.link import WAIT_SECONDS_FIRST, WAIT_SECONDS_MAX, Pace, run_link, wait_seconds
from presence.calls.asterisk.sound_files import prepare_sounds
from presence.models import AsteriskLink, Extension
from presence.services import asterisk_link
from presence.services.asterisk_link import Lease
from tests.asterisk_units.ari_server import APP, PASSWORD, USER, AriServer, ari_server
from tests.asterisk_units.fake_asterisk import FakeAsterisk
from tests.asterisk_units.linked import until, until_rows

# A question to PostgreSQL opens a connection first, which takes a while on a busy machine.
LONGER = 5 if connection.vendor == "postgresql" else 1
QUICK = Pace(renew=0.05, silent=0.5 * LONGER, lose=0.3 * LONGER, taken=0.2)
NOBODY_THERE = "http://127.0.0.1:9"  # the port of discard


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the link finds its recordings: laying them out takes longer than a lease of these tests holds."""
    folder = tmp_path_factory.mktemp("asterisk-sounds")
    prepare_sounds(folder)
    return folder


@pytest.fixture
async def server(
    asterisk: FakeAsterisk, people: dict[str, Extension], settings: Settings, sounds: Path
) -> AsyncIterator[AriServer]:
    settings.ASTERISK_SOUNDS_DIR = sounds
    async with ari_server(asterisk) as server:
        settings.ASTERISK_URL = server.url
        settings.ASTERISK_USER, settings.ASTERISK_PASSWORD, settings.ASTERISK_APP = USER, PASSWORD, APP
        yield server


@asynccontextmanager
async def process(pace: Pace = QUICK) -> AsyncIterator["asyncio.Task[None]"]:
    """A process that wants the link, until the block ends."""
    running = asyncio.create_task(run_link(pace))
    try:
        yield running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def row() -> AsteriskLink:
    return AsteriskLink.objects.get()


def is_ready() -> bool:
    return AsteriskLink.objects.filter(is_ready=True).exists()


def trouble_with(words: str) -> bool:
    return AsteriskLink.objects.filter(is_ready=False, trouble__contains=words).exists()


def readyz() -> tuple[int, str]:
    answer = Client().get("/readyz")
    return answer.status_code, answer.content.decode().strip()


def keeping_right() -> list["asyncio.Task[None]"]:
    """What a link that is ready does again and again: its lamps, its leases, its healing."""
    return [task for task in asyncio.all_tasks() if "DeviceLamps" in repr(task) or "_every" in repr(task)]


# Leases


@pytest.mark.django_db
def test_a_free_link_is_taken_with_a_new_number() -> None:
    assert asterisk_link.lease() == Lease("", 0, 0)
    assert asterisk_link.take_link(epoch="first", seen=Lease("", 0, 0)) == 1
    assert asterisk_link.lease() == Lease("first", 1, 1)


@pytest.mark.django_db
def test_who_has_seen_another_lease_than_there_is_does_not_get_it() -> None:
    seen = asterisk_link.lease()
    assert asterisk_link.take_link(epoch="first", seen=seen) == 1
    assert asterisk_link.take_link(epoch="second", seen=seen) is None
    seen = asterisk_link.lease()
    assert asterisk_link.renew_link(fence=1)
    assert asterisk_link.take_link(epoch="second", seen=seen) is None  # it lives


@pytest.mark.django_db
def test_a_silent_owner_loses_the_link_and_every_write_is_refused_to_it() -> None:
    asterisk_link.take_link(epoch="first", seen=asterisk_link.lease())
    assert asterisk_link.take_link(epoch="second", seen=asterisk_link.lease()) == 2
    assert not asterisk_link.renew_link(fence=1)
    assert not asterisk_link.describe_link(fence=1, is_ready=True)
    asterisk_link.give_up_link(fence=1)
    assert (row().owner, row().fence, row().is_ready) == ("second", 2, False)


@pytest.mark.django_db
def test_who_gives_the_link_up_leaves_it_free() -> None:
    asterisk_link.take_link(epoch="first", seen=asterisk_link.lease())
    assert asterisk_link.describe_link(fence=1, is_ready=True, has_trunk=True)
    asterisk_link.give_up_link(fence=1)
    assert (row().owner, row().is_ready) == ("", False)
    assert not asterisk_link.renew_link(fence=1)
    assert asterisk_link.take_link(epoch="second", seen=asterisk_link.lease()) == 2


@pytest.mark.django_db
def test_a_dead_owner_is_buried_unless_it_has_spoken_since() -> None:
    asterisk_link.take_link(epoch="first", seen=asterisk_link.lease())
    asterisk_link.describe_link(fence=1, is_ready=True)
    seen = asterisk_link.lease()
    asterisk_link.renew_link(fence=1)
    asterisk_link.bury_owner(seen=seen)
    assert row().is_ready
    asterisk_link.bury_owner(seen=asterisk_link.lease())
    assert (row().owner, row().is_ready) == ("", False)


@pytest.mark.django_db
def test_trouble_is_cut_to_fit() -> None:
    asterisk_link.take_link(epoch="first", seen=asterisk_link.lease())
    asterisk_link.describe_link(fence=1, is_ready=False, trouble="x" * 5_000)
    assert len(row().trouble) == asterisk_link.TROUBLE_LENGTH_MAX


@pytest.mark.parametrize("failures", [*range(12), 100, 1_000])
def test_the_wait_between_attempts_has_bounds(failures: int) -> None:
    longest = min(WAIT_SECONDS_MAX, WAIT_SECONDS_FIRST * 2 ** min(failures, 50))
    assert all(0 <= wait_seconds(failures) <= longest for _ in range(50))


# Whoever watches the server


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "status", "said"),
    [
        (None, 503, "no link to Asterisk: nobody holds the link yet"),
        ({"owner": ""}, 503, "no link to Asterisk: nobody holds the link yet"),
        ({"owner": "this"}, 503, "no link to Asterisk: connecting"),
        ({"owner": "this", "trouble": "the socket closed"}, 503, "no link to Asterisk: the socket closed"),
        ({"owner": "this", "is_ready": True}, 200, "ready"),
        ({"owner": "another", "trouble": "the socket closed"}, 200, "ready"),
    ],
)
def test_readyz_says_what_is_wrong(
    settings: Settings, values: dict[str, object] | None, status: int, said: str
) -> None:
    settings.ASTERISK_URL = NOBODY_THERE
    if values is not None:
        owner = hub.epoch() if values["owner"] == "this" else values["owner"]
        AsteriskLink.objects.create(**{**values, "owner": owner})
    assert readyz() == (status, said)


@pytest.mark.django_db
def test_without_an_asterisk_readyz_does_not_ask_for_one(settings: Settings) -> None:
    settings.ASTERISK_URL = ""
    assert readyz() == (200, "ready")


def test_the_link_in_a_process_of_its_own_wants_an_asterisk(settings: Settings) -> None:
    settings.ASTERISK_URL = ""
    with pytest.raises(CommandError, match="ASTERISK_URL is empty"):
        call_command("run_asterisk")


async def test_a_server_without_an_asterisk_wants_no_link(settings: Settings) -> None:
    settings.ASTERISK_URL = ""
    link.start()
    await link.stop()


# At work


@pytest.mark.django_db(transaction=True)
async def test_a_link_is_ready_when_it_has_found_everything(asterisk: FakeAsterisk, server: AriServer) -> None:
    async with process():
        await until_rows(is_ready)
        assert (await sync_to_async(row)()).has_trunk
        await until(lambda: asterisk.device_states.get("Stasis:101") == "NOT_INUSE")
        assert await sync_to_async(readyz)() == (200, "ready")
    assert await sync_to_async(trouble_with)("nobody holds the link")
    await until(lambda: not server.connections)


@pytest.mark.django_db(transaction=True)
async def test_a_link_that_is_lost_is_found_again_and_nothing_of_the_old_one_lives_on(
    asterisk: FakeAsterisk, server: AriServer
) -> None:
    async with process():
        await until_rows(is_ready)
        await server.hang_up()
        await until(lambda: server.connected == 2)
        await until_rows(is_ready)
        await until(lambda: len(keeping_right()) == 3)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("ASTERISK_PASSWORD", "wrong", "refuses the user name or password"),
        ("ASTERISK_URL", NOBODY_THERE, "cannot be reached at http://127.0.0.1:9"),
    ],
)
async def test_trouble_is_said_in_words(
    server: AriServer, settings: Settings, setting: str, value: str, words: str
) -> None:
    setattr(settings, setting, value)
    async with process():
        await until_rows(lambda: trouble_with(words))
        status, said = await sync_to_async(readyz)()
        assert (status, words in said) == (503, True)
        assert await sync_to_async(selectors.asterisk.call_backend_kind)() == "browser"


@pytest.mark.django_db(transaction=True)
async def test_of_two_processes_one_owns_the_link_and_the_other_follows_at_once(server: AriServer) -> None:
    async with process() as first:
        await until_rows(is_ready)
        async with process():
            await until_rows(lambda: row().beats > 10)
            assert (server.connected, len(server.connections)) == (1, 1)
            first.cancel()
            await until(lambda: server.connected == 2)
            await until_rows(is_ready)
            assert (await sync_to_async(row)()).fence == 2


@pytest.mark.django_db(transaction=True)
async def test_an_owner_that_falls_silent_is_followed(server: AriServer) -> None:
    await sync_to_async(lambda: asterisk_link.take_link(epoch="dead", seen=asterisk_link.lease()))()
    async with process():
        await until_rows(is_ready)
        assert (await sync_to_async(row)()).fence == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
async def test_an_owner_that_lives_is_left_alone(server: AriServer) -> None:
    fence = await sync_to_async(lambda: asterisk_link.take_link(epoch="alive", seen=asterisk_link.lease()))()
    assert fence is not None
    clock = asyncio.get_running_loop().time
    async with process():
        end = clock() + 3 * QUICK.silent
        while clock() < end:
            assert await sync_to_async(asterisk_link.renew_link)(fence=fence)
        assert server.connected == 0


@pytest.mark.django_db(transaction=True)
async def test_who_has_lost_the_lease_stops_at_once_and_may_have_it_again(server: AriServer) -> None:
    async with process() as running:
        await until_rows(is_ready)
        await sync_to_async(lambda: asterisk_link.take_link(epoch="other", seen=asterisk_link.lease()))()
        await until(lambda: not server.connections)
        assert (await sync_to_async(row)()).owner == "other"
        # The other falls silent in its turn.
        await until(lambda: server.connected == 2)
        await until_rows(is_ready)
        assert not running.done()


@pytest.mark.django_db(transaction=True)
async def test_another_client_with_our_name_is_given_way_and_told_of(server: AriServer) -> None:
    async with process(Pace(renew=0.05, silent=0.5, lose=0.3, taken=60)):
        await until_rows(is_ready)
        server.tell({"type": "ApplicationReplaced", "application": APP})
        await until_rows(lambda: trouble_with("another client has connected as the same application"))
        await until(lambda: not server.connections)
        assert server.connected == 1
