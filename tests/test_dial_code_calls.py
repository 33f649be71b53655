"""What a desk phone is told after a code, with a phone that only notes what it hears."""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from channels.db import database_sync_to_async
from django.core.files.base import ContentFile
from django.utils import timezone
from pytest_django import Settings

from presence.calls.asterisk.dial_code_calls import Speaker, listen_to_voicemail, set_status_by_code
from presence.domain.dial_codes import SetStatus
from presence.domain.vocabulary import Status
from presence.models import ChangeRecord, Extension, Voicemail
from presence.services import voicemail
from tests.sounds import live_recording
from webclient.status_line import status_line

pytestmark = pytest.mark.django_db(transaction=True)

Step = Callable[[], object]


class FakeSpeaker:
    """`heard`: each recording's name, "a message" for one of MEDIA_ROOT. Hangs up when it hears `hangs_up_at`.

    `keys`: what is pressed each time that a key is waited for; a space is none.
    """

    def __init__(self, keys: str = "", *, hangs_up_at: str = "") -> None:
        self.heard: list[str] = []
        self.is_gone = False
        self.has_been_hung_up = False
        self.when_heard: dict[str, Step] = {}
        self._keys = deque(keys)
        self._hangs_up_at = hangs_up_at

    async def say(self, sounds: Sequence[str]) -> None:
        for sound in sounds:
            if self.is_gone:
                return
            path = Path(sound.removeprefix("sound:"))
            name = path.name
            if path.parent.name == "kept":
                assert path.with_suffix(".wav").exists(), "Asterisk would find nothing to play"
                name = "a message"
            self.heard.append(name)
            if step := self.when_heard.pop(name, None):
                await database_sync_to_async(step)()
            self.is_gone = self._hangs_up_at == name

    async def key(self, seconds: float) -> str | None:
        assert not self.is_gone
        key = self._keys.popleft() if self._keys else " "
        return key if key != " " else None

    async def hang_up(self) -> None:
        self.has_been_hung_up = True


@pytest.fixture(autouse=True)
def _sounds(settings: Settings, tmp_path: Path) -> None:
    settings.ASTERISK_SOUNDS_DIR = tmp_path / "sounds"
    settings.LANGUAGE_CODE = "en"
    settings.TIME_ZONE = "Europe/Warsaw"


def a_message(box: Extension, *, minutes_ago: int, caller: str = "102", heard: bool = False) -> Voicemail:
    message = Voicemail(
        box=box,
        caller_number=caller,
        origin="internal",
        state=Voicemail.State.HEARD if heard else Voicemail.State.NEW,
        started_at=timezone.now() - timedelta(minutes=minutes_ago),
    )
    message.sound.save("message.webm", ContentFile(live_recording(seconds=0.5)), save=False)
    message.save()
    return message


async def listen(box: Extension, speaker: Speaker) -> None:
    await listen_to_voicemail(box, speaker)


def state_of(message: Voicemail) -> tuple[str, bool]:
    """And whether it has been deleted."""
    message.refresh_from_db()
    return message.state, message.deleted_at is not None


async def test_a_status_is_set_in_one_step_and_said(adam: Extension) -> None:
    speaker = FakeSpeaker()
    await set_status_by_code(adam, SetStatus(Status.LUNCH), speaker)
    assert speaker.heard == ["status-lunch-en"]
    assert not speaker.has_been_hung_up
    await database_sync_to_async(adam.refresh_from_db)()
    assert (adam.status, adam.status_until, adam.status_set_on) == ("lunch", None, "desk_phone")
    record = await ChangeRecord.objects.select_related("by").aget(extension=adam)
    assert record.by == await database_sync_to_async(lambda: adam.user)()


async def test_a_status_for_a_while_ends_then_and_is_said_with_its_end(adam: Extension) -> None:
    speaker = FakeSpeaker()
    before = timezone.now()
    await set_status_by_code(adam, SetStatus(Status.DND, minutes=90), speaker)
    await database_sync_to_async(adam.refresh_from_db)()
    assert adam.status_until is not None
    assert before <= adam.status_until - timedelta(minutes=90) <= timezone.now()
    assert speaker.heard[:2] == ["status-dnd-en", "until-en"] or speaker.heard[1] == "until-tomorrow-en"
    assert adam.status_after == "available"


async def test_the_holder_is_spoken_to_in_their_language(adam: Extension) -> None:
    assert adam.user is not None
    adam.user.language = "pl"
    await database_sync_to_async(adam.user.save)()
    speaker = FakeSpeaker()
    await set_status_by_code(adam, SetStatus(Status.AWAY), speaker)
    assert speaker.heard == ["status-away-pl"]


async def test_a_phone_without_a_holder_has_a_status_too(db: None) -> None:
    lobby = await Extension.objects.acreate(number="190", name="Lobby")
    await set_status_by_code(lobby, SetStatus(Status.AWAY), FakeSpeaker())
    await database_sync_to_async(lobby.refresh_from_db)()
    assert (lobby.status, lobby.status_set_on, lobby.status_set_by_id) == ("away", "desk_phone", None)


def test_the_status_line_says_that_it_was_set_on_the_phone(adam: Extension) -> None:
    adam.status, adam.status_set_on, adam.status_set_at = Status.LUNCH, "desk_phone", timezone.now()
    time = timezone.localtime(adam.status_set_at, ZoneInfo("Europe/Warsaw"))
    assert status_line(adam).words == f"Lunch, set on the desk phone at {time:%H:%M}"


