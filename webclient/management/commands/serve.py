"""`manage.py serve [--demo] [--prepared]`: everything from an empty folder to a running product in one process.

With --prepared it is one of several that share a database: `manage.py prepare` did before what is done once.
"""

import asyncio
import logging
import os
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from presence import hub
from presence.management.demo_company import OPERATOR
from webclient.access import DEMO_PASSWORD, demo_password_in_use
from webclient.listening import clear_name
from webclient.management.preparing import prepare
from webclient.service_manager import say_ready

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Command(BaseCommand):
    help = "Prepares the database and the static files, then serves the product (HOST, PORT, DATA_DIR)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="fill an empty database with the demo company")
        parser.add_argument("--prepared", action="store_true", help="`manage.py prepare` was run for this release")

    def handle(self, *args: Any, demo: bool, prepared: bool, **options: Any) -> None:
        socket_path = os.environ.get("SOCKET", "")
        host, port = os.environ.get("HOST", "127.0.0.1"), _port(os.environ.get("PORT", "8000"))
        if host not in LOOPBACK and host not in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
            settings.ALLOWED_HOSTS.append(host)
        settings.DEMO = demo
        if not prepared:
            prepare(self._say)
        if demo:
            call_command("seed_demo", "--if-empty", stdout=self.stdout)
        # Only now: importing the application builds the pages' middleware, which reads the collected files.
        from webclient.asgi import application
        from webclient.daphne_server import build_server

        logging.getLogger("daphne").setLevel(logging.WARNING)
        _free(socket_path)
        server = build_server(
            application,
            host=host,
            port=port,
            socket_path=socket_path,
            behind_proxy=settings.BEHIND_PROXY,
            ready=partial(self._ready, socket_path or _address(host, port)),
            drain_seconds=settings.DRAIN_SECONDS,
        )
        server.run()
        if server.abort_start:
            raise CommandError(f"Could not listen on {host}, port {port}: is it in use? PORT=... chooses another.")

    def _ready(self, address: str) -> None:
        # Imported only now: the reactor is the one that daphne has installed. Its loop runs in a moment.
        from twisted.internet import reactor

        reactor.callLater(0, self._start_hub)  # type: ignore[arg-type]
        self._announce(address)
        say_ready()

    def _start_hub(self) -> None:
        """Statuses end, dead processes are buried and phones ring, whether or not anybody has a page open."""
        self._starting = asyncio.get_running_loop().create_task(_start_work())

    def _announce(self, address: str) -> None:
        self._say(f"Lampfield is at {address}")
        if demo_password_in_use():
            logins = f"adam, piotr or {OPERATOR} (operator)"
            self._say(f"Log in as {logins}, password: {DEMO_PASSWORD}")
            warning = "WARNING: the demo company's password is public. Change it before anyone else can reach this."
            self.stderr.write(self.style.WARNING(warning))
        self._say("Ctrl+C stops it.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


async def _start_work() -> None:
    from presence.calls.asterisk import link

    await hub.start()
    link.start()


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _free(socket_path: str) -> None:
    if socket_path:
        try:
            clear_name(Path(socket_path))
        except OSError as error:
            raise CommandError(f"Could not listen at SOCKET={socket_path}: {error}.") from error


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 2**16:
        return int(text)
    raise CommandError(f"PORT={text!r} is not a port number.")
