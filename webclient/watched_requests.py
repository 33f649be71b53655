"""Around every page: it gets an id that its log lines and its answer bear, is counted, and may have a line of its own.

The line names the view, never the address: addresses hold people's links, visitors' tokens and invitations.
"""

import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from structlog.contextvars import bind_contextvars, clear_contextvars

from presence import measures

log = logging.getLogger(__name__)

NONE, PAGES, ALL = "none", "pages", "all"
LOGGED = (NONE, PAGES, ALL)
STATIC, UNKNOWN, OTHER = "static", "unknown", "other"
# What programs ask for all the time; people never see them.
_SELDOM_LOGGED = frozenset({STATIC, "livez", "readyz", "metrics"})
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}", re.ASCII)

Answer = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


class WatchedRequests:
    """A middleware, sync or async as what it stands around: the outermost one, so that it sees every answer."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self._is_async:
            return self._later(request)
        watch = Watch(request)
        return watch.end(cast(HttpResponseBase, self._get_response(request)))

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        watch = Watch(request)
        return watch.end(await cast("Awaitable[HttpResponseBase]", self._get_response(request)))


class Watch:
    """One request, from its coming to the beginning of its answer."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._started = time.perf_counter()
        self._id = request_id(request)
        clear_contextvars()  # a thread may have answered another before
        bind_contextvars(request=self._id)

    def end(self, response: HttpResponseBase) -> HttpResponseBase:
        seconds = time.perf_counter() - self._started
        view = view_of(self._request)
        method = self._request.method if self._request.method in _METHODS else OTHER
        measures.HTTP_REQUESTS.labels(view, method, response.status_code).inc()
        measures.HTTP_DURATION.labels(view).observe(seconds)
        if settings.LOG_REQUESTS == ALL or (settings.LOG_REQUESTS == PAGES and view not in _SELDOM_LOGGED):
            what = {"view": view, "method": method, "status": response.status_code}
            took = round(seconds * 1000, 1)
            log.info(
                "%s %s %s in %s ms", method, view, response.status_code, took, extra={**what, "milliseconds": took}
            )
        response["X-Request-ID"] = self._id
        return response


def request_id(request: HttpRequest) -> str:
    """Our own proxy's, where there is one and it is fit to be logged; else a new one."""
    given = request.headers.get("X-Request-ID", "") if settings.BEHIND_PROXY else ""
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def view_of(request: HttpRequest) -> str:
    """The name of its address: a few hundred at most, whatever is asked for."""
    if request.resolver_match is not None:
        return request.resolver_match.view_name
    return STATIC if request.path.startswith(settings.STATIC_URL) else UNKNOWN
