"""Who opens a socket: the session cookie of its handshake -> a login, in two queries for all who come together.

Channels' own middleware would take several for each, and those are what a storm of returning browsers waits for.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import parse_cookie
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from presence import hub
from presence.models import User
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
    return await hub.look_up_with_others(logins, session_key) if session_key else None


def logins(session_keys: Collection[str]) -> dict[str, SocketLogin]:
    """session key -> login, of those that are one; two queries. Judged as Django does it for a page."""
    rows = Session.objects.filter(session_key__in=session_keys, expire_date__gt=timezone.now())
    sessions = {row.session_key: (row.get_decoded(), row.expire_date) for row in rows}
    users = User.objects.in_bulk({session.get(SESSION_KEY) for session, _ in sessions.values()} - {None})
    # The row knows when the login ends; a session's own reckoning would count from now.
    return {
        key: SocketLogin(user.pk, session_tag(key), expires_at)
        for key, (session, expires_at) in sessions.items()
        if (user := users.get(int(session.get(SESSION_KEY, 0)))) and _is_login_of(session, user)
    }


def _is_login_of(session: Mapping[str, Any], user: User) -> bool:
    """A session of a password that was changed since is none, nor is one of a user who has been disabled."""
    if not user.is_active or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return False
    known = session.get(HASH_SESSION_KEY) or ""
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(known, each) for each in hashes)
