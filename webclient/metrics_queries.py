"""`/metrics`, the database's time: each query of this process is measured, whoever asks it."""

import time
from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from presence import measures


def measure_queries() -> None:
    """From now on, on every connection that opens."""
    connection_created.connect(_measure, dispatch_uid="metrics_queries")


def _measure(connection: BaseDatabaseWrapper, **signal: Any) -> None:
    # A connection that opens again keeps what was put around it. The first place, because whoever puts something around
    # a few queries takes the last away again.
    if _timed not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _timed)


def _timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    started = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    except Exception:
        measures.QUERY_ERRORS.inc()
        raise
    finally:
        measures.QUERY_DURATION.observe(time.perf_counter() - started)
