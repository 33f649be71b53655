"""Somebody says whether a person can be called: the person, or an operator for one or many."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from presence import hub
from presence.domain.vocabulary import Status, Surface
from presence.models import ChangeRecord, Extension, User
from presence.services.extension_settings import name_of
from presence.services.queue_news import publish_members
from presence.services.settings_news import BATCH, with_open_windows


def set_status(*, extension: Extension, status: Status, by: User, surface: Surface, note: str = "") -> None:
    """Give `extension` the status `status`; a repetition changes nothing. `extension` is refreshed in place."""
    set_statuses(extensions=[extension], status=status, by=by, surface=surface, note=note)
    fields = ["status", "status_since", "status_note", "status_set_by", "version"]
    extension.refresh_from_db(fields=fields)


@transaction.atomic
def set_statuses(
    *, extensions: Collection[Extension], status: Status, by: User, surface: Surface, note: str = ""
) -> int:
    """Give many the same status and return how many of them it changed.

    Set by somebody else than the holder, it is shown to the holder with who set it and the note.
    """
    wanted = {extension.pk for extension in extensions}
    changed = [
        extension
        for extension in Extension.objects.select_for_update().filter(pk__in=wanted)
        if _shown(extension) != (status, note, _setter(extension, by))
    ]
    if not changed:
        return 0
    for mine in (True, False):
        ours = [extension for extension in changed if (extension.user_id == by.pk) is mine]
        _write(ours, status, note, set_by=None if mine else by)
    ChangeRecord.objects.bulk_create((_record(each, status, note, by, surface) for each in changed), batch_size=BATCH)
    hub.publish_presence([extension.number for extension in changed])
    publish_members(extension.pk for extension in changed)
    _tell(changed, status, note, by)
    return len(changed)


def _shown(extension: Extension) -> tuple[str, str, int | None]:
    return extension.status, extension.status_note, extension.status_set_by_id


def _setter(extension: Extension, by: User) -> int | None:
    return None if extension.user_id == by.pk else by.pk


def _write(extensions: Collection[Extension], status: Status, note: str, *, set_by: User | None) -> None:
    rows = Extension.objects.filter(pk__in=[extension.pk for extension in extensions])
    rows.exclude(status=status).update(status_since=timezone.now())
    rows.update(status=status, status_note=note, status_set_by=set_by, version=F("version") + 1)


def _record(extension: Extension, status: Status, note: str, by: User, surface: Surface) -> ChangeRecord:
    return ChangeRecord(
        by=by,
        extension=extension,
        surface=surface,
        what=ChangeRecord.What.STATUS,
        before={"status": extension.status},
        after={"status": status, "note": note} if note else {"status": status},
    )


def _tell(extensions: Collection[Extension], status: Status, note: str, by: User) -> None:
    """The holder's open windows learn who set the status, or that the holder did: lamps carry no names."""
    changed = {extension.pk: extension for extension in extensions}
    name, now = name_of(by), timezone.now()
    for pk in with_open_windows(changed):
        extension = changed[pk]
        since = extension.status_since if extension.status == status else now
        message = {
            "type": "status_set",
            "status": status,
            "by": "" if extension.user_id == by.pk else name,
            "at": int(since.timestamp()),
            "note": note,
        }
        hub.publish_to_windows(extension.number, message)
