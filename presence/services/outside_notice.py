"""A new number outside in somebody's rules is told by e-mail to its owner, and to the operators unless one of them did
it: whoever stole a login must not send calls away unseen.

What is to be told waits in this process and is sent by a chore; the lasting record is the history. Without a mail
server nothing is sent, and a notice that a mail server does not take is tried a few times.
"""

import logging
import smtplib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from presence import measures
from presence.domain.extension_settings import RuleSetting, Values, parse_key, text_destination
from presence.domain.vocabulary import DestinationKind, Surface
from presence.labels import SURFACE_LABELS
from presence.models import Extension, User
from presence.services.voicemail_email import sends_email

TRIES_MAX = 5
SENT_PER_TURN = 10
WAITING_MAX = 1_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notice:
    """To one person, of the numbers outside that calls for an extension now may go to."""

    address: str
    language: str
    extension: str
    name: str
    numbers: tuple[str, ...]
    by: str
    surface: Surface
    tries: int = 0


_waiting: deque[Notice] = deque(maxlen=WAITING_MAX)


def new_numbers(before: Values, after: Values) -> tuple[str, ...]:
    """The outside numbers of the rules among `after` that no rule among `before` leads to."""
    return tuple(sorted(_outside(after) - _outside(before)))


def _outside(values: Values) -> set[str]:
    rules = [str(value) for key, value in values.items() if value and isinstance(parse_key(key), RuleSetting)]
    destinations = [text_destination(text) for text in rules]
    return {to.value for to in destinations if to.kind is DestinationKind.EXTERNAL_NUMBER}


def tell(numbers: Mapping[Extension, tuple[str, ...]], *, by: User | None, by_name: str, surface: Surface) -> None:
    """After the commit, whoever has to know hears of the new numbers of these extensions."""
    changed = {extension: new for extension, new in numbers.items() if new}
    if not changed or not sends_email():
        return
    notices = [
        Notice(user.email, user.language, extension.number, extension.name, new, by_name, surface)
        for extension, new in changed.items()
        for user in _readers(extension, by, surface)
    ]
    transaction.on_commit(lambda: _waiting.extend(notices))


def _readers(extension: Extension, by: User | None, surface: Surface) -> list[User]:
    """The holder, whoever did it; of what is done outside the operator panel the operators, too."""
    readers = {user.pk: user for user in User.objects.filter(extension=extension, is_active=True).exclude(email="")}
    if surface is not Surface.OPERATOR_PANEL:
        backend = "django.contrib.auth.backends.ModelBackend"
        operators = User.objects.with_perm("presence.change_extension", backend=backend)
        of_staff = operators.filter(is_staff=True).exclude(email="")
        readers |= {user.pk: user for user in of_staff if user != by}
    return list(readers.values())


def send_due() -> int:
    """Send what waits and return how many went out; what the mail server does not take waits for another turn."""
    sent = 0
    for _turn in range(min(len(_waiting), SENT_PER_TURN)):
        notice = _waiting.popleft()
        try:
            _mail(notice).send()
            measures.EMAILS_SENT.labels("outside_notice").inc()
            sent += 1
        except (OSError, smtplib.SMTPException) as error:
            measures.EMAILS_FAILED.labels("outside_notice").inc()
            log.warning("the notice about %s failed (try %s): %s", notice.extension, notice.tries + 1, error)
            if notice.tries + 1 < TRIES_MAX:
                _waiting.append(replace(notice, tries=notice.tries + 1))
            break  # the others would wait for the same server
    return sent


def waiting_count() -> int:
    """How many notices this process has still to send."""
    return len(_waiting)


def forget() -> None:
    """Drop what waits: a test begins with nothing."""
    _waiting.clear()


def _mail(notice: Notice) -> EmailMessage:
    with translation.override(notice.language or settings.LANGUAGE_CODE):
        words = {
            "extension": f"{notice.extension} {notice.name}",
            "numbers": ", ".join(notice.numbers),
            "who": notice.by,
            "place": SURFACE_LABELS[notice.surface],
        }
        subject = _("Calls for %(extension)s may go to a new outside number") % words
        lines = [
            _("From now on a forwarding rule of %(extension)s leads to: %(numbers)s.") % words,
            _("It was set by %(who)s in the %(place)s.") % words,
            "",
            _("If you know nothing of it, change your password and tell an operator."),
        ]
    body = "\n".join(lines) + "\n"
    return EmailMessage(subject, body, to=[notice.address], headers={"Auto-Submitted": "auto-generated"})
