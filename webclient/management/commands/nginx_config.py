"""`manage.py nginx_config`: the site of nginx that stands before this installation's workers, to standard output."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from webclient.nginx import Site, own_host

SOCKETS = Path("/run/lampfield")


class Command(BaseCommand):
    help = "Print nginx's configuration for this installation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workers", type=int, default=2, help="how many there are; default: %(default)s")
        parser.add_argument("--sockets", type=Path, default=SOCKETS, help="their folder; default: %(default)s")
        parser.add_argument("--server-name", default=own_host(), help="default: %(default)s, of ALLOWED_HOSTS")
        parser.add_argument("--listen", help="default: 443 with a certificate, else 80")
        parser.add_argument("--watch-listen", default="127.0.0.1:8081", help="for each worker's /metrics and /readyz")
        parser.add_argument("--certificate", type=Path)
        parser.add_argument("--key", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        certificate, key = options["certificate"], options["key"]
        if bool(certificate) != bool(key):
            raise CommandError("--certificate and --key belong together.")
        site = Site(
            workers=options["workers"],
            sockets=options["sockets"],
            server_name=options["server_name"],
            listen=options["listen"] or ("443" if certificate else "80"),
            watch_listen=options["watch_listen"],
            certificate=(certificate, key) if certificate else None,
        )
        self.stdout.write(site.text(), ending="")
