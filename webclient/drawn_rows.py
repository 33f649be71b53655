"""The rows of People as text. Most are the same for every reader and for hours, so each is drawn once and kept."""

from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate
from django.utils.translation import get_language

from webclient.person_row import PersonRow

_KEPT = 16_384  # rows, at about 1 kB each


def drawn(rows: Iterable[PersonRow]) -> SafeString:
    """`people/_person.html` for each row."""
    language, today = get_language() or "", localdate()
    return mark_safe("".join(_drawn(row, language, today) for row in rows))  # noqa: S308 - made of templates


@lru_cache(maxsize=_KEPT)
def _drawn(row: PersonRow, language: str, today: date) -> str:
    """`language` and `today` decide its words; whatever else it shows is in `row`, so what is kept is never old."""
    return str(_template().render({"row": row}))


@cache
def _template() -> Any:
    return get_template("people/_person.html")
