"""What somebody on a telephone is told, as recordings; each that can be named is there, in both languages."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from pytest_django import Settings

from presence.calls.asterisk import announcements
from presence.calls.asterisk.sound_files import prepare_sounds
from presence.domain.vocabulary import Status
from presence.models import Extension, Receptionist, SystemExtension
from presence.services import voicemail
from tests.sounds import live_recording

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 30, 12, 15, tzinfo=WARSAW)  # a Monday


def names_said() -> set[str]:
    """All that the functions under test can name."""
    counted = {name for count in range(130) for name in announcements.new_messages(count, "pl")}
    ends = {
        name
        for language in ("en", "pl")
        for minutes in range(1, 60 * 24 * 60, 7)
        for name in announcements.status_set(Status.LUNCH, NOW + timedelta(minutes=minutes), NOW, language)
        # Hours with a name of their own are Polish, halves of the day English.
        if not name.startswith("hour-") and name not in {"am", "pm", "oh"}
    }
    statuses = {f"status-{status.value}" for status in Status}
    places = {name for place in range(1, 12) for name in announcements.place_in_queue(place)}
    menus = {
        name
        for is_open in (True, False)
        for was_wrong in (True, False)
        for name in announcements.menu("0123456789", is_open=is_open, was_wrong=was_wrong)
    }
    return counted | ends | statuses | places | menus | set(announcements.message_from("+0123456789")) | {"greeting"}


@pytest.fixture
def sounds(settings: Settings, tmp_path: Path) -> Path:
    settings.ASTERISK_SOUNDS_DIR = tmp_path / "sounds"
    return tmp_path / "sounds"


def test_everything_that_can_be_said_has_a_recording(sounds: Path) -> None:
    prepare_sounds(sounds)
    names = names_said() | {
        "message-keys",
        "message-deleted",
        "no-more-messages",
        "goodbye",
        "old-messages-key",
        "message-unreadable",
    }
    uris = {uri for language in ("en", "pl") for uri in announcements.sound_uris(names, language)}
    uris |= {announcements.sound_uri(f"hour-{hour}", "pl") for hour in range(24)}
    uris |= {announcements.sound_uri(name, "en") for name in ("am", "pm", "oh")}
    uris.add(announcements.sound_uri(announcements.BEEP, "pl"))
    paths = {Path(uri.removeprefix("sound:") + ".wav") for uri in uris}
    assert sorted(path.name for path in paths if not path.exists()) == []


@pytest.mark.parametrize(
    ("until", "english", "polish"),
    [
        (None, "", ""),
        ("2026-11-30 12:45", "until number-12 number-40 number-5 pm", "until hour-12 number-40 number-5"),
        ("2026-11-30 13:05", "until number-1 oh number-5 pm", "until hour-13 number-0 number-5"),
        ("2026-11-30 15:00", "until number-3 pm", "until hour-15"),
        ("2026-11-30 22:22", "until number-10 number-20 number-2 pm", "until hour-22 number-20 number-2"),
        ("2026-12-01 00:00", "until-tomorrow midnight", "until-tomorrow midnight"),
        ("2026-12-01 00:07", "until-tomorrow number-12 oh number-7 am", "until-tomorrow hour-0 number-0 number-7"),
        ("2026-12-01 09:00", "until-tomorrow number-9 am", "until-tomorrow hour-9"),
        ("2026-12-04 12:00", "until-weekday-4 noon", "until-weekday-4 noon"),
        ("2026-12-06 08:19", "until-weekday-6 number-8 number-19 am", "until-weekday-6 hour-8 number-19"),
        (
            "2026-12-07 08:30",
            "for number-7 days-until number-8 number-30 am",
            "for number-7 days-until hour-8 number-30",
        ),
        ("2026-12-22 12:00", "for number-20 digit-2 days-until noon", "for number-20 digit-2 days-until noon"),
        ("2027-01-29 12:00", "for number-60 days-until noon", "for number-60 days-until noon"),
    ],
)
def test_an_end_is_said_as_people_say_it(until: str | None, english: str, polish: str) -> None:
    end = datetime.fromisoformat(until).replace(tzinfo=WARSAW) if until else None
    for language, expected in (("en", english), ("pl", polish)):
        said = announcements.status_set(Status.LUNCH, end, NOW, language)
        assert " ".join(said) == f"status-lunch {expected}".strip()


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "no-new-messages"),
        (1, "one-new-message"),
        (2, "you-have number-2 new-messages-few"),
        (4, "you-have number-4 new-messages-few"),
        (5, "you-have number-5 new-messages-many"),
        (12, "you-have number-12 new-messages-many"),
        (14, "you-have number-14 new-messages-many"),
        (20, "you-have number-20 new-messages-many"),
        (21, "you-have number-20 number-1 new-messages-many"),
        (22, "you-have number-20 number-2 new-messages-few"),
        (100, "you-have number-100 new-messages-many"),
        (250, "you-have number-100 new-messages-many"),
    ],
)
def test_messages_are_counted_in_good_polish(count: int, expected: str) -> None:
    assert " ".join(announcements.new_messages(count, "pl")) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("102", "message-from digit-1 digit-0 digit-2"),
        ("+48", "message-from plus digit-4 digit-8"),
        ("", "message-from unknown-caller"),
        ("anonymous", "message-from unknown-caller"),
        ("10/../2", "message-from unknown-caller"),
        ("\u0661", "message-from unknown-caller"),
    ],
)
def test_a_caller_is_named_by_digits_or_not_at_all(number: str, expected: str) -> None:
    assert " ".join(announcements.message_from(number)) == expected


def test_a_menu_names_its_keys_and_is_not_repeated_after_a_wrong_one() -> None:
    assert announcements.menu("21", is_open=True, was_wrong=False) == [
        "phone-menu-open",
        "you-can-press",
        "digit-1",
        "digit-2",
    ]
    assert announcements.menu("2", is_open=True, was_wrong=True)[0] == "phone-wrong-key"
    assert announcements.menu("", is_open=False, was_wrong=False) == ["menu-closed"]


def test_the_holder_hears_their_own_language(adam: Extension, settings: Settings) -> None:
    settings.LANGUAGE_CODE = "pl"
    assert announcements.language_of(adam) == "pl"
    assert adam.user is not None
    adam.user.language = "en"
    assert announcements.language_of(adam) == "en"
    adam.user.language = "xx"
    assert announcements.language_of(adam) == "pl"
    assert announcements.language_of(None) == "pl"
    settings.LANGUAGE_CODE = "xx"
    assert announcements.language_of(adam) == "en"


def test_an_own_greeting_is_played_and_else_ours(adam: Extension, sounds: Path) -> None:
    assert announcements.greeting_uri(adam) == f"sound:{sounds}/greeting-en"
    greeting = voicemail.save_greeting(extension=adam, sound=live_recording(seconds=1))
    uri = announcements.greeting_uri(adam)
    assert uri.startswith(f"sound:{sounds}/kept/")
    assert Path(uri.removeprefix("sound:") + ".wav").exists()
    greeting.sound.storage.delete(greeting.sound.name or "")
    assert announcements.greeting_uri(adam) == f"sound:{sounds}/greeting-en"


def test_a_receptionists_own_greeting_stands_for_all_of_ours(db: None, sounds: Path) -> None:
    system = SystemExtension.objects.create(number="850", name="Welcome", kind="digital_receptionist")
    receptionist = Receptionist.objects.create(system_extension=system)
    ours = announcements.menu_uris(system, "1", is_open=True, was_wrong=False)
    assert ours == announcements.sound_uris(["phone-menu-open", "you-can-press", "digit-1"], "en")
    receptionist.greeting.save("open.webm", ContentFile(live_recording(seconds=1)))
    (own,) = announcements.menu_uris(system, "1", is_open=True, was_wrong=False)
    assert own.startswith(f"sound:{sounds}/kept/")
    wrong = announcements.menu_uris(system, "1", is_open=True, was_wrong=True)
    assert wrong == [announcements.sound_uri("phone-wrong-key", "en"), own]
    assert announcements.menu_uris(system, "", is_open=False, was_wrong=False) == [
        announcements.sound_uri("menu-closed", "en")
    ]
