"""A process that is about to end sends its windows to the others: bit by bit, so that they do not come in a storm.

They come back at once (`static/js/socket.js`), sooner than a page would say that it lost its connection.
"""

import asyncio
import math
from collections.abc import Callable, Iterable

from presence.hub.sockets import Errands, LoggedInSocket

COME_BACK = 4012  # what 1012, "service restart", says; a server may send codes from 3000 only
SOCKETS_PER_TURN = 8
TURN_SECONDS = 0.1  # with the above: less than one worker can welcome in that time, half of them phones
TURNS_MAX = 300  # half of the minute that deploy/ gives; more than eight a turn where that is too little


async def drain(sockets: Callable[[], Iterable[LoggedInSocket]], errands: Errands) -> None:
    """Until none is left. One that joined a moment ago is sent away, too."""
    sent: set[LoggedInSocket] = set()
    per_turn = max(SOCKETS_PER_TURN, math.ceil(len(list(sockets())) / TURNS_MAX))
    while open_sockets := list(sockets()):
        fresh = [socket for socket in open_sockets if socket not in sent]
        # Some of each kind: lamps cost the next process little, and a phone a transaction.
        leaving = fresh[:: max(1, len(fresh) // per_turn)][:per_turn]
        for socket in leaving:
            errands.close(socket, COME_BACK)
        sent.update(leaving)
        await asyncio.sleep(TURN_SECONDS)
