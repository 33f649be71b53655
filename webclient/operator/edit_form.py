"""The form of "Edit": every setting of one extension or of many. Only what was touched is asked for."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from presence.domain.extension_settings import (
    Field,
    RingSecondsSetting,
    RuleSetting,
    SwitchSetting,
    Value,
    is_inheritable,
    parse_key,
)
from presence.domain.vocabulary import Condition, Origin, Status
from presence.labels import CONDITION_LABELS, STATUS_LABELS
from webclient.forms.rule_destinations import ControlError
from webclient.operator.edit_controls import STATUS_KEYS, Edited, control_name, fields_of, initial_of
from webclient.operator.edit_values import LeftAsIs, ValueReader, typed_rule
from webclient.operator.words import key_label
from webclient.voicemail_email_hint import email_hint

GENERAL = (Field.NAME, Field.DEPARTMENT, Field.MOBILE_NUMBER, Field.IS_ENABLED)
VOICEMAIL = (Field.VOICEMAIL_ON, Field.VOICEMAIL_SECONDS_MAX, Field.VOICEMAIL_MESSAGES_MAX, Field.VOICEMAIL_EMAIL)
RIGHTS = (Field.EXTERNAL_FORWARDING, Field.TAKES_VISITS)
# Beside the controls: whom it is about, and what the page showed.
_ENVELOPE = frozenset({"csrfmiddlewaretoken", "ids", "shown"})


@dataclass(frozen=True, slots=True)
class Controls:
    """One setting as the page draws it: its controls by part, and where the value comes from."""

    key: str
    label: str
    main: forms.BoundField
    more: tuple[forms.BoundField, ...]
    now: str
    source: str
    hint: str = ""

    @property
    def name(self) -> str:
        """The label without the status, where that stands above it."""
        return self.label.rpartition(" · ")[2]


@dataclass(frozen=True, slots=True)
class StatusRules:
    """All that one status does with calls."""

    status: Status
    label: str
    lines: "list[RuleLine]"
    switches: list[Controls]


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One condition (or the ring times) of a status, for both origins."""

    label: str
    is_seconds: bool
    cells: tuple[Controls, ...]


class EditForm(forms.Form):
    """Unbound for a fresh page; bound with what was sent, it knows `request`: key -> the value asked for."""

    def __init__(self, edited: Edited, data: Mapping[str, str] | None = None) -> None:
        self.edited = edited
        self.request: dict[str, Value] = {}
        self.keys = [*(key for key in Field if edited.one or key is not Field.NAME)]
        self.keys += [key for keys in STATUS_KEYS.values() for key in keys]  # type: ignore[misc]
        self._controls = {str(key): fields_of(key, edited) for key in self.keys}
        initial = {name: text for key in self.keys for name, text in initial_of(key, edited).items()}
        self.shown = initial if data is None else _shown(data.get("shown", ""), initial)
        super().__init__(None if data is None else {**self.shown, **_texts(data)}, initial=initial)
        for controls in self._controls.values():
            self.fields.update(controls)

    @property
    def shown_text(self) -> str:
        """What this page shows, sent back with it: only what differs from that was touched."""
        return json.dumps(self.shown)

    def clean(self) -> dict[str, Any]:
        if unknown := sorted(set(self.data) - set(self.fields) - _ENVELOPE):
            self.add_error(None, _("This page has no such field: %(name)s.") % {"name": unknown[0][:60]})
            return self.cleaned_data
        touched = [key for key, controls in self._controls.items() if any(map(self._is_touched, controls))]
        rules = [typed_rule(self._text(key)) for key in touched if isinstance(parse_key(key), RuleSetting)]
        reader = ValueReader(self.edited, rules)
        for key in touched:
            try:
                self.request[key] = reader.read(key, self._text(key))
            except LeftAsIs:
                continue
            except ControlError as error:
                self.add_error(control_name(key, error.control), error.message)
        if not self.errors and not self.request:
            self.add_error(None, _("Nothing is changed yet. Change something first."))
        return self.cleaned_data

    def problems(self) -> Iterator[tuple[str, str]]:
        """(id of the control, or "", what is wrong), in the order of the page."""
        for error in self.non_field_errors():
            yield "", str(error)
        for key, controls in self._controls.items():
            for name in controls:
                for error in self.errors.get(name, ()):
                    yield self[name].id_for_label, f"{key_label(key)}: {error}"

    def tabs(self) -> list[tuple[str, str, list[Controls]]]:
        """The tabs of plain fields: code, label, settings."""
        return [
            ("general", _("General"), self._all(GENERAL)),
            ("voicemail", _("Voicemail"), self._all(VOICEMAIL)),
            ("rights", _("Rights"), self._all(RIGHTS)),
        ]

    def statuses(self) -> Iterator[StatusRules]:
        """The forwarding rules: every status with its lines, and its switches."""
        for status, keys in STATUS_KEYS.items():
            switches = [key for key in keys if isinstance(parse_key(key), SwitchSetting)]
            lines: dict[Condition | None, list[str]] = {}
            for key in (key for key in keys if key not in switches):
                lines.setdefault(getattr(parse_key(key), "condition", None), []).append(key)
            # How long it rings stands before what happens then.
            order = sorted(lines, key=lambda condition: condition is not None)
            yield StatusRules(
                status=status,
                label=str(STATUS_LABELS[status]),
                lines=[self._line(condition, lines[condition]) for condition in order],
                switches=[self._one(key) for key in switches],
            )

    def _line(self, condition: Condition | None, keys: list[str]) -> RuleLine:
        label = pgettext("how long", "Rings for (s)") if condition is None else str(CONDITION_LABELS[condition])
        by_origin = sorted(keys, key=lambda key: list(Origin).index(_origin(key)))
        return RuleLine(label, condition is None, tuple(self._one(key) for key in by_origin))

    def _all(self, keys: tuple[Field, ...]) -> list[Controls]:
        return [self._one(key) for key in keys if key in self._controls]

    def _one(self, key: str) -> Controls:
        main, *more = (self[name] for name in self._controls[key])
        source = self.edited.source(key) if is_inheritable(key) else ""
        hint = email_hint(self.edited.extensions) if key == Field.VOICEMAIL_EMAIL else ""
        return Controls(key, str(main.label), main, tuple(more), self.edited.now(key), source, hint)

    def _is_touched(self, name: str) -> bool:
        return str(self.data.get(name, "")) != self.shown.get(name, "")

    def _text(self, key: str) -> Any:
        return lambda part: str(self.data.get(control_name(key, part), ""))


def _origin(key: str) -> Origin:
    setting = parse_key(key)
    if isinstance(setting, RuleSetting | RingSecondsSetting):
        return setting.origin
    raise ValueError(key)


def _texts(data: Mapping[str, str]) -> dict[str, str]:
    """The last value of each control, as a form has it."""
    return {name: data[name] for name in data}


def _shown(text: str, present: Mapping[str, str]) -> dict[str, str]:
    """What the page said it showed; a request without it (or with nonsense) was shown the present."""
    try:
        shown = json.loads(text)
    except (ValueError, RecursionError):
        shown = None
    if not isinstance(shown, dict):
        return dict(present)
    return {name: str(shown.get(name, value)) for name, value in present.items()}
