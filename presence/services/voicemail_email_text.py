"""What the e-mail about a message says, in its owner's language and the company's time. Plain text, nothing to follow
but the link to the voicemail page.
"""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from presence.domain.vocabulary import Origin
from presence.models import Voicemail
from presence.selectors.settings import company

_NAME_LENGTH_MAX = 60
_NOT_IN_NUMBERS = re.compile(r"[^0-9+]")
# A name that a stranger typed must not become a link in a mail program.
_NOT_IN_NAMES = re.compile(r"[^\w .,'’()-]|(?<=\w)\.(?=\w)")


def email_text(message: Voicemail, *, is_attached: bool) -> tuple[str, str]:
    """The subject and the body."""
    with translation.override(_language(message)), timezone.override(_zone()):
        who, length = _who(message), _length(message)
        moment = date_format(timezone.localtime(message.started_at), "j E Y, H:i")
        subject = _("Voicemail from %(who)s") % {"who": who}
        lines = [
            _("%(who)s left you a message.") % {"who": who},
            "",
            _("When: %(moment)s") % {"moment": moment},
            _("Length: %(length)s") % {"length": length},
        ]
        if _is_unverified(message):
            lines += ["", _("The name is only what the caller typed on the public call page. Nobody has checked it.")]
        lines += ["", _listen_line(message, is_attached=is_attached)]
        return subject, "\n".join(lines) + "\n"


def _listen_line(message: Voicemail, *, is_attached: bool) -> str:
    path = f"{reverse('voicemail')}#message-{message.pk}"
    where = f"{settings.SITE_URL.rstrip('/')}{path}" if settings.SITE_URL else ""
    if is_attached and where:
        return _("The message is attached, and here: %(address)s") % {"address": where}
    if is_attached:
        return _("The message is attached, and on the Voicemail page of Lampfield.")
    return _("Listen: %(address)s") % {"address": where} if where else _("Listen on the Voicemail page of Lampfield.")


def _who(message: Voicemail) -> str:
    """One short line, whatever the caller is called: it stands in a header."""
    name = " ".join(_NOT_IN_NAMES.sub(" ", message.caller_name).split())[:_NAME_LENGTH_MAX]
    number = _NOT_IN_NUMBERS.sub("", message.caller_number)
    known = f"{name} ({number})" if name and number else name or number or _("an unknown caller")
    return f"{known} {pgettext('a caller', '(not verified)')}" if _is_unverified(message) else known


def _is_unverified(message: Voicemail) -> bool:
    """A visitor of the public call page has no number, and a name of their own choice."""
    return message.origin == Origin.EXTERNAL and not message.caller_number


def _length(message: Voicemail) -> str:
    if message.seconds is None:
        return pgettext("of a message", "unknown")
    minutes, seconds = divmod(round(message.seconds), 60)
    return f"{minutes}:{seconds:02}"


def _language(message: Voicemail) -> str:
    user = message.box.user
    return (user.language if user else "") or settings.LANGUAGE_CODE


def _zone() -> ZoneInfo:
    try:
        return ZoneInfo(company().time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)
