"""Sounds as Asterisk plays them: made once, from what they were made of, and not more than are used."""

import os
import stat
import wave
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from pytest_django import Settings

from presence.calls.asterisk import sound_files
from presence.calls.asterisk.sound_files import (
    UnplayableSoundError,
    kept_uri,
    lent_uri,
    prepare_sounds,
    take_back,
    wav_of,
)
from presence.models import Extension, Voicemail
from tests.sounds import live_recording


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every shipped sound, made once for those who only look."""
    folder = tmp_path_factory.mktemp("sounds")
    prepare_sounds(folder)
    return folder


@pytest.fixture
def sounds(settings: Settings, tmp_path: Path) -> Path:
    settings.ASTERISK_SOUNDS_DIR = tmp_path / "sounds"
    return tmp_path / "sounds"


def a_message(box: Extension, sound: bytes) -> Voicemail:
    message = Voicemail(box=box, caller_number="102", origin="internal", state=Voicemail.State.NEW)
    message.sound.save("message.webm", ContentFile(sound), save=False)
    message.save()
    return message


def path_of(uri: str) -> Path:
    return Path(uri.removeprefix("sound:") + ".wav")


def test_shipped_sounds_are_made_once_and_again_when_they_were_lost_or_changed(sounds: Path) -> None:
    made = prepare_sounds(sounds)
    assert {"greeting-en.wav", "music.wav", "status-lunch-pl.wav", "beep.wav"} <= {path.name for path in made}
    assert prepare_sounds(sounds) == []
    (sounds / "greeting-en.wav").unlink()
    (sounds / ".sources/beep.mp3").write_text("of another release")
    assert {path.name for path in prepare_sounds(sounds)} == {"greeting-en.wav", "beep.wav"}


def test_asterisk_finds_nothing_but_music_in_the_folder_of_music(shipped: Path) -> None:
    assert [path.name for path in (shipped / "music").iterdir()] == ["music.wav"]


def test_a_sound_is_of_the_one_kind_that_every_asterisk_plays(shipped: Path) -> None:
    for name in ("greeting-pl", "number-5-pl", "beep", "music/music"):
        with wave.open(str(shipped / f"{name}.wav")) as sound:
            assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8_000, 1, 2)
            assert sound.getnframes() > 0.2 * 8_000


def test_a_kept_sound_is_converted_once_per_content(adam: Extension, sounds: Path) -> None:
    recording = live_recording(seconds=1)
    first, second = a_message(adam, recording), a_message(adam, recording)
    uri = kept_uri(first.sound)
    made_at = path_of(uri).stat().st_ino
    assert kept_uri(second.sound) == uri
    assert path_of(uri).stat().st_ino == made_at
    with wave.open(str(path_of(uri))) as sound:
        assert sound.getnframes() == pytest.approx(8_000, rel=0.1)


def test_kept_sounds_can_be_read_by_name_and_not_listed(adam: Extension, sounds: Path) -> None:
    path = path_of(kept_uri(a_message(adam, live_recording(seconds=1)).sound))
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o711


def test_the_longest_unused_are_forgotten(adam: Extension, sounds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_files, "_KEPT_MAX", 2)
    messages = [a_message(adam, live_recording(seconds=seconds)) for seconds in (1, 2, 3)]
    first, second = (path_of(kept_uri(message.sound)) for message in messages[:2])
    for path, used_at in ((first, 1), (second, 2)):
        os.utime(path, (used_at, used_at))
    kept_uri(messages[0].sound)  # used again, it is the younger of the two
    third = path_of(kept_uri(messages[2].sound))
    assert [path.exists() for path in (first, second, third)] == [True, False, True]


def test_what_cannot_be_played_is_said_to_be_so(adam: Extension, sounds: Path) -> None:
    damaged = a_message(adam, b"no sound at all")
    lost = a_message(adam, live_recording(seconds=1))
    lost.sound.storage.delete(lost.sound.name or "")
    empty = Voicemail(box=adam)
    for message in (damaged, lost, empty):
        with pytest.raises(UnplayableSoundError):
            kept_uri(message.sound)


def test_a_recording_that_was_cut_off_plays_up_to_there() -> None:
    recording = live_recording(seconds=3)
    assert 8_000 < len(wav_of(recording[: len(recording) * 2 // 3])) < len(wav_of(recording))


def test_a_message_is_lent_to_each_hearer_and_taken_back(adam: Extension, sounds: Path) -> None:
    message = a_message(adam, live_recording(seconds=1))
    mine, anothers = lent_uri(message.sound), lent_uri(message.sound)
    take_back(mine)
    take_back(mine)
    assert not path_of(mine).exists()
    assert path_of(anothers).exists()
