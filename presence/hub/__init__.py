"""The one way out: a committed change -> every process -> every socket. Services call it; nothing else pushes.

`publish_*` may be called from any thread. Inside a transaction they speak after its commit, and not
at all when it is rolled back; outside of one they speak at once. This process's sockets are reached
directly, other processes' through the channel layer, when one is configured that reaches them.

This process's hub starts at the first socket that joins, on that socket's event loop.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import async_to_sync
from django.db import transaction

from presence import measures, selectors
from presence.domain.audiences import Audience
from presence.hub.layer_link import layer_between_processes, send_once
from presence.hub.news import (
    AudiencesChanged,
    CallChanged,
    ExtensionsEdited,
    LoginEnded,
    News,
    ParkedChanged,
    PresenceChanged,
    WindowMessageSent,
    kind_of,
)
from presence.hub.pace import Pace
from presence.hub.process import Condition, Directory, Hub, LiveCard
from presence.hub.reader import Gathered
from presence.hub.sockets import PhoneSocket, PresenceSocket
from presence.hub.supervision import Chore
from presence.models import is_visitor

P = ParamSpec("P")
T = TypeVar("T")
K = TypeVar("K")

logger = logging.getLogger(__name__)

_epoch = secrets.token_hex(4)

_hub: Hub | None = None
_pace = Pace()
_directory: Directory = selectors
_chores: list[Chore] = []


def _no_card(call_id: str) -> LiveCard | None:
    return None


_load_card: Callable[[str], LiveCard | None] = _no_card
_load_parked: Callable[[], list[dict[str, Any]]] = list


def epoch() -> str:
    """Who this process is: in every frame it sends, and in every lease it holds."""
    return _epoch


def publish_presence(numbers: Iterable[str]) -> None:
    """These extensions have changed: every process re-reads their rows and patches its sockets."""
    _publish(PresenceChanged(tuple(numbers)))


def publish_audiences() -> None:
    """Somebody may see more or less than before: every process judges anew who sees what."""
    _publish(AudiencesChanged())


def publish_call(call_id: str) -> None:
    """This call has moved on: whoever waits for it wakes, and its windows get fresh cards."""
    _publish(CallChanged(str(call_id)))


def publish_parked() -> None:
    """Who is parked where has changed: every phone of the company gets the list."""
    _publish(ParkedChanged())


def publish_to_windows(extension: str, message: dict[str, Any], window: str | None = None) -> None:
    """A message to one or all open windows of an extension, or of a visitor (`CallLeg.party`), on whatever process."""
    _publish(WindowMessageSent(extension, window, message))


def publish_edited(numbers: Iterable[str]) -> None:
    """The settings of these extensions have changed: the windows that watch one of them, on whatever process."""
    _publish(ExtensionsEdited(tuple(numbers)))


def publish_close(*, user_id: int, session: str | None, code: int) -> None:
    """Close the sockets of a session (its digest), or of all of a user's sessions."""
    _publish(LoginEnded(user_id, session, code))


async def start() -> None:
    """Begin the regular work of this process before its first socket comes; again is fine."""
    await _running_hub()


async def drain() -> None:
    """This process is to end: send its windows to the others. Returns when the last has gone."""
    if _hub is not None:
        await _hub.drain()


def is_draining() -> bool:
    """Whether the windows of this process are on their way to another, which takes their registrations over."""
    return _hub is not None and _hub.is_draining


@asynccontextmanager
async def opening(kind: str) -> AsyncIterator[None]:
    """A turn for a socket of this kind, until it is greeted; CrowdedError (presence.hub.door): it should come later."""
    async with (await _running_hub()).door(kind).turn():
        yield


async def join_presence(socket: PresenceSocket, audience: Audience | None = None) -> None:
    """The socket gets the snapshot at once and every patch from here on, as its login may see them.

    `audience`: for a socket that shows the same whoever looks at it.
    """
    (await _running_hub()).presence.join(socket, audience)


def leave_presence(socket: PresenceSocket) -> None:
    if _hub is not None:
        _hub.presence.leave(socket)


def greet_presence(socket: PresenceSocket) -> None:
    """Another snapshot for a socket that has joined and noticed a gap."""
    if _hub is not None:
        _hub.presence.greet(socket)


