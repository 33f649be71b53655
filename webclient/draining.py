"""How a server process ends where others go on: nobody new, its windows to the others, what it works at to its end."""

import asyncio
import logging
from typing import Protocol

from presence import hub
from presence.calls import router

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.1


class DrainableServer(Protocol):
    """What has to be known of the server; `daphne_server.LampfieldServer` is one."""

    async def listen_no_more(self) -> None:
        """What was asked before this is still answered."""

    def has_connections(self) -> bool:
        """Requests that are not answered yet, and sockets that are not closed."""


async def drain(server: DrainableServer, seconds: float) -> None:
    """Returns as soon as nobody needs this process, and after `seconds` at the latest.

    Calls that ring or wait here are routed on: their windows are somewhere else by then, but a route goes by the rows.
    """
    try:
        async with asyncio.timeout(seconds):
            await server.listen_no_more()
            while server.has_connections() or router.is_routing():
                await hub.drain()
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        log.warning("somebody still needed this process after %s s; it ends all the same", seconds)
    except Exception:
        log.exception("could not drain; the process ends at once")
