"""What the help's texts are made of besides words: pictures of the product, and lamps drawn as everywhere."""

from typing import Any

from django import template
from django.utils.translation import get_language

from presence.domain.vocabulary import Theme
from webclient.appearance import theme_of
from webclient.help_pictures import help_picture as picture_of

register = template.Library()


@register.inclusion_tag("help/_picture.html", takes_context=True)
def help_picture(context: template.Context, name: str, alt: str) -> dict[str, Any]:
    """In the reader's theme; where they have chosen none, in their system's."""
    picture = picture_of(name, get_language() or "en")
    request = context.get("request")
    chosen = theme_of(request) if request else ""
    if picture is None:
        return {"picture": None}
    return {
        "picture": picture,
        "alt": alt,
        "url": picture.urls[Theme(chosen) if chosen else Theme.LIGHT],
        "dark_url": "" if chosen else picture.urls[Theme.DARK],
    }


@register.inclusion_tag("help/_lamp.html")
def lamp(code: str, registered: str = "true") -> dict[str, str]:
    return {"code": code, "registered": registered}
