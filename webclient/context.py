"""What the frame around every page needs: who I am, my statuses, my voicemail, words and addresses for scripts.

Every value is a function, so that a fragment that shows none of it asks the database nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation

from presence.domain.audiences import COMPANY
from presence.domain.vocabulary import Status
from presence.labels import STATUS_LABELS
from presence.models import Extension, User
from presence.selectors import effective_profiles, presence_rows
from presence.selectors.status import last_status_change, status_before
from presence.services.missed_calls import missed_count
from presence.services.voicemail import unheard_count
from webclient.access import demo_password_in_use, extension_of
from webclient.appearance import sounds_of, theme_of
from webclient.my_queues import my_queues
from webclient.person_row import PersonRow, person_rows
from webclient.phone_words import phone_words_address
from webclient.picture_address import picture_url
from webclient.status_end import StatusEnd
from webclient.status_line import LINE_WORDS, back_words, status_line
from webclient.surfaces import SurfacePages, pages_of
from webclient.words import SCRIPT_WORDS, outcome_lines
from webclient.worker_release import release_version


@dataclass(frozen=True, slots=True)
class StatusChoice:
    """One row of the status menu."""

    code: Status
    label: str
    outcome_lines: list[str]
    is_current: bool
    url: str


@dataclass(frozen=True, slots=True)
class Back:
    """The way back to the status before; `change` is what it takes back: the last change."""

    change: int
    is_offered: bool
    words: str
    note: str


def shell(request: HttpRequest) -> dict[str, Any]:
    @cache
    def extension() -> Extension | None:
        known = getattr(request, "extension", None)
        user = getattr(request, "user", None)
        if isinstance(known, Extension):
            return known
        return extension_of(user.pk) if isinstance(user, User) else None

    pages = pages_of(request)

    def once(make: Callable[[Extension], Any]) -> Callable[[], Any]:
        return cache(lambda: make(found) if (found := extension()) else None)

    # What a page fetches by itself leaves messages to the page that its person opens next.
    quiet: dict[str, Any] = {"messages": ()} if request.headers.get("X-Background") else {}
    return quiet | {
        "me": once(_me),
        "my_picture": once(picture_url),
        "theme": lambda: theme_of(request),
        "status_line": once(status_line),
        "status_back": once(_status_back),
        "status_end": once(StatusEnd.fresh),
        "status_line_words": lambda: {key: str(text) for key, text in LINE_WORDS.items()},
        "status_choices": once(lambda mine: _status_choices(mine, pages)),
        "unheard_voicemail": once(unheard_count),
        "missed_calls": once(missed_count),
        "my_queues": once(my_queues),
        "page_config": once(_page_config),
        "js_words": cache(_js_words),
        "demo_warning": lambda: _is_warned(request) and demo_password_in_use(),
        "pages": pages,
        # A page that stands outside the frame, such as an error, still keeps it for whoever is in it.
        "frame": lambda: pages.frame if extension() else "base_plain.html",
    }


def _me(extension: Extension) -> PersonRow | None:
    # Nothing of one's own row is ever kept back.
    rows = person_rows([extension], presence_rows([extension.number]), audience=COMPANY)
    return rows[0] if rows else None


def _status_back(extension: Extension) -> Back:
    record = last_status_change(extension)
    before = status_before(extension, record, timezone.now())
    change = record.pk if record else 0
    return Back(change, True, back_words(before), before.note) if before else Back(change, False, "", "")


def _status_choices(extension: Extension, pages: SurfacePages) -> list[StatusChoice]:
    profiles = effective_profiles(extension)
    return [
        StatusChoice(
            code=status,
            label=str(STATUS_LABELS[status]),
            outcome_lines=outcome_lines(profiles[status]),
            is_current=extension.status == status,
            url=reverse(pages.status_settings, args=[status.value]),
        )
        for status in Status
    ]


def _page_config(extension: Extension) -> Mapping[str, Any]:
    return {
        "extension": extension.number,
        "name": extension.name,
        "language": translation.get_language(),
        "time_zone": settings.TIME_ZONE,
        "sounds": sounds_of(extension.user) if extension.user else {},
        "now": timezone.now().timestamp(),
        "urls": {
            "login": settings.LOGIN_URL,
            "people": reverse("people"),
            "calls": reverse("calls"),
            "voicemail": reverse("voicemail"),
            "presence_socket": "/ws/presence/",
            "phone_socket": "/ws/phone/",
            "phone_desk": static("js/phone/desk.js"),
            "call_styles": static("css/calls.css"),
            "conversation": static("js/phone/conversation.js"),
            "phone_words": phone_words_address(),
            "status_desk": static("js/status/desk.js"),
            "extension_choices": reverse("extension-choices"),
            "icons": static("vendor/icons.svg"),
            "after_load": static("js/after_load.js"),
            "service_worker": reverse("service-worker"),
        },
        "release": release_version(),
    }


def _js_words() -> dict[str, str]:
    return {key: str(text) for key, text in SCRIPT_WORDS.items()}


def _is_warned(request: HttpRequest) -> bool:
    """Operators are warned everywhere, everyone at the door."""
    user = getattr(request, "user", None)
    return bool(getattr(user, "is_staff", False)) or not getattr(user, "is_authenticated", False)
