"""A session that ends takes its sockets with it (close code 4401), and who is an operator no more sees less at once."""

import hashlib
from typing import Any

from allauth.account.signals import password_changed, password_reset
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from presence import hub
from presence.models import User

LOG_IN_AGAIN = 4401


def session_tag(session_key: str) -> str:
    """What sockets and processes know a session by: enough to find it, useless to steal it."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:16]


@receiver(user_logged_out)
def close_sockets_of_session(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    session_key = request.session.session_key
    # Django forgets the session after this signal only. A window that asks anew as soon as its socket closes would
    # still be let in, with sockets that are not.
    request.session.flush()
    if user is not None and session_key:
        hub.publish_close(user_id=user.pk, session=session_tag(session_key), code=LOG_IN_AGAIN)


@receiver(password_changed)
@receiver(password_reset)
def close_sockets_of_user(user: User, **kwargs: Any) -> None:
    hub.publish_close(user_id=user.pk, session=None, code=LOG_IN_AGAIN)


@receiver(post_save, sender=User)
def judge_anew_who_is_operator(update_fields: frozenset[str] | None, **kwargs: Any) -> None:
    """Operators see everything. A login that only notes its moment changes nothing."""
    if update_fields is None or {"is_staff", "is_active"} & update_fields:
        hub.publish_audiences()


@receiver(post_save, sender=User)
def close_sockets_of_disabled_user(instance: User, created: bool, **kwargs: Any) -> None:
    if not created and not instance.is_active:
        hub.publish_close(user_id=instance.pk, session=None, code=LOG_IN_AGAIN)
