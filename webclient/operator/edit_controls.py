"""The controls of the edit form: their names, their fields, and what they show of those being edited.

Editing one, a control shows the value. Editing many, it is empty and means "leave as is" until it is touched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from presence import selectors
from presence.domain.extension_settings import (
    Field,
    RingSecondsSetting,
    RuleSetting,
    Source,
    SwitchSetting,
    Value,
    parse_key,
    rule_key,
    rule_keys_of,
    text_destination,
)
from presence.domain.forwarding import OFFERED, Destination, default_profile
from presence.domain.vocabulary import Condition, DestinationKind, Origin, Status, Surface, VoicemailEmail
from presence.labels import DESTINATION_LABELS, VOICEMAIL_EMAIL_LABELS
from presence.models import Department, Extension, ForwardingRule
from webclient.forms.rule_controls import select_field, text_field
from webclient.operator.own_rules import SettingsOfMany
from webclient.operator.words import SOURCE_LABELS, key_label, numbers_in, value_label
from webclient.rule_words import kept_label, numbered_name, shown_number

LEAVE, TEMPLATE, CLEAR = "", "template", "clear"
YES, NO, NOBODY = "yes", "no", "none"
OFFERED_HERE = OFFERED[Surface.OPERATOR_PANEL]
SWITCHES = frozenset({Field.VOICEMAIL_ON, Field.EXTERNAL_FORWARDING, Field.TAKES_VISITS, Field.IS_ENABLED})
STATUS_KEYS: Mapping[Status, tuple[str, ...]] = {
    status: rule_keys_of(status, default_profile(status).kind) for status in Status
}
# The control that holds the number of a kind that needs one.
NUMBER_PARTS: Mapping[DestinationKind, str] = {
    DestinationKind.EXTENSION: "extension",
    DestinationKind.EXTENSION_VOICEMAIL: "extension",
    DestinationKind.EXTERNAL_NUMBER: "number",
}


def control_name(key: str, part: str = "") -> str:
    """`available-no_answer-external-kind`; a field has its key for a name."""
    name = key.replace(".", "-")
    return f"{name}-{part}" if part else name


@dataclass(frozen=True)
class Edited:
    """Those being edited, with all that is needed to show what they have now."""

    extensions: Sequence[Extension]
    settings: SettingsOfMany

    @property
    def one(self) -> Extension | None:
        return self.extensions[0] if len(self.extensions) == 1 else None

    @cached_property
    def names(self) -> dict[str, str]:
        numbers: set[str] = set()
        for extension in self.extensions:
            numbers |= numbers_in(self.settings.own[extension.pk])
            numbers |= numbers_in(self.settings.given(extension.department_id))
        return selectors.names_of(numbers)

    @cached_property
    def set_on(self) -> dict[str, Surface]:
        """Where each own rule of the only one was chosen."""
        rules = ForwardingRule.objects.filter(extension=self.one).values_list("status", "condition", "origin", "set_on")
        return {
            rule_key(Status(status), Condition(condition), Origin(origin)): Surface(surface)
            for status, condition, origin, surface in rules
        }

    def own(self, key: str) -> Value:
        """The own value of the only one."""
        return self.settings.own[self.extensions[0].pk].get(key)

    def now(self, key: str) -> str:
        """The value that all have now, or how many values there are."""
        values = {self.settings.value(extension, key) for extension in self.extensions}
        if len(values) == 1:
            return value_label(key, values.pop(), self.names)
        return ngettext("%(count)s different value", "%(count)s different values", len(values)) % {"count": len(values)}

    def source(self, key: str) -> str:
        """Where the value comes from, when that is the same for all."""
        sources: set[Source] = {self.settings.source(extension, key) for extension in self.extensions}
        return str(SOURCE_LABELS[sources.pop()]) if len(sources) == 1 else _("different places")

    def leave_label(self, key: str) -> str:
        return _("Leave as is (%(now)s)") % {"now": self.now(key)}

    def template_label(self, key: str) -> str:
        """What the template says, where it says the same to all."""
        says = {self.settings.given(extension.department_id).get(key) for extension in self.extensions}
        words = _("As the template says")
        return f"{words} ({value_label(key, says.pop(), self.names)})" if len(says) == 1 else words


def fields_of(key: str, edited: Edited) -> dict[str, forms.Field]:
    """The controls of one key by name."""
    match parse_key(key):
        case RuleSetting():
            return _rule_fields(key, edited)
        case RingSecondsSetting():
            return _seconds_fields(key, edited)
        case SwitchSetting():
            template = (TEMPLATE, edited.template_label(key))
            return {control_name(key): _choice(key, [template, *_on_or_off(key)], edited)}
        case Field.DEPARTMENT:
            departments = [(str(pk), name) for pk, name in Department.objects.values_list("pk", "name")]
            return {key: _choice(key, [*departments, (NOBODY, _("Without department"))], edited)}
        case Field.VOICEMAIL_EMAIL:
            kinds = [(kind.value, str(VOICEMAIL_EMAIL_LABELS[kind])) for kind in VoicemailEmail]
            return {key: _choice(key, kinds, edited)}
        case field if field in SWITCHES:
            return {key: _choice(key, _on_or_off(key), edited)}
    return _text_fields(key, edited)


def initial_of(key: str, edited: Edited) -> dict[str, str]:
    """What the controls of one key show of the only one; nothing of many."""
    if edited.one is None:
        return {}
    value, name = edited.own(key), control_name(key)
    match parse_key(key):
        case RuleSetting():
            return _rule_initial(key, None if value is None else text_destination(str(value)), edited)
        case RingSecondsSetting():
            return {name: "" if value is None else str(value)}
        case SwitchSetting() if value is None:
            return {name: TEMPLATE}
        case Field.DEPARTMENT:
            return {name: str(edited.one.department_id or NOBODY)}
        case Field.MOBILE_NUMBER:
            return {name: shown_number(str(value)) if value else ""}
    if isinstance(value, bool):
        return {name: YES if value else NO}
    return {name: str(value)}


def _rule_initial(key: str, own: Destination | None, edited: Edited) -> dict[str, str]:
    shown = {control_name(key, part): "" for part in ("extension", "number")}
    shown[control_name(key, "kind")] = own.kind.value if own else TEMPLATE
    if own and (part := NUMBER_PARTS.get(own.kind)):
        is_outside = own.kind is DestinationKind.EXTERNAL_NUMBER
        number = shown_number(own.value) if is_outside else numbered_name(own.value, edited.names)
        shown[control_name(key, part)] = number
    return shown


def _rule_fields(key: str, edited: Edited) -> dict[str, forms.Field]:
    choices = [(LEAVE, edited.leave_label(key))] if edited.one is None else []
    choices.append((TEMPLATE, edited.template_label(key)))
    own = edited.own(key) if edited.one else None
    if own is not None and (to := text_destination(str(own))).kind not in OFFERED_HERE:
        choices.append((to.kind.value, kept_label(to, edited.names, edited.set_on.get(key))))
    choices += [(kind.value, str(DESTINATION_LABELS[kind])) for kind in DestinationKind if kind in OFFERED_HERE]
    label = key_label(key)
    return {
        control_name(key, "kind"): select_field(choices, label, **{"aria-label": label}),
        control_name(key, "extension"): text_field(
            _("Extension"), list="extension-choices", autocomplete="off", inputmode="search"
        ),
        control_name(key, "number"): text_field(_("External number"), inputmode="tel", autocomplete="off"),
    }


def _seconds_fields(key: str, edited: Edited) -> dict[str, forms.Field]:
    field = text_field(
        key_label(key), size="4", inputmode="numeric", placeholder=edited.now(key), **{"aria-label": key_label(key)}
    )
    if edited.one:
        return {control_name(key): field}
    return {control_name(key): field, control_name(key, TEMPLATE): _box(_("As the template says"))}


def _text_fields(key: str, edited: Edited) -> dict[str, forms.Field]:
    is_phone = key == Field.MOBILE_NUMBER
    placeholder = "" if edited.one else edited.leave_label(key)
    kind = "tel" if is_phone else ("text" if key == Field.NAME else "numeric")
    fields: dict[str, forms.Field] = {
        key: text_field(key_label(key), inputmode=kind, autocomplete="off", placeholder=placeholder)
    }
    if is_phone and edited.one is None:
        fields[control_name(key, CLEAR)] = _box(_("Remove the mobile number"))
    return fields


def _choice(key: str, choices: list[tuple[str, str]], edited: Edited) -> forms.Field:
    leave = [(LEAVE, edited.leave_label(key))] if edited.one is None else []
    return select_field([*leave, *choices], key_label(key))


def _on_or_off(key: str) -> list[tuple[str, str]]:
    return [(YES, value_label(key, True, {})), (NO, value_label(key, False, {}))]


def _box(label: str) -> forms.Field:
    return forms.CharField(label=label, required=False, widget=forms.CheckboxInput(attrs={"value": "on"}))
