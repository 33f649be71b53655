"""The link to Asterisk in an operator's words: linked, or what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from presence.selectors.asterisk import asterisk_trouble, has_trunk, is_configured

# What Lampfield itself says of the link; anything else is Asterisk's answer, or the network's, and is shown as it is.
_TROUBLES: Mapping[str, StrOrPromise] = {
    "nobody holds the link yet": gettext_lazy("no process of Lampfield keeps the connection yet"),
    "nobody holds the link": gettext_lazy("no process of Lampfield keeps the connection"),
    "the process that held the link died": gettext_lazy("the process of Lampfield that kept the connection has died"),
    "connecting": gettext_lazy("connecting…"),
}


@dataclass(frozen=True, slots=True)
class PhoneSystem:
    """`is_linked`: calls can be made on it; `is_in_order`: and everything that was set up is there."""

    words: str
    is_linked: bool
    is_in_order: bool


def phone_system() -> PhoneSystem | None:
    """The link as it is now; None: no phone system is configured."""
    if not is_configured():
        return None
    if trouble := asterisk_trouble():
        words = _("Not connected: %(trouble)s. Until it is back, calls go between browsers only.")
        return PhoneSystem(words % {"trouble": _TROUBLES.get(trouble, trouble)}, is_linked=False, is_in_order=False)
    if has_trunk():
        return PhoneSystem(_("Connected, with a line to the outside."), is_linked=True, is_in_order=True)
    if not settings.ASTERISK_TRUNK:
        words = _("Connected, without a line to the outside: none is set up (ASTERISK_TRUNK).")
        return PhoneSystem(words, is_linked=True, is_in_order=True)
    words = _("Connected, but it has no endpoint %(trunk)s (ASTERISK_TRUNK): nobody outside can be called.")
    return PhoneSystem(words % {"trunk": settings.ASTERISK_TRUNK}, is_linked=True, is_in_order=False)
