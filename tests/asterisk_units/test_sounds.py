"""What a channel hears while it talks to nobody, and what it says to a voicemail."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async

from presence import hub
from presence.calls.asterisk.board import Channel
from presence.calls.asterisk.plan import Menu, Music, Ringback, Sound, Voicemail
from presence.calls.asterisk.recordings import Recordings
from presence.calls.asterisk.requests import Requests
from presence.calls.asterisk.sounds import SoundPlayer
from presence.calls.asterisk.translate import RecordingFinished
from presence.domain.vocabulary import CallBackendKind, CallState, Origin
from presence.models import Call, Extension, VoicemailChunk
from presence.services import voicemail
from tests.asterisk_units.fake_asterisk import FakeAsterisk, FakeChannel
from tests.asterisk_units.linked import until

CALL = UUID("5d8f9d2e-64c5-4a3a-9d0a-3e6f4a1f0a11")
RECORDING = f"lf-{CALL}"


class Book:
    """Names instead of files."""

    async def greeting(self, box: str) -> Sequence[str]:
        return [f"greeting-of-{box}"]

    async def menu(self, menu: Menu) -> Sequence[str]:
        return ["menu", *menu.keys]

    def place(self, place: int) -> Sequence[str]:
        return [f"place-{place}"]


@pytest.fixture
def sounds(asterisk: FakeAsterisk) -> SoundPlayer:
    return SoundPlayer(Requests(asterisk, "lampfield"), Book(), limit_after_seconds=0.01)


def hearing(asterisk: FakeAsterisk, sound: Sound | None = None, *, is_up: bool = True) -> tuple[FakeChannel, Channel]:
    """A caller's channel as Asterisk has it, and as the board does."""
    theirs = asterisk.dials("101", "102")
    return theirs, Channel(theirs.id, "101", CALL, 1, is_up=is_up, is_here=True, hears=sound)


@pytest.mark.parametrize(
    ("sound", "played"),
    [
        (Ringback(), [["tone:ring"]]),
        (Music(), []),
        (Music(3), [["place-3"]]),
        (Menu("800", 1, ("1", "5"), is_open=True, was_wrong=False), [["menu", "1", "5"]]),
        (Voicemail("102", 60), [["greeting-of-102"]]),
    ],
)
async def test_a_sound_is_played(
    asterisk: FakeAsterisk, sounds: SoundPlayer, sound: Sound, played: list[list[str]]
) -> None:
    theirs, channel = hearing(asterisk)
    await sounds.start(channel, sound)
    assert [media for _, media in asterisk.playbacks.values()] == played
    assert theirs.has_music is (sound == Music())


async def test_a_caller_who_is_not_answered_hears_their_own_phone_ring(
    asterisk: FakeAsterisk, sounds: SoundPlayer
) -> None:
    theirs, channel = hearing(asterisk, is_up=False)
    await sounds.start(channel, Ringback())
    assert [str(request) for request in asterisk.asked] == [f"POST channels/{theirs.id}/ring"]


async def test_a_browser_rings_by_itself(asterisk: FakeAsterisk, sounds: SoundPlayer) -> None:
    await sounds.start(Channel("lf-1", "lf-window-00000001", CALL, 1, is_up=True, is_here=True), Ringback())
    assert asterisk.asked == []


@pytest.mark.parametrize("sound", [Music(), Music(2), Ringback(), Voicemail("102", 60)])
async def test_what_is_stopped_is_heard_no_more(asterisk: FakeAsterisk, sounds: SoundPlayer, sound: Sound) -> None:
    theirs, channel = hearing(asterisk, sound)
    await sounds.start(channel, sound)
    await sounds.stop(channel)
    assert (asterisk.playbacks, theirs.has_music, channel.hears) == ({}, False, None)


async def test_after_its_place_a_caller_hears_music(asterisk: FakeAsterisk, sounds: SoundPlayer) -> None:
    theirs, channel = hearing(asterisk, Music(2))
    await sounds.start(channel, Music(2))
    asterisk.finish_playback(channel.playback)
    await sounds.finished(channel)
    assert theirs.has_music


async def test_after_the_greeting_a_caller_is_recorded(asterisk: FakeAsterisk, sounds: SoundPlayer) -> None:
    theirs, channel = hearing(asterisk, Voicemail("102", 60))
    await sounds.start(channel, Voicemail("102", 60))
    await sounds.finished(channel)
    assert (theirs.recording, channel.recording) == (RECORDING, RECORDING)
    (asked,) = asterisk.asked_for(f"POST channels/{theirs.id}/record")
    assert (asked.query["maxDurationSeconds"], asked.query["terminateOn"], asked.query["beep"]) == (60, "#", True)


