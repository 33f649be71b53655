"""In front of the hub: sockets that open take turns, so that a storm of them keeps nobody else from the database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class CrowdedError(Exception):
    """Too many sockets open at the moment: this one should come back a little later."""


class Door:
    """First come, first served. Only who has a turn asks the database for anything.

    Without it thousands of logins and welcomes would queue on the sockets' database threads at once, and whoever hangs
    up a call meanwhile would wait behind all of them.
    """

    def __init__(self, at_once: int, waiting_max: int, patience_seconds: float) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._waiting_max = waiting_max
        self._patience_seconds = patience_seconds
        self.waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Raises CrowdedError where no turn comes in time, or too many wait for one already."""
        if self.waiting >= self._waiting_max:
            raise CrowdedError
        self.waiting += 1
        try:
            async with asyncio.timeout(self._patience_seconds):
                await self._turns.acquire()
        except TimeoutError as error:
            raise CrowdedError from error
        finally:
            self.waiting -= 1
        try:
            yield
        finally:
            self._turns.release()
