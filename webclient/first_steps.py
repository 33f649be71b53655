"""Who is led through the first steps after a login: whoever never was, and asked for no page in particular."""

from urllib.parse import urlencode

from django.urls import reverse

from presence.models import User
from webclient.access import extension_of

PEOPLE, APP = "/", "/app/"
PLACES = (PEOPLE, APP)  # whoever asked for anything else is not kept from it


def first_page(user: User, asked: str) -> str:
    """Where a login leads that would lead to `asked`."""
    if asked not in PLACES or user.first_steps_at is not None or extension_of(user.pk) is None:
        return asked
    then = "" if asked == PEOPLE else "?" + urlencode({"then": asked})
    return reverse("welcome") + then


def page_after(asked: str) -> str:
    """Where the first steps lead to in the end."""
    return asked if asked in PLACES else PEOPLE