async def test_who_left_during_the_greeting_is_not_recorded(asterisk: FakeAsterisk, sounds: SoundPlayer) -> None:
    theirs, channel = hearing(asterisk, Voicemail("102", 60))
    asterisk.hangs_up(theirs)
    await sounds.finished(channel)
    assert channel.recording == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", [None, 500])
async def test_a_silent_caller_is_stopped_at_the_limit(
    asterisk: FakeAsterisk, sounds: SoundPlayer, status: int | None
) -> None:
    await hub.start()
    theirs, channel = hearing(asterisk, Voicemail("102", 0))
    await sounds.finished(channel)
    if status is not None:
        asterisk.refusals.append(("POST recordings/live", status))
    await until(lambda: asterisk.asked_for(f"POST recordings/live/{RECORDING}/stop"))
    await until(lambda: status is not None or not theirs.recording)


# What was said


@pytest.fixture
async def recorded(asterisk: FakeAsterisk, people: dict[str, Extension]) -> Channel:
    """The channel of a caller who speaks to Piotr's voicemail."""
    await sync_to_async(_speaking_call)(people["102"])
    theirs, channel = hearing(asterisk, Voicemail("102", 60))
    theirs.recording = channel.recording = RECORDING
    return channel


def _speaking_call(box: Extension) -> None:
    call = Call.objects.create(
        pk=CALL,
        caller_number="101",
        origin=Origin.INTERNAL,
        called_number="102",
        state=CallState.TALKING,
        backend_kind=CallBackendKind.ASTERISK,
    )
    voicemail.start_recording(call=call, box=box)


@sync_to_async
def kept() -> list[bytes]:
    return [bytes(chunk.data) for chunk in VoicemailChunk.objects.all()]


def recordings(asterisk: FakeAsterisk, finish_seconds: float = 5.0) -> Recordings:
    return Recordings(Requests(asterisk, "lampfield"), asterisk.fetch, finish_seconds)


@pytest.mark.django_db(transaction=True)
async def test_a_recording_that_is_complete_is_kept_and_deleted_there(
    asterisk: FakeAsterisk, recorded: Channel
) -> None:
    asterisk.stored[RECORDING] = b"hello"
    store = recordings(asterisk)
    store.heard(RecordingFinished(RECORDING, has_failed=False))
    assert await store.finish(recorded)
    assert (await kept(), asterisk.stored, recorded.recording) == ([b"hello"], {}, "")
    assert not await store.finish(recorded)  # once


@pytest.mark.django_db(transaction=True)
async def test_the_caller_may_hang_up_before_the_recording_is_complete(
    asterisk: FakeAsterisk, recorded: Channel
) -> None:
    asterisk.stored[RECORDING] = b"hello"
    store = recordings(asterisk)
    finishing = asyncio.create_task(store.finish(recorded))
    await until(lambda: recorded.recording == "")
    store.heard(RecordingFinished(RECORDING, has_failed=False))
    assert await finishing
    assert await kept() == [b"hello"]


@pytest.mark.django_db(transaction=True)
async def test_a_recording_that_failed_is_not_fetched(asterisk: FakeAsterisk, recorded: Channel) -> None:
    asterisk.stored[RECORDING] = b"noise"
    store = recordings(asterisk)
    store.heard(RecordingFinished(RECORDING, has_failed=True))
    assert not await store.finish(recorded)
    assert await kept() == []


@pytest.mark.django_db(transaction=True)
async def test_who_said_nothing_left_nothing(asterisk: FakeAsterisk, recorded: Channel) -> None:
    store = recordings(asterisk)
    store.heard(RecordingFinished(RECORDING, has_failed=False))
    await store.finish(recorded)
    assert await kept() == []


@pytest.mark.django_db(transaction=True)
async def test_a_word_that_is_lost_does_not_lose_the_message(asterisk: FakeAsterisk, recorded: Channel) -> None:
    asterisk.stored[RECORDING] = b"hello"
    assert await recordings(asterisk, finish_seconds=0.01).finish(recorded)
    assert await kept() == [b"hello"]


async def test_a_channel_that_records_nothing_has_nothing_to_keep(asterisk: FakeAsterisk) -> None:
    _, channel = hearing(asterisk)
    assert not await recordings(asterisk).finish(channel)
