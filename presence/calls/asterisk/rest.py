"""Single requests to Asterisk's REST interface by plain HTTP; any process may make them, not only the link's owner."""

import json
import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any

import httpx
from django.conf import settings

_TIMEOUT = httpx.Timeout(5.0, connect=3.0)  # seconds
UNREACHABLE = 0

Query = Mapping[str, str | int | bool | None]


class AriError(Exception):
    """Asterisk did not do it. `status`: of HTTP (404: there is no such thing), `UNREACHABLE` when no answer came."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status} {message}" if status else message)
        self.status = status
        self.message = message


async def request(method: str, path: str, query: Query | None = None, body: Any = None) -> Any:
    """What Asterisk answers, out of its JSON; None for an empty answer. AriError when it refuses or is away.

    `path`: below `/ari`, such as "/channels/lf-7"; whoever puts foreign text into it quotes that. Of `query`, what is
    None is left out.
    """
    content = (await _answer(method, path, query, body)).content
    return json.loads(content) if content.strip() else None


async def fetch(path: str) -> bytes:
    """A file, such as "/recordings/stored/NAME/file", as it is. AriError as with `request`."""
    return (await _answer("GET", path, None, None)).content


async def _answer(method: str, path: str, query: Query | None, body: Any) -> httpx.Response:
    given = {name: value for name, value in (query or {}).items() if value is not None}
    url = f"{settings.ASTERISK_URL.rstrip('/')}/ari{path}"
    try:
        # A connection of its own: one kept open may just be closing, and not every request can be repeated.
        async with httpx.AsyncClient(
            auth=(settings.ASTERISK_USER, settings.ASTERISK_PASSWORD),
            timeout=_TIMEOUT,
            verify=_trusted(),
            trust_env=False,
        ) as client:
            answer = await client.request(method, url, params=given, json=body)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise AriError(UNREACHABLE, f"no answer from Asterisk: {str(error) or type(error).__name__}") from error
    if answer.is_success:
        return answer
    raise AriError(answer.status_code, _refusal(answer))


def _refusal(answer: httpx.Response) -> str:
    """Asterisk's own words, where it says some."""
    try:
        return str(answer.json()["message"])
    except (ValueError, LookupError, TypeError):
        return answer.reason_phrase


@cache
def _trusted() -> ssl.SSLContext:
    """Read once: it takes longer than a request."""
    return ssl.create_default_context()
