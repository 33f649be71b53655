"""The controls of a system extension's destinations, and what was typed there -> where calls go on to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from presence import selectors
from presence.domain.forwarding import KINDS_OVER_TRUNK, OFFERED_TO_SYSTEM_EXTENSIONS, Destination
from presence.domain.loops import KINDS_WITHIN, find_loop
from presence.domain.vocabulary import DestinationKind, Origin
from presence.labels import DESTINATION_LABELS
from presence.models import SystemExtension
from presence.selectors.asterisk import has_trunk
from presence.selectors.settings import company
from webclient.forms.rule_controls import select_field, text_field
from webclient.forms.rule_destinations import (
    ControlError,
    TypedRule,
    Ways,
    external_number,
    system_error,
    target_error,
)
from webclient.rule_words import numbered_name, shown_number

PARTS = ("kind", "extension", "system", "number")
_CONTROLS: Mapping[DestinationKind, str] = {
    DestinationKind.EXTENSION: "extension",
    DestinationKind.EXTENSION_VOICEMAIL: "extension",
    DestinationKind.SYSTEM_EXTENSION: "system",
    DestinationKind.EXTERNAL_NUMBER: "number",
}


@dataclass(frozen=True, slots=True)
class DestinationControls:
    """One destination as the page draws it."""

    kind: forms.BoundField
    extension: forms.BoundField
    system: forms.BoundField
    number: forms.BoundField
    is_without_line: bool  # numbers outside are offered, but nothing leads there


def destination_fields(
    place: str, label: StrOrPromise, *, empty: StrOrPromise = "", besides: str = ""
) -> dict[str, forms.Field]:
    """`empty`: words for choosing nothing, where that is possible; `besides`: the number that is being edited."""
    kinds = [(kind.value, str(DESTINATION_LABELS[kind])) for kind in DestinationKind]
    offered = [(kind, words) for kind, words in kinds if kind in OFFERED_TO_SYSTEM_EXTENSIONS]
    systems = SystemExtension.objects.exclude(number=besides).values_list("number", "name")
    choices = [("", "–"), *((number, f"{number} {name}") for number, name in systems)]
    return {
        f"{place}-kind": select_field([("", str(empty)), *offered] if empty else offered, str(label)),
        f"{place}-extension": text_field(
            _("Extension"), list="extension-choices", autocomplete="off", inputmode="search"
        ),
        f"{place}-system": select_field(choices, _("Queue, ring group or receptionist")),
        f"{place}-number": text_field(_("External number"), inputmode="tel", autocomplete="off"),
    }


def destination_texts(place: str, destination: Destination | None, names: Mapping[str, str]) -> dict[str, str]:
    """What the controls show of a saved destination."""
    texts = {f"{place}-{part}": "" for part in PARTS}
    if destination is None:
        return texts
    texts[f"{place}-kind"] = destination.kind.value
    match _CONTROLS.get(destination.kind):
        case "extension":
            texts[f"{place}-extension"] = numbered_name(destination.value, names)
        case "system":
            texts[f"{place}-system"] = destination.value
        case "number":
            texts[f"{place}-number"] = shown_number(destination.value)
    return texts


def destination_controls(form: forms.Form, place: str) -> DestinationControls:
    bound = {part: form[f"{place}-{part}"] for part in PARTS}
    return DestinationControls(**bound, is_without_line=not has_trunk())


class DestinationReader:
    """Reads the destinations of one form: what they point at is looked up once for all of them."""

    def __init__(self, owner: str, rules: Iterable[TypedRule]) -> None:
        targets = {rule.target for rule in rules} - {""}
        self._owner = owner
        self._targets = selectors.target_facts(targets)
        self._names = selectors.names_of(targets)
        self._ways = Ways()
        self._company = company()

    def read(self, rule: TypedRule) -> Destination:
        """The destination meant; raises ControlError."""
        if rule.kind not in OFFERED_TO_SYSTEM_EXTENSIONS:
            raise ControlError("kind", _("This destination cannot be chosen here."))
        kind = DestinationKind(rule.kind)
        if kind in KINDS_OVER_TRUNK and not self._company.external_forwarding:
            raise ControlError("kind", _("The company does not forward calls to the outside."))
        if kind is DestinationKind.EXTERNAL_NUMBER:
            return external_number(rule)
        if kind not in _CONTROLS:
            return Destination(kind)
        if error := self._error(kind, rule):
            raise ControlError(_CONTROLS[kind], error)
        return Destination(kind, rule.target)

    def _error(self, kind: DestinationKind, rule: TypedRule) -> str:
        if kind is DestinationKind.SYSTEM_EXTENSION and rule.target == self._owner:
            return _("This is the number itself: calls would go round in a circle.")
        is_system = kind is DestinationKind.SYSTEM_EXTENSION
        error = system_error(rule, self._targets) if is_system else target_error(rule, self._targets, self._names)
        if not error and kind is DestinationKind.EXTENSION_VOICEMAIL and not self._targets[rule.target].voicemail_on:
            extension = numbered_name(rule.target, self._names)
            error = _("The voicemail of %(extension)s is switched off.") % {"extension": extension}
        return error or (self._loop_error(rule.target) if kind in KINDS_WITHIN else "")

    def _loop_error(self, target: str) -> str:
        for origin in Origin:
            if path := find_loop(self._owner, target, origin, self._ways):
                names = selectors.names_of(path)
                words = " → ".join(numbered_name(number, names) for number in path)
                return _("Calls would go round in a circle: %(path)s.") % {"path": words}
        return ""
