"""Windows of people at an installation, as the page's own scripts behave: lamps, a phone, and coming back when cut off.

They come back as static/js/socket.js does, mirror the lamps as static/js/lamps.js does, and say that they live as
static/js/phone/ does.
"""

import asyncio
import itertools
import json
import random
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect, unix_connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from benchmarks.soak_browsers import RETRY_FIRST_SECONDS, RETRY_MAX_SECONDS
from presence.hub.draining import COME_BACK
from tests.mirror import Mirror
from tests.workers.installation import Installation
from tests.workers.worker import Worker

OPENING_SECONDS = 10.0
STEADY_SECONDS = 5.0
COME_BACK_SECONDS_MAX = 0.5
ALL_AT_ONCE = 50
PATIENCE_SECONDS = 60.0

_numbers = itertools.count(1)
Message = dict[str, Any]


class Socket:
    """One that comes back. `absences`: seconds from each loss to the first word after it."""

    def __init__(self, office: Installation, path: str, session: str, hear: Callable[[str], None]) -> None:
        self._office, self._path, self._hear_text = office, path, hear
        self._cookie = f"sessionid={session}"
        self.at: Worker | None = None  # None: wherever nginx sends it
        self.comes_back = True
        self.absences: list[float] = []
        self.codes: list[int | None] = []
        self.has_heard = asyncio.Event()  # since it was opened last
        self._lost_at: float | None = None
        self._connection: ClientConnection | None = None
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._running = asyncio.create_task(self._keep_open())

    async def stop(self) -> None:
        """For good. Raises what ended it before, if anything did."""
        if self._running is not None and (not self._running.done() or self._running.exception()):
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running

    def say(self, **message: Any) -> None:
        if self._connection is not None:
            asyncio.ensure_future(self._connection.send(json.dumps(message))).add_done_callback(_forgive)

    def longest_absence(self) -> float:
        now = [time.monotonic() - self._lost_at] if self._lost_at is not None else []
        return max([*self.absences, *now], default=0.0)

    async def _keep_open(self) -> None:
        failures = 0
        while self.comes_back:
            opened_at = time.monotonic()
            code: int | None = None
            try:
                async with self._connect() as self._connection:
                    while True:
                        self._hear(str(await self._connection.recv()))
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd is not None else None
            except (OSError, WebSocketException):
                pass  # not even opened
            self._lose(code)
            if time.monotonic() - opened_at > STEADY_SECONDS:
                failures = 0
            await asyncio.sleep(_patience(code, failures))
            failures += code != COME_BACK

    def _connect(self) -> Any:
        options: dict[str, Any] = {
            "additional_headers": {"Cookie": self._cookie},
            "compression": None,
            "max_size": None,
            "ping_interval": None,
            "open_timeout": OPENING_SECONDS,
        }
        if self.at is not None:
            return unix_connect(str(self.at.socket), f"ws://localhost{self._path}", **options)
        return connect(f"ws://127.0.0.1:{self._office.port}{self._path}", proxy=None, **options)

    def _lose(self, code: int | None) -> None:
        self._connection = None
        self.codes.append(code)
        self.has_heard.clear()
        self._lost_at = self._lost_at or time.monotonic()

    def _hear(self, text: str) -> None:
        if self._lost_at is not None:
            self.absences.append(time.monotonic() - self._lost_at)
            self._lost_at = None
        self._hear_text(text)
        self.has_heard.set()


