"""A message in the box becomes an e-mail to its owner: by a chore, once, and tried again only where it surely failed.

| what happens                                  | what becomes of the e-mail                          |
|-----------------------------------------------|-----------------------------------------------------|
| the mail server cannot be reached, or refuses | tried again after a pause, a few times              |
| the connection breaks while it is handed over | never again: the server may have taken it           |
| this process dies meanwhile                   | never again: the claim is written before the sending |
| the message is deleted, the wish taken back   | not sent                                            |
"""

import logging
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q
from django.utils import timezone

from presence import measures
from presence.domain.vocabulary import VoicemailEmail
from presence.models import Extension, Voicemail
from presence.services.sound import UnreadableSoundError, mp3_of
from presence.services.voicemail_email_text import email_text

log = logging.getLogger(__name__)

SENT_PER_TURN = 5
# How long after a message was begun each try may be made, the first at once.
PAUSES = (timedelta(0), timedelta(minutes=8), timedelta(minutes=40), timedelta(hours=3), timedelta(hours=12))
TRIES_MAX = len(PAUSES)
_REFUSALS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError)


class _SurelyNotSentError(Exception):
    """The mail server was not reached, or said no."""


def email_address(box: Extension) -> str:
    """Where e-mails about messages in this box go; "" for nowhere."""
    return box.user.email if box.user is not None and box.user.is_active else ""


def sends_email() -> bool:
    """Whether this installation has a mail server."""
    return bool(settings.EMAIL_HOST)


def is_wanted(box: Extension) -> bool:
    """Whether a message in this box is to be told by e-mail."""
    wants = box.voicemail_email != VoicemailEmail.NONE and box.is_enabled
    return wants and sends_email() and bool(email_address(box))


def send_due() -> int:
    """Send what is due and return how many went out. Its turn is short; what is left waits for the next."""
    sent = 0
    for message in _due():
        if not _claim(message):
            continue
        try:
            sent += _send(message)
        except _SurelyNotSentError as error:
            _give_back(message, error)
            break  # the others would wait for the same server
        except Exception:
            measures.EMAILS_FAILED.labels("voicemail").inc()
            log.exception("the e-mail about voicemail %s may not have gone out, and is not tried again", message.pk)
    return sent


def _due() -> list[Voicemail]:
    now = timezone.now()
    is_time = Q()
    for tries, pause in enumerate(PAUSES):
        is_time |= Q(email_tries=tries, started_at__lte=now - pause)
    due = Voicemail.objects.filter(is_time, email_due=True, deleted_at=None).exclude(state=Voicemail.State.RECORDING)
    return list(due.select_related("box__user").order_by("started_at")[:SENT_PER_TURN])


def _claim(message: Voicemail) -> bool:
    """False when another process was faster, or the message was deleted at this moment."""
    ours = Voicemail.objects.filter(pk=message.pk, email_due=True, email_tries=message.email_tries, deleted_at=None)
    return bool(ours.update(email_due=False, email_tries=message.email_tries + 1))


def _give_back(message: Voicemail, error: Exception) -> None:
    tries = message.email_tries + 1
    measures.EMAILS_FAILED.labels("voicemail").inc()
    log.warning("the e-mail about voicemail %s failed (try %s of %s): %s", message.pk, tries, TRIES_MAX, error)
    if tries < TRIES_MAX:
        Voicemail.objects.filter(pk=message.pk, email_tries=tries).update(email_due=True)


def _send(message: Voicemail) -> bool:
    """False when its owner no longer wants it."""
    if not is_wanted(message.box):
        return False
    mail = _mail(message)
    with _open_connection() as connection:
        mail.connection = connection
        try:
            mail.send()
        except _REFUSALS as error:
            raise _SurelyNotSentError(str(error)) from error
    measures.EMAILS_SENT.labels("voicemail").inc()
    return True


def _open_connection() -> BaseEmailBackend:
    connection: BaseEmailBackend = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise _SurelyNotSentError(str(error)) from error
    return connection


def _mail(message: Voicemail) -> EmailMessage:
    sound = _attachment(message) if message.box.voicemail_email == VoicemailEmail.ATTACHMENT else None
    subject, body = email_text(message, is_attached=sound is not None)
    mail = EmailMessage(
        subject,
        body,
        to=[email_address(message.box)],
        headers={
            # The same at every try: a mail program shows a repeated one once.
            "Message-ID": f"<voicemail-{message.pk}@lampfield>",
            "Auto-Submitted": "auto-generated",
        },
    )
    if sound is not None:
        mail.attach(f"voicemail-{timezone.localtime(message.started_at):%Y-%m-%d-%H%M}.mp3", sound, "audio/mpeg")
    return mail


def _attachment(message: Voicemail) -> bytes | None:
    """The sound as every mail program plays it; None when it cannot be read."""
    try:
        with default_storage.open(message.sound.name or "") as file:
            return mp3_of(file.read())
    except (UnreadableSoundError, OSError) as error:
        log.warning("voicemail %s cannot be attached to its e-mail: %s", message.pk, error)
        return None
