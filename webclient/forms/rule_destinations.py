"""One rule as typed -> its destination, or the control that is wrong and why; used by every form of rules."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from unicodedata import normalize

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from presence import selectors
from presence.domain.call_facts import TargetFacts
from presence.domain.forwarding import KINDS_OVER_TRUNK, OFFERED, VOICEMAIL, Destination
from presence.domain.loops import WaysOn, find_loop
from presence.domain.vocabulary import DestinationKind, Origin, Surface
from presence.models import Extension
from presence.selectors.outbound_policy import Refusal, RefusedNumberError, outside_number
from presence.selectors.settings import company
from presence.selectors.system_settings import ways_in_force
from webclient.rule_words import loop_words, numbered_name

# Which control holds the value of a kind that needs one.
VALUE_CONTROLS: Mapping[DestinationKind, str] = {
    DestinationKind.EXTENSION: "extension",
    DestinationKind.EXTENSION_VOICEMAIL: "extension",
    DestinationKind.SYSTEM_EXTENSION: "system",
    DestinationKind.EXTERNAL_NUMBER: "number",
}

REFUSALS: Mapping[Refusal, StrOrPromise] = {
    Refusal.NOT_A_NUMBER: gettext_lazy("This is not a phone number. Type it as 22 123 45 67 or +48 22 123 45 67."),
    Refusal.EMERGENCY: gettext_lazy("Calls cannot be forwarded to an emergency number."),
    Refusal.SHORT: gettext_lazy("Calls cannot be forwarded to a short number."),
    Refusal.ABROAD: gettext_lazy("Calls can be forwarded to numbers in the company's own country only."),
    Refusal.SPECIAL_CHARGE: gettext_lazy("Calls cannot be forwarded to a number with special charges."),
}

# "102", or what the list of suggestions puts in: "102 Piotr Adamiak". ASCII digits only, after NFKC.
_NUMBER_AND_NAME = re.compile(r"([0-9]{2,10})(?:\s.*)?", re.DOTALL)


class ControlError(Exception):
    """What is wrong, and at which control of the rule."""

    def __init__(self, control: str, message: str) -> None:
        super().__init__(message)
        self.control = control
        self.message = message


@dataclass(frozen=True, slots=True)
class TypedRule:
    """The controls of one rule as they were sent."""

    kind: str
    extension: str = ""
    system: str = ""
    number: str = ""

    @property
    def target(self) -> str:
        """The extension or system extension it points at, as far as one can be read."""
        if self.kind in {DestinationKind.EXTENSION, DestinationKind.EXTENSION_VOICEMAIL}:
            return extension_number(self.extension)
        return extension_number(self.system) if self.kind == DestinationKind.SYSTEM_EXTENSION else ""


def extension_number(typed: str) -> str:
    match = _NUMBER_AND_NAME.fullmatch(normalize("NFKC", typed).strip())
    return match[1] if match else ""


class DestinationReader:
    """Reads the rules of one form: what they point at is looked up once for all of them."""

    def __init__(self, owner: Extension, rules: Iterable[TypedRule], surface: Surface) -> None:
        self._offered = OFFERED[surface]
        targets = {rule.target for rule in rules} - {""}
        self._owner = owner
        self._targets: Mapping[str, TargetFacts] = selectors.target_facts(targets)
        self._names = selectors.names_of(targets)
        self._ways = Ways()

    def read(self, rule: TypedRule, saved: Destination, origin: Origin) -> Destination:
        """The destination meant; `saved` is what the rule has now, and may stay even where it is not offered here."""
        if rule.kind == saved.kind and saved.kind not in self._offered:
            return saved
        destination = self._read(rule, origin)
        if destination != saved and destination.kind in KINDS_OVER_TRUNK and not self._may_go_outside():
            raise ControlError("kind", _("Your calls may not be forwarded to the outside. An operator can allow it."))
        return destination

    def _may_go_outside(self) -> bool:
        return self._owner.external_forwarding and company().external_forwarding

    def _read(self, rule: TypedRule, origin: Origin) -> Destination:
        if rule.kind not in self._offered:
            raise ControlError("kind", _("This destination cannot be chosen here."))
        match DestinationKind(rule.kind):
            case DestinationKind.VOICEMAIL:
                return self._own_voicemail()
            case DestinationKind.EXTENSION:
                return self._extension(rule, origin)
            case DestinationKind.EXTENSION_VOICEMAIL:
                return self._extension_voicemail(rule)
            case DestinationKind.MOBILE:
                return self._own_mobile()
            case DestinationKind.SYSTEM_EXTENSION:
                return self._system_extension(rule, origin)
            case DestinationKind.EXTERNAL_NUMBER:
                return external_number(rule)
            case kind:
                return Destination(kind)

    def _own_voicemail(self) -> Destination:
        if not self._owner.voicemail_on:
            raise ControlError("kind", _("Your voicemail is switched off. An operator can switch it on."))
        return VOICEMAIL

    def _own_mobile(self) -> Destination:
        if not self._owner.mobile_number:
            raise ControlError("kind", _("You have no mobile number here yet. An operator can enter it."))
        return Destination(DestinationKind.MOBILE)

    def _extension_voicemail(self, rule: TypedRule) -> Destination:
        if rule.target == self._owner.number:
            raise ControlError("extension", _("This is your own number. Choose “Forward to voicemail” for it."))
        facts = self._targets.get(rule.target)
        if error := target_error(rule, self._targets, self._names):
            raise ControlError("extension", error)
        if facts is None or not facts.voicemail_on:
            message = _("The voicemail of %(extension)s is switched off.")
            raise ControlError("extension", message % {"extension": numbered_name(rule.target, self._names)})
        return Destination(DestinationKind.EXTENSION_VOICEMAIL, rule.target)

    def _extension(self, rule: TypedRule, origin: Origin) -> Destination:
        if error := self._extension_error(rule, origin):
            raise ControlError("extension", error)
        return Destination(DestinationKind.EXTENSION, rule.target)

    def _extension_error(self, rule: TypedRule, origin: Origin) -> str:
        if rule.target == self._owner.number:
            return _("This is your own number. Choose another extension.")
        facts = self._targets.get(rule.target)
        if facts is not None and facts.is_system:
            return _("This is a queue, a ring group or a receptionist. Choose “System extension” for it.")
        if error := target_error(rule, self._targets, self._names):
            return error
        return self._loop_error(rule, origin)

    def _system_extension(self, rule: TypedRule, origin: Origin) -> Destination:
        if error := system_error(rule, self._targets) or self._loop_error(rule, origin):
            raise ControlError("system", error)
        return Destination(DestinationKind.SYSTEM_EXTENSION, rule.target)

    def _loop_error(self, rule: TypedRule, origin: Origin) -> str:
        loop = find_loop(self._owner.number, rule.target, origin, self._ways)
        if not loop:
            return ""
        path = loop_words(loop, selectors.names_of(loop))
        return _("Calls would go round in a circle: %(path)s.") % {"path": path}


class Ways:
    """Where calls go on from numbers as things stand; each number is asked for once."""

    def __init__(self) -> None:
        self._ways: dict[str, WaysOn] = {}
        self._asked: set[str] = set()

    def __call__(self, numbers: frozenset[str]) -> Mapping[str, WaysOn]:
        if unknown := numbers - self._asked:
            self._ways |= ways_in_force(unknown)
            self._asked |= unknown
        return self._ways


def system_error(rule: TypedRule, targets: Mapping[str, TargetFacts]) -> str:
    """What is wrong with the system extension that a rule names."""
    if not rule.system.strip():
        return _("Choose a system extension.")
    facts = targets.get(rule.target)
    return "" if facts is not None and facts.is_system else _("There is no such system extension.")


def target_error(rule: TypedRule, targets: Mapping[str, TargetFacts], names: Mapping[str, str]) -> str:
    """What is wrong with the extension that a rule names, whoever the rule belongs to."""
    if not rule.extension.strip():
        return _("Type the number of the extension to forward to.")
    facts = targets.get(rule.target)
    if facts is None or facts.is_system:
        return _("There is no extension %(number)s.") % {"number": rule.target or rule.extension.strip()}
    if not facts.is_enabled:
        return _("The extension %(extension)s is switched off.") % {"extension": numbered_name(rule.target, names)}
    return ""


def external_number(rule: TypedRule) -> Destination:
    if not rule.number.strip():
        raise ControlError("number", _("Type the number to forward to."))
    return Destination(DestinationKind.EXTERNAL_NUMBER, allowed_number(rule.number))


def allowed_number(typed: str) -> str:
    """A number of the outside that the company's policy allows, in E.164 form."""
    countries = company().countries
    try:
        return outside_number(typed, settings.PHONE_REGION, countries)
    except RefusedNumberError as refused:
        message = REFUSALS[refused.refusal]
        if refused.refusal is Refusal.ABROAD and list(countries) != [settings.PHONE_REGION]:
            message = _("The company allows no calls to numbers in that country.")
        raise ControlError("number", str(message)) from refused
