"""Sockets open only to pages of our own origin: scheme, host and port."""

from typing import Any

import pytest
from pytest_django import Settings

from webclient.origin import is_allowed


def scope(origin: str | None, host: str = "phone.example.com", **headers: str) -> dict[str, Any]:
    pairs = [(b"host", host.encode())]
    if origin is not None:
        pairs.append((b"origin", origin.encode()))
    pairs += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "websocket", "headers": pairs}


@pytest.fixture(autouse=True)
def _hosts(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["phone.example.com", "127.0.0.1", "[::1]"]
    settings.ALLOWED_ORIGINS = ["https://portal.example.com", "http://intranet:8080"]


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://phone.example.com", "phone.example.com"),
        ("http://phone.example.com", "phone.example.com:80"),
        ("http://phone.example.com:80", "phone.example.com"),
        ("http://PHONE.example.com", "phone.EXAMPLE.com"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://[::1]:8000", "[::1]:8000"),
        ("https://portal.example.com", "phone.example.com"),
        ("https://portal.example.com:443", "phone.example.com"),
        ("http://intranet:8080", "phone.example.com"),
    ],
)
def test_our_own_and_listed_origins_are_let_in(origin: str, host: str) -> None:
    assert is_allowed(scope(origin, host))


@pytest.mark.parametrize(
    "origin",
    [
        "https://phone.example.com",  # another scheme
        "http://phone.example.com:8000",  # another port
        "http://evil.example",
        "http://phone.example.com.evil.example",
        "http://evil-phone.example.com",
        "http://sub.phone.example.com",
        "http://example.com",
        "http://user@phone.example.com",
        "http://phone.example.com/path",
        "http://phone.example.com?x",
        "http://phone.example.com#x",
        "http://phone.example.com@evil.example",
        "http://phone.example.com:80a",
        "http://phone.example.com:99999",
        "ftp://phone.example.com",
        "file://",
        "null",
        "",
        "phone.example.com",
        "//phone.example.com",
        "http://",
        "http://[::1",
        "http://intranet",
        "http://portal.example.com",
    ],
)
def test_every_other_origin_is_refused(origin: str) -> None:
    assert not is_allowed(scope(origin))


def test_a_host_that_is_not_ours_makes_no_origin_ours() -> None:
    """A name of the attacker's that resolves to us."""
    assert not is_allowed(scope("http://rebound.example", "rebound.example"))


def test_two_origins_are_none() -> None:
    two = scope("http://phone.example.com")
    two["headers"].append((b"origin", b"http://evil.example"))
    assert not is_allowed(two)


def test_without_an_origin_only_where_the_settings_say_so(settings: Settings) -> None:
    settings.REQUIRE_SOCKET_ORIGIN = True
    assert not is_allowed(scope(None))
    settings.REQUIRE_SOCKET_ORIGIN = False
    assert is_allowed(scope(None))
    assert not is_allowed(scope("http://evil.example"))


def test_behind_a_proxy_the_scheme_is_the_browsers(settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert is_allowed(scope("https://phone.example.com", x_forwarded_proto="https"))
    assert not is_allowed(scope("http://phone.example.com", x_forwarded_proto="https"))
    assert not is_allowed(scope("https://phone.example.com"))


def test_without_a_proxy_its_header_is_not_believed() -> None:
    assert not is_allowed(scope("https://phone.example.com", x_forwarded_proto="https"))
