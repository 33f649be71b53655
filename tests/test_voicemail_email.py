"""Voicemail by e-mail: what is sent to whom in which language, and that nothing is ever sent twice."""

import io
import smtplib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import av
import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from pytest_django import Settings

from presence.domain.vocabulary import Origin, VoicemailEmail
from presence.models import Call, CallLeg, Company, Extension, User, Voicemail, VoicemailChunk
from presence.services import voicemail, voicemail_email
from tests.sounds import live_recording, tone

NOON_UTC = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ADDRESS = "piotr@example.com"


class Server(EmailBackend):
    """A mail server that can be away, refuse, or hang up in the middle; it keeps what it took."""

    opening: Exception | None = None
    taking: Exception | None = None
    meanwhile: Callable[[], object] | None = None  # what happens once while it is being reached

    def open(self) -> bool | None:
        meanwhile, Server.meanwhile = Server.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        if Server.opening is not None:
            raise Server.opening
        return super().open()

    def send_messages(self, messages: Any) -> int:
        if Server.taking is not None:
            raise Server.taking
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def _mail_server(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    settings.SITE_URL = "https://phone.example.com"
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.opening = Server.taking = Server.meanwhile = None


@pytest.fixture
def box(piotr: Extension) -> Extension:
    Company.objects.create(time_zone="Europe/Warsaw")
    User.objects.filter(extension=piotr).update(email=ADDRESS)
    Extension.objects.filter(pk=piotr.pk).update(voicemail_email=VoicemailEmail.NOTICE)
    piotr.refresh_from_db()
    return piotr


def a_message(box: Extension, **values: Any) -> Voicemail:
    name = default_storage.save("message.webm", ContentFile(tone(2)))
    known: dict[str, Any] = {
        "caller_number": "101",
        "caller_name": "Adam Nowak",
        "origin": Origin.INTERNAL,
        "state": Voicemail.State.NEW,
        "seconds": 62.0,
        "started_at": NOON_UTC,
        "sound": name,
        "email_due": True,
    }
    return Voicemail.objects.create(box=box, **{**known, **values})


# When there is something to send


@pytest.mark.parametrize(
    ("choice", "address", "host", "is_enabled", "is_due"),
    [
        (VoicemailEmail.NOTICE, ADDRESS, "mail.example.com", True, True),
        (VoicemailEmail.ATTACHMENT, ADDRESS, "mail.example.com", True, True),
        (VoicemailEmail.NONE, ADDRESS, "mail.example.com", True, False),
        (VoicemailEmail.NOTICE, "", "mail.example.com", True, False),
        (VoicemailEmail.NOTICE, ADDRESS, "", True, False),
        (VoicemailEmail.NOTICE, ADDRESS, "mail.example.com", False, False),
    ],
)
def test_a_finished_recording_is_due_where_its_owner_wants_and_can_get_it(
    adam: Extension,
    box: Extension,
    settings: Settings,
    choice: str,
    address: str,
    host: str,
    is_enabled: bool,
    is_due: bool,
) -> None:
    settings.EMAIL_HOST = host
    User.objects.filter(extension=box).update(email=address)
    Extension.objects.filter(pk=box.pk).update(voicemail_email=choice, is_enabled=is_enabled)
    call = Call.objects.create(caller_number="101", origin=Origin.INTERNAL, called_number="102", state="ended")
    CallLeg.objects.create(call=call, extension=adam, role=CallLeg.Role.CALLER)
    recording = voicemail.start_recording(call=call, box=box)
    VoicemailChunk.objects.create(voicemail=recording, sequence=0, data=live_recording(1))
    voicemail.finish_recording(call_id=call.pk)
    recording.refresh_from_db()
    assert recording.email_due is is_due
    assert voicemail_email.send_due() == int(is_due)
    assert len(mail.outbox) == int(is_due)


# What it says

WORDS = {
    "en": ("Voicemail from Adam Nowak (101)", "2 March 2026, 13:00"),
    "pl": ("Adam Nowak (101)", "2 marca 2026, 13:00"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "pl"])
@pytest.mark.parametrize("choice", [VoicemailEmail.NOTICE, VoicemailEmail.ATTACHMENT])
def test_the_email_is_in_its_owners_language_and_the_companys_time(
    box: Extension, language: str, choice: VoicemailEmail
) -> None:
    User.objects.filter(extension=box).update(language=language)
    Extension.objects.filter(pk=box.pk).update(voicemail_email=choice)
    message = a_message(box)
    assert voicemail_email.send_due() == 1
    sent = mail.outbox[0]
    subject, moment = WORDS[language]
    assert subject in sent.subject
    assert sent.to == [ADDRESS]
    assert moment in sent.body
    assert "1:02" in sent.body
    assert f"https://phone.example.com/voicemail/#message-{message.pk}" in sent.body
    assert sent.content_subtype == "plain"
    assert len(sent.attachments) == (choice == VoicemailEmail.ATTACHMENT)
    if language == "en":
        assert ("attached" in sent.body) is (choice == VoicemailEmail.ATTACHMENT)


def test_the_attachment_is_sound_that_every_mail_program_plays(box: Extension) -> None:
    Extension.objects.filter(pk=box.pk).update(voicemail_email=VoicemailEmail.ATTACHMENT)
    a_message(box)
    voicemail_email.send_due()
    name, content, kind = mail.outbox[0].attachments[0]
    assert (name, kind) == ("voicemail-2026-03-02-1300.mp3", "audio/mpeg")
    assert isinstance(content, bytes)
    with av.open(io.BytesIO(content), mode="r") as file:
        assert file.format.name == "mp3"
        samples = sum(frame.samples for frame in file.decode(audio=0))
        assert samples / file.streams.audio[0].rate == pytest.approx(2, abs=0.2)


@pytest.mark.slow
def test_a_message_as_long_as_may_be_is_small_enough_for_any_mail_server(box: Extension) -> None:
    Extension.objects.filter(pk=box.pk).update(voicemail_email=VoicemailEmail.ATTACHMENT)
    long = default_storage.save("long.webm", ContentFile(tone(voicemail.RECORDING_SECONDS_MAX)))
    a_message(box, sound=long)
    voicemail_email.send_due()
    content = mail.outbox[0].attachments[0][1]
    assert len(content) < 1_000_000


def test_a_sound_that_cannot_be_read_is_told_of_without_it(box: Extension) -> None:
    Extension.objects.filter(pk=box.pk).update(voicemail_email=VoicemailEmail.ATTACHMENT)
    a_message(box, sound=default_storage.save("broken.webm", ContentFile(b"no sound")))
    assert voicemail_email.send_due() == 1
    assert mail.outbox[0].attachments == []
    assert "Listen: https://" in mail.outbox[0].body


def test_without_the_sites_address_there_is_no_link(box: Extension, settings: Settings) -> None:
    settings.SITE_URL = ""
    a_message(box)
    voicemail_email.send_due()
    assert "http" not in mail.outbox[0].body
    assert "Listen on the Voicemail page" in mail.outbox[0].body


def test_a_visitors_name_is_marked_as_not_verified(box: Extension) -> None:
    a_message(box, caller_number="", caller_name="Jan Kowalski", origin=Origin.EXTERNAL)
    voicemail_email.send_due()
    assert mail.outbox[0].subject == "Voicemail from Jan Kowalski (not verified)"
    assert "Nobody has checked it." in mail.outbox[0].body


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Jan\r\nBcc: all@example.com", "Jan Bcc all example com"),
        ("Jan\nKowalski", "Jan Kowalski"),
        ("Jan\x01\x1b\u2028Kowalski", "Jan Kowalski"),
        ("https://evil.example/x?y", "https evil example x y"),
        ("Dr. Jan O'Neil-Żak", "Dr. Jan O'Neil-Żak"),
        ("J" * 200, "J" * 60),
        ("\r\n", "an unknown caller"),
    ],
)
def test_no_name_breaks_a_header_or_becomes_a_link(box: Extension, name: str, shown: str) -> None:
    a_message(box, caller_number="", caller_name=name[:120], origin=Origin.EXTERNAL)
    assert voicemail_email.send_due() == 1
    sent = mail.outbox[0]
    assert sent.subject == f"Voicemail from {shown} (not verified)"
    assert sent.recipients() == [ADDRESS]
    assert "\n" not in sent.message()["Subject"].replace("\n ", "")


