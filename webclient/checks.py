"""System checks: a wrong setting stops the start with a clear sentence."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from webclient import log_lines, watched_requests

_SECRET_LENGTH_MIN = 32  # characters
_TOKEN_LENGTH_MIN = 16


@register()
def secret_is_not_a_default(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    weak = len(settings.SECRET_KEY) < _SECRET_LENGTH_MIN or settings.SECRET_KEY.startswith(
        ("django-insecure", "change")
    )
    if not weak:
        return []
    return [
        Error(
            "SECRET_KEY is too short or a default.",
            hint="Leave it unset (one is made in DATA_DIR) or set a random one of at least 32 characters.",
            id="lampfield.E001",
        )
    ]


@register()
def origins_are_full(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    wrong = [origin for origin in settings.ALLOWED_ORIGINS if not _is_origin(origin)]
    return [
        Error(f"ALLOWED_ORIGINS: {origin!r} is not like https://phone.example.com.", id="lampfield.E002")
        for origin in wrong
    ]


def _is_origin(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.path and not parts.query


@register()
def site_url_is_an_address(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.SITE_URL or _is_origin(settings.SITE_URL.rstrip("/")):
        return []
    return [Error(f"SITE_URL: {settings.SITE_URL!r} is not like https://phone.example.com.", id="lampfield.E004")]


@register()
def turn_has_its_password(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.TURN_URLS or (settings.TURN_USERNAME and settings.TURN_PASSWORD):
        return []
    return [Error("TURN_URLS needs TURN_USERNAME and TURN_PASSWORD.", id="lampfield.E003")]


@register()
def log_settings_are_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    known = {"LOG_FORMAT": log_lines.FORMATS, "LOG_REQUESTS": watched_requests.LOGGED}
    return [
        Error(f"{name}: {getattr(settings, name)!r} is none of {', '.join(values)}.", id="lampfield.E010")
        for name, values in known.items()
        if getattr(settings, name) not in values
    ]


@register()
def metrics_token_is_no_word(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.METRICS_TOKEN or len(settings.METRICS_TOKEN) >= _TOKEN_LENGTH_MIN:
        return []
    return [Error(f"METRICS_TOKEN is shorter than {_TOKEN_LENGTH_MIN} characters.", id="lampfield.E011")]
