"""Who opens a socket: the session cookie of its handshake -> a login, on one visit to the database thread.

Channels' own middleware would take several, and those are what a storm of returning browsers waits for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest, parse_cookie
from django.utils import timezone

from presence import hub
from webclient.sessions import session_tag


@dataclass(frozen=True, slots=True)
class SocketLogin:
    """Whose socket it is, and until when."""

    user_id: int
    session: str
    expires_at: datetime


async def login_of(scope: Mapping[str, Any]) -> SocketLogin | None:
    """None without a cookie, or with one whose session is over, or whose user may no longer log in."""
    cookies = "; ".join(value.decode("latin1") for name, value in scope["headers"] if name == b"cookie")
    session_key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    return await hub.look_up(_login, session_key) if session_key else None


def _login(session_key: str) -> SocketLogin | None:
    row = Session.objects.filter(session_key=session_key, expire_date__gt=timezone.now()).first()
    if row is None:
        return None
    request = HttpRequest()
    request.session = SessionStore(session_key)
    request.session._session_cache = row.get_decoded()  # type: ignore[attr-defined]  # noqa: SLF001 - else it would read the row again
    user = get_user(request)
    if not user.is_authenticated or user.pk is None:
        return None
    # The row knows when the login ends; `get_expiry_date` would count from now.
    return SocketLogin(user.pk, session_tag(session_key), row.expire_date)
