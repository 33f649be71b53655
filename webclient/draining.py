"""How a server process ends where others go on: nobody new, its windows to the others, what it works at to its end."""

import asyncio
import logging
from typing import Protocol

from channels.db import database_sync_to_async

from presence import hub
from presence.calls import router
from presence.services import outside_notice

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.1


class DrainableServer(Protocol):
    """What has to be known of the server; `daphne_server.LampfieldServer` is one."""

    async def listen_no_more(self) -> None:
        """What was asked before this is still answered."""

    def connections_left(self) -> int:
        """Requests that are not answered yet, and sockets that are not closed."""


async def drain(server: DrainableServer, seconds: float) -> None:
    """Returns as soon as nobody needs this process, and after `seconds` at the latest.

    Calls that ring or wait here are routed on: their windows are somewhere else by then, but a route goes by the rows.
    """
    try:
        async with asyncio.timeout(seconds):
            await server.listen_no_more()
            while server.connections_left() or router.routed_calls():
                await hub.drain()
                await asyncio.sleep(LOOK_SECONDS)
            # They wait in this process's memory; a mail server that is away has had its chances.
            await database_sync_to_async(_send_notices, thread_sensitive=False)()
    except TimeoutError:
        log.warning("the process ends though after %s s there are still %s", seconds, _left(server))
    except Exception:
        log.exception("could not drain; the process ends at once")


def _send_notices() -> None:
    while outside_notice.send_due():
        pass


def _left(server: DrainableServer) -> str:
    return f"{server.connections_left()} connections, {router.routed_calls()} calls that ring or wait"