class Window:
    """One window of one person: what it shows of everybody, and its phone."""

    def __init__(self, office: Installation, number: str, session: str = "") -> None:
        self.number, session = number, session or office.sessions[number]
        self.mirror = Mirror()
        self.seen: list[list[Any]] = []  # every row that came as news
        self.cards: dict[str, Message] = {}  # by call, as each was shown last
        self.shown: list[tuple[str, str]] = []  # call and state, in the order in which they were shown
        self.lamps = Socket(office, "/ws/presence/", session, self._hear_lamps)
        window = f"window-{next(_numbers):08}"
        self.phone = Socket(office, f"/ws/phone/?window={window}", session, self._hear_phone)

    def move_to(self, worker: Worker | None) -> None:
        """From its next opening on."""
        self.lamps.at = self.phone.at = worker

    async def open(self) -> None:
        for socket in (self.lamps, self.phone):
            socket.start()
            await asyncio.wait_for(socket.has_heard.wait(), PATIENCE_SECONDS)

    async def close(self) -> None:
        await self.lamps.stop()
        await self.phone.stop()

    def never_return(self) -> None:
        """When it is cut off, it stays away."""
        self.lamps.comes_back = self.phone.comes_back = False

    def _hear_lamps(self, text: str) -> None:
        self.mirror.hear(text)
        message = json.loads(text)
        if "snapshot" not in message:
            self.seen += message["rows"]
        if self.mirror.needs_snapshot:
            self.lamps.say(type="snapshot")

    def _hear_phone(self, text: str) -> None:
        message = json.loads(text)
        for card in {"welcome": message.get("calls"), "call": [message]}.get(message["type"]) or []:
            self.cards[card["call"]] = card
            self.shown.append((card["call"], card["state"]))
        if message["type"] == "alive?":
            self.phone.say(type="alive", call=message["call"])

    def shows(self, call: str) -> str:
        """The state in which this call is on its card."""
        return str(self.cards.get(call, {}).get("state", ""))

    def call_in(self, state: str) -> str | None:
        return next((call for call, card in self.cards.items() if card["state"] == state), None)


@asynccontextmanager
async def windows(
    office: Installation, numbers: Iterable[str], *, at: Worker | None = None
) -> AsyncIterator[list[Window]]:
    """Open windows of these people."""
    opened = [Window(office, number) for number in numbers]
    for window in opened:
        window.move_to(at)
    async with opening(opened):
        yield opened


@asynccontextmanager
async def opening(opened: list[Window]) -> AsyncIterator[None]:
    """These windows are open; closed afterwards."""
    try:
        for start in range(0, len(opened), ALL_AT_ONCE):
            await asyncio.gather(*(window.open() for window in opened[start : start + ALL_AT_ONCE]))
        yield
    finally:
        await asyncio.gather(*(window.close() for window in opened))


async def talk(caller: Window, callee: Window) -> str:
    """A call between them, which both windows show as talking; the call."""
    caller.phone.say(type="dial", number=callee.number)
    call = str(await until(lambda: callee.call_in("ringing"), "it rings"))
    callee.phone.say(type="answer", call=call)
    await until(lambda: caller.shows(call) == callee.shows(call) == "talking", "they talk")
    return call


async def until(condition: Callable[[], Any], what: str, patience: float = PATIENCE_SECONDS) -> Any:
    """What the condition says as soon as it says anything."""
    deadline = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {patience} s: {what}"
        await asyncio.sleep(0.02)
    return found


async def until_views_are_right(
    office: Installation, watching: list[Window], patience: float = PATIENCE_SECONDS
) -> None:
    """Every window shows what the database says."""
    deadline = time.monotonic() + patience
    while wrong := wrong_views(office, watching):
        assert time.monotonic() < deadline, f"{len(wrong)} of {len(watching)} windows are wrong, as {wrong[0]}"
        await asyncio.sleep(0.1)


def wrong_views(office: Installation, watching: list[Window]) -> list[str]:
    """What each window that is wrong shows, and what it should."""
    right = office.clerk.directory()
    return [
        f"{window.number}: {_difference(window.mirror.rows, right)}"
        for window in watching
        if window.mirror.rows != right
    ]


def _difference(shown: dict[str, Any], right: dict[str, Any]) -> list[Any]:
    numbers = [number for number in {*shown, *right} if shown.get(number) != right.get(number)]
    return [(number, shown.get(number), right.get(number)) for number in numbers[:3]]


def _patience(code: int | None, failures: int) -> float:
    if code == COME_BACK:
        return random.uniform(0, COME_BACK_SECONDS_MAX)
    return random.uniform(0, min(RETRY_MAX_SECONDS, RETRY_FIRST_SECONDS * 2**failures))


def _forgive(sending: "asyncio.Future[None]") -> None:
    """A word to a connection that has just gone is lost, as in a browser."""
    if not sending.cancelled():
        sending.exception()
