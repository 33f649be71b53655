"""Every address for every kind of visitor: what it answers. An address that is not in the table fails the test."""

import uuid

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from presence.domain.vocabulary import Origin
from presence.models import Call, Extension, User, Voicemail
from presence.services.visit_links import renew_visit_link

pytestmark = pytest.mark.django_db

TO_LOGIN, OK, NOTHING, REDIRECT, NO_EXTENSION, NOT_FOUND, NOT_ALLOWED, INVALID = 302, 200, 204, 302, 403, 404, 405, 422

# name of the address: method -> (nobody logged in, a login without an extension, Adam, who owns none of the objects)
TABLE: dict[str, dict[str, tuple[int, int, int]]] = {
    "people": {"get": (TO_LOGIN, NO_EXTENSION, OK), "post": (NOT_ALLOWED,) * 3},
    **{
        f"app{page}": {"get": (TO_LOGIN, NO_EXTENSION, OK), "post": (NOT_ALLOWED,) * 3}
        for page in ("", "-people", "-keypad", "-calls", "-voicemail", "-settings", "-devices")
    },
    "app-favourites": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, INVALID)},
    "app-status-settings": {"get": (TO_LOGIN, NO_EXTENSION, OK), "post": (TO_LOGIN, NO_EXTENSION, REDIRECT)},
    "account_login": {"get": (OK, REDIRECT, REDIRECT), "post": (OK, REDIRECT, REDIRECT)},
    "account_logout": {"get": (REDIRECT, OK, OK), "post": (REDIRECT,) * 3},
    "switch-status": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, INVALID)},
    "status-end": {"get": (TO_LOGIN, NO_EXTENSION, OK), "post": (NOT_ALLOWED,) * 3},
    "app-status-end": {"get": (TO_LOGIN, NO_EXTENSION, OK), "post": (NOT_ALLOWED,) * 3},
    "status-reminder": {"get": (TO_LOGIN, NO_EXTENSION, NOTHING), "post": (NOT_ALLOWED,) * 3},
    "status-question": {"get": (TO_LOGIN, NO_EXTENSION, NOTHING), "post": (NOT_ALLOWED,) * 3},
    "queue-login": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, INVALID)},
    "settings": {"get": (TO_LOGIN, NO_EXTENSION, OK), "post": (NOT_ALLOWED,) * 3},
    "voicemail-email": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, INVALID)},
    "profile": {"get": (TO_LOGIN, NO_EXTENSION, OK), "post": (NOT_ALLOWED,) * 3},
    "profile-picture": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, INVALID)},
    "profile-picture-remove": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, REDIRECT)},
    "profile-theme": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, REDIRECT)},
    "profile-sounds": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, INVALID)},
    "picture": {"get": (TO_LOGIN, NO_EXTENSION, NOT_FOUND), "post": (NOT_ALLOWED,) * 3},
    "app-profile": {"get": (TO_LOGIN, NO_EXTENSION, OK), "post": (NOT_ALLOWED,) * 3},
    "app-profile-picture": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, INVALID)},
    "app-profile-picture-remove": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, REDIRECT)},
    "app-profile-theme": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, REDIRECT)},
    "app-profile-sounds": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, INVALID)},
    "desk-phone": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, REDIRECT)},
    "app-desk-phone": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, REDIRECT)},
    "app-help": {"get": (TO_LOGIN, OK, OK), "post": (NOT_ALLOWED,) * 3},
    "app-help-topic": {"get": (TO_LOGIN, OK, OK), "post": (NOT_ALLOWED,) * 3},
    "help": {"get": (TO_LOGIN, OK, OK), "post": (NOT_ALLOWED,) * 3},
    "help-topic": {"get": (TO_LOGIN, OK, OK), "post": (NOT_ALLOWED,) * 3},
    "status-settings": {"get": (TO_LOGIN, NO_EXTENSION, OK), "post": (TO_LOGIN, NO_EXTENSION, REDIRECT)},
    "extension-choices": {"get": (TO_LOGIN, NO_EXTENSION, OK), "post": (NOT_ALLOWED,) * 3},
    "keys": {"get": (TO_LOGIN, OK, OK), "post": (NOT_ALLOWED,) * 3},
    "welcome": {"get": (TO_LOGIN, NO_EXTENSION, OK), "post": (TO_LOGIN, NO_EXTENSION, REDIRECT)},
    "set-language": {"get": (NOT_ALLOWED,) * 3, "post": (REDIRECT,) * 3},
    "phone-words": {"get": (OK,) * 3, "post": (NOT_ALLOWED,) * 3},
    "calls": {"get": (TO_LOGIN, NO_EXTENSION, OK), "post": (NOT_ALLOWED,) * 3},
    "call-greeting": {"get": (TO_LOGIN, NO_EXTENSION, NOT_FOUND), "post": (NOT_ALLOWED,) * 3},
    "call-menu-sound": {"get": (TO_LOGIN, NO_EXTENSION, NOT_FOUND), "post": (NOT_ALLOWED,) * 3},
    "voicemail": {"get": (TO_LOGIN, NO_EXTENSION, OK), "post": (NOT_ALLOWED,) * 3},
    "greeting": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, INVALID)},
    "greeting-delete": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, REDIRECT)},
    "greeting-sound": {"get": (TO_LOGIN, NO_EXTENSION, REDIRECT), "post": (NOT_ALLOWED,) * 3},
    "voicemail-sound": {"get": (TO_LOGIN, NO_EXTENSION, NOT_FOUND), "post": (NOT_ALLOWED,) * 3},
    "voicemail-mark": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, NOT_FOUND)},
    "voicemail-delete": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, NOT_FOUND)},
    "voicemail-restore": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, NOT_FOUND)},
    "devices": {"get": (TO_LOGIN, NO_EXTENSION, OK), "post": (NOT_ALLOWED,) * 3},
    "visit-link-settings": {"get": (TO_LOGIN, NO_EXTENSION, OK), "post": (TO_LOGIN, NO_EXTENSION, INVALID)},
    "visit": {"get": (OK,) * 3, "post": (INVALID,) * 3},
    "visit-button": {"get": (OK,) * 3, "post": (NOT_ALLOWED,) * 3},
    "visit-link": {"get": (OK,) * 3, "post": (INVALID,) * 3},
    "visit-link-button": {"get": (OK,) * 3, "post": (NOT_ALLOWED,) * 3},
    "visit-greeting": {"get": (NOT_FOUND,) * 3, "post": (NOT_ALLOWED,) * 3},
    "visit-menu-sound": {"get": (NOT_FOUND,) * 3, "post": (NOT_ALLOWED,) * 3},
    "invitation": {"get": (NOT_FOUND,) * 3, "post": (NOT_FOUND,) * 3},
    "calls-seen": {"get": (NOT_ALLOWED,) * 3, "post": (TO_LOGIN, NO_EXTENSION, NOTHING)},
    "app-call-link": {"get": (TO_LOGIN, NO_EXTENSION, INVALID), "post": (NOT_ALLOWED,) * 3},
    "call-link": {"get": (TO_LOGIN, NO_EXTENSION, INVALID), "post": (NOT_ALLOWED,) * 3},
    "status-shortcut": {"get": (TO_LOGIN, NO_EXTENSION, OK), "post": (TO_LOGIN, NO_EXTENSION, REDIRECT)},
    "manifest": {"get": (OK,) * 3, "post": (NOT_ALLOWED,) * 3},
    "service-worker": {"get": (OK,) * 3, "post": (NOT_ALLOWED,) * 3},
    "offline": {"get": (OK,) * 3, "post": (NOT_ALLOWED,) * 3},
    "livez": {"get": (OK,) * 3, "post": (NOT_ALLOWED,) * 3},
    "readyz": {"get": (OK,) * 3, "post": (NOT_ALLOWED,) * 3},
    "metrics": {"get": (OK,) * 3, "post": (NOT_ALLOWED,) * 3},
}


