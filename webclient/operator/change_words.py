"""Who changed an extension, where and when, for a page that says why something is refused or shown again."""

from dataclasses import dataclass
from datetime import datetime

from django_stubs_ext import StrOrPromise

from presence.domain.vocabulary import Surface
from presence.labels import SURFACE_LABELS
from presence.models import ChangeRecord, Extension


@dataclass(frozen=True, slots=True)
class Change:
    extension: Extension | None  # None: of a system extension
    who: str
    surface: StrOrPromise
    at: datetime


def change_words(record: ChangeRecord) -> Change:
    holder = getattr(record.by, "extension", None)
    who = holder.name if isinstance(holder, Extension) else (record.by.get_username() if record.by else "")
    surface = SURFACE_LABELS[Surface(record.surface)] if record.surface else ""
    return Change(record.extension, who, surface, record.at)
