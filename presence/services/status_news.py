"""What a person's own windows are told of their status: lamps carry neither who set it, nor where, nor what follows."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from presence import hub
from presence.models import ChangeRecord, Extension, User
from presence.selectors.status import following, last_status_change, status_before
from presence.services.settings_news import with_open_windows


def tell_windows(records: Iterable[ChangeRecord]) -> None:
    """Every open window of those whose status these records changed just now, in this transaction."""
    record_of = {record.extension_id: record for record in records}
    open_windows = with_open_windows(pk for pk in record_of if pk is not None)
    for extension in Extension.objects.filter(pk__in=open_windows).select_related("status_set_by__extension"):
        message = {"type": "status_set", **status_facts(extension, record_of[extension.pk])}
        hub.publish_to_windows(extension.number, message)


def status_facts(extension: Extension, record: ChangeRecord | None = None) -> dict[str, Any]:
    """All that the status line says, in codes and unix seconds; `record`: the last change, if it is at hand.

    `change` grows with every change, so a window knows which of two is the newer.
    """
    then, _ = following(extension)
    record = record or last_status_change(extension)
    before = status_before(extension, record, timezone.now())
    return {
        "status": extension.status,
        "by": setter_name(extension.status_set_by),
        "surface": extension.status_set_on,
        "at": int(extension.status_set_at.timestamp()),
        "since": int(extension.status_since.timestamp()),
        "note": extension.status_note,
        "until": _unix(extension),
        "then": then if extension.status_until else "",
        "change": record.pk if record else 0,
        "back": before
        and {
            "status": before.status,
            "note": before.note,
            "until": int(before.until.timestamp()) if before.until else 0,
        },
    }


def _unix(extension: Extension) -> int:
    return int(extension.status_until.timestamp()) if extension.status_until else 0


def setter_name(user: User | None) -> str:
    """Who set it when it was somebody else: the name of their extension, else the login."""
    if user is None:
        return ""
    extension = getattr(user, "extension", None)
    return extension.name if isinstance(extension, Extension) else user.get_username()
