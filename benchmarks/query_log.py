"""What is asked of the database, on whatever thread, and which line of the product asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from inspect import currentframe
from pathlib import Path
from types import FrameType
from typing import Any

from django.db import connections
from django.db.backends.signals import connection_created

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = (str(ROOT / "presence"), str(ROOT / "webclient"))


@dataclass(frozen=True, slots=True)
class Query:
    """`path`: the product's functions that led to it on that thread, the innermost first; `place`: its line."""

    path: tuple[str, ...]
    place: str
    sql: str


@dataclass(eq=False)
class QueryLog:
    """While it is off it only listens to connections that are opened."""

    is_on: bool = False
    queries: list[Query] = field(default_factory=list)
    _heard: list[Any] = field(default_factory=list)

    def listen_here(self) -> None:
        """To this thread's connection, which may be open already."""
        self.listen(connections["default"])

    def listen(self, connection: Any, **signal: Any) -> None:
        # A thread that opens its connection anew keeps the object.
        if self not in connection.execute_wrappers:
            connection.execute_wrappers.append(self)
            self._heard.append(connection)

    def stop(self) -> None:
        for connection in self._heard:
            connection.execute_wrappers.remove(self)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.is_on:
            self.queries.append(Query(*_asker(), sql))
        return execute(sql, params, many, context)

    def taken(self) -> list[Query]:
        """Those since the last time."""
        taken, self.queries = self.queries, []
        return taken


@contextmanager
def logged_queries() -> Iterator[QueryLog]:
    """Of every connection that is opened from now on."""
    log = QueryLog()
    connection_created.connect(log.listen)
    try:
        yield log
    finally:
        connection_created.disconnect(log.listen)
        log.stop()


def _asker() -> tuple[tuple[str, ...], str]:
    frames = [frame for frame in _stack(currentframe()) if frame.f_code.co_filename.startswith(PRODUCT)]
    if not frames:
        return (), ""
    file = Path(frames[0].f_code.co_filename).relative_to(ROOT)
    return tuple(frame.f_code.co_name for frame in frames), f"{file}:{frames[0].f_lineno}"


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
