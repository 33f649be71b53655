"""What happens around every page: its language, and its size on the wire."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation

from presence.models import User


def compressed_pages(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Text only: sound is compressed already, and a part of a file must keep its length.

    Django masks the token of each page anew and pads each answer at random, so that sizes give no secret away.
    """
    gzip = GZipMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_text = response.get("Content-Type", "").startswith(("text/html", "application/json"))
        return gzip.process_response(request, response) if is_text else response

    return middleware


def language_of_user(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User) and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return middleware
