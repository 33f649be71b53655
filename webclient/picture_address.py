"""Where the picture of an extension's holder is asked for; another address for each picture, so that it can be kept."""

from django.urls import reverse

from presence.models import Extension
from presence.services.pictures import picture_version

FACE, LARGE = 64, 256  # pixels


def picture_url(extension: Extension, size: int = FACE) -> str:
    """Empty: there is none, and the initials stand for it. `extension` comes with its user."""
    version = picture_version(extension.user) if extension.user else ""
    return reverse("picture", args=[extension.number, size, version]) if version else ""
