"""The controls of a rule: their names, their fields, and the texts in them that stand for a saved destination."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from presence.domain.forwarding import RuleKey, StatusProfile
from presence.domain.vocabulary import Condition, DestinationKind, Origin
from webclient.forms.rule_destinations import VALUE_CONTROLS
from webclient.rule_words import numbered_name, shown_number

PARTS = ("kind", "extension", "system", "number")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a rule says before its controls; `after` stands behind the ring seconds."""

    before: StrOrPromise
    after: StrOrPromise = ""


_AFTER_SECONDS = pgettext_lazy("after the seconds", "s:")
_ALWAYS: Mapping[Origin, Sentence] = {
    Origin.INTERNAL: Sentence(_("Every internal call:")),
    Origin.EXTERNAL: Sentence(_("Every external call:")),
}
OWN_SENTENCES: Mapping[Condition, Sentence] = {
    Condition.NO_ANSWER: Sentence(pgettext_lazy("before the seconds", "When I don't answer within"), _AFTER_SECONDS),
    Condition.BUSY: Sentence(_("When I'm on a call or decline:")),
    Condition.NOT_REGISTERED: Sentence(_("When no phone of mine is connected:")),
}
ANYBODYS_SENTENCES: Mapping[Condition, Sentence] = {
    Condition.NO_ANSWER: Sentence(pgettext_lazy("before the seconds", "When nobody answers within"), _AFTER_SECONDS),
    Condition.BUSY: Sentence(_("On a call, or declined:")),
    Condition.NOT_REGISTERED: Sentence(_("When no phone is connected:")),
}


@dataclass(frozen=True, slots=True)
class RuleControls:
    """One rule as a page draws it. `values`: the kinds that need the control, and the control."""

    id: str
    condition: Condition
    sentence: Sentence
    kind: forms.BoundField
    values: tuple[tuple[str, forms.BoundField], ...]
    seconds: forms.BoundField | None
    saved_now: str
    seconds_saved_now: str
    mobile_hint: StrOrPromise


def sentence_of(sentences: Mapping[Condition, Sentence], condition: Condition, origin: Origin) -> Sentence:
    return sentences.get(condition) or _ALWAYS[origin]


def control_name(key: RuleKey, part: str) -> str:
    return f"{key[0]}-{key[1]}-{part}"


def text_field(label: str, hint: str = "", **attrs: str) -> forms.CharField:
    # Every text is read in `clean`, whatever it is: a field of another kind would refuse first, in other words.
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(label=label, help_text=hint, required=False, strip=False, widget=widget)


def select_field(choices: list[tuple[str, str]], label: str, hint: str = "", **attrs: str) -> forms.CharField:
    widget = forms.Select(attrs=attrs, choices=choices)
    return forms.CharField(label=label, help_text=hint, required=False, widget=widget)


def value_controls(offered: Collection[DestinationKind]) -> dict[str, str]:
    """control -> the offered kinds that need it, as the page names them."""
    kinds: dict[str, list[str]] = {}
    for kind, part in VALUE_CONTROLS.items():
        if kind in offered:
            kinds.setdefault(part, []).append(kind.value)
    return {part: " ".join(of_part) for part, of_part in kinds.items()}


def as_controls(
    profile: StatusProfile, names: Mapping[str, str], offered: Collection[DestinationKind]
) -> dict[str, str]:
    """The controls' values that stand for a profile; what is not offered needs no value to stay."""
    values = {f"{origin}-seconds": str(profile.ring_seconds[origin]) for origin in Origin}
    for key, destination in profile.destinations.items():
        values |= {control_name(key, part): "" for part in PARTS}
        values[control_name(key, "kind")] = destination.kind.value
        match VALUE_CONTROLS.get(destination.kind) if destination.kind in offered else None:
            case "extension":
                values[control_name(key, "extension")] = numbered_name(destination.value, names)
            case "number":
                values[control_name(key, "number")] = shown_number(destination.value)
            case "system":
                values[control_name(key, "system")] = destination.value
    return values
