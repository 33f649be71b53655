"""Settings > Voicemail by e-mail: everyone chooses for themselves, and is told where it goes."""

import pytest
from django.test import Client
from pytest_django import Settings

from presence.domain.vocabulary import Surface, VoicemailEmail
from presence.models import ChangeRecord, Extension, User

CHOICE = "/settings/voicemail/"


@pytest.mark.parametrize("choice", [VoicemailEmail.NOTICE, VoicemailEmail.ATTACHMENT])
def test_a_choice_is_saved_kept_in_the_history_and_shown(
    adams_browser: Client, adam: Extension, choice: VoicemailEmail
) -> None:
    response = adams_browser.post(CHOICE, {"voicemail_email": choice}, follow=True)
    adam.refresh_from_db()
    assert adam.voicemail_email == choice
    assert f'<option value="{choice}" selected>' in response.content.decode()
    record = ChangeRecord.objects.get()
    assert (record.after, record.by, record.surface) == ({"voicemail_email": choice}, adam.user, Surface.WEB_CLIENT)


@pytest.mark.parametrize("sent", ["", "fax", "NOTICE"])
def test_anything_else_is_refused_beside_its_control(adams_browser: Client, adam: Extension, sent: str) -> None:
    response = adams_browser.post(CHOICE, {"voicemail_email": sent})
    assert response.status_code == 422
    assert "Choose one of the values." in response.content.decode()
    adam.refresh_from_db()
    assert adam.voicemail_email == VoicemailEmail.NONE


@pytest.mark.parametrize(
    ("host", "address", "hint"),
    [
        ("mail.example.com", "adam@example.com", "It goes to adam@example.com."),
        ("mail.example.com", "", "You have no e-mail address here. Ask your operator."),
        ("", "adam@example.com", "This server sends no e-mail"),
    ],
)
def test_the_page_says_where_it_goes_or_why_nowhere(
    adams_browser: Client, adam: Extension, settings: Settings, host: str, address: str, hint: str
) -> None:
    settings.EMAIL_HOST = host
    User.objects.filter(extension=adam).update(email=address)
    assert hint in adams_browser.get("/settings/").content.decode()
