"""What a superuser types about the whole company."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from phonenumbers import SUPPORTED_REGIONS

from presence.domain.vocabulary import PickUpScope
from presence.models import Company
from presence.selectors.outbound_policy import Refusal, plain_number
from presence.services.company import Policy
from webclient.forms.rule_destinations import REFUSALS
from webclient.operator.countries import country_choices
from webclient.rule_words import shown_number

ORIGINS_MAX = 30
OUTSIDE_CALLS_HIGHEST = 20
MINUTES_OF_A_DAY = 24 * 60
_HOST = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")
_AS_TYPED = {"autocomplete": "off", "spellcheck": "false"}
_REGIONS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")

PICK_UP_LABELS = {
    PickUpScope.NOBODY: pgettext_lazy("whose calls", "Nobody's"),
    PickUpScope.DEPARTMENT: pgettext_lazy("whose calls", "Those of the own department"),
    PickUpScope.EVERYBODY: pgettext_lazy("whose calls", "Everybody's"),
}


@cache
def _zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """The zones of the world by continent."""
    zones: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(available_timezones()):
        if name.startswith(_REGIONS):
            region, _slash, place = name.partition("/")
            zones.setdefault(region, []).append((name, place.replace("_", " ")))
    return [*zones.items(), ("UTC", [("UTC", "UTC")])]


class PolicyForm(forms.Form):
    """Countries are typed as codes, sites one a line; valid, it knows `policy`."""

    external_forwarding = forms.BooleanField(
        label=gettext_lazy("Calls may be forwarded to the outside"), required=False
    )
    countries = forms.CharField(
        label=gettext_lazy("Countries whose numbers may be called"),
        help_text=gettext_lazy("Two letters each, as in PL DE CZ. Numbers with special charges are never called."),
        widget=forms.TextInput(attrs={**_AS_TYPED, "autocapitalize": "characters"}),
        required=False,
    )
    outside_calls_max = forms.IntegerField(
        label=gettext_lazy("Outside calls of one extension at the same time"),
        help_text=gettext_lazy("Dialled or forwarded. 0: none."),
        min_value=0,
        max_value=OUTSIDE_CALLS_HIGHEST,
    )
    outside_minutes_per_day = forms.IntegerField(
        label=gettext_lazy("Minutes a day that one extension may talk outside"),
        help_text=gettext_lazy("When they are used up, the call ends."),
        min_value=0,
        max_value=MINUTES_OF_A_DAY,
    )
    main_number = forms.CharField(
        label=gettext_lazy("The company's own number"),
        help_text=gettext_lazy("It is shown to whom is called outside, as in +48 22 123 45 67. Empty: the line's own."),
        widget=forms.TextInput(attrs={**_AS_TYPED, "inputmode": "tel"}),
        required=False,
        max_length=40,
    )
    presents_callers = forms.BooleanField(
        label=gettext_lazy("A forwarded call shows its caller's number instead"), required=False
    )
    takes_visits = forms.BooleanField(label=gettext_lazy("Anybody may call from the public call page"), required=False)
    embed_origins = forms.CharField(
        label=gettext_lazy("Sites that may show the call button"),
        help_text=gettext_lazy("One a line, as in https://www.example.com. None: the button shows nowhere else."),
        widget=forms.Textarea(attrs={**_AS_TYPED, "rows": "3", "inputmode": "url"}),
        required=False,
    )
    pick_up = forms.ChoiceField(
        label=gettext_lazy("Whose ringing calls a person may pick up"),
        choices=[(scope.value, label) for scope, label in PICK_UP_LABELS.items()],
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), help_text=gettext_lazy("Of opening hours."), choices=_zones
    )
    holidays_of = forms.ChoiceField(
        label=gettext_lazy("Public holidays of"),
        choices=lambda: [("", pgettext("a value", "none")), *country_choices()],
        required=False,
    )

    def __init__(self, saved: Company, sent: Any = None) -> None:
        initial = {
            "external_forwarding": saved.external_forwarding,
            "countries": " ".join(saved.countries),
            "outside_calls_max": saved.outside_calls_max,
            "outside_minutes_per_day": saved.outside_minutes_per_day,
            "main_number": shown_number(saved.main_number),
            "presents_callers": saved.presents_callers,
            "takes_visits": saved.takes_visits,
            "embed_origins": "\n".join(saved.embed_origins),
            "pick_up": saved.pick_up,
            "time_zone": saved.time_zone,
            "holidays_of": saved.holidays_of,
        }
        super().__init__(sent, initial=initial)

    def clean_countries(self) -> list[str]:
        codes = self.cleaned_data["countries"].upper().replace(",", " ").replace(";", " ").split()
        if unknown := [code for code in codes if code not in SUPPORTED_REGIONS]:
            raise forms.ValidationError(_("No such country: %(codes)s.") % {"codes": ", ".join(unknown)})
        return sorted(set(codes))

    def clean_main_number(self) -> str:
        if not (typed := self.cleaned_data["main_number"].strip()):
            return ""
        if number := plain_number(typed, settings.PHONE_REGION):
            return number
        raise forms.ValidationError(REFUSALS[Refusal.NOT_A_NUMBER])

    def clean_embed_origins(self) -> list[str]:
        typed = self.cleaned_data["embed_origins"].replace(",", " ").split()
        if len(typed) > ORIGINS_MAX:
            raise forms.ValidationError(_("At most %(max)s sites.") % {"max": ORIGINS_MAX})
        return sorted({origin_of(each) for each in typed})

    def policy(self) -> Policy:
        return Policy(**{**self.cleaned_data, "pick_up": PickUpScope(self.cleaned_data["pick_up"])})

    def problems(self) -> Iterator[tuple[str, str]]:
        """(id of the control, what is wrong with it)."""
        for name in self.fields:
            for error in self.errors.get(name, ()):
                yield self[name].id_for_label, f"{self[name].label}: {error}"


def origin_of(typed: str) -> str:
    """ "HTTPS://www.Example.com:443/" -> "https://www.example.com"; anything else than a site is refused."""
    refused = forms.ValidationError(
        _("%(typed)s is not the address of a site. Type it as https://www.example.com, without a page.")
        % {"typed": typed[:80]}
    )
    try:
        parts = urlsplit(typed)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError as error:
        raise refused from error
    is_bare = parts.path in {"", "/"} and not (parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme != "https" or not is_bare or not _HOST.fullmatch(host):
        raise refused
    return f"https://{host}" if port in {None, 443} else f"https://{host}:{port}"