def test_every_address_is_in_the_table() -> None:
    patterns = get_resolver().url_patterns
    assert {pattern.name for pattern in patterns if isinstance(pattern, URLPattern)} == set(TABLE)
    # The operator panel's are in tests/test_operator_access.py.
    assert [str(each.pattern) for each in patterns if not isinstance(each, URLPattern)] == ["admin/"]


@pytest.fixture
def visitors(adam: Extension) -> tuple[Client, Client, Client]:
    """Nobody, a login without an extension, and Adam."""
    stranger = User.objects.create(username="stranger")
    assert adam.user is not None
    clients = Client(), Client(), Client()
    for client, user in zip(clients[1:], (stranger, adam.user), strict=True):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return clients


@pytest.mark.parametrize(("name", "method"), [(name, method) for name, row in TABLE.items() for method in row])
def test_an_address_answers_each_visitor_as_the_table_says(
    visitors: tuple[Client, Client, Client], piotr: Extension, name: str, method: str
) -> None:
    address = reverse(name, kwargs=someone_elses(piotr).get(name))
    answered = tuple(getattr(client, method)(address).status_code for client in visitors)
    assert answered == TABLE[name][method]


def someone_elses(owner: Extension) -> dict[str, dict[str, object]]:
    """The objects that addresses name: all of them exist and are Piotr's."""
    link = renew_visit_link(extension=owner)
    call = Call.objects.create(caller_number=owner.number, called_number="103", origin=Origin.INTERNAL)
    message = Voicemail.objects.create(
        id=uuid.uuid4(), box=owner, caller_number="103", origin=Origin.INTERNAL, state="new", sound="message.webm"
    )
    return {
        "phone-words": {"language": "en", "version": "1"},
        "status-settings": {"code": "away"},
        "status-shortcut": {"code": "away"},
        "app-status-settings": {"code": "away"},
        "picture": {"number": owner.number, "size": 64, "version": "never-given"},
        "help-topic": {"slug": "lamps"},
        "app-help-topic": {"slug": "lamps"},
        "queue-login": {"number": "800"},
        "invitation": {"uidb64": "MQ", "token": "never-given"},
        "call-greeting": {"call_id": call.pk},
        "visit": {"number": owner.number},
        "visit-button": {"number": owner.number},
        "visit-link": {"code": link},
        "visit-link-button": {"code": link},
        "visit-greeting": {"token": "never-given"},
        "visit-menu-sound": {"token": "never-given"},
        "call-menu-sound": {"call_id": call.pk},
        **{f"voicemail-{what}": {"message_id": message.pk} for what in ("sound", "mark", "delete", "restore")},
    }


@pytest.mark.parametrize("code", ["", "busy", "Away", "../away"])
def test_a_status_that_is_none_of_the_five_has_no_page(adams_browser: Client, code: str) -> None:
    assert adams_browser.get(f"/settings/status/{code}/").status_code == NOT_FOUND


def test_a_form_from_another_site_is_refused(adam: Extension) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert adam.user is not None
    strict.force_login(adam.user, backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post("/status/", {"status": "away"}).status_code == 403
    adam.refresh_from_db()
    assert adam.status == "available"
