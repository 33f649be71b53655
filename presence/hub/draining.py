"""A process that is about to end sends its windows to the others: bit by bit, so that they do not come in a storm.

They come back at once (`static/js/socket.js`), sooner than a page would say that it lost its connection.
"""

import asyncio
from collections.abc import Callable, Iterable

from presence.hub.sockets import Errands, LoggedInSocket

COME_BACK = 4012  # what 1012, "service restart", says; a server may send codes from 3000 only
SOCKETS_PER_TURN = 25
TURN_SECONDS = 0.1  # with the above: half of what one worker can welcome in that time


async def drain(sockets: Callable[[], Iterable[LoggedInSocket]], errands: Errands) -> None:
    """Until none is left. One that joined a moment ago is sent away, too."""
    sent: set[LoggedInSocket] = set()
    while open_sockets := list(sockets()):
        fresh = [socket for socket in open_sockets if socket not in sent][:SOCKETS_PER_TURN]
        for socket in fresh:
            errands.close(socket, COME_BACK)
        sent.update(fresh)
        await asyncio.sleep(TURN_SECONDS)
