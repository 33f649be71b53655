"""The help's pictures, which scripts/help_pictures.py takes from the running product.

They are static/help/<language>/<name>-<theme>.webp.

A picture that has not been taken is not shown, rather than shown broken.
"""

from dataclasses import dataclass
from functools import cache

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from PIL import Image

from presence.domain.vocabulary import Theme

SCALE = 1.5  # pixels of a picture to one of a page


@dataclass(frozen=True, slots=True)
class HelpPicture:
    urls: dict[Theme, str]
    width: int  # as the page shows it
    height: int


def picture_file(name: str, language: str, theme: Theme) -> str:
    return f"help/{language}/{name}-{theme}.webp"


@cache
def help_picture(name: str, language: str) -> HelpPicture | None:
    files = {theme: picture_file(name, language, theme) for theme in Theme}
    found = finders.find(files[Theme.LIGHT])
    if not found or not finders.find(files[Theme.DARK]):
        return None
    with Image.open(found) as picture:
        width, height = picture.size
    urls = {theme: static(file) for theme, file in files.items()}
    return HelpPicture(urls, round(width / SCALE), round(height / SCALE))