async def look_up(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """A database read for a socket that opens. Its connection stays open, so a storm of them pays for none."""
    return await (await _running_hub()).lookups.read(function, *args, **kwargs)


async def look_up_with_others(read_all: Callable[[Collection[K]], Mapping[K, T]], key: K) -> T | None:
    """The same for a read that many sockets need at once, each with a key of its own: they share its queries."""
    hub = await _running_hub()
    gathered = hub.gathered.setdefault(read_all, Gathered(hub.lookups, read_all))
    found: T | None = await gathered.read(key)
    return found


async def join_phone(socket: PhoneSocket) -> None:
    (await _running_hub()).phones.join(socket)


def leave_phone(socket: PhoneSocket) -> None:
    if _hub is not None:
        _hub.phones.leave(socket)


async def join_watcher(socket: PhoneSocket) -> None:
    """The socket hears when the settings of its `extension` change; it is no phone."""
    (await _running_hub()).watchers.join(socket)


def leave_watcher(socket: PhoneSocket) -> None:
    if _hub is not None:
        _hub.watchers.leave(socket)


async def join_switch(take: Callable[[LiveCard], None]) -> None:
    """`take` gets every call as it is after each change, in the order of the changes, whoever has a part in it."""
    (await _running_hub()).switches.append(take)


def leave_switch(take: Callable[[LiveCard], None]) -> None:
    if _hub is not None and take in _hub.switches:
        _hub.switches.remove(take)


def has_phone(extension: str, window: str) -> bool:
    """Whether this window's socket is joined on this process."""
    return _hub is not None and bool(_hub.phones.of(extension, window))


def phone_windows() -> set[tuple[str, str]]:
    """(extension, window) of every extension's phone socket on this process; to be called on the hub's loop."""
    sockets = _hub.phones if _hub is not None else ()
    return {(socket.extension, socket.window) for socket in sockets if not is_visitor(socket.extension)}


async def wait_for_call(call_id: str, timeout: float) -> bool:  # noqa: ASYNC109 - the caller means this wait, not a scope
    """True when the call has changed since the last such wait ended, or does within `timeout` seconds.

    One waiter per call: what changed between its reading and its waiting wakes it at once.
    """
    return await (await _running_hub()).call_changes.wait(str(call_id), timeout)


async def changes_of_call(call_id: str) -> int:
    """How often the call has changed, as far as this process has heard."""
    return (await _running_hub()).call_changes.told(call_id)


def every(seconds: float, do: Callable[[], Awaitable[None]]) -> None:
    """Have `do` called every few seconds as long as this process has a hub."""
    chore = Chore(getattr(do, "__name__", repr(do)), seconds, do)
    _chores.append(chore)
    if _hub is not None:
        _hub.loop.call_soon_threadsafe(_hub.add_chore, chore)


def cards_from(load_card: Callable[[str], LiveCard | None]) -> None:
    """How a call becomes cards; the calls stand below the hub, so they hand it up."""
    global _load_card  # noqa: PLW0603 - one per process
    _load_card = load_card
    if _hub is not None:
        _hub.load_card = load_card


def parked_from(load_parked: Callable[[], list[dict[str, Any]]]) -> None:
    """How the list of parked calls is read."""
    global _load_parked  # noqa: PLW0603 - one per process
    _load_parked = load_parked
    if _hub is not None:
        _hub.load_parked = load_parked


def condition() -> Condition | None:
    """How the hub of this process stands, from any thread; None while no socket has asked for one."""
    return _hub.condition() if _hub is not None else None


def spawn(errand: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Run it in the background of the hub's loop, which is the caller's; an error is logged."""
    if _hub is None:
        raise RuntimeError("no hub is running in this process")
    return _hub.errands.start(errand)


def reset(*, pace: Pace | None = None, directory: Directory = selectors) -> None:
    """Forget this process's hub; the next socket that joins starts another, with another epoch."""
    global _hub, _pace, _directory, _epoch  # noqa: PLW0603 - one per process
    hub, _hub = _hub, None
    _pace, _directory = pace or Pace(), directory
    _epoch = secrets.token_hex(4)
    if hub is not None:
        hub.stop()


async def _running_hub() -> Hub:
    global _hub  # noqa: PLW0603 - one per process
    loop = asyncio.get_running_loop()
    if _hub is not None and _hub.loop is not loop:
        if _hub.loop.is_running():
            raise RuntimeError("the hub of this process lives on another event loop")
        reset(pace=_pace, directory=_directory)
    if _hub is None:
        _hub = Hub(
            epoch=_epoch,
            directory=_directory,
            load_card=_load_card,
            load_parked=_load_parked,
            layer=layer_between_processes(),
            chores=_chores,
            pace=_pace,
        )
    hub = _hub
    await hub.start()
    return hub


def _publish(news: News) -> None:
    connection = transaction.get_connection()
    if connection.in_atomic_block:
        transaction.on_commit(lambda: _deliver(news), robust=True)
    else:
        _deliver(news)


def _deliver(news: News) -> None:
    measures.CHANGES.labels(kind_of(news)).inc()
    hub = _hub
    if hub is None or not hub.loop.is_running():
        _deliver_without_hub(news)
        return
    try:
        hub.loop.call_soon_threadsafe(hub.take, news, time.monotonic())  # which asyncio's loops go by, too
    except RuntimeError:
        logger.info("the hub stopped before it could spread %s", type(news).__name__)


def _deliver_without_hub(news: News) -> None:
    """A management command, or a server nobody has joined yet: only other processes can be concerned."""
    layer = layer_between_processes()
    if layer is None:
        return
    try:
        async_to_sync(send_once)(layer, news, _epoch)
    except Exception:
        measures.LAYER_LOST.inc()
        logger.exception("the channel layer did not take %s; the other processes find it in the database", news)
