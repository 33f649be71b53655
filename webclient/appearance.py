"""How pages look and sound: as the login chose; before the login, as this browser remembers."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from presence.domain.vocabulary import Theme
from presence.models import User

THEME_COOKIE = "theme"


def theme_of(request: HttpRequest) -> str:
    """Empty: as the system has it."""
    user = getattr(request, "user", None)
    theme = user.theme if isinstance(user, User) else request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in set(Theme) else ""


def remember_theme(response: HttpResponse, theme: str, *, is_secure: bool) -> None:
    """For this browser's next login page."""
    response.set_cookie(
        THEME_COOKIE,
        theme,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=is_secure,
        httponly=True,
        samesite="Lax",
    )


def sounds_of(user: User) -> Mapping[str, Any]:
    """As the scripts obey them."""
    return {"ringing": user.ringing_sound, "volume": user.ringing_volume, "others": user.other_sounds}
