"""A click in the status menu as data, with its note and end; the operator panel has these, too."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from presence.domain.status_end import EndChoice, EndProblem, EndRefusedError, end_of
from presence.domain.vocabulary import Status, Surface
from presence.labels import STATUS_LABELS

NOTE_LENGTH = 120
OWN_SURFACES = (Surface.WEB_CLIENT, Surface.DESKTOP_APP)

_PROBLEMS: Mapping[EndProblem, StrOrPromise] = {
    EndProblem.MALFORMED: _("Give a time such as 12:45."),
    EndProblem.PASSED: _("That time has passed. For another day, give the day, too."),
    EndProblem.TOO_FAR: _("An end may be 60 days ahead at most."),
    EndProblem.NO_END: _("The status has no end any more."),
}


@cache
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_of(name: str) -> ZoneInfo:
    """The time zone a browser says it is in; the company's where it says none that we know."""
    default = timezone.get_default_timezone()
    return ZoneInfo(name if name in _known_zones() else str(default))


class EndForm(forms.Form):
    """A note, and when the status ends. `end_time` without a choice is the choice of a time of one's own."""

    note = forms.CharField(max_length=NOTE_LENGTH, required=False)
    end = forms.TypedChoiceField(
        choices=[("", ""), *((choice.value, choice.value) for choice in EndChoice)],
        coerce=EndChoice,
        empty_value=None,
        required=False,
    )
    end_time = forms.CharField(max_length=20, required=False)
    end_date = forms.CharField(max_length=10, required=False)
    after = forms.TypedChoiceField(
        choices=[("", ""), *((status.value, label) for status, label in STATUS_LABELS.items())],
        coerce=Status,
        empty_value=None,
        required=False,
    )
    time_zone = forms.CharField(max_length=64, required=False)

    def __init__(self, *args: Any, present_end: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present_end = present_end

    def clean_note(self) -> str:
        """One line: a row of colleagues shows it."""
        return " ".join(self.cleaned_data["note"].split())

    def clean(self) -> None:
        data = self.cleaned_data
        choice = data.get("end") or (EndChoice.OWN_TIME if data.get("end_time") and "end" in data else None)
        data["until"] = self._until(choice) if choice and not self.errors else None
        if data["until"] and data.get("after") and data.get("after") == data.get("status"):
            self.add_error("after", _("Another status has to follow."))

    def _until(self, choice: EndChoice) -> datetime | None:
        data = self.cleaned_data
        own = f"{data['end_date']} {data['end_time']}".strip()
        zone = zone_of(data["time_zone"])
        try:
            return end_of(choice, timezone.now(), zone, own=own, present_end=self.present_end)
        except EndRefusedError as error:
            words = _PROBLEMS[error.problem]
            if error.problem is EndProblem.PASSED and choice is not EndChoice.OWN_TIME:
                words = _("That time has passed.")
            self.add_error("end_time" if choice is EndChoice.OWN_TIME else "end", words)
            return None

    @property
    def change(self) -> dict[str, Any]:
        """What the service is told."""
        return {name: self.cleaned_data[name] for name in ("status", "note", "until", "after")}


class StatusForm(EndForm):
    """The holder's own switch, on one of their surfaces."""

    status = forms.TypedChoiceField(choices=[(status.value, status.value) for status in Status], coerce=Status)
    surface = forms.TypedChoiceField(
        choices=[(surface.value, surface.value) for surface in OWN_SURFACES],
        coerce=Surface,
        empty_value=Surface.WEB_CLIENT,
        required=False,
    )


class BackForm(forms.Form):
    """Undo: `back` is the change that is taken back."""

    back = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    surface = StatusForm.base_fields["surface"]
