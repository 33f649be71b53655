"""The hub's own database thread: its reads wait for no request, and follow one another."""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

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


def _read(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return function(*args, **kwargs)
    except Exception:
        # The connection itself may be what failed; the next read opens another.
        connections.close_all()
        raise
