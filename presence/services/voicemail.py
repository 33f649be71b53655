"""Writes of voicemail: a recording grows by chunks, becomes a message in a box, is heard, deleted, restored, purged."""

import logging
import secrets
from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import IntegerField, Sum
from django.db.models.functions import Length
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from presence import hub
from presence.domain.vocabulary import CallState
from presence.models import Call, CallLeg, Extension, Greeting, Voicemail, VoicemailChunk
from presence.models.sole import sole
from presence.services import voicemail_email
from presence.services.sound import TooLongError, UnreadableSoundError, webm_of_recording, webm_of_upload

log = logging.getLogger(__name__)

RECORDING_SECONDS_MAX = 180
CHUNK_BYTES_MAX = 60_000
CHUNKS_BEYOND = 20  # a piece is a second long; a browser that stops at the limit has sent a little more
CHUNKS_MAX = RECORDING_SECONDS_MAX + CHUNKS_BEYOND
RECORDING_BYTES_MAX = 5_000_000
GREETING_SECONDS_MAX = 60
_STOPWATCH_SECONDS = 1  # a browser that stops at 60 s has recorded a little more
GREETING_BYTES_MAX = 2_000_000


class ChunkRefusedError(Exception):
    """A piece of a recording that is not kept; `code` says why: gone, too_many."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class GreetingRefusedError(Exception):
    """A greeting that is not kept; `code` says why: too_large, too_long, unreadable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def start_recording(*, call: Call, box: Extension) -> Voicemail:
    """The caller of `call` is about to speak to `box`."""
    return Voicemail.objects.create(
        call=call,
        box=box,
        caller_number=call.caller_number,
        caller_name=call.caller_name,
        origin=call.origin,
    )


@transaction.atomic
def store_chunk(*, call_id: UUID, extension: Extension | None, window: str, sequence: int, data: bytes) -> None:
    """Keep a piece of what the caller says; the same piece again changes nothing. Raises ChunkRefusedError."""
    if not 0 < len(data) <= CHUNK_BYTES_MAX or not 0 <= sequence < CHUNKS_MAX:
        raise ChunkRefusedError("too_many")
    recording = (
        Voicemail.objects.select_for_update(of=("self",))
        .select_related("box")
        .filter(call_id=call_id, state=Voicemail.State.RECORDING, call__legs__in=_talking_caller(extension, window))
        .first()
    )
    if recording is None:
        raise ChunkRefusedError("gone")
    if sequence >= seconds_max(recording.box) + CHUNKS_BEYOND:
        raise ChunkRefusedError("too_many")
    if recording.chunks.filter(sequence=sequence).exists():
        return
    stored = recording.chunks.aggregate(bytes=Sum(Length("data"), output_field=IntegerField()))["bytes"] or 0
    if stored + len(data) > RECORDING_BYTES_MAX:
        raise ChunkRefusedError("too_many")
    VoicemailChunk.objects.create(voicemail=recording, sequence=sequence, data=data)


@transaction.atomic
def store_recording(*, call_id: UUID, sound: bytes) -> bool:
    """Keep a whole recording, made elsewhere, as what the caller said. False when nothing is recorded any more."""
    recording = sole(Voicemail.objects.select_for_update().filter(call_id=call_id, state=Voicemail.State.RECORDING))
    if recording is None or not sound or recording.chunks.exists():
        return False
    VoicemailChunk.objects.create(voicemail=recording, sequence=0, data=sound)
    return True


def seconds_max(box: Extension) -> int:
    """How long a message this voicemail takes."""
    return min(box.voicemail_seconds_max, RECORDING_SECONDS_MAX)


def holds_sound(call: Call) -> bool:
    """Whether the caller has said anything to a voicemail in this call."""
    return VoicemailChunk.objects.filter(voicemail__call=call).exists()


def finish_recording(*, call_id: UUID) -> None:
    """Make a message of what was said; nothing said, no message. The second finish finds nothing to do."""
    recording = sole(Voicemail.objects.filter(call_id=call_id, state=Voicemail.State.RECORDING).select_related("box"))
    if recording is None:
        return
    raw = b"".join(bytes(data) for data in recording.chunks.values_list("data", flat=True))
    if not raw:
        Voicemail.objects.filter(pk=recording.pk, state=Voicemail.State.RECORDING).delete()
        return
    sound, seconds = _playable(recording, raw)
    name = _keep(sound)
    if not _become_message(recording, name, seconds):
        default_storage.delete(name)


