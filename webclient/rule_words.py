"""Destinations and loops of forwarding rules in the user's language."""

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    format_number,
    parse,
    region_code_for_number,
)

from presence.domain.forwarding import Destination
from presence.domain.vocabulary import DestinationKind, Surface
from presence.labels import DESTINATION_LABELS, SURFACE_LABELS


def destination_label(destination: Destination, names: Mapping[str, str]) -> str:
    """ "Forward to an internal number: 102 Piotr Adamiak"."""
    label = str(DESTINATION_LABELS[destination.kind])
    if not destination.value:
        return label
    if destination.kind is DestinationKind.EXTERNAL_NUMBER:
        return f"{label}: {shown_number(destination.value)}"
    return f"{label}: {numbered_name(destination.value, names)}"


def kept_label(destination: Destination, names: Mapping[str, str], set_on: Surface | None) -> str:
    """A destination that is not offered here, and where it was chosen."""
    words = destination_label(destination, names)
    if set_on is None:
        return words
    return _("%(destination)s (set in the %(surface)s)") % {"destination": words, "surface": SURFACE_LABELS[set_on]}


def loop_words(path: Sequence[str], names: Mapping[str, str]) -> str:
    """ "you → Piotr Adamiak → you", for the person at both ends."""
    you = pgettext("in a loop of forwarding", "you")
    return " → ".join(you if number == path[0] else names.get(number) or number for number in path)


def numbered_name(number: str, names: Mapping[str, str]) -> str:
    return f"{number} {names.get(number, '')}".rstrip()


def shown_number(number: str) -> str:
    """An E.164 number as people here write it."""
    try:
        parsed = parse(number)
    except NumberParseException:
        return number
    is_home = region_code_for_number(parsed) == settings.PHONE_REGION
    return format_number(parsed, PhoneNumberFormat.NATIONAL if is_home else PhoneNumberFormat.INTERNATIONAL)
