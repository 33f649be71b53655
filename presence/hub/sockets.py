"""What the hub needs of a socket; the consumers of `webclient` are such sockets, and so are the tests' fakes."""

import asyncio
import logging
from collections.abc import Coroutine
from datetime import datetime
from typing import Any, Protocol

logger = logging.getLogger(__name__)

CLOSE_SECONDS = 10


class FrameWriter(Protocol):
    """Writes a ready-made frame past ASGI, where the server offers that (webclient/ready_frame.py)."""

    def write(self, frame: bytes) -> bool:
        """False, with nothing written, when too much is waiting for this reader already."""

    def has_room(self) -> bool:
        """Whether all that waited has been taken."""


class LoggedInSocket(Protocol):
    """A socket with a login behind it, which may end before the socket does."""

    @property
    def user_id(self) -> int: ...
    @property
    def session(self) -> str:
        """A digest of the session key; the key itself never leaves the edge."""

    @property
    def expires_at(self) -> datetime: ...
    async def close(self, code: int) -> None: ...


class PresenceSocket(LoggedInSocket, Protocol):
    """A window that shows lamps."""

    @property
    def frame_writer(self) -> FrameWriter | None: ...
    async def send_text(self, text: str) -> None: ...


class PhoneSocket(LoggedInSocket, Protocol):
    """An open window that takes part in calls: a phone of an extension, or a visitor's."""

    @property
    def extension(self) -> str:
        """Its address: the extension's number or, of a visitor, `CallLeg.party`."""

    @property
    def window(self) -> str: ...
    async def send_message(self, message: dict[str, Any]) -> None: ...


class Errands:
    """Tasks nobody awaits: kept from the garbage collector, their errors logged, ended with the hub."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, errand: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self._keep(_logged(errand), errand)

    def tell(self, sending: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A message to a browser, which may have vanished: that is no error."""
        return self._keep(_forgiven(sending), sending)

    def close(self, socket: LoggedInSocket, code: int) -> None:
        """Close without waiting: whoever does not read would not take the close frame either."""
        self.tell(_closed(socket, code))

    def stop(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()

    def _keep(self, kept: Coroutine[Any, Any, None], errand: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(kept)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # A task that is stopped before its first step never comes to await what it was given.
        task.add_done_callback(lambda _: errand.close())
        return task


async def _closed(socket: LoggedInSocket, code: int) -> None:
    await asyncio.wait_for(socket.close(code), CLOSE_SECONDS)


async def _logged(errand: Coroutine[Any, Any, None]) -> None:
    try:
        await errand
    except Exception:
        logger.exception("an errand failed")


async def _forgiven(sending: Coroutine[Any, Any, None]) -> None:
    try:
        await sending
    except Exception as error:  # noqa: BLE001 - a browser that vanished shows in as many ways as there are servers
        logger.info("a socket took no message: %r", error)
