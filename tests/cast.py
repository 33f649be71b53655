"""People, phones and rules for tests, made with plain rows."""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from presence.domain.forwarding import Destination
from presence.domain.vocabulary import Condition, DestinationKind, Origin, Status, Surface
from presence.models import Department, Extension, ForwardingRule, Registration, ServerProcess, User

EPOCH = "testtest"


def make_extension(
    number: str, name: str, *, department: str = "Sales", status: Status = Status.AVAILABLE
) -> Extension:
    """An extension with a login of its own: the first name in lower case."""
    user = User.objects.create(username=name.split(maxsplit=1)[0].lower())
    return Extension.objects.create(
        number=number,
        name=name,
        user=user,
        department=Department.objects.get_or_create(name=department)[0],
        status=status,
    )


def log_in(client: Client, user: User | None, **more: object) -> None:
    """What `force_login` comes to, in one row and without signals. `more`: what else its session says."""
    assert user is not None
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(user, **more)


def session_of(user: User, **more: object) -> str:
    """The key of a new session in which this person is logged in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.update(more)
    session.create()
    return str(session.session_key)


def register(extension: Extension, window: str = "window-of-a-test") -> None:
    """The extension has a window that can ring."""
    process, _ = ServerProcess.objects.get_or_create(epoch=EPOCH)
    Registration.objects.create(extension=extension, process=process, window=window)


def rule(
    extension: Extension,
    status: Status,
    condition: Condition,
    kind: DestinationKind,
    value: str = "",
    *,
    origin: Origin | None = None,
    set_on: Surface = Surface.WEB_CLIENT,
) -> Destination:
    """A forwarding rule of its own for `extension`, for both origins unless one is named."""
    for each in Origin if origin is None else (origin,):
        ForwardingRule.objects.update_or_create(
            extension=extension,
            status=status,
            condition=condition,
            origin=each,
            defaults={"destination_kind": kind, "destination_value": value, "set_on": set_on},
        )
    return Destination(kind, value)
