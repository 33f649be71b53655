"""Edge, process: daphne's look at each of its connections, a few at a time.

Its own looks at all in one go, and pings those that are due: ten thousand pings stop every lamp meanwhile.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Protocol

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 2  # daphne's own
CONNECTIONS_PER_TURN = 50


class Connection(Protocol):
    def check_timeouts(self) -> None: ...


def check_timeouts(connections: Callable[[], Iterable[Connection]]) -> None:
    """From now on, each time all that there are then; other work of the event loop has its turn in between."""
    _check_next(connections, iter(tuple(connections())))


def _check_next(connections: Callable[[], Iterable[Connection]], left: Iterator[Connection]) -> None:
    turn = tuple(islice(left, CONNECTIONS_PER_TURN))
    for connection in turn:
        try:
            connection.check_timeouts()
        except Exception:
            logger.exception("could not look at a connection")
    loop = asyncio.get_running_loop()
    if turn:
        loop.call_soon(_check_next, connections, left)
    else:
        loop.call_later(PAUSE_SECONDS, check_timeouts, connections)
