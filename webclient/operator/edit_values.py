"""What was typed into the edit form -> the values that are asked for, or the control that is wrong and why."""

import re
from collections.abc import Callable, Iterable, Mapping
from unicodedata import normalize

from django.utils.translation import gettext as _

from presence import selectors
from presence.domain.extension_settings import (
    Field,
    RingSecondsSetting,
    RuleSetting,
    SwitchSetting,
    Value,
    destination_text,
    parse_key,
)
from presence.domain.forwarding import RING_SECONDS_MAX, RING_SECONDS_MIN, Destination
from presence.domain.vocabulary import DestinationKind, VoicemailEmail
from presence.models import Department
from presence.models.sole import sole
from webclient.forms.rule_destinations import ControlError, TypedRule, allowed_number, external_number, target_error
from webclient.operator.edit_controls import (
    CLEAR,
    LEAVE,
    NO,
    NOBODY,
    NUMBER_PARTS,
    OFFERED_HERE,
    SWITCHES,
    TEMPLATE,
    YES,
    Edited,
)

NAME_LENGTH_MAX = 120
BOUNDS: Mapping[Field, tuple[int, int]] = {
    Field.VOICEMAIL_SECONDS_MAX: (5, 180),
    Field.VOICEMAIL_MESSAGES_MAX: (1, 1000),
}
_FIGURES = re.compile(r"[0-9]{1,5}")

Text = Callable[[str], str]  # the part of a key's controls -> what was typed there; "" is the control itself


class LeftAsIs(Exception):  # noqa: N818 - no error: nothing is asked for
    """The controls were touched, and mean "leave as is" again."""


class ValueReader:
    """Reads the controls of the keys that were touched; what their rules point at is looked up once for all."""

    def __init__(self, edited: Edited, rules: Iterable[TypedRule]) -> None:
        targets = {rule.target for rule in rules} - {""}
        self._edited = edited
        self._targets = selectors.target_facts(targets)
        self._names = selectors.names_of(targets)

    def read(self, key: str, text: Text) -> Value:
        """The value meant. ControlError names the control by its part."""
        match parse_key(key):
            case RuleSetting():
                return self._rule(key, typed_rule(text))
            case RingSecondsSetting():
                return self._seconds(text)
            case SwitchSetting():
                return None if text("") == TEMPLATE else _switch(text(""))
            case Field.NAME:
                return _name(text(""))
            case Field.DEPARTMENT:
                return _department(text(""))
            case Field.MOBILE_NUMBER:
                return self._mobile(text)
            case Field.VOICEMAIL_EMAIL:
                return _voicemail_email(text(""))
            case field if field in SWITCHES:
                return _switch(text(""))
            case field:
                return _figure(text(""), *BOUNDS[field])

    def _rule(self, key: str, rule: TypedRule) -> Value:
        if rule.kind == TEMPLATE:
            return None
        if rule.kind == LEAVE and self._edited.one is None:
            raise LeftAsIs
        own = self._edited.own(key) if self._edited.one else None
        if own is not None and rule.kind not in OFFERED_HERE and str(own).startswith(f"{rule.kind}:"):
            return own
        if rule.kind not in OFFERED_HERE:
            raise ControlError("kind", _("This destination cannot be chosen here."))
        return destination_text(self._destination(rule))

    def _destination(self, rule: TypedRule) -> Destination:
        kind = DestinationKind(rule.kind)
        if kind is DestinationKind.EXTERNAL_NUMBER:
            return external_number(rule)
        if kind not in NUMBER_PARTS:
            return Destination(kind)
        if error := target_error(rule, self._targets, self._names):
            raise ControlError("extension", error)
        return Destination(kind, rule.target)

    def _seconds(self, text: Text) -> Value:
        typed = text("")
        if self._edited.one is None and text(TEMPLATE):
            if typed.strip():
                raise ControlError("", _("Type seconds or tick “As the template says”, not both."))
            return None
        if not typed.strip():
            if self._edited.one is None:
                raise LeftAsIs
            return None
        return _figure(typed, RING_SECONDS_MIN, RING_SECONDS_MAX)

    def _mobile(self, text: Text) -> Value:
        typed = text("")
        if typed.strip() and text(CLEAR):
            raise ControlError("", _("Type a number or tick “Remove the mobile number”, not both."))
        if typed.strip():
            try:
                return allowed_number(typed)
            except ControlError as error:
                raise ControlError("", error.message) from error
        if self._edited.one is None and not text(CLEAR):
            raise LeftAsIs
        return ""


def typed_rule(text: Text) -> TypedRule:
    return TypedRule(kind=text("kind"), extension=text("extension"), number=text("number"))


def _name(typed: str) -> str:
    name = " ".join(normalize("NFC", typed).replace("\x00", "").split())
    if not name:
        raise ControlError("", _("Type a name."))
    if len(name) > NAME_LENGTH_MAX:
        raise ControlError("", _("This name is too long."))
    return name


def _department(typed: str) -> str:
    if typed == LEAVE:
        raise LeftAsIs
    if typed == NOBODY:
        return ""
    is_number = typed.isascii() and typed.isdigit() and len(typed) < 16
    department = sole(Department.objects.filter(pk=int(typed))) if is_number else None
    if department is None:
        raise ControlError("", _("There is no such department."))
    return department.name


def _switch(typed: str) -> bool:
    if typed == LEAVE:
        raise LeftAsIs
    if typed not in {YES, NO}:
        raise ControlError("", _("Choose one of the values."))
    return typed == YES


def _voicemail_email(typed: str) -> str:
    if typed == LEAVE:
        raise LeftAsIs
    if typed not in set(VoicemailEmail):
        raise ControlError("", _("Choose one of the values."))
    return VoicemailEmail(typed).value


def _figure(typed: str, least: int, most: int) -> int:
    text = normalize("NFKC", typed).strip()
    if not text:
        raise LeftAsIs
    if _FIGURES.fullmatch(text) and least <= int(text) <= most:
        return int(text)
    raise ControlError("", _("Type a whole number from %(min)s to %(max)s.") % {"min": least, "max": most})
