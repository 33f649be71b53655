"""The words of deploy/asterisk/sounds, spoken by scripts/make_prompts.py: what only somebody on a telephone is told.

Whole sentences where that is possible; times, counts and numbers are put together from pieces, in the order and the
forms that `presence/calls/asterisk/announcements.py` knows.
"""

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "phone-menu-open": {
        "en": "Welcome. Please press the key of whom you would like to reach.",
        "pl": "Dzień dobry. Naciśnij klawisz tego, z kim chcesz rozmawiać.",
    },
    "phone-wrong-key": {"en": "That key is not in use.", "pl": "Ten klawisz nie jest używany."},
    "you-can-press": {"en": "You can press:", "pl": "Możesz nacisnąć:"},
    "status-available": {"en": "You are available", "pl": "Twój status: dostępny"},
    "status-away": {"en": "You are away", "pl": "Twój status: niedostępny"},
    "status-dnd": {"en": "You are not to be disturbed", "pl": "Twój status: nie przeszkadzać"},
    "status-lunch": {"en": "You are at lunch", "pl": "Twój status: lancz"},
    "status-business_trip": {"en": "You are on a business trip", "pl": "Twój status: biznes trip"},
    "no-new-messages": {"en": "You have no new messages.", "pl": "Nie masz nowych wiadomości."},
    "one-new-message": {"en": "You have one new message.", "pl": "Masz jedną nową wiadomość."},
    "you-have": {"en": "You have", "pl": "Masz"},
    "new-messages-few": {"en": "new messages.", "pl": "nowe wiadomości."},
    "new-messages-many": {"en": "new messages.", "pl": "nowych wiadomości."},
    "old-messages-key": {
        "en": "To hear the messages that you have heard before, press one.",
        "pl": "Aby odsłuchać wcześniejsze wiadomości, naciśnij jeden.",
    },
    "message-keys": {
        "en": "To hear it again, press one. To delete it, press seven. For the next one, press nine.",
        "pl": "Aby odsłuchać ponownie, naciśnij jeden. Aby usunąć, siedem. Następna: dziewięć.",
    },
    "message-from": {"en": "Message from", "pl": "Wiadomość od"},
    "message-deleted": {"en": "The message has been deleted.", "pl": "Wiadomość usunięta."},
    "message-unreadable": {"en": "This message cannot be played.", "pl": "Tej wiadomości nie można odtworzyć."},
    "no-more-messages": {"en": "There are no more messages.", "pl": "Nie ma więcej wiadomości."},
    "goodbye": {"en": "Goodbye.", "pl": "Do usłyszenia."},
}

_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "pl": ("poniedziałku", "wtorku", "środy", "czwartku", "piątku", "soboty", "niedzieli"),
}

_PIECES: Mapping[str, Mapping[str, str]] = {
    "until": {"en": "until", "pl": "do"},
    "until-tomorrow": {"en": "until tomorrow,", "pl": "do jutra, do"},
    **{
        f"until-weekday-{day}": {"en": f"until {english},", "pl": f"do {polish}, do"}
        for day, (english, polish) in enumerate(zip(_WEEKDAYS["en"], _WEEKDAYS["pl"], strict=True))
    },
    "for": {"en": "for", "pl": "na"},
    "days-until": {"en": "days, until", "pl": "dni, do"},
    "noon": {"en": "noon", "pl": "południa"},
    "midnight": {"en": "midnight", "pl": "północy"},
    "plus": {"en": "plus", "pl": "plus"},
    "unknown-caller": {"en": "an unknown number.", "pl": "nieznanego numeru."},
}

_DIGITS = {
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "pl": ("zero", "jeden", "dwa", "trzy", "cztery", "pięć", "sześć", "siedem", "osiem", "dziewięć"),
}

# What is counted is feminine in Polish - minutes, messages - and two is the only number of these that shows it.
_NUMBERS = {
    "en": {
        **dict(enumerate((*_DIGITS["en"], "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"))),
        17: "seventeen",
        18: "eighteen",
        19: "nineteen",
        20: "twenty",
        30: "thirty",
        40: "forty",
        50: "fifty",
        60: "sixty",
        70: "seventy",
        80: "eighty",
        90: "ninety",
        100: "a hundred",
    },
    "pl": {
        **dict(enumerate((*_DIGITS["pl"], "dziesięć", "jedenaście", "dwanaście", "trzynaście", "czternaście"))),
        2: "dwie",
        15: "piętnaście",
        16: "szesnaście",
        17: "siedemnaście",
        18: "osiemnaście",
        19: "dziewiętnaście",
        20: "dwadzieścia",
        30: "trzydzieści",
        40: "czterdzieści",
        50: "pięćdziesiąt",
        60: "sześćdziesiąt",
        70: "siedemdziesiąt",
        80: "osiemdziesiąt",
        90: "dziewięćdziesiąt",
        100: "sto",
    },
}

_HOURS_PL = (
    *("zerowej", "pierwszej", "drugiej", "trzeciej", "czwartej", "piątej", "szóstej", "siódmej", "ósmej"),
    *("dziewiątej", "dziesiątej", "jedenastej", "dwunastej", "trzynastej", "czternastej", "piętnastej"),
    *("szesnastej", "siedemnastej", "osiemnastej", "dziewiętnastej", "dwudziestej", "dwudziestej pierwszej"),
    *("dwudziestej drugiej", "dwudziestej trzeciej"),
)


def sentences(language: str) -> dict[str, str]:
    """Name -> words of what stands alone."""
    return {name: words[language] for name, words in SENTENCES.items()}


def pieces(language: str) -> dict[str, str]:
    """Name -> words of what is only said together with others."""
    named = {name: words[language] for name, words in _PIECES.items()}
    named |= {f"digit-{digit}": word for digit, word in enumerate(_DIGITS[language])}
    named |= {f"number-{number}": word for number, word in _NUMBERS[language].items()}
    return named | (_polish_hours() if language == "pl" else _english_hours())


def _polish_hours() -> dict[str, str]:
    return {f"hour-{hour}": words for hour, words in enumerate(_HOURS_PL)}


def _english_hours() -> dict[str, str]:
    return {"am": "a.m.", "pm": "p.m.", "oh": "oh"}
