"""In front of every socket: a page of another origin must not open one with our user's cookie."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import validate_host

DEFAULT_PORTS = {"http": 80, "https": 443}
Origin = tuple[str, str, int]


class SameOriginValidator:
    """Lets a handshake through whose Origin is ours in scheme, host and port, or is one of ALLOWED_ORIGINS."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        application = self.application if is_allowed(scope) else WebsocketDenier()
        return await application(scope, receive, send)


def is_allowed(scope: Mapping[str, Any]) -> bool:
    given = headers(scope, b"origin")
    if not given:
        return not settings.REQUIRE_SOCKET_ORIGIN
    origin = parsed(given[0]) if len(given) == 1 else None
    if origin is None:
        return False
    return origin == own_origin(scope) or origin in map(parsed, settings.ALLOWED_ORIGINS)


def own_origin(scope: Mapping[str, Any]) -> Origin | None:
    """Where this page came from, by the Host header; None for a host that is not ours to serve."""
    hosts = (settings.USE_X_FORWARDED_HOST and headers(scope, b"x-forwarded-host")) or headers(scope, b"host")
    origin = parsed(f"{scheme(scope)}://{hosts[0]}") if len(hosts) == 1 else None
    if origin is None or not validate_host(origin[1], allowed_hosts()):
        return None
    return origin


def scheme(scope: Mapping[str, Any]) -> str:
    """The browser's scheme. daphne tells none for sockets; behind a proxy it is in the proxy's header."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        values = headers(scope, name.removeprefix("HTTP_").replace("_", "-").lower().encode())
        return "https" if values and values[0].split(",")[0].strip() == secure else "http"
    return {"wss": "https", "https": "https"}.get(scope.get("scheme", "ws"), "http")


def parsed(origin: str) -> Origin | None:
    """(scheme, host, port) of a bare origin; None for anything else, "null" among it."""
    try:
        parts = urlsplit(origin)
        port = parts.port or DEFAULT_PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    if not parts.hostname or origin.lower() not in spellings(parts):
        return None
    return parts.scheme, host_in_url(parts.hostname), port


def spellings(parts: SplitResult) -> Iterable[str]:
    """An origin has nothing but scheme, host and port."""
    bare = f"{parts.scheme}://{host_in_url(parts.hostname or '')}"
    return {bare, f"{bare}:{parts.port}"}


def host_in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def allowed_hosts() -> list[str]:
    return settings.ALLOWED_HOSTS or (["localhost", "127.0.0.1", "[::1]", ".localhost"] if settings.DEBUG else [])


def headers(scope: Mapping[str, Any], name: bytes) -> list[str]:
    return [value.decode("latin1") for key, value in scope.get("headers", ()) if key.lower() == name]
