"""Where e-mails about voicemail go, or why none would go anywhere, for the forms that choose them."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from presence.models import Extension
from presence.services.voicemail_email import email_address, sends_email


def own_email_hint(extension: Extension) -> str:
    """For the holder."""
    return _no_server() or _to(email_address(extension)) or _("You have no e-mail address here. Ask your operator.")


def email_hint(extensions: Collection[Extension]) -> str:
    """For an operator, of one or of many; users are to be selected with the extensions."""
    if hint := _no_server():
        return hint
    without = [extension for extension in extensions if not email_address(extension)]
    if len(extensions) == 1:
        return _("There is no e-mail address: nothing is sent.") if without else _to(email_address(*extensions))
    if not without:
        return ""
    words = ngettext(
        "%(count)s of them has no e-mail address: nothing is sent to them.",
        "%(count)s of them have no e-mail address: nothing is sent to them.",
        len(without),
    )
    return words % {"count": len(without)}


def _no_server() -> str:
    return "" if sends_email() else _("This server sends no e-mail: it has no mail server set up (EMAIL_HOST).")


def _to(address: str) -> str:
    return _("It goes to %(address)s.") % {"address": address} if address else ""
