"""The columns of an import: which there are, how other phone systems call them, and what their cells mean."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from presence.domain.extension_settings import (
    Field,
    RingSecondsSetting,
    SwitchSetting,
    Value,
    destination_text,
    is_inheritable,
    parse_key,
    recommended_values,
    text_destination,
)
from presence.domain.forwarding import RING_SECONDS_MAX, RING_SECONDS_MIN
from presence.domain.vocabulary import DestinationKind, VoicemailEmail

NUMBER, FIRST_NAME, LAST_NAME, EMAIL = "number", "first_name", "last_name", "email"

# Columns by what they hold; an import passes over the rest.
PERSON_COLUMNS = (
    NUMBER,
    Field.NAME.value,
    FIRST_NAME,
    LAST_NAME,
    EMAIL,
    Field.DEPARTMENT.value,
    Field.MOBILE_NUMBER.value,
    Field.VOICEMAIL_ON.value,
    Field.VOICEMAIL_EMAIL.value,
    Field.EXTERNAL_FORWARDING.value,
    Field.TAKES_VISITS.value,
)
RULE_COLUMNS = tuple(recommended_values())
EXPORTED_COLUMNS = (
    NUMBER,
    Field.NAME.value,
    EMAIL,
    Field.DEPARTMENT.value,
    Field.MOBILE_NUMBER.value,
    Field.VOICEMAIL_ON.value,
    Field.VOICEMAIL_EMAIL.value,
    Field.EXTERNAL_FORWARDING.value,
    Field.TAKES_VISITS.value,
    *RULE_COLUMNS,
)

# As 3CX, Yeastar and people write them; letters and digits only, without accents.
_NAMES = {
    NUMBER: "number extension extensionnumber ext extno numer numerwewnetrzny nrwewnetrzny abonent",
    Field.NAME: "name fullname displayname calleridname nazwa imieinazwisko",
    FIRST_NAME: "firstname givenname imie",
    LAST_NAME: "lastname surname familyname nazwisko",
    EMAIL: "email emailaddress mail adresemail adresmail",
    Field.DEPARTMENT: "department departments group groupname groups dzial grupa",
    Field.MOBILE_NUMBER: "mobile mobilenumber mobilephone cell numerkomorkowy komorka telefonkomorkowy",
    Field.VOICEMAIL_ON: "voicemailon voicemailenabled vmenabled enablevoicemail pocztaglosowa",
    Field.VOICEMAIL_EMAIL: "voicemailemail voicemailtoemail pocztanaemail",
    Field.TAKES_VISITS: "takesvisits visits publiccalls polaczeniazestrony",
    Field.EXTERNAL_FORWARDING: "externalforwarding allowexternalforwarding przekierowanienazewnatrz",
}
_COLUMN_OF_NAME = {name: str(column) for column, names in _NAMES.items() for name in names.split()}

_LENGTH_MAX = {Field.NAME.value: 120, FIRST_NAME: 60, LAST_NAME: 60, EMAIL: 254, Field.DEPARTMENT.value: 80}
_TRUE = frozenset(["1", "true", "yes", "y", "on", "t", "tak", "prawda"])
_FALSE = frozenset(["0", "false", "no", "n", "off", "f", "nie", "fałsz"])
_YES_OR_NO = frozenset({Field.VOICEMAIL_ON, Field.EXTERNAL_FORWARDING, Field.TAKES_VISITS})
# ASCII digits only: \d would accept the digits of other scripts.
_INTERNAL_NUMBER = re.compile(r"[0-9]{2,10}")


class Problem(StrEnum):
    """What is wrong with a cell, or with its row."""

    MISSING = "missing"
    BAD_NUMBER = "bad_number"
    DUPLICATE_NUMBER = "duplicate_number"
    SYSTEM_NUMBER = "system_number"
    TOO_LONG = "too_long"
    BAD_TEXT = "bad_text"
    BAD_EMAIL = "bad_email"
    OPERATORS_EMAIL = "operators_email"
    BAD_MOBILE = "bad_mobile"
    UNKNOWN_DEPARTMENT = "unknown_department"
    BAD_YES_NO = "bad_yes_no"
    BAD_VOICEMAIL_EMAIL = "bad_voicemail_email"
    BAD_SECONDS = "bad_seconds"
    BAD_DESTINATION = "bad_destination"
    NOT_OFFERED = "not_offered"
    BAD_OUTSIDE_NUMBER = "bad_outside_number"


class CellError(ValueError):
    def __init__(self, problem: Problem, detail: str = "") -> None:
        super().__init__(problem.value)
        self.problem, self.detail = problem, detail


def guessed_columns(header: Iterable[str]) -> list[str]:
    """What each column of a file holds by its name, "" for what nobody knows; each column once, the first wins."""
    guessed: list[str] = []
    for name in header:
        column = name if name in RULE_COLUMNS else _COLUMN_OF_NAME.get(_plain(name), "")
        guessed.append("" if column in guessed else column)
    return guessed


def cell_value(column: str, text: str) -> Value:
    """What a cell that is not empty says. CellError for anything that no such column can hold."""
    if column == NUMBER:
        return _matching(_INTERNAL_NUMBER, text, Problem.BAD_NUMBER)
    if is_inheritable(column):
        return _inheritable(column, text)
    if column in _YES_OR_NO:
        return _yes_or_no(text)
    if column == Field.VOICEMAIL_EMAIL:
        return _voicemail_email(text)
    if len(text) > _LENGTH_MAX.get(column, 40):
        raise CellError(Problem.TOO_LONG, str(_LENGTH_MAX.get(column, 40)))
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in text):
        raise CellError(Problem.BAD_TEXT)
    return text


def _inheritable(column: str, text: str) -> Value:
    match parse_key(column):
        case RingSecondsSetting():
            return _seconds(text)
        case SwitchSetting():
            return _yes_or_no(text)
    return _destination(text)


def cell_text(value: Value) -> str:
    """How an export writes a value, for `cell_value` to read."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l"))
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())


def _matching(pattern: re.Pattern[str], text: str, problem: Problem) -> str:
    if not pattern.fullmatch(text):
        raise CellError(problem)
    return text


def _yes_or_no(text: str) -> bool:
    word = text.casefold()
    if word not in _TRUE | _FALSE:
        raise CellError(Problem.BAD_YES_NO)
    return word in _TRUE


def _voicemail_email(text: str) -> str:
    try:
        return VoicemailEmail(text.casefold()).value
    except ValueError as error:
        raise CellError(Problem.BAD_VOICEMAIL_EMAIL) from error


def _seconds(text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) <= 4
    if not is_number or not RING_SECONDS_MIN <= int(text) <= RING_SECONDS_MAX:
        raise CellError(Problem.BAD_SECONDS)
    return int(text)


def _destination(text: str) -> str:
    try:
        to = text_destination(text)
    except ValueError as error:
        raise CellError(Problem.BAD_DESTINATION) from error
    if to.value and to.kind is not DestinationKind.EXTERNAL_NUMBER:
        _matching(_INTERNAL_NUMBER, to.value, Problem.BAD_DESTINATION)
    return destination_text(to)
