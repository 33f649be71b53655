"""How long a sound lasts, as its pages say it."""

from django import template

register = template.Library()


@register.filter
def minutes_and_seconds(seconds: float) -> str:
    """75.4 -> 1:15"""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
