"""What departments show to one another, in the operator's words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django_stubs_ext import StrOrPromise

from presence.domain.extension_settings import Value
from presence.domain.vocabulary import Sight
from presence.services.rights import SHOWN_ALL, SHOWN_TO_OTHERS

SIGHT_LABELS: Mapping[Sight, StrOrPromise] = {
    Sight.WHOLE: pgettext_lazy("what others see", "Statuses and calls"),
    Sight.WITHOUT_CALLS: pgettext_lazy("what others see", "Statuses, but no calls"),
    Sight.NOTHING: pgettext_lazy("what others see", "Number and name only"),
}

SIGHT_HINTS: Mapping[Sight, StrOrPromise] = {
    Sight.WHOLE: gettext_lazy("The lamps show everything."),
    Sight.WITHOUT_CALLS: gettext_lazy(
        "The lamps show the status even while a phone rings or somebody talks. Calls can't be picked up."
    ),
    Sight.NOTHING: gettext_lazy(
        "The lamps say “Not shown”. Everybody can be called as before; calls can't be picked up."
    ),
}

RIGHTS_LABELS: Mapping[str, StrOrPromise] = {
    SHOWN_TO_OTHERS: gettext_lazy("What other departments see"),
    SHOWN_ALL: gettext_lazy("Departments that see everything all the same"),
}


def rights_value_label(key: str, value: Value) -> str:
    if key == SHOWN_TO_OTHERS:
        return str(SIGHT_LABELS[Sight(str(value))])
    return str(value) or pgettext("a value", "none")
