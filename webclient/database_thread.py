"""Edge, sockets: the one thread on which sockets reach the database keeps its connection.

Channels gives an old connection back before and after each message, and Django takes every one for old. Opening it anew
cost more than the queries of a signal. Pages are left alone: each request has a thread of its own, which ends with it.
"""

import threading
from typing import Any

from asgiref.sync import SyncToAsync
from django.db.backends.signals import connection_created

_this_thread = threading.local()


def keep_connection_of_sockets() -> None:
    """From now on, in this process."""
    SyncToAsync.single_thread_executor.submit(keep_connection_of_this_thread).result()


def keep_connection_of_this_thread() -> None:
    _this_thread.keeps_connection = True
    connection_created.connect(_keep, dispatch_uid="database_thread")


def _keep(connection: Any, **signal: Any) -> None:
    if getattr(_this_thread, "keeps_connection", False):
        connection.close_at = None
        # A database that was restarted meanwhile is noticed before the next query, not by it.
        connection.health_check_enabled = True
