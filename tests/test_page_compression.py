"""Pages travel small; nothing else is touched."""

from django.http import HttpResponse
from django.test import Client, RequestFactory

from webclient.middleware import compressed_pages

ACCEPTING = {"Accept-Encoding": "gzip"}
LONG = "words and words " * 100


def answer(content_type: str) -> HttpResponse:
    request = RequestFactory().get("/", headers=ACCEPTING)
    response = compressed_pages(lambda _: HttpResponse(LONG, content_type=content_type))(request)
    assert isinstance(response, HttpResponse)
    return response


def test_a_page_is_compressed_for_a_browser_that_accepts_it(adams_browser: Client) -> None:
    response = adams_browser.get("/", headers=ACCEPTING)
    assert response["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response["Vary"]


def test_a_page_is_plain_for_a_browser_that_does_not(adams_browser: Client) -> None:
    assert not adams_browser.get("/").has_header("Content-Encoding")


def test_sound_is_left_as_it_is() -> None:
    assert answer("text/html; charset=utf-8").has_header("Content-Encoding")
    assert not answer("audio/webm").has_header("Content-Encoding")
