"""The form of a ring group, queue or digital receptionist: what is saved as controls, and what was sent as settings.

Destinations are `<place>-kind`, beside `-extension`, `-system` and `-number`; the places are `destination`, `closed`
and `key-0` to `key-9`, whose words are `key-<n>-words`. Hours are `hours-0` (Monday) to `hours-6`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from unicodedata import normalize

from django import forms
from django.utils.translation import gettext as _

from presence import selectors
from presence.domain.forwarding import END_CALL, RING_SECONDS_MAX, RING_SECONDS_MIN, Destination
from presence.domain.system_settings import (
    STRATEGIES,
    Flat,
    KeyOption,
    ReceptionistSettings,
    SystemSettings,
    changed_values,
    flat_settings,
)
from presence.domain.vocabulary import RingStrategy, SystemExtensionKind
from presence.models.extension import number_is_digits
from presence.services.people import holder_of_number
from webclient.forms.rule_destinations import ControlError, TypedRule
from webclient.operator.system_destinations import PARTS, DestinationReader
from webclient.operator.system_fields import KEYS, FormRows, fields_of, texts_of
from webclient.operator.system_hours import HoursError, typed_spans
from webclient.operator.system_members import EMPTY_ROWS, read_members, rows_sent

_FIGURES = re.compile(r"[0-9]{1,5}")
BOUNDS: Mapping[str, tuple[int, int]] = {
    "ring_seconds": (RING_SECONDS_MIN, RING_SECONDS_MAX),
    "wait_seconds_max": (10, 3600),
    "length_max": (1, 100),
    "repeats": (1, 5),
    "key_seconds": (3, 30),
}
NAME_LENGTH_MAX = 120
WORDS_LENGTH_MAX = 60


class SystemForm(FormRows):
    """Bound with what was sent, or unbound with what is saved; valid, it knows `settings`."""

    def __init__(
        self, kind: SystemExtensionKind, saved: SystemSettings | None, data: Mapping[str, str] | None = None
    ) -> None:
        self.kind = kind
        self.saved = saved
        self.settings: SystemSettings = saved or SystemSettings("", "")
        shown = saved or SystemSettings("", "", ring_strategy=next(iter(STRATEGIES[kind]), RingStrategy.ALL))
        self.member_count = rows_sent(data) if data is not None else len(shown.members) + EMPTY_ROWS
        numbers = {to.value for to in shown.destinations(kind).values()} | {*shown.members}
        initial = texts_of(kind, shown, selectors.names_of(numbers - {""}))
        super().__init__(None if data is None else {name: data[name] for name in data}, initial=initial)
        self.fields.update(fields_of(kind, self.member_count, besides=saved.number if saved else ""))

    def differences(self) -> tuple[Flat, Flat]:
        """(saved now, as sent), where the two differ: what the slower of two editors is shown."""
        if self.saved is None:
            return {}, {}
        return changed_values(flat_settings(self.kind, self.saved), flat_settings(self.kind, self.settings))

    def problems(self) -> Iterator[tuple[str, str]]:
        """(id of the control, what is wrong with it), in the order of the page."""
        for name in self.fields:
            for error in self.errors.get(name, ()):
                # "Extension" alone would not say of which destination.
                place = name.rpartition("-")[0]
                label = self[f"{place}-kind"].label if f"{place}-kind" in self.fields else self[name].label
                yield self[name].id_for_label, f"{label}: {error}"

    def clean(self) -> dict[str, Any]:
        number = self._number()
        settings = SystemSettings(
            number=number,
            name=self._name(),
            takes_visits=bool(self.data.get("takes_visits")),
        )
        reader = self._reader(number)
        settings = replace(settings, destination=self._destination(reader, "destination"))
        if self.kind is SystemExtensionKind.DIGITAL_RECEPTIONIST:
            settings = replace(settings, receptionist=self._receptionist(reader))
        else:
            settings = replace(settings, **self._ringing())
        self.settings = settings
        return self.cleaned_data

    def _text(self, name: str) -> str:
        return normalize("NFC", str(self.data.get(name, ""))).replace("\x00", "").strip()

    def _number(self) -> str:
        number = normalize("NFKC", self._text("number"))
        try:
            number_is_digits(number)
        except forms.ValidationError:
            self.add_error("number", _("Type 2 to 10 digits, nothing else."))
            return number
        is_own = self.saved is not None and self.saved.number == number
        if not is_own and (holder := holder_of_number(number)):
            self.add_error("number", _("%(holder)s has this number already.") % {"holder": holder})
        return number

    def _name(self) -> str:
        name = " ".join(self._text("name").split())
        if not name:
            self.add_error("name", _("Type a name."))
        if len(name) > NAME_LENGTH_MAX:
            self.add_error("name", _("This name is too long."))
        return name

    def _figure(self, name: str) -> int:
        least, most = BOUNDS[name]
        text = normalize("NFKC", self._text(name))
        if _FIGURES.fullmatch(text) and least <= int(text) <= most:
            return int(text)
        self.add_error(name, _("Type a whole number from %(min)s to %(max)s.") % {"min": least, "max": most})
        return least

    def _reader(self, number: str) -> DestinationReader:
        places = [name.removesuffix("-kind") for name in self.fields if name.endswith("-kind")]
        return DestinationReader(number, map(self._typed, places))

    def _typed(self, place: str) -> TypedRule:
        return TypedRule(**{part: self._text(f"{place}-{part}") for part in PARTS})

    def _destination(self, reader: DestinationReader, place: str) -> Destination:
        try:
            return reader.read(self._typed(place))
        except ControlError as error:
            self.add_error(f"{place}-{error.control}", error.message)
            return END_CALL

    def _ringing(self) -> dict[str, Any]:
        strategy = self._text("ring_strategy")
        if strategy not in STRATEGIES[self.kind]:
            self.add_error("ring_strategy", _("Choose one of the values."))
            strategy = STRATEGIES[self.kind][0]
        members, errors = read_members({name: self._text(name) for name in self.data}, self.member_count)
        for control, message in errors:
            self.add_error(control, message)
        values: dict[str, Any] = {"ring_strategy": RingStrategy(strategy), "members": members}
        names = ["ring_seconds"]
        if self.kind is SystemExtensionKind.QUEUE:
            names += ["wait_seconds_max", "length_max"]
        return values | {name: self._figure(name) for name in names}

    def _receptionist(self, reader: DestinationReader) -> ReceptionistSettings:
        has_hours = bool(self.data.get("has_hours"))
        return ReceptionistSettings(
            options={key: option for key in KEYS if (option := self._option(reader, key))},
            repeats=self._figure("repeats"),
            key_seconds=self._figure("key_seconds"),
            has_hours=has_hours,
            hours={day: spans for day in map(str, range(7)) if (spans := self._spans(day))},
            keeps_holidays=bool(self.data.get("keeps_holidays")),
            closed_destination=self._destination(reader, "closed"),
        )

    def _option(self, reader: DestinationReader, key: str) -> KeyOption | None:
        words, place = " ".join(self._text(f"key-{key}-words").split()), f"key-{key}"
        if not self._text(f"{place}-kind"):
            if words:
                self.add_error(f"{place}-kind", _("Choose where this key leads, or clear its words."))
            return None
        if not words:
            self.add_error(f"{place}-words", _("Type what the caller reads on this key."))
        if len(words) > WORDS_LENGTH_MAX:
            self.add_error(f"{place}-words", _("At most %(max)s characters.") % {"max": WORDS_LENGTH_MAX})
        return KeyOption(words, self._destination(reader, place))

    def _spans(self, day: str) -> tuple[tuple[str, str], ...]:
        try:
            return typed_spans(self._text(f"hours-{day}"))
        except HoursError as error:
            self.add_error(f"hours-{day}", str(error))
            return ()
