"""An operator gives a digital receptionist a greeting of its own, when open and when closed, or takes it back."""

from enum import StrEnum

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.fields.files import FieldFile

from presence.domain.system_settings import PREFIX
from presence.domain.vocabulary import Surface
from presence.models import ChangeRecord, Receptionist, SystemExtension, User
from presence.models.sole import sole
from presence.services.voicemail import greeting_sound


class WhichGreeting(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


_FIELDS = {
    WhichGreeting.OPEN: ("greeting", "greeting_seconds"),
    WhichGreeting.CLOSED: ("closed_greeting", "closed_greeting_seconds"),
}


def own_greeting(system: SystemExtension, which: WhichGreeting) -> tuple[FieldFile, float] | None:
    """The sound and its seconds; None while the shipped one is played."""
    receptionist = sole(Receptionist.objects.filter(system_extension=system))
    sound_name, seconds_name = _FIELDS[which]
    sound = getattr(receptionist, sound_name, None)
    return (sound, getattr(receptionist, seconds_name)) if sound else None


def save_greeting(*, system: SystemExtension, which: WhichGreeting, sound: bytes, by: User) -> None:
    """What was uploaded or recorded, encoded afresh. Raises GreetingRefusedError."""
    webm, seconds = greeting_sound(sound)  # before the transaction: it takes a while
    name = default_storage.save(f"receptionist/{which}.webm", ContentFile(webm))
    try:
        _replace(system, which, name, seconds, by)
    except BaseException:
        default_storage.delete(name)
        raise


def delete_greeting(*, system: SystemExtension, which: WhichGreeting, by: User) -> None:
    """The shipped greeting is played again; nothing happens where it is already."""
    _replace(system, which, "", 0.0, by)


@transaction.atomic
def _replace(system: SystemExtension, which: WhichGreeting, name: str, seconds: float, by: User) -> None:
    SystemExtension.objects.select_for_update().get(pk=system.pk)
    receptionist, _ = Receptionist.objects.get_or_create(system_extension=system)
    sound_name, seconds_name = _FIELDS[which]
    former, former_seconds = getattr(receptionist, sound_name).name or "", getattr(receptionist, seconds_name)
    if not former and not name:
        return
    setattr(receptionist, sound_name, name)
    setattr(receptionist, seconds_name, seconds)
    receptionist.save(update_fields=[sound_name, seconds_name])
    key = f"{PREFIX}greeting_{which}"
    ChangeRecord.objects.create(
        by=by,
        system_number=system.number,
        system_name=system.name,
        surface=Surface.OPERATOR_PANEL,
        what=ChangeRecord.What.SYSTEM,
        before={key: round(former_seconds) if former else ""},
        after={key: round(seconds) if name else ""},
    )
    if former:
        transaction.on_commit(lambda: default_storage.delete(former))
