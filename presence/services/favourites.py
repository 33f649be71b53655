"""Somebody puts a colleague among their favourites, or takes them out."""

from django.db import transaction
from django.db.models import Max

from presence.models import Extension, Favourite
from presence.models.sole import sole


class NobodyToKeepError(Exception):
    """There is no such colleague: unknown, switched off, or oneself."""


@transaction.atomic
def add_favourite(*, extension: Extension, number: str) -> None:
    """`number` comes last among the favourites of `extension`; a repetition changes nothing."""
    if not _is_a_number(number):
        raise NobodyToKeepError
    # The extension's row is the lock for its list: two windows must not give two colleagues one position.
    extension = Extension.objects.select_for_update().get(pk=extension.pk)
    colleague = sole(Extension.objects.filter(number=number, is_enabled=True).exclude(pk=extension.pk))
    if colleague is None:
        raise NobodyToKeepError
    last = extension.favourites.aggregate(last=Max("position"))["last"] or 0
    Favourite.objects.get_or_create(extension=extension, favourite=colleague, defaults={"position": last + 1})


def remove_favourite(*, extension: Extension, number: str) -> None:
    """Whoever is none of the favourites, or gone, is out already."""
    if _is_a_number(number):
        extension.favourites.filter(favourite__number=number).delete()


def _is_a_number(text: str) -> bool:
    # Not every database takes every text: PostgreSQL refuses one with a NUL.
    return text.isascii() and text.isdigit()
