"""A person says whether they can be called."""

from django.db import transaction
from django.utils import timezone

from presence import hub
from presence.domain.vocabulary import Status, Surface
from presence.models import ChangeRecord, Extension, User


@transaction.atomic
def set_status(*, extension: Extension, status: Status, by: User, surface: Surface, note: str = "") -> None:
    """Give `extension` the status `status`; a repetition changes nothing. `extension` is refreshed in place.

    Set by somebody else than the holder, it is shown to the holder with who set it and the note.
    """
    locked = Extension.objects.select_for_update().get(pk=extension.pk)
    before = locked.status
    set_by = None if by.pk == locked.user_id else by
    if (before, locked.status_note, locked.status_set_by) != (status, note, set_by):
        locked.status_since = timezone.now() if before != status else locked.status_since
        locked.status, locked.status_note, locked.status_set_by = status, note, set_by
        locked.version += 1
        locked.save(update_fields=["status", "status_since", "status_note", "status_set_by", "version"])
        ChangeRecord.objects.create(
            by=by,
            extension=locked,
            surface=surface,
            what=ChangeRecord.What.STATUS,
            before={"status": before},
            after={"status": status, "note": note} if note else {"status": status},
        )
        hub.publish_presence([locked.number])
    extension.status, extension.status_since, extension.version = locked.status, locked.status_since, locked.version
