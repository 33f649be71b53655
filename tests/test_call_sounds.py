"""The sounds of waiting calls: every address leads to a file that can be heard, in the caller's language."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.sounds import RATE, heard, samples_of
from webclient.call_sounds import call_sounds, menu_sound, spoken

LOUD = 1_000  # RMS of 16-bit samples
MUSIC_BYTES_MAX = 300_000
PROMPT_BYTES_MAX = 25_000


@pytest.fixture
def sounds(settings: Settings) -> Path:
    return Path(settings.BASE_DIR) / "static"


def file_of(address: str, sounds: Path) -> bytes:
    return (sounds / address.removeprefix("/static/")).read_bytes()


@pytest.mark.parametrize(
    ("language", "file"), [("en", "place-3-en.mp3"), ("pl", "place-3-pl.mp3"), ("de", "place-3-en.mp3")]
)
def test_a_place_is_spoken_in_the_callers_language_or_in_english(language: str, file: str) -> None:
    assert call_sounds(language)["places"]["3"] == f"/static/sounds/{file}"


@pytest.mark.parametrize("language", ["en", "pl"])
def test_the_first_ten_places_and_those_beyond_can_be_heard(language: str, sounds: Path) -> None:
    places = call_sounds(language)["places"]
    assert list(places) == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "more"]
    assert len(set(places.values())) == 11
    for address in places.values():
        sound = file_of(address, sounds)
        seconds, loudness = heard(sound)
        assert 2 < seconds < 6
        assert loudness > LOUD
        assert len(sound) < PROMPT_BYTES_MAX


@pytest.mark.parametrize("language", ["en", "pl"])
@pytest.mark.parametrize("is_open", [True, False])
def test_a_receptionist_without_a_greeting_of_its_own_speaks(language: str, is_open: bool, sounds: Path) -> None:
    sound = file_of(menu_sound(language, is_open=is_open), sounds)
    seconds, loudness = heard(sound)
    assert 3 < seconds < 10
    assert loudness > LOUD
    assert len(sound) < PROMPT_BYTES_MAX


def test_open_and_closed_sound_different() -> None:
    assert menu_sound("en", is_open=True) != menu_sound("en", is_open=False)


def test_the_music_is_small_and_plays_for_half_a_minute_at_least(sounds: Path) -> None:
    music = file_of(call_sounds("pl")["music"], sounds)
    seconds, loudness = heard(music)
    assert 30 <= seconds <= 60
    assert loudness > LOUD
    assert len(music) < MUSIC_BYTES_MAX


def test_the_music_begins_and_ends_in_silence_so_that_a_loop_does_not_click(sounds: Path) -> None:
    samples = samples_of(file_of(call_sounds("en")["music"], sounds))
    assert max(map(abs, samples[: RATE // 100])) < 200
    assert max(map(abs, samples[-RATE // 10 :])) < 200


@pytest.mark.parametrize("language", ["en", "pl", "de"])
def test_every_spoken_file_exists_in_every_language(language: str, sounds: Path) -> None:
    for name in ("greeting", "menu-open", "menu-closed"):
        assert file_of(spoken(name, language), sounds)
