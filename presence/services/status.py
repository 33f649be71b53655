"""A person says whether they can be called."""

from django.db import transaction
from django.utils import timezone

from presence import hub
from presence.domain.vocabulary import Status, Surface
from presence.models import ChangeRecord, Extension, User


@transaction.atomic
def set_status(*, extension: Extension, status: Status, by: User, surface: Surface) -> None:
    """Give `extension` the status `status`; a repetition changes nothing. `extension` is refreshed in place."""
    locked = Extension.objects.select_for_update().get(pk=extension.pk)
    before = locked.status
    if before != status:
        locked.status, locked.status_since = status, timezone.now()
        locked.version += 1
        locked.save(update_fields=["status", "status_since", "version"])
        ChangeRecord.objects.create(
            by=by,
            extension=locked,
            surface=surface,
            what=ChangeRecord.What.STATUS,
            before={"status": before},
            after={"status": status},
        )
        hub.publish_presence([locked.number])
    extension.status, extension.status_since, extension.version = locked.status, locked.status_since, locked.version
