"""`python -m benchmarks.sessions N`: N login sessions of the seeded company's people, their keys one a line.

The rows are what a login by password leaves behind; hashing a thousand passwords would only measure the hash.
"""

import os
import secrets
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webclient.settings")
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.utils import timezone  # noqa: E402

from presence.models import User  # noqa: E402

BACKEND = "django.contrib.auth.backends.ModelBackend"


def make(count: int) -> list[str]:
    """`adam` first: his is the status that the benchmark switches."""
    store = SessionStore()
    users = sorted(User.objects.filter(extension__isnull=False)[:count], key=lambda user: user.username != "adam")
    sessions = [
        Session(
            session_key=secrets.token_hex(16),
            session_data=store.encode(
                {
                    SESSION_KEY: str(user.pk),
                    BACKEND_SESSION_KEY: BACKEND,
                    HASH_SESSION_KEY: user.get_session_auth_hash(),
                }
            ),
            expire_date=timezone.now() + timedelta(days=1),
        )
        for user in users
    ]
    Session.objects.bulk_create(sessions)
    return [session.session_key for session in sessions]


if __name__ == "__main__":
    print("\n".join(make(int(sys.argv[1]))))
