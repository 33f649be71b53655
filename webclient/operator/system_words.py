"""Ring groups, queues and digital receptionists in the operator's language: their settings, as the history has them."""

from collections.abc import Mapping

from django.utils import dates
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django_stubs_ext import StrOrPromise

from presence.domain.extension_settings import Value, Values, text_destination
from presence.domain.system_settings import PREFIX
from presence.domain.vocabulary import RingStrategy, SystemExtensionKind
from presence.labels import SYSTEM_EXTENSION_LABELS
from webclient.rule_words import destination_label, numbered_name

STRATEGY_LABELS: Mapping[RingStrategy, StrOrPromise] = {
    RingStrategy.ALL: pgettext_lazy("whom to ring", "All at once"),
    RingStrategy.IN_ORDER: pgettext_lazy("whom to ring", "One after another, in this order"),
    RingStrategy.LONGEST_IDLE: pgettext_lazy("whom to ring", "Whoever has been free for longest"),
}

_LABELS: Mapping[str, StrOrPromise] = {
    "kind": pgettext_lazy("of a system extension", "Kind"),
    "deleted": gettext_lazy("System extension"),
    "number": gettext_lazy("Number"),
    "name": pgettext_lazy("of a number", "Name"),
    "takes_visits": gettext_lazy("Calls from the public page"),
    "destination": gettext_lazy("Then"),
    "members": gettext_lazy("Members"),
    "ring_strategy": gettext_lazy("Rings"),
    "ring_seconds": gettext_lazy("Seconds of ringing"),
    "wait_seconds_max": gettext_lazy("Longest wait, in seconds"),
    "length_max": gettext_lazy("Longest line, in callers"),
    "repeats": gettext_lazy("How often the greeting is played"),
    "key_seconds": gettext_lazy("Seconds to wait for a key"),
    "has_hours": gettext_lazy("Opening hours"),
    "keeps_holidays": gettext_lazy("Closed on public holidays"),
    "closed_destination": gettext_lazy("When closed"),
    "greeting_open": gettext_lazy("Greeting"),
    "greeting_closed": gettext_lazy("Greeting when closed"),
}
_SECONDS = frozenset({"ring_seconds", "wait_seconds_max", "key_seconds"})


def is_system_key(key: str) -> bool:
    return key.startswith(PREFIX)


def system_key_label(key: str) -> str:
    what = key.removeprefix(PREFIX)
    if what.startswith("option_"):
        return _("Key %(key)s") % {"key": what[-1]}
    if what.startswith("hours_"):
        return str(dates.WEEKDAYS[int(what[-1])])
    return str(_LABELS[what])


def system_value_label(key: str, value: Value, names: Mapping[str, str]) -> str:
    what, text = key.removeprefix(PREFIX), str(value)
    if what == "deleted":
        return pgettext("of a system extension", "deleted")
    if isinstance(value, bool):
        return pgettext("a switch", "on") if value else pgettext("a switch", "off")
    if what.startswith("greeting_"):
        seconds = _("%(seconds)s s") % {"seconds": text}
        return _("own (%(length)s)") % {"length": seconds} if text else _("the one that comes with Lampfield")
    if not text:
        return pgettext("opening hours", "closed") if what.startswith("hours_") else pgettext("a value", "none")
    if what in _SECONDS:
        return _("%(seconds)s s") % {"seconds": text}
    return _value_words(what, text, names)


def _value_words(what: str, text: str, names: Mapping[str, str]) -> str:
    match what:
        case "kind":
            return str(SYSTEM_EXTENSION_LABELS[SystemExtensionKind(text)])
        case "ring_strategy":
            return str(STRATEGY_LABELS[RingStrategy(text)])
        case "members":
            return ", ".join(numbered_name(number, names) for number in text.split())
        case "destination" | "closed_destination":
            return destination_label(text_destination(text), names)
    if what.startswith("option_"):
        destination, _bar, words = text.partition("|")
        return f"{words} → {destination_label(text_destination(destination), names)}"
    return text


def numbers_in_system(values: Values) -> set[str]:
    """The numbers that these values of a system extension speak of."""
    numbers: set[str] = set()
    for key, value in values.items():
        what = key.removeprefix(PREFIX)
        if what == "members":
            numbers.update(str(value).split())
        elif value and (what.endswith("destination") or what.startswith("option_")):
            numbers.add(text_destination(str(value).partition("|")[0]).value)
    return numbers - {""}