# Once, or not at all


@pytest.mark.parametrize(
    "change",
    [
        lambda box, message: Voicemail.objects.update(deleted_at=timezone.now()),
        lambda box, message: message.delete(),
        lambda box, message: Extension.objects.update(voicemail_email=VoicemailEmail.NONE),
        lambda box, message: Extension.objects.update(is_enabled=False),
        lambda box, message: User.objects.update(email=""),
        lambda box, message: User.objects.update(is_active=False),
    ],
    ids=["deleted", "purged", "no longer wanted", "disabled", "no address", "login closed"],
)
def test_what_became_needless_meanwhile_is_not_sent(
    box: Extension, change: Callable[[Extension, Voicemail], object]
) -> None:
    change(box, a_message(box))
    assert voicemail_email.send_due() == 0
    assert mail.outbox == []


def test_a_message_is_told_once(box: Extension) -> None:
    a_message(box)
    assert [voicemail_email.send_due() for _ in range(3)] == [1, 0, 0]


def test_of_two_processes_one_sends(box: Extension) -> None:
    a_message(box)
    second: list[int] = []
    Server.meanwhile = lambda: second.append(voicemail_email.send_due())
    assert voicemail_email.send_due() == 1
    assert second == [0]
    assert len(mail.outbox) == 1


def test_what_both_processes_have_read_is_sent_by_the_first_to_claim_it(box: Extension) -> None:
    for caller in ("103", "104", "105"):
        a_message(box, caller_number=caller)
    Server.meanwhile = voicemail_email.send_due  # while the first message goes out, the other process sends the rest
    assert voicemail_email.send_due() == 1
    assert len({sent.subject for sent in mail.outbox}) == len(mail.outbox) == 3


