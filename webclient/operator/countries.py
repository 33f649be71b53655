"""The countries whose public holidays a company may keep, by name in the operator's language."""

from collections.abc import Mapping

from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise
from holidays import list_supported_countries

_NAMES: Mapping[str, StrOrPromise] = {
    "AL": pgettext_lazy("country", "Albania"),
    "AD": pgettext_lazy("country", "Andorra"),
    "AT": pgettext_lazy("country", "Austria"),
    "BY": pgettext_lazy("country", "Belarus"),
    "BE": pgettext_lazy("country", "Belgium"),
    "BA": pgettext_lazy("country", "Bosnia and Herzegovina"),
    "BG": pgettext_lazy("country", "Bulgaria"),
    "CA": pgettext_lazy("country", "Canada"),
    "HR": pgettext_lazy("country", "Croatia"),
    "CY": pgettext_lazy("country", "Cyprus"),
    "CZ": pgettext_lazy("country", "Czechia"),
    "DK": pgettext_lazy("country", "Denmark"),
    "EE": pgettext_lazy("country", "Estonia"),
    "FI": pgettext_lazy("country", "Finland"),
    "FR": pgettext_lazy("country", "France"),
    "DE": pgettext_lazy("country", "Germany"),
    "GR": pgettext_lazy("country", "Greece"),
    "HU": pgettext_lazy("country", "Hungary"),
    "IS": pgettext_lazy("country", "Iceland"),
    "IE": pgettext_lazy("country", "Ireland"),
    "IT": pgettext_lazy("country", "Italy"),
    "LV": pgettext_lazy("country", "Latvia"),
    "LI": pgettext_lazy("country", "Liechtenstein"),
    "LT": pgettext_lazy("country", "Lithuania"),
    "LU": pgettext_lazy("country", "Luxembourg"),
    "MT": pgettext_lazy("country", "Malta"),
    "MD": pgettext_lazy("country", "Moldova"),
    "MC": pgettext_lazy("country", "Monaco"),
    "ME": pgettext_lazy("country", "Montenegro"),
    "NL": pgettext_lazy("country", "Netherlands"),
    "MK": pgettext_lazy("country", "North Macedonia"),
    "NO": pgettext_lazy("country", "Norway"),
    "PL": pgettext_lazy("country", "Poland"),
    "PT": pgettext_lazy("country", "Portugal"),
    "RO": pgettext_lazy("country", "Romania"),
    "SM": pgettext_lazy("country", "San Marino"),
    "RS": pgettext_lazy("country", "Serbia"),
    "SK": pgettext_lazy("country", "Slovakia"),
    "SI": pgettext_lazy("country", "Slovenia"),
    "ES": pgettext_lazy("country", "Spain"),
    "SE": pgettext_lazy("country", "Sweden"),
    "CH": pgettext_lazy("country", "Switzerland"),
    "TR": pgettext_lazy("country", "Türkiye"),
    "UA": pgettext_lazy("country", "Ukraine"),
    "GB": pgettext_lazy("country", "United Kingdom"),
    "US": pgettext_lazy("country", "United States"),
}


def country_choices() -> list[tuple[str, str]]:
    """Code and name, by name; countries without a name in our tables follow by their code."""
    known = list_supported_countries(include_aliases=False)
    named = sorted(((code, str(name)) for code, name in _NAMES.items() if code in known), key=lambda each: each[1])
    return [*named, *((code, code) for code in sorted(known.keys() - _NAMES.keys()))]
