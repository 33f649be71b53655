"""The rules of a template as controls, and what was sent back as values by key.

Control names are `<status>-<condition>-<origin>-kind`, beside `-extension` and `-number`; ring times are
`<status>-<origin>-seconds`, switches `<status>-<switch>`. Empty means: as the next layer says. A control that was not
sent stays as it is.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from unicodedata import normalize

from django import forms
from django.utils.translation import gettext as _

from presence.domain.extension_settings import (
    Switch,
    Value,
    rule_key,
    seconds_key,
    switch_key,
    switches_of,
    text_destination,
)
from presence.domain.forwarding import RING_SECONDS_MAX, RING_SECONDS_MIN, conditions_of
from presence.domain.vocabulary import Condition, DestinationKind, Origin, RuleKind, Status
from presence.labels import DESTINATION_LABELS
from webclient.forms.rule_controls import ANYBODYS_SENTENCES, RuleControls, select_field, sentence_of, text_field
from webclient.forms.rule_destinations import ControlError, TypedRule
from webclient.operator.template_layer import Layer, TemplateSwitch
from webclient.operator.template_rules import KINDS_WITH_EXTENSION, OFFERED_HERE, RuleReader
from webclient.operator.words import SWITCH_LABELS, value_label
from webclient.rule_words import destination_label, numbered_name, shown_number

_SECONDS = re.compile(r"[0-9]{1,4}")
_PARTS = ("kind", "extension", "number")
_ON, _OFF = "yes", "no"
_SWITCHED = {"": None, _ON: True, _OFF: False}


class TemplateForm(forms.Form):
    """Bound with what was sent, or unbound with what is saved."""

    def __init__(self, layer: Layer, data: Mapping[str, str] | None = None) -> None:
        self.layer = layer
        self.values: dict[str, Value] = {}
        self.sent_version = layer.version if data is None else data.get("version", "")
        self._is_conflict = False
        initial = self._initial()
        super().__init__(None if data is None else {name: data.get(name, initial[name]) for name in initial})
        self.initial = dict(initial)
        for status, condition, origin in self._rules():
            self._add_rule(status, condition, origin)
        for status, origin in self._ring_times():
            given = self.layer.given[status].ring_seconds[origin]
            self.fields[f"{status}-{origin}-seconds"] = text_field(
                _("Seconds"), size="3", inputmode="numeric", placeholder=str(given)
            )
        for status, switch in self._switches():
            self.fields[f"{status}-{switch}"] = self._switch_field(status, switch)

    @property
    def version(self) -> str:
        """What the next save must name: after a conflict the version that the sender has now been shown."""
        return self.layer.version if self._is_conflict else self.sent_version

    def show_conflict(self) -> bool:
        """Keep what was sent and say beside it what is saved now; False if nothing differs after all."""
        self._is_conflict = True
        return any(self.layer.saved.get(key) != value for key, value in self.values.items())

    def problems(self) -> Iterator[tuple[str, str]]:
        """(id of the control, what is wrong with it), in the order of the page."""
        for name in self.fields:
            for error in self.errors.get(name, ()):
                yield self[name].id_for_label, str(error)

    def columns(self, status: Status) -> Iterator[tuple[Origin, list[RuleControls]]]:
        for origin in Origin:
            yield origin, [self._drawn(each, condition, o) for each, condition, o in self._rules()
                           if each is status and o is origin]  # fmt: skip

    def switches(self, status: Status) -> list[TemplateSwitch]:
        return [
            TemplateSwitch(self[f"{status}-{switch}"], self._saved_now(switch_key(status, switch)))
            for each, switch in self._switches()
            if each is status
        ]

    def clean(self) -> dict[str, Any]:
        typed = {rule: TypedRule(**{part: self._text(_name(*rule, part)) for part in _PARTS}) for rule in self._rules()}
        reader = RuleReader(typed.values())
        for (status, condition, origin), rule in typed.items():
            try:
                self.values[rule_key(status, condition, origin)] = reader.read(rule)
            except ControlError as error:
                self.add_error(_name(status, condition, origin, error.control), error.message)
        for status, origin in self._ring_times():
            self._read_seconds(status, origin)
        for status, switch in self._switches():
            typed_switch = self._text(f"{status}-{switch}")
            if typed_switch in _SWITCHED:
                self.values[switch_key(status, switch)] = _SWITCHED[typed_switch]
            else:
                self.add_error(f"{status}-{switch}", _("Choose one of the values."))
        return self.cleaned_data

    def _read_seconds(self, status: Status, origin: Origin) -> None:
        text = normalize("NFKC", self._text(f"{status}-{origin}-seconds")).strip()
        if not text:
            self.values[seconds_key(status, origin)] = None
        elif _SECONDS.fullmatch(text) and RING_SECONDS_MIN <= int(text) <= RING_SECONDS_MAX:
            self.values[seconds_key(status, origin)] = int(text)
        else:
            bounds = {"min": RING_SECONDS_MIN, "max": RING_SECONDS_MAX}
            message = _("Type a whole number of seconds from %(min)s to %(max)s.") % bounds
            self.add_error(f"{status}-{origin}-seconds", message)

    def _text(self, name: str) -> str:
        return str(self.data[name])

    def _rules(self) -> Iterator[tuple[Status, Condition, Origin]]:
        for status, profile in self.layer.given.items():
            for condition in conditions_of(profile.kind):
                for origin in Origin:
                    yield status, condition, origin

    def _ring_times(self) -> Iterator[tuple[Status, Origin]]:
        for status, profile in self.layer.given.items():
            if profile.kind is RuleKind.RINGS_FIRST:
                yield from ((status, origin) for origin in Origin)

    def _switches(self) -> Iterator[tuple[Status, Switch]]:
        for status, profile in self.layer.given.items():
            yield from ((status, switch) for switch in switches_of(profile))

    def _switch_field(self, status: Status, switch: Switch) -> forms.Field:
        key = switch_key(status, switch)
        given = value_label(key, switches_of(self.layer.given[status])[switch], {})
        choices = [("", str(self.layer.given_words) % {"value": given})]
        choices += [(_ON, value_label(key, True, {})), (_OFF, value_label(key, False, {}))]
        return select_field(choices, str(SWITCH_LABELS[switch]))

    def _initial(self) -> dict[str, str]:
        values: dict[str, str] = {}
        for rule in self._rules():
            values |= {_name(*rule, part): "" for part in _PARTS}
            saved = self.layer.saved.get(rule_key(*rule))
            if saved is None:
                continue
            to = text_destination(str(saved))
            values[_name(*rule, "kind")] = to.kind.value
            if to.kind in KINDS_WITH_EXTENSION:
                values[_name(*rule, "extension")] = numbered_name(to.value, self.layer.names)
            elif to.kind is DestinationKind.EXTERNAL_NUMBER:
                values[_name(*rule, "number")] = shown_number(to.value)
        for status, origin in self._ring_times():
            seconds = self.layer.saved.get(seconds_key(status, origin))
            values[f"{status}-{origin}-seconds"] = "" if seconds is None else str(seconds)
        for status, switch in self._switches():
            saved = self.layer.saved.get(switch_key(status, switch))
            values[f"{status}-{switch}"] = "" if saved is None else (_ON if saved else _OFF)
        return values

    def _add_rule(self, status: Status, condition: Condition, origin: Origin) -> None:
        given = destination_label(self.layer.given[status].destinations[condition, origin], self.layer.names)
        choices = [("", str(self.layer.given_words) % {"value": given})]
        choices += [(kind.value, str(DESTINATION_LABELS[kind])) for kind in DestinationKind if kind in OFFERED_HERE]
        name = _name(status, condition, origin, "")
        self.fields[name + "kind"] = select_field(
            choices, _("Where the call goes"), **{"aria-labelledby": f"{status}-heading {name}rule-sentence"}
        )
        self.fields[name + "extension"] = text_field(
            _("Extension"), list="extension-choices", autocomplete="off", inputmode="search"
        )
        self.fields[name + "number"] = text_field(_("External number"), inputmode="tel", autocomplete="off")

    def _drawn(self, status: Status, condition: Condition, origin: Origin) -> RuleControls:
        is_after_ringing = condition is Condition.NO_ANSWER
        seconds = f"{status}-{origin}-seconds"
        kinds_with_extension = " ".join(sorted(kind.value for kind in KINDS_WITH_EXTENSION))
        return RuleControls(
            id=_name(status, condition, origin, "rule"),
            condition=condition,
            sentence=sentence_of(ANYBODYS_SENTENCES, condition, origin),
            kind=self[_name(status, condition, origin, "kind")],
            values=(
                (kinds_with_extension, self[_name(status, condition, origin, "extension")]),
                (DestinationKind.EXTERNAL_NUMBER.value, self[_name(status, condition, origin, "number")]),
            ),
            seconds=self[seconds] if is_after_ringing else None,
            saved_now=self._saved_now(rule_key(status, condition, origin)),
            seconds_saved_now=self._saved_now(seconds_key(status, origin)) if is_after_ringing else "",
            mobile_hint=_("For whoever has no mobile number, such a call goes to their voicemail instead."),
        )

    def _saved_now(self, key: str) -> str:
        """After a conflict: what differs from what was sent."""
        saved = self.layer.saved.get(key)
        if not self._is_conflict or self.values.get(key, saved) == saved:
            return ""
        if saved is None:
            return _("not set here")
        if isinstance(saved, bool):
            return value_label(key, saved, {})
        if isinstance(saved, int):
            return _("%(seconds)s s") % {"seconds": saved}
        return destination_label(text_destination(str(saved)), self.layer.names)


def _name(status: Status, condition: Condition, origin: Origin, part: str) -> str:
    return f"{status}-{condition}-{origin}-{part}"
