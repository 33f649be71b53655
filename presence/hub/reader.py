"""The hub's own database threads: their reads wait for no request, and follow one another."""

import asyncio
import contextvars
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

from django.db import connections

P = ParamSpec("P")
T = TypeVar("T")


class Reader:
    """One thread with one connection that stays open until a read fails."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hub-reader")

    async def read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._thread, contextvars.copy_context().run, partial(_read, function, *args, **kwargs)
        )

    def stop(self) -> None:
        self._thread.submit(connections.close_all)
        self._thread.shutdown()


class Gathered:
    """One reading for many who ask the same about different keys: what is asked while one runs makes up the next.

    In a storm a query for each would cost more than the query: with every one of them the thread must get hold of
    Python again, beside a loop that is busy with handshakes.
    """

    def __init__(self, reader: Reader, read_all: Callable[[Collection[Any]], Mapping[Any, Any]]) -> None:
        self._reader = reader
        self._read_all = read_all
        self._asked: dict[Any, asyncio.Future[Any]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def read(self, key: Any) -> Any:
        """What `read_all` has for this key; None for one that it does not have."""
        loop = asyncio.get_running_loop()
        answer = self._asked.setdefault(key, loop.create_future())
        if self._reading is None:
            # A context of its own: what the first one's request bound is not the others'.
            self._reading = loop.create_task(self._read_on(), context=contextvars.Context())
        # Who asks the same is not to be cut off by one who goes.
        return await asyncio.shield(answer)

    async def _read_on(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, {}
                await self._answer(asked)
        finally:
            self._reading = None

    async def _answer(self, asked: dict[Any, asyncio.Future[Any]]) -> None:
        try:
            found = await self._reader.read(self._read_all, asked.keys())
        except Exception as error:  # noqa: BLE001 - it is theirs who asked
            for answer in asked.values():
                answer.set_exception(error)
                answer.exception()  # retrieved, should the one who asked be gone
        except asyncio.CancelledError:
            # The process ends: nobody will read what is asked for, and nobody is to wait for it.
            for answer in (*asked.values(), *self._asked.values()):
                answer.cancel()
            self._asked = {}
            raise
        else:
            for key, answer in asked.items():
                answer.set_result(found.get(key))


def _read(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return function(*args, **kwargs)
    except Exception:
        # The connection itself may be what failed; the next read opens another.
        connections.close_all()
        raise
