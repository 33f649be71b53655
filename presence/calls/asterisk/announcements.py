"""What somebody on a telephone is told: which recordings, in which order, in their language.

Functions that say something return names of recordings; `sound_uris` makes of them what Asterisk plays.

| said                    | en                                 | pl                                         |
|-------------------------|------------------------------------|--------------------------------------------|
| an end today            | until twelve forty-five p.m.       | do dwunastej czterdzieści pięć             |
| tomorrow                | until tomorrow, nine a.m.          | do jutra, do dziewiątej                    |
| within a week           | until Friday, noon                 | do piątku, do południa                     |
| later                   | for twenty two days, until ...     | na dwadzieścia dwa dni, do ...             |
| two, three, four of 22  | new messages                       | nowe wiadomości; of 5 or 12: nowych ...    |
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from django.conf import settings

from presence.calls.asterisk.sound_files import UnplayableSoundError, kept_uri
from presence.domain.vocabulary import Status
from presence.models import Extension, Greeting, SystemExtension
from presence.models.sole import sole
from presence.services.system_greetings import WhichGreeting, own_greeting

ENGLISH, POLISH = "en", "pl"
BEEP = "beep"  # the one recording without words
PLACES_SPOKEN = 10
_COUNTED_MAX = 100  # who has more is told of a hundred
_TEENS = range(11, 20)
_FEW = range(2, 5)


def languages() -> list[str]:
    return [code for code, _ in settings.LANGUAGES]


def language_of(extension: Extension | None) -> str:
    """In which language its holder is spoken to; where it is not known or not ours, the installation's."""
    wanted = extension.user.language if extension is not None and extension.user is not None else ""
    return next((code for code in (wanted, settings.LANGUAGE_CODE) if code in languages()), ENGLISH)


def sound_uri(name: str, language: str) -> str:
    """A recording as ARI plays it."""
    ours = language if language in languages() else ENGLISH
    return f"sound:{settings.ASTERISK_SOUNDS_DIR / (name if name == BEEP else f'{name}-{ours}')}"


def sound_uris(names: Iterable[str], language: str) -> list[str]:
    return [sound_uri(name, language) for name in names]


def greeting_uri(extension: Extension) -> str:
    """What callers of this voicemail hear: its own greeting, or the shipped one."""
    own = sole(Greeting.objects.filter(extension=extension))
    if own is not None:
        with suppress(UnplayableSoundError):
            return kept_uri(own.sound)
    return sound_uri("greeting", language_of(extension))


def menu_uris(system: SystemExtension, keys: Iterable[str], *, is_open: bool, was_wrong: bool) -> list[str]:
    """What a digital receptionist says: its own greeting, or ours and its keys, in the company's language."""
    own = own_greeting(system, WhichGreeting.OPEN if is_open else WhichGreeting.CLOSED)
    language = language_of(None)
    if own is not None:
        before = ["phone-wrong-key"] if was_wrong else []
        with suppress(UnplayableSoundError):
            return [*sound_uris(before, language), kept_uri(own[0])]
    return sound_uris(menu(keys, is_open=is_open, was_wrong=was_wrong), language)


def status_set(status: Status, until: datetime | None, now: datetime, language: str) -> list[str]:
    """The status that somebody has now. Both moments are in the zone of the company's clocks."""
    said = [f"status-{status.value}"]
    return said if until is None else [*said, *_end(until, now, language)]


def new_messages(count: int, language: str) -> list[str]:
    if count == 0:
        return ["no-new-messages"]
    if count == 1:
        return ["one-new-message"]
    count = min(count, _COUNTED_MAX)
    is_few = count % 10 in _FEW and count % 100 not in _TEENS
    return ["you-have", *_number(count), "new-messages-few" if is_few else "new-messages-many"]


def message_from(caller_number: str) -> list[str]:
    """Who left a message; a visitor of the call page has no number."""
    return ["message-from", *(digits(caller_number) or ["unknown-caller"])]


def digits(number: str) -> list[str]:
    """One after the other; empty when there is anything else in it."""
    plus, rest = ("plus",) if number.startswith("+") else (), number.removeprefix("+")
    if not (rest.isascii() and rest.isdigit()):
        return []
    return [*plus, *(f"digit-{digit}" for digit in rest)]


def menu(keys: Iterable[str], *, is_open: bool, was_wrong: bool) -> list[str]:
    """What a digital receptionist says that has no greeting of its own, and the keys that it takes."""
    if not is_open:
        return ["menu-closed"]
    named = sorted(keys)
    said = ["phone-wrong-key"] if was_wrong else ["phone-menu-open"]
    return [*said, "you-can-press", *(f"digit-{key}" for key in named)] if named else said


def place_in_queue(place: int) -> list[str]:
    """From 1."""
    return [f"place-{place}" if place <= PLACES_SPOKEN else "place-more"]


def _end(until: datetime, now: datetime, language: str) -> list[str]:
    days = (until.date() - now.date()).days
    if days == 0:
        said = ["until"]
    elif days == 1:
        said = ["until-tomorrow"]
    elif days < 7:
        said = [f"until-weekday-{until.weekday()}"]
    else:
        said = ["for", *_number(days, two="digit-2"), "days-until"]
    return [*said, *_clock(until.hour, until.minute, language)]


def _clock(hour: int, minute: int, language: str) -> list[str]:
    if minute == 0 and hour in {0, 12}:
        return ["noon" if hour else "midnight"]
    return _polish_clock(hour, minute) if language == POLISH else _english_clock(hour, minute)


def _polish_clock(hour: int, minute: int) -> list[str]:
    return [f"hour-{hour}", *_minutes(minute, "number-0")]


def _english_clock(hour: int, minute: int) -> list[str]:
    return [f"number-{hour % 12 or 12}", *_minutes(minute, "oh"), "am" if hour < 12 else "pm"]


def _minutes(minute: int, zero: str) -> list[str]:
    """ "forty-five", "oh five"; on the hour nothing."""
    if minute == 0:
        return []
    return [*([zero] if minute < 10 else []), *_number(minute)]


def _number(number: int, two: str = "number-2") -> list[str]:
    """0 to 100. `two`: its last word, which in Polish is another for days than for minutes and messages."""
    tens, ones = divmod(number, 10)
    pieces = [number] if number < _TEENS.stop or number == _COUNTED_MAX else [tens * 10, *([ones] if ones else [])]
    return [two if piece == 2 else f"number-{piece}" for piece in pieces]
