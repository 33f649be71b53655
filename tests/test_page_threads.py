"""Requests of pages share a few threads, each with a connection that stays; logins have threads of their own."""

import asyncio
import threading
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from webclient.page_threads import LOGIN_THREADS, PAGE_THREADS, on_page_threads

MANY = 4 * (PAGE_THREADS + LOGIN_THREADS)


def thread_name() -> str:
    return threading.current_thread().name


class Pages:
    """An application that notes the threads on which each of its requests worked, in two pieces."""

    def __init__(self) -> None:
        self.threads: list[set[str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        first = await sync_to_async(thread_name)()
        await asyncio.sleep(0)
        self.threads.append({first, await sync_to_async(thread_name)()})


async def ask(served: Any, method: str, path: str) -> None:
    await served({"type": "http", "method": method, "path": path}, None, None)


async def asked_at_once(method: str, path: str) -> list[set[str]]:
    pages = Pages()
    served = on_page_threads(pages)
    await asyncio.gather(*(ask(served, method, path) for _ in range(MANY)))
    return pages.threads


@pytest.mark.parametrize(
    ("method", "path", "count"),
    [("GET", "/", PAGE_THREADS), ("GET", "/login/", PAGE_THREADS), ("POST", "/login/", LOGIN_THREADS)],
)
async def test_many_requests_at_once_share_a_few_threads(method: str, path: str, count: int) -> None:
    assert len(set.union(*await asked_at_once(method, path))) == count


async def test_a_request_stays_on_its_thread() -> None:
    assert all(len(threads) == 1 for threads in await asked_at_once("GET", "/"))


async def test_logins_and_pages_have_no_thread_in_common() -> None:
    pages, logins = await asked_at_once("GET", "/"), await asked_at_once("POST", "/login/")
    assert not set[str]().union(*pages) & set[str]().union(*logins)


async def test_a_request_that_takes_long_keeps_nobody_else_waiting() -> None:
    done = threading.Event()

    async def pages(scope: Any, receive: Any, send: Any) -> None:
        await sync_to_async(done.wait if scope["path"] == "/slow/" else done.set)()

    served = on_page_threads(pages)
    slow = asyncio.create_task(ask(served, "GET", "/slow/"))
    await asyncio.sleep(0)
    await asyncio.wait_for(ask(served, "GET", "/"), timeout=10)
    await slow


async def test_a_request_that_fails_makes_room_for_the_next() -> None:
    async def pages(scope: Any, receive: Any, send: Any) -> None:
        await sync_to_async(int)("no number")

    served = on_page_threads(pages)
    for _ in range(MANY):
        with pytest.raises(ValueError, match="no number"):
            await ask(served, "GET", "/")


@pytest.mark.django_db
async def test_the_threads_keep_their_connections() -> None:
    kept = []

    def connection_is_kept() -> bool:
        connection.ensure_connection()
        try:
            return connection.close_at is None
        finally:
            connection.close()

    async def pages(scope: Any, receive: Any, send: Any) -> None:
        kept.append(await sync_to_async(connection_is_kept)())

    await ask(on_page_threads(pages), "GET", "/")
    assert kept == [True]
