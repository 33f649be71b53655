"""What a release needs before its first process serves: the database's schema and the collected files."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection

from webclient.collected_files import collect

_LOCK = 0x1A3F1E1D  # of PostgreSQL's advisory locks; any number that nobody else uses


def prepare(say: Callable[[str], None]) -> None:
    """Again is fine, and so are several at once: they come one after the other."""
    with _alone():
        say("Preparing the database ...")
        call_command("migrate", verbosity=0, interactive=False)
        say("Preparing the static files ...")
        collect()


@contextmanager
def _alone() -> Iterator[None]:
    """SQLite has one process, which is alone anyway."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
