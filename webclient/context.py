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
from django.utils import translation

from presence.domain.vocabulary import Status
from presence.labels import STATUS_LABELS
from presence.models import Extension, User
from presence.selectors import effective_profiles, presence_rows
from presence.services.extension_settings import name_of
from presence.services.voicemail import unheard_count
from webclient.access import demo_password_in_use, extension_of
from webclient.my_queues import my_queues
from webclient.person_row import PersonRow, moment_words, person_rows
from webclient.phone_words import phone_words_address
from webclient.surfaces import SurfacePages, pages_of
from webclient.words import SCRIPT_WORDS, outcome_lines


@dataclass(frozen=True, slots=True)
class StatusChoice:
    """One row of the status menu."""

    code: Status
    label: str
    outcome_lines: list[str]
    is_current: bool
    url: str


@dataclass(frozen=True, slots=True)
class StatusSet:
    """Who set my status, when it was somebody else."""

    by: str
    time: str
    note: str

    @property
    def words(self) -> str:
        return str(SCRIPT_WORDS["status_set_by"]).format(by=self.by, time=self.time)

    @property
    def words_with_note(self) -> str:
        words = SCRIPT_WORDS["status_set_by_with_note" if self.note else "status_set_by"]
        return str(words).format(by=self.by, time=self.time, note=self.note)


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

    return {
        "me": once(_me),
        "status_set": once(_status_set),
        "status_choices": once(lambda mine: _status_choices(mine, pages)),
        "unheard_voicemail": once(unheard_count),
        "my_queues": once(my_queues),
        "page_config": once(_page_config),
        "js_words": cache(_js_words),
        "demo_warning": lambda: _is_warned(request) and demo_password_in_use(),
        "pages": pages,
        # A page that stands outside the frame, such as an error, still keeps it for whoever is in it.
        "frame": lambda: pages.frame if extension() else "base_plain.html",
    }


def _me(extension: Extension) -> PersonRow | None:
    rows = person_rows([extension], presence_rows([extension.number]))
    return rows[0] if rows else None


def _status_set(extension: Extension) -> StatusSet | None:
    setter = extension.status_set_by
    if setter is None:
        return None
    return StatusSet(name_of(setter), moment_words(extension.status_since), extension.status_note)


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
        "urls": {
            "login": settings.LOGIN_URL,
            "people": reverse("people"),
            "calls": reverse("calls"),
            "voicemail": reverse("voicemail"),
            "presence_socket": "/ws/presence/",
            "phone_socket": "/ws/phone/",
            "phone_desk": static("js/phone/desk.js"),
            "phone_words": phone_words_address(),
            "extension_choices": reverse("extension-choices"),
            "icons": static("vendor/icons.svg"),
        },
    }


def _js_words() -> dict[str, str]:
    return {key: str(text) for key, text in SCRIPT_WORDS.items()}


def _is_warned(request: HttpRequest) -> bool:
    """Operators are warned everywhere, everyone at the door."""
    user = getattr(request, "user", None)
    return bool(getattr(user, "is_staff", False)) or not getattr(user, "is_authenticated", False)
