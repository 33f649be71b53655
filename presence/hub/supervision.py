"""What keeps the hub's jobs going: errors are logged with their traceback, and the job goes on."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

logger = logging.getLogger(__name__)

RESTART_SECONDS = 1
CHORE_SECONDS_AT_LEAST = 30


@dataclass(frozen=True, slots=True)
class Chore:
    """Something done every few seconds, first at the start. One that hangs is given up and tried at its next turn."""

    name: str
    seconds: float
    do: Callable[[], Awaitable[None]]

    async def run(self) -> None:
        while True:
            try:
                async with asyncio.timeout(max(CHORE_SECONDS_AT_LEAST, self.seconds)):
                    await self.do()
            except Exception:
                logger.exception("%s failed; its next turn is in %s s", self.name, self.seconds)
            await asyncio.sleep(self.seconds)


async def supervise(name: str, job: Callable[[], Awaitable[None]]) -> None:
    """Run a job that never ends; start it again should it end all the same."""
    while True:
        try:
            await job()
            logger.error("the hub's job %s ended; starting it again", name)
        except Exception:
            logger.exception("the hub's job %s failed; starting it again", name)
        await asyncio.sleep(RESTART_SECONDS)
