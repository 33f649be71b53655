"""The link to Asterisk: one process owns it, connects, finds everything again, works, begins anew when it is lost."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError

from presence import hub
from presence.calls.asterisk.ari import Address, AriError, LinkLostError, ari_socket
from presence.calls.asterisk.device_lamps import DeviceLamps
from presence.calls.asterisk.devices import endpoint_exists
from presence.calls.asterisk.exchange import HEAL_SECONDS, LEASE_SECONDS, Exchange, LinkTakenError
from presence.calls.asterisk.resync import end_leftover_accounts, resync
from presence.calls.asterisk.sound_files import prepare_sounds
from presence.calls.asterisk.translate import KINDS
from presence.services import asterisk_link
from presence.services.asterisk_link import Lease

log = logging.getLogger(__name__)

WAIT_SECONDS_FIRST = 0.5
WAIT_SECONDS_MAX = 8.0  # between attempts to connect; with jitter up to this


@dataclass(frozen=True, slots=True)
class Pace:
    """In seconds; the product runs on the defaults, tests on others."""

    renew: float = 1.5
    silent: float = 8.0  # an owner that has not renewed for so long is taken to be dead
    lose: float = 5.0  # an owner that could not renew for so long stops, well before another may begin
    taken: float = 30.0  # after another has taken the application's name


class LeaseLostError(Exception):
    """Another process owns the link now."""


def address() -> Address:
    return Address(
        settings.ASTERISK_URL.rstrip("/"), settings.ASTERISK_USER, settings.ASTERISK_PASSWORD, settings.ASTERISK_APP
    )


_running: "asyncio.Task[None] | None" = None


def start() -> None:
    """Try to own the link from now on, where an Asterisk is configured. To be called on the hub's loop."""
    global _running  # noqa: PLW0603 - one per process
    if settings.ASTERISK_URL and _running is None:
        _running = asyncio.get_running_loop().create_task(run_link())


async def stop() -> None:
    """Leave the link to others, at once."""
    global _running
    running, _running = _running, None
    if running is not None:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def run_link(pace: Pace = Pace()) -> None:
    """Own the link whenever it is free, for as long as this process lives. To be run on the hub's loop."""
    await hub.start()
    while True:
        try:
            await _own_once(pace)
        except* LeaseLostError:
            log.warning("another process holds the link to Asterisk now")
        except* Exception:
            log.exception("the link to Asterisk failed; beginning anew")
        await asyncio.sleep(pace.renew)


async def _own_once(pace: Pace) -> None:
    """From the beginning of a lease to its end."""
    fence = await _own(pace)
    try:
        await _hold(fence, pace)
    finally:
        await asyncio.shield(database_sync_to_async(asterisk_link.give_up_link)(fence=fence))


async def _lay_out_sounds() -> None:
    """This release's recordings, where Asterisk reads them; quick when they are there. Calls work without them."""
    try:
        await asyncio.to_thread(prepare_sounds, settings.ASTERISK_SOUNDS_DIR)
    except OSError:
        log.exception("the recordings for Asterisk could not be written to %s", settings.ASTERISK_SOUNDS_DIR)


async def _own(pace: Pace) -> int:
    """Wait until the link is free, or its owner silent by our own clock; the fencing number."""
    clock = asyncio.get_running_loop().time
    seen: Lease | None = None
    since = clock()
    while True:
        found = await database_sync_to_async(asterisk_link.lease)()
        if found != seen:
            seen, since = found, clock()
        if not found.owner or clock() - since > pace.silent:
            fence = await database_sync_to_async(asterisk_link.take_link)(epoch=hub.epoch(), seen=found)
            if fence is not None:
                return fence
        await asyncio.sleep(pace.renew)