def test_a_message_deleted_after_it_was_read_is_not_sent(box: Extension) -> None:
    first, second = a_message(box), a_message(box, started_at=NOON_UTC + timedelta(minutes=1))
    Server.meanwhile = lambda: voicemail.delete_message(message=second)
    assert voicemail_email.send_due() == 1
    assert str(first.pk) in mail.outbox[0].body


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("opening", "taking"),
    [
        (ConnectionRefusedError("nobody there"), None),
        (TimeoutError("no answer"), None),
        (smtplib.SMTPAuthenticationError(535, b"wrong password"), None),
        (None, smtplib.SMTPDataError(451, b"later")),
        (None, smtplib.SMTPRecipientsRefused({ADDRESS: (450, b"busy")})),
    ],
)
def test_what_surely_failed_is_tried_again_with_growing_pauses_and_then_given_up(
    box: Extension, opening: Exception | None, taking: Exception | None
) -> None:
    Server.opening, Server.taking = opening, taking
    message = a_message(box, started_at=timezone.now())
    for tries, pause in enumerate(voicemail_email.PAUSES):
        begun = timezone.now() - pause
        Voicemail.objects.update(started_at=begun + timedelta(minutes=1))
        if tries:
            assert voicemail_email.send_due() == 0
            message.refresh_from_db()
            assert message.email_tries == tries  # not yet
        Voicemail.objects.update(started_at=begun)
        assert voicemail_email.send_due() == 0
        message.refresh_from_db()
        assert message.email_tries == tries + 1
    assert not message.email_due
    Server.opening = Server.taking = None
    assert voicemail_email.send_due() == 0


def test_after_a_failure_the_next_try_sends_it(box: Extension) -> None:
    Server.opening = ConnectionRefusedError()
    message = a_message(box)
    voicemail_email.send_due()
    Server.opening = None
    assert voicemail_email.send_due() == 1
    message.refresh_from_db()
    assert (message.email_due, message.email_tries) == (False, 2)


@pytest.mark.django_db
@pytest.mark.parametrize("error", [smtplib.SMTPServerDisconnected("gone"), TimeoutError(), OSError("reset")])
def test_what_the_server_may_have_taken_is_never_sent_again(box: Extension, error: Exception) -> None:
    Server.taking = error
    message = a_message(box)
    assert voicemail_email.send_due() == 0
    Server.taking = None
    assert voicemail_email.send_due() == 0
    message.refresh_from_db()
    assert not message.email_due


def test_a_turn_is_short_and_a_server_that_is_away_is_asked_once(box: Extension) -> None:
    for _ in range(voicemail_email.SENT_PER_TURN + 1):
        a_message(box)
    Server.opening = ConnectionRefusedError()
    voicemail_email.send_due()
    assert Voicemail.objects.filter(email_tries=1).count() == 1
    Server.opening = None
    assert voicemail_email.send_due() == voicemail_email.SENT_PER_TURN
    assert voicemail_email.send_due() == 1


def test_every_try_has_the_same_message_id(box: Extension) -> None:
    message = a_message(box)
    voicemail_email.send_due()
    assert mail.outbox[0].message()["Message-ID"] == f"<voicemail-{message.pk}@lampfield>"
    assert mail.outbox[0].message()["Auto-Submitted"] == "auto-generated"
