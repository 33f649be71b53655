"""What happens around every page: its address, its language, and its size on the wire."""

from collections.abc import Awaitable, Callable
from typing import cast

from django.http import HttpRequest, HttpResponseNotFound
from django.http.response import HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils import translation
from django.utils.cache import patch_cache_control

from presence.models import User

_TEXTS = ("text/html", "text/javascript", "application/json", "application/manifest+json")


class Security(SecurityMiddleware):
    """Django's own, which on a server goes to a thread and back twice for each request; nothing in it waits."""

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        refused = self.process_request(request)
        response: HttpResponseBase = refused or await cast("Awaitable[HttpResponseBase]", self.get_response(request))
        return self.process_response(request, cast(HttpResponse, response))


def compressed_pages(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Text only: sound is compressed already, and a part of a file must keep its length.

    Django masks the token of each page anew and pads each answer at random, so that sizes give no secret away.
    """
    gzip = GZipMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_text = response.get("Content-Type", "").startswith(_TEXTS)
        return gzip.process_response(request, response) if is_text else response

    return middleware


def addresses_are_text(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Nothing of ours has a NUL in its address, and PostgreSQL takes none even to look for it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return HttpResponseNotFound() if "\0" in request.path else get_response(request)

    return middleware


def language_of_user(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User) and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return middleware


def private_pages(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Whoever logs out leaves no page behind: without this the browser's Back brings the last one again."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if is_page and request.user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware
