"""`manage.py prepare`: the step before `serve --prepared`, once for all processes of an installation."""

from typing import Any

from django.core.management.base import BaseCommand

from webclient.management.preparing import prepare


class Command(BaseCommand):
    help = "Brings the database and the static files to this release."

    def handle(self, *args: Any, **options: Any) -> None:
        prepare(self.stdout.write)
