"""The controls of a system extension's form: the fields of each kind, what they show, and the rows the page draws."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django import forms
from django.utils import dates
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from presence.domain.system_settings import STRATEGIES, SystemSettings, hours_text
from presence.domain.vocabulary import SystemExtensionKind
from webclient.forms.rule_controls import select_field, text_field
from webclient.operator.system_destinations import (
    DestinationControls,
    destination_controls,
    destination_fields,
    destination_texts,
)
from webclient.operator.system_members import MemberRow, member_fields, member_rows, member_texts
from webclient.operator.system_words import STRATEGY_LABELS

KEYS = "1234567890"  # as they stand on a phone
_FIGURE = {"inputmode": "numeric", "size": "5", "autocomplete": "off"}


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key of a digital receptionist as the page draws it."""

    key: str
    words: forms.BoundField
    destination: DestinationControls


class FormRows(forms.Form):
    """The form as its template asks for it."""

    kind: SystemExtensionKind
    member_count: int

    def members(self) -> list[MemberRow]:
        return member_rows(self, self.member_count)

    def keys(self) -> Iterator[KeyRow]:
        for key in KEYS:
            yield KeyRow(key, self[f"key-{key}-words"], destination_controls(self, f"key-{key}"))

    def days(self) -> Iterator[forms.BoundField]:
        return (self[f"hours-{day}"] for day in range(7))

    def destination(self) -> DestinationControls:
        return destination_controls(self, "destination")

    def closed(self) -> DestinationControls:
        return destination_controls(self, "closed")


def fields_of(kind: SystemExtensionKind, member_count: int, *, besides: str) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {
        "number": text_field(_("Number"), _("2 to 10 digits"), inputmode="numeric", autocomplete="off"),
        "name": text_field(pgettext("of a number", "Name"), autocomplete="off"),
        "takes_visits": forms.BooleanField(required=False, label=_("May be called from the public call page")),
    }
    words = _("When no key is pressed")
    match kind:
        case SystemExtensionKind.DIGITAL_RECEPTIONIST:
            fields |= _receptionist_fields(besides)
        case SystemExtensionKind.QUEUE:
            fields |= _ringing_fields(kind, _("Seconds to ring each member"), member_count)
            fields["wait_seconds_max"] = text_field(_("Longest wait, in seconds"), _("10 to 3600"), **_FIGURE)
            fields["length_max"] = text_field(_("Longest line, in callers"), _("1 to 100"), **_FIGURE)
            words = _("When the wait or the line is too long, or nobody is logged in")
        case SystemExtensionKind.RING_GROUP:
            fields |= _ringing_fields(kind, _("Seconds of ringing"), member_count)
            words = _("When nobody answers")
    return fields | destination_fields("destination", words, besides=besides)


def _ringing_fields(kind: SystemExtensionKind, seconds: str, member_count: int) -> dict[str, forms.Field]:
    choices = [(strategy.value, str(STRATEGY_LABELS[strategy])) for strategy in STRATEGIES[kind]]
    return {
        **member_fields(member_count),
        "ring_strategy": select_field(choices, pgettext("label", "Whom to ring")),
        "ring_seconds": text_field(seconds, _("5 to 120"), **_FIGURE),
    }


def _receptionist_fields(besides: str) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for key in KEYS:
        named = {"key": key}
        label = _("Where key %(key)s leads") % named
        fields[f"key-{key}-words"] = text_field(_("Words on key %(key)s") % named, autocomplete="off")
        fields |= destination_fields(f"key-{key}", label, empty=_("This key does nothing"), besides=besides)
    fields["repeats"] = text_field(_("How often the greeting is played"), _("1 to 5 times"), **_FIGURE)
    fields["key_seconds"] = text_field(_("Seconds to wait for a key"), _("3 to 30, after each greeting"), **_FIGURE)
    fields["has_hours"] = forms.BooleanField(required=False, label=_("It has opening hours"))
    for day in range(7):
        fields[f"hours-{day}"] = text_field(str(dates.WEEKDAYS[day]), autocomplete="off", inputmode="text")
        fields[f"hours-{day}"].widget.attrs["aria-describedby"] = "hours-hint"
    fields["keeps_holidays"] = forms.BooleanField(required=False, label=_("Closed on public holidays"))
    return fields | destination_fields("closed", _("When closed, after the greeting"), besides=besides)


def texts_of(kind: SystemExtensionKind, settings: SystemSettings, names: Mapping[str, str]) -> dict[str, str | bool]:
    """What the controls show of what is saved."""
    texts: dict[str, str | bool] = {
        "number": settings.number,
        "name": settings.name,
        "takes_visits": settings.takes_visits,
        **destination_texts("destination", settings.destination, names),
    }
    if kind is not SystemExtensionKind.DIGITAL_RECEPTIONIST:
        return texts | {
            "ring_strategy": settings.ring_strategy.value,
            "ring_seconds": str(settings.ring_seconds),
            "wait_seconds_max": str(settings.wait_seconds_max),
            "length_max": str(settings.length_max),
            **member_texts(settings.members, names),
        }
    receptionist = settings.receptionist
    for key in KEYS:
        option = receptionist.options.get(key)
        texts[f"key-{key}-words"] = option.words if option else ""
        texts |= destination_texts(f"key-{key}", option.destination if option else None, names)
    for day in range(7):
        texts[f"hours-{day}"] = hours_text(receptionist.hours.get(str(day), ()))
    return texts | {
        "repeats": str(receptionist.repeats),
        "key_seconds": str(receptionist.key_seconds),
        "has_hours": receptionist.has_hours,
        "keeps_holidays": receptionist.keeps_holidays,
        **destination_texts("closed", receptionist.closed_destination, names),
    }