async def _hold(fence: int, pace: Pace) -> None:
    """Connect again and again; LeaseLostError, in a group, when the lease is lost."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_lay_out_sounds())
        renewing = group.create_task(_renew(fence, pace))
        try:
            await _connect_for_ever(fence, pace)
        finally:
            renewing.cancel()


async def _renew(fence: int, pace: Pace) -> None:
    clock = asyncio.get_running_loop().time
    renewed = clock()
    while True:
        try:
            async with asyncio.timeout(pace.lose):
                if not await database_sync_to_async(asterisk_link.renew_link)(fence=fence):
                    raise LeaseLostError
            renewed = clock()
        except (TimeoutError, DatabaseError) as error:
            log.warning("the lease of the link could not be renewed: %r", error)
        if clock() - renewed >= pace.lose:
            raise LeaseLostError
        await asyncio.sleep(pace.renew)


async def _connect_for_ever(fence: int, pace: Pace) -> None:
    failures = 0
    while True:
        try:
            async with ari_socket(address()) as socket:
                exchange = Exchange(socket, app=settings.ASTERISK_APP, trunk=settings.ASTERISK_TRUNK)
                failures = 0
                await _work(exchange, fence)
        except LinkTakenError as error:
            await _say_trouble(fence, error)
            await asyncio.sleep(pace.taken)
        except (LinkLostError, AriError) as error:
            await _say_trouble(fence, error)
            await asyncio.sleep(wait_seconds(failures))
            failures += 1


async def _work(exchange: Exchange, fence: int) -> None:
    """From the first question to the loss of the socket. What is asked and what is told run side by side."""
    try:
        await _first_error([asyncio.create_task(exchange.work()), asyncio.create_task(_get_ready(exchange, fence))])
    finally:
        await exchange.devices.leave_all()


async def _first_error(tasks: list["asyncio.Task[None]"]) -> None:
    """Run until one of them ends; none of the others lives on, not even when this is cancelled."""
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _get_ready(exchange: Exchange, fence: int) -> None:
    """Find everything again, say so, then keep it right."""
    await exchange.requests.hear_only(KINDS)
    await exchange.requests.watch_phones()
    endpoints = await exchange.requests.endpoints()
    await exchange.devices.take_all(endpoints)
    await resync(exchange)
    has_trunk = endpoint_exists(settings.ASTERISK_TRUNK, endpoints)
    if settings.ASTERISK_TRUNK and not has_trunk:
        log.warning(
            "Asterisk has no endpoint %r (ASTERISK_TRUNK): nothing outside can be dialled", settings.ASTERISK_TRUNK
        )
    if not await database_sync_to_async(asterisk_link.describe_link)(fence=fence, is_ready=True, has_trunk=has_trunk):
        raise LeaseLostError
    log.info("linked to Asterisk: %d endpoints", len(endpoints))
    lamps = DeviceLamps(exchange.requests)
    await _first_error(
        [
            asyncio.create_task(_tidy_up()),
            asyncio.create_task(lamps.run()),
            asyncio.create_task(_every(LEASE_SECONDS, exchange.renew_leases)),
            asyncio.create_task(_every(HEAL_SECONDS, exchange.heal)),
        ]
    )


async def _tidy_up() -> None:
    """Once; then as long as the link."""
    await end_leftover_accounts()
    await asyncio.get_running_loop().create_future()


async def _every(seconds: float, do: Callable[[], Awaitable[None]]) -> None:
    while True:
        await do()
        await asyncio.sleep(seconds)


async def _say_trouble(fence: int, error: Exception) -> None:
    log.warning("no link to Asterisk: %s", error)
    described = await database_sync_to_async(asterisk_link.describe_link)(
        fence=fence, is_ready=False, trouble=str(error)
    )
    if not described:
        raise LeaseLostError from error


def wait_seconds(failures: int) -> float:
    """Before the next attempt: full jitter, so that many who lost the same Asterisk do not come back at one moment."""
    return random.uniform(0, min(WAIT_SECONDS_MAX, WAIT_SECONDS_FIRST * 2**failures))  # noqa: S311 - no secret
