"""Edge, calls: the addresses of the shipped sounds that a caller's own browser plays while a call waits."""

from typing import TypedDict

from django.conf import settings
from django.templatetags.static import static

PLACES_SPOKEN = 10  # a place beyond has one sound for all


class CallSounds(TypedDict):
    """What a phone socket's welcome says; `places` is by the place in the queue, and "more"."""

    music: str
    places: dict[str, str]


def call_sounds(language: str) -> CallSounds:
    places = [*map(str, range(1, PLACES_SPOKEN + 1)), "more"]
    return {
        "music": static("sounds/music.mp3"),
        "places": {place: spoken(f"place-{place}", language) for place in places},
    }


def menu_sound(language: str, *, is_open: bool) -> str:
    """What a digital receptionist says that has no greeting of its own."""
    return spoken("menu-open" if is_open else "menu-closed", language)


def spoken(name: str, language: str) -> str:
    """The shipped words in this language; in English where we have none."""
    is_ours = language in dict(settings.LANGUAGES)
    return static(f"sounds/{name}-{language if is_ours else 'en'}.mp3")
