"""The holder of an extension dials a code that says whether they can be called."""

from datetime import timedelta

from django.utils import timezone

from presence.domain.dial_codes import SetStatus
from presence.domain.vocabulary import Surface
from presence.models import Extension
from presence.services.status import set_status


def set_status_by_code(*, extension: Extension, code: SetStatus, surface: Surface) -> None:
    """What was dialled becomes the status; `extension` is refreshed in place."""
    until = timezone.now() + timedelta(minutes=code.minutes) if code.minutes is not None else None
    set_status(extension=extension, status=code.status, by=extension.user, surface=surface, until=until)
