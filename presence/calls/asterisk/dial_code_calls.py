"""What a desk phone is told that has dialled a code for a status or for its own voicemail.

No PIN is asked for: the phone has shown who it is by its own password when it registered.

| key      | in a message                |
|----------|-----------------------------|
| 1        | hear it again               |
| 7        | delete it                   |
| 9, none  | keep it and hear the next   |
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

from channels.db import database_sync_to_async
from django.utils import timezone

from presence.calls.asterisk import announcements
from presence.calls.asterisk.sound_files import UnplayableSoundError, lent_uri, take_back
from presence.domain.dial_codes import SetStatus
from presence.domain.vocabulary import Surface
from presence.models import Extension, Voicemail
from presence.models.sole import sole
from presence.services import status_by_code, voicemail

log = logging.getLogger(__name__)

KEY_SECONDS = 5.0
_AGAIN, _DELETE = "1", "7"
_TIMES_MAX = 20  # a key that is stuck ends by itself


class Speaker(Protocol):
    """The phone, answered. Once its holder has hung up, it says nothing more and has no more keys."""

    async def say(self, sounds: Sequence[str]) -> None:
        """Play and return at the end, or when the holder has hung up."""

    async def key(self, seconds: float) -> str | None:
        """The next key, pressed meanwhile or within so many seconds."""

    async def hang_up(self) -> None: ...

    @property
    def is_gone(self) -> bool: ...


async def set_status_by_code(extension: Extension, code: SetStatus, speaker: Speaker) -> None:
    """Set the status of the phone's own extension, and say which one it is now and until when."""
    await speaker.say(await database_sync_to_async(_set_status)(extension, code))


async def listen_to_voicemail(extension: Extension, speaker: Speaker) -> None:
    """Say how many messages are new and play them, the oldest first; then those heard before, to who wants them."""
    language = await database_sync_to_async(announcements.language_of)(extension)
    new, heard = await database_sync_to_async(_messages)(extension)
    await _say(speaker, language, announcements.new_messages(len(new), language))
    await _play_all(new, language, speaker)
    if heard and await _wants_to_hear_the_old(language, speaker):
        await _play_all(heard, language, speaker)
    await _say(speaker, language, ["no-more-messages", "goodbye"] if new or heard else ["goodbye"])


def _set_status(extension: Extension, code: SetStatus) -> list[str]:
    """What is to be said of it."""
    status_by_code.set_status_by_code(extension=extension, code=code, surface=Surface.DESK_PHONE)
    language = announcements.language_of(extension)
    until = timezone.localtime(extension.status_until) if extension.status_until is not None else None
    names = announcements.status_set(code.status, until, timezone.localtime(), language)
    return announcements.sound_uris(names, language)


def _messages(extension: Extension) -> tuple[list[UUID], list[UUID]]:
    """The new ones, the oldest first, and those heard before, the newest first."""
    found = Voicemail.objects.filter(box=extension, deleted_at=None)
    new = found.filter(state=Voicemail.State.NEW).order_by("started_at")
    heard = found.filter(state=Voicemail.State.HEARD).order_by("-started_at")
    return list(new.values_list("pk", flat=True)), list(heard.values_list("pk", flat=True))


async def _wants_to_hear_the_old(language: str, speaker: Speaker) -> bool:
    return await _key_after(["old-messages-key"], language, speaker) == _AGAIN


async def _play_all(messages: Iterable[UUID], language: str, speaker: Speaker) -> None:
    for pk in messages:
        if speaker.is_gone:
            return
        message = await database_sync_to_async(_still_there)(pk)
        if message is not None:
            await _play(message, language, speaker)


def _still_there(pk: UUID) -> Voicemail | None:
    """None: deleted meanwhile, in a window."""
    return sole(Voicemail.objects.select_related("box").filter(pk=pk, deleted_at=None))


async def _play(message: Voicemail, language: str, speaker: Speaker) -> None:
    """Play one message until its hearer goes on, deletes it or hangs up."""
    head = announcements.sound_uris(announcements.message_from(message.caller_number), language)
    try:
        sound = await asyncio.to_thread(lent_uri, message.sound)
    except UnplayableSoundError as error:
        log.warning("voicemail %s cannot be played on a telephone: %s", message.pk, error)
        await _say(speaker, language, ["message-unreadable"])
        return
    try:
        await _play_again_and_again(message, [*head, sound], language, speaker)
    finally:
        await asyncio.to_thread(take_back, sound)


async def _play_again_and_again(message: Voicemail, sounds: Sequence[str], language: str, speaker: Speaker) -> None:
    for _time in range(_TIMES_MAX):
        await speaker.say(sounds)
        if speaker.is_gone:  # in the middle of it, perhaps: it stays as new as it was
            return
        await database_sync_to_async(voicemail.mark_heard)(message=message, heard=True)
        key = await _key_after(["message-keys"], language, speaker)
        if key == _DELETE:
            await database_sync_to_async(voicemail.delete_message)(message=message)
            await _say(speaker, language, ["message-deleted"])
        if key != _AGAIN:
            return


async def _key_after(names: Sequence[str], language: str, speaker: Speaker) -> str | None:
    await _say(speaker, language, names)
    return None if speaker.is_gone else await speaker.key(KEY_SECONDS)


async def _say(speaker: Speaker, language: str, names: Sequence[str]) -> None:
    if not speaker.is_gone:
        await speaker.say(announcements.sound_uris(names, language))
