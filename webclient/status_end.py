"""What `templates/status/_end.html` shows: the ends that can be had now, and what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from presence.domain.status_end import ELAPSED, LONGEST, EndChoice, presets
from presence.domain.vocabulary import Status
from presence.labels import STATUS_LABELS
from presence.models import Extension
from webclient.forms.status import EndForm, StatusForm, zone_of
from webclient.person_row import until_words

_PRESET_LABELS: Mapping[EndChoice, StrOrPromise] = {
    EndChoice.HALF_AN_HOUR: _("30 min"),
    EndChoice.HOUR: _("1 h"),
    EndChoice.TWO_HOURS: _("2 h"),
    EndChoice.AT_17: "17:00",
    EndChoice.TOMORROW: _("tomorrow 9:00"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One end to choose."""

    code: str
    label: str
    hint: str
    is_checked: bool


@dataclass(frozen=True, slots=True)
class StatusEnd:
    """The controls; `extension` is whose status it is, None where it is several people's."""

    form: EndForm
    extension: Extension | None
    zone_name: str
    now: datetime

    @classmethod
    def fresh(cls, extension: Extension, zone_name: str = "") -> "StatusEnd":
        """As the present status is, so that nothing of it is lost by choosing it again."""
        initial: dict[str, Any] = {"note": extension.status_note, "end": ""}
        if extension.status_until is not None:
            initial["end"], initial["after"] = EndChoice.KEEP.value, extension.status_after
        return cls.of(StatusForm(initial=initial), extension, zone_name)

    @classmethod
    def of(cls, form: EndForm, extension: Extension | None = None, zone_name: str = "") -> "StatusEnd":
        """With what was typed; an unknown zone is the company's."""
        zone = zone_of(zone_name)
        return cls(form, extension, zone.key if zone_name else "", timezone.now())

    @property
    def chips(self) -> list[Chip]:
        return [self._chip("", _("No end")), *self._kept(), *self._presets(), self._chip(EndChoice.OWN_TIME, _("at"))]

    def _kept(self) -> list[Chip]:
        until = self.extension.status_until if self.extension else None
        if until is None or until <= self.now:
            return []
        return [self._chip(EndChoice.KEEP, _("until {time}").format(time=until_words(until)))]

    def _presets(self) -> list[Chip]:
        moments = presets(self.now, zone_of(self.zone_name))
        return [
            self._chip(choice, _PRESET_LABELS[choice], until_words(until) if choice in ELAPSED else "")
            for choice, until in moments.items()
        ]

    def _chip(self, code: str, label: StrOrPromise, hint: str = "") -> Chip:
        chosen = self.form["end"].value() or (EndChoice.OWN_TIME if self.form["end_time"].value() else "")
        return Chip(str(code), str(label), hint, is_checked=str(code) == str(chosen))

    @property
    def afters(self) -> list[tuple[str, StrOrPromise, bool]]:
        chosen = str(self.form["after"].value() or "")
        before = pgettext_lazy("what follows", "the status before")
        choices: list[tuple[str, StrOrPromise]] = [
            ("", before),
            *((s.value, label) for s, label in STATUS_LABELS.items()),
        ]
        return [(code, label, code == chosen) for code, label in choices]

    @property
    def present_label(self) -> StrOrPromise:
        return STATUS_LABELS[Status(self.extension.status)] if self.extension else ""

    @property
    def first_day(self) -> str:
        return f"{self.now.astimezone(zone_of(self.zone_name)):%Y-%m-%d}"

    @property
    def last_day(self) -> str:
        return f"{(self.now + LONGEST).astimezone(zone_of(self.zone_name)):%Y-%m-%d}"