async def test_an_empty_box_says_so(adam: Extension) -> None:
    speaker = FakeSpeaker()
    await listen(adam, speaker)
    assert speaker.heard == ["no-new-messages-en", "goodbye-en"]


async def test_new_messages_are_counted_and_played_from_the_oldest_and_are_heard_then(adam: Extension) -> None:
    newer = await database_sync_to_async(a_message)(adam, minutes_ago=1, caller="+48")
    older = await database_sync_to_async(a_message)(adam, minutes_ago=9, caller="103")
    speaker = FakeSpeaker("9 ")
    await listen(adam, speaker)
    assert " ".join(name.removesuffix("-en") for name in speaker.heard) == (
        "you-have number-2 new-messages-few "
        "message-from digit-1 digit-0 digit-3 a message message-keys "
        "message-from plus digit-4 digit-8 a message message-keys "
        "no-more-messages goodbye"
    )
    for message in (newer, older):
        assert await database_sync_to_async(state_of)(message) == ("heard", False)
    assert await database_sync_to_async(voicemail.unheard_count)(adam) == 0


async def test_one_again_and_seven_deletes(adam: Extension) -> None:
    message = await database_sync_to_async(a_message)(adam, minutes_ago=1)
    speaker = FakeSpeaker("117")
    await listen(adam, speaker)
    assert speaker.heard.count("a message") == 3
    assert speaker.heard[-3:] == ["message-deleted-en", "no-more-messages-en", "goodbye-en"]
    assert await database_sync_to_async(state_of)(message) == ("heard", True)


async def test_who_hangs_up_in_a_message_has_not_heard_it(adam: Extension) -> None:
    first = await database_sync_to_async(a_message)(adam, minutes_ago=2)
    second = await database_sync_to_async(a_message)(adam, minutes_ago=1)
    speaker = FakeSpeaker(hangs_up_at="a message")
    await listen(adam, speaker)
    assert speaker.heard[-1] == "a message"
    for message in (first, second):
        assert await database_sync_to_async(state_of)(message) == ("new", False)


@pytest.mark.parametrize("moment", ["you-have-en", "message-from-en", "message-keys-en", "message-deleted-en"])
async def test_after_hanging_up_nothing_more_is_said(adam: Extension, moment: str) -> None:
    for minutes_ago in (3, 2, 1):
        await database_sync_to_async(a_message)(adam, minutes_ago=minutes_ago)
    speaker = FakeSpeaker("7", hangs_up_at=moment)
    await listen(adam, speaker)
    assert speaker.heard[-1] == moment


async def test_what_was_heard_before_is_played_to_who_wants_it(adam: Extension) -> None:
    await database_sync_to_async(a_message)(adam, minutes_ago=5, heard=True)
    silent, eager = FakeSpeaker(), FakeSpeaker("1")
    await listen(adam, silent)
    assert silent.heard == ["no-new-messages-en", "old-messages-key-en", "no-more-messages-en", "goodbye-en"]
    await listen(adam, eager)
    assert eager.heard.count("a message") == 1


async def test_a_message_that_was_deleted_meanwhile_is_passed_over(adam: Extension) -> None:
    await database_sync_to_async(a_message)(adam, minutes_ago=2, caller="103")
    gone = await database_sync_to_async(a_message)(adam, minutes_ago=1, caller="104")
    speaker = FakeSpeaker("9")
    speaker.when_heard["a message"] = lambda: voicemail.delete_message(message=gone)
    await listen(adam, speaker)
    assert speaker.heard.count("a message") == 1


async def test_a_message_that_cannot_be_played_is_said_to_be_so_and_stays(adam: Extension) -> None:
    lost = await database_sync_to_async(a_message)(adam, minutes_ago=2)
    await database_sync_to_async(a_message)(adam, minutes_ago=1, caller="103")
    await database_sync_to_async(lost.sound.storage.delete)(lost.sound.name or "")
    speaker = FakeSpeaker("9")
    await listen(adam, speaker)
    assert "message-unreadable-en" in speaker.heard
    assert speaker.heard.count("a message") == 1
    assert await database_sync_to_async(state_of)(lost) == ("new", False)


async def test_no_copy_of_a_message_is_left_behind(adam: Extension, settings: Settings) -> None:
    await database_sync_to_async(a_message)(adam, minutes_ago=1)
    await listen(adam, FakeSpeaker("19"))
    assert list((settings.ASTERISK_SOUNDS_DIR / "kept").iterdir()) == []


async def test_only_the_own_box_is_heard(adam: Extension, piotr: Extension) -> None:
    await database_sync_to_async(a_message)(piotr, minutes_ago=1)
    speaker = FakeSpeaker()
    await listen(adam, speaker)
    assert speaker.heard == ["no-new-messages-en", "goodbye-en"]


async def test_a_key_that_is_stuck_ends_by_itself(adam: Extension) -> None:
    await database_sync_to_async(a_message)(adam, minutes_ago=1)
    speaker = FakeSpeaker("1" * 1_000)
    await listen(adam, speaker)
    assert speaker.heard.count("a message") <= 40
    assert speaker.heard[-1] == "goodbye-en"
