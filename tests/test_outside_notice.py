"""A new number outside is told by e-mail to whose rules they are, and to the operators unless one of them did it."""

from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from presence.calls import housekeeping
from presence.domain.extension_settings import Value
from presence.domain.vocabulary import Surface
from presence.models import Extension, User
from presence.services import outside_notice
from presence.services.extension_settings import write_settings
from tests.operator_cast import make_operator
from webclient.draining import drain

ADAMS, OLGAS = "adam@example.com", "olga@example.com"
RULE, OTHER_RULE = "away.always.internal", "lunch.busy.external"
FIRST, SECOND = "external_number:+48221234567", "external_number:+48600100200"


class Server(EmailBackend):
    """A mail server that may be away."""

    is_away = False

    def send_messages(self, messages: Any) -> int:
        if Server.is_away:
            raise ConnectionRefusedError
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def _mail_server(settings: Settings) -> Iterator[None]:
    settings.EMAIL_HOST = "mail.example.com"
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    yield
    Server.is_away = False
    outside_notice.forget()


@pytest.fixture
def olga(db: None) -> User:
    operator = make_operator()
    User.objects.filter(pk=operator.pk).update(email=OLGAS, language="pl")
    return operator


@pytest.fixture
def write(adam: Extension, olga: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Any:
    User.objects.filter(extension=adam).update(email=ADAMS)

    def write(values: dict[str, Value], by: User | None, surface: Surface = Surface.WEB_CLIENT) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            write_settings({adam.pk: values}, by=by, surface=surface)
        housekeeping.send_emails()

    return write


def told() -> set[str]:
    return {address for message in mail.outbox for address in message.to}


def test_the_owner_and_the_operators_are_told_each_in_their_language(write: Any, adam: Extension) -> None:
    write({RULE: FIRST}, adam.user)
    assert told() == {ADAMS, OLGAS}
    to_adam = next(message for message in mail.outbox if message.to == [ADAMS])
    assert "101 Adam Nowak" in to_adam.subject
    assert "+48221234567" in to_adam.body
    assert "It was set by Adam Nowak in the web client." in to_adam.body
    to_olga = next(message for message in mail.outbox if message.to == [OLGAS])
    assert "nowy numer zewnętrzny" in to_olga.subject


def test_what_an_operator_sets_is_told_to_the_owner_alone(write: Any, olga: User) -> None:
    write({RULE: FIRST}, olga, Surface.OPERATOR_PANEL)
    assert told() == {ADAMS}


@pytest.mark.parametrize("values", [{RULE: "voicemail"}, {OTHER_RULE: FIRST}, {"mobile_number": "+48600100200"}])
def test_only_a_number_that_is_new_is_told_of(write: Any, adam: Extension, values: dict[str, Value]) -> None:
    write({RULE: FIRST}, adam.user)
    mail.outbox.clear()
    write(values, adam.user)
    assert told() == set()
    write({RULE: SECOND}, adam.user)
    assert told() == {ADAMS, OLGAS}


def test_without_a_mail_server_nothing_waits(settings: Settings, write: Any, adam: Extension) -> None:
    settings.EMAIL_HOST = ""
    write({RULE: FIRST}, adam.user)
    settings.EMAIL_HOST = "mail.example.com"
    housekeeping.send_emails()
    assert told() == set()


def test_a_mail_server_that_is_away_is_asked_again_a_few_times(write: Any, adam: Extension) -> None:
    Server.is_away = True
    write({RULE: FIRST}, adam.user)
    Server.is_away = False
    housekeeping.send_emails()
    assert sorted(message.to[0] for message in mail.outbox) == [ADAMS, OLGAS]
    mail.outbox.clear()
    Server.is_away = True
    write({RULE: SECOND}, adam.user)
    for _ in range(2 * outside_notice.TRIES_MAX):
        housekeeping.send_emails()
    Server.is_away = False
    housekeeping.send_emails()
    assert told() == set()


def test_the_page_of_a_status_tells_too(
    adam: Extension, adams_browser: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    User.objects.filter(extension=adam).update(email=ADAMS)
    rule = {"always-internal-kind": "external_number", "always-internal-number": "22 123 45 67"}
    with django_capture_on_commit_callbacks(execute=True):
        assert adams_browser.post("/app/settings/status/away/", rule).status_code == 302
    housekeeping.send_emails()
    assert "in the desktop app" in mail.outbox[0].body


class EmptyServer:
    """Nobody is connected to it."""

    async def listen_no_more(self) -> None:
        pass

    def connections_left(self) -> int:
        return 0


def test_what_waits_is_sent_before_a_draining_process_ends(adam: Extension, write: Any) -> None:
    Server.is_away = True
    write({RULE: FIRST}, adam.user)
    Server.is_away = False
    waiting = outside_notice.waiting_count()
    assert waiting
    async_to_sync(drain)(EmptyServer(), 20)
    assert outside_notice.waiting_count() == 0
    assert len(mail.outbox) == waiting