def unheard_count(extension: Extension) -> int:
    return extension.voicemails.filter(state=Voicemail.State.NEW, deleted_at=None).count()


@transaction.atomic
def mark_heard(*, message: Voicemail, heard: bool) -> None:
    """Say whether the owner has heard a message. `message` is refreshed in place."""
    message.state = Voicemail.State.HEARD if heard else Voicemail.State.NEW
    message.save(update_fields=["state"])
    _tell_unheard(message.box)


@transaction.atomic
def delete_message(*, message: Voicemail) -> None:
    """Take a message out of its box; until it is purged it can be restored."""
    message.deleted_at = message.deleted_at or timezone.now()
    message.save(update_fields=["deleted_at"])
    _tell_unheard(message.box)


@transaction.atomic
def restore_message(*, message: Voicemail) -> None:
    """Undo a deletion."""
    message.deleted_at = None
    message.save(update_fields=["deleted_at"])
    _tell_unheard(message.box)


def purge_deleted(*, before: datetime) -> int:
    """Remove for good what was deleted before this moment, files included. Returns how many messages went."""
    purged = 0
    for message in Voicemail.objects.filter(deleted_at__lt=before):
        # Asked again in the delete: the owner may have restored it meanwhile.
        if Voicemail.objects.filter(pk=message.pk, deleted_at__lt=before).delete()[0]:
            default_storage.delete(message.sound.name or "")
            purged += 1
    return purged


def save_greeting(*, extension: Extension, sound: bytes) -> Greeting:
    """`sound` is what callers of this box hear from now on. Raises GreetingRefusedError."""
    webm, seconds = greeting_sound(sound)
    name = _keep(webm)
    with transaction.atomic():
        _forget_greeting_file(extension)
        values = {"sound": name, "seconds": seconds, "recorded_at": timezone.now()}
        greeting, _ = Greeting.objects.update_or_create(extension=extension, defaults=values)
    return greeting


def greeting_sound(sound: bytes) -> tuple[bytes, float]:
    """An upload as it is kept, and its seconds. Raises GreetingRefusedError."""
    if len(sound) > GREETING_BYTES_MAX:
        raise GreetingRefusedError("too_large")
    try:
        return webm_of_upload(sound, seconds_max=GREETING_SECONDS_MAX + _STOPWATCH_SECONDS)
    except TooLongError as error:
        raise GreetingRefusedError("too_long") from error
    except UnreadableSoundError as error:
        raise GreetingRefusedError("unreadable") from error


@transaction.atomic
def delete_greeting(*, extension: Extension) -> None:
    """Back to the shipped greeting."""
    _forget_greeting_file(extension)
    Greeting.objects.filter(extension=extension).delete()


def _talking_caller(extension: Extension | None, window: str) -> list[CallLeg]:
    return list(
        CallLeg.objects.filter(
            extension=extension, window=window, role=CallLeg.Role.CALLER, state=CallState.TALKING
        ).only("pk")
    )


def _playable(recording: Voicemail, raw: bytes) -> tuple[bytes, float | None]:
    try:
        return webm_of_recording(raw)
    except UnreadableSoundError as error:
        with bound_contextvars(call=str(recording.call_id)):
            log.warning("voicemail %s is damaged and kept as it came: %s", recording.pk, error)
        return raw, None


@transaction.atomic
def _become_message(recording: Voicemail, name: str, seconds: float | None) -> bool:
    """False when another finish was first."""
    ours = Voicemail.objects.filter(pk=recording.pk, state=Voicemail.State.RECORDING)
    due = voicemail_email.is_wanted(recording.box)
    if not ours.update(state=Voicemail.State.NEW, sound=name, seconds=seconds, email_due=due):
        return False
    recording.chunks.all().delete()
    _tell_unheard(recording.box)
    return True


def _keep(sound: bytes) -> str:
    # A flat name nobody can guess: no folder, no number, no date.
    return default_storage.save(f"{secrets.token_hex(16)}.webm", ContentFile(sound))


def _forget_greeting_file(extension: Extension) -> None:
    before = sole(Greeting.objects.select_for_update().filter(extension=extension))
    if before is not None:
        name = before.sound.name or ""
        transaction.on_commit(lambda: default_storage.delete(name))


def _tell_unheard(box: Extension) -> None:
    hub.publish_to_windows(box.number, {"type": "unheard", "count": unheard_count(box)})
