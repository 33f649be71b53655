"""Edge, pages: a few threads that stay, each with its database connection, serve the requests of all pages.

Django would make a thread and a connection for every request. Fifty at the same time then take the processor from one
another and from the event loop, which has lamps to send; and a connection costs more than the queries of a small page.
Whoever logs in waits for others who log in, and nobody else does: a hash takes a processor for a third of a second.
"""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import ThreadSensitiveContext
from django.conf import settings

from webclient.database_thread import keep_connection_of_this_thread

PAGE_THREADS = 8
LOGIN_THREADS = 2


class PageThreads:
    """Each request has one thread for all its work; it waits there for the work of others, never for their browsers."""

    def __init__(self, count: int, name: str) -> None:
        self._requests = {_thread(f"{name}-{turn}"): 0 for turn in range(count)}

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Within it, synchronous code runs on the thread that had the fewest requests."""
        thread = min(self._requests, key=self._requests.__getitem__)
        self._requests[thread] += 1
        try:
            async with ThreadSensitiveContext(executor=thread):
                yield
        finally:
            self._requests[thread] -= 1


def _thread(name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix=name, initializer=keep_connection_of_this_thread)


def on_page_threads(pages: Any) -> Any:
    """The application `pages`, on threads of its own for this process."""
    threads, of_logins = PageThreads(PAGE_THREADS, "page"), PageThreads(LOGIN_THREADS, "login")

    async def served(scope: Any, receive: Any, send: Any) -> None:
        is_login = scope["method"] == "POST" and scope["path"] == settings.LOGIN_URL
        async with (of_logins if is_login else threads).turn():
            await pages(scope, receive, send)

    return served
