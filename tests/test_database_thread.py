"""The thread on which sockets reach the database keeps its connection; every other thread gives it back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from webclient.database_thread import keep_connection_of_this_thread

pytestmark = pytest.mark.django_db


def nothing() -> None:
    """What any other thread is told."""


@pytest.mark.parametrize(("told", "is_kept"), [(keep_connection_of_this_thread, True), (nothing, False)])
def test_a_thread_that_was_told_so_keeps_its_connection(told: Callable[[], None], is_kept: bool) -> None:
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(told).result()
        assert thread.submit(connection_is_kept).result() == is_kept


def test_a_kept_connection_is_examined_before_it_is_used_again() -> None:
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(keep_connection_of_this_thread).result()
        assert thread.submit(connection_is_examined).result()


def connection_is_kept() -> bool:
    connection.ensure_connection()
    try:
        return connection.close_at is None
    finally:
        connection.close()


def connection_is_examined() -> bool:
    connection.ensure_connection()
    try:
        return bool(vars(connections["default"])["health_check_enabled"])
    finally:
        connection.close()
