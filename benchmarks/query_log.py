"""What is asked of the database, on whatever thread, and which line of the product asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from inspect import currentframe
from pathlib import Path
from types import FrameType
from typing import Any

from django.db.backends.signals import connection_created

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = (str(ROOT / "presence"), str(ROOT / "webclient"))


@dataclass(frozen=True, slots=True)
class Query:
    """`job`: the outermost function of the product on that thread; `place`: the line that asked."""

    job: str
    place: str
    sql: str


@dataclass(eq=False, slots=True)
class QueryLog:
    """While it is off it only listens to connections that are opened."""

    is_on: bool = False
    queries: list[Query] = field(default_factory=list)

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
    logged: list[Any] = []

    def listen(connection: Any, **signal: Any) -> None:
        # A thread that opens its connection anew keeps the object.
        if log not in connection.execute_wrappers:
            connection.execute_wrappers.append(log)
            logged.append(connection)

    connection_created.connect(listen)
    try:
        yield log
    finally:
        connection_created.disconnect(listen)
        for connection in logged:
            connection.execute_wrappers.remove(log)


def _asker() -> tuple[str, str]:
    frames = [frame for frame in _stack(currentframe()) if frame.f_code.co_filename.startswith(PRODUCT)]
    if not frames:
        return "", ""
    inner = frames[0]
    file = Path(inner.f_code.co_filename).relative_to(ROOT)
    # A generator or comprehension is part of the function around it.
    named = [frame.f_code.co_name for frame in frames if not frame.f_code.co_name.startswith("<")]
    return named[-1], f"{file}:{inner.f_lineno} {named[0]}"


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
