"""`manage.py rolling_restart`: the workers begin anew one after the other, each when the one before is ready.

A worker that is told to end drains (`webclient.draining`), so nobody notices; where one does not come back, the others
are left alone.
"""

import shlex
import socket
import subprocess
import time
from argparse import ArgumentParser
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from webclient.management.commands.nginx_config import SOCKETS
from webclient.nginx import own_host, socket_path

LOOK_SECONDS = 0.2
ANSWER_SECONDS = 5.0


class Command(BaseCommand):
    help = "Restart all workers one by one; nobody is cut off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workers", type=int, default=2, help="how many there are; default: %(default)s")
        parser.add_argument("--sockets", type=Path, default=SOCKETS, help="their folder; default: %(default)s")
        parser.add_argument(
            "--restart",
            default="systemctl restart lampfield@{worker}",
            help="what restarts one, as a command that returns when it has begun anew; default: %(default)s",
        )
        parser.add_argument("--patience", type=float, default=60.0, help="seconds until one is ready; %(default)s")
        parser.add_argument("--anyway", action="store_true", help="though some worker is not ready now")

    def handle(self, *args: Any, **options: Any) -> None:
        paths = [socket_path(options["sockets"], number) for number in range(1, options["workers"] + 1)]
        troubles = {path: trouble for path in paths if (trouble := trouble_of(path))}
        if troubles and not options["anyway"]:
            told = "; ".join(f"{path}: {trouble}" for path, trouble in troubles.items())
            raise CommandError(f"Nothing is restarted, for not every worker is ready: {told}.")
        for number, path in enumerate(paths, start=1):
            for other in () if options["anyway"] else paths[: number - 1] + paths[number:]:
                _wait_until_ready(other, options["patience"])
            self.stdout.write(f"Restarting worker {number} of {len(paths)} ...")
            _restart(options["restart"].format(worker=number))
            _wait_until_ready(path, options["patience"])
        self.stdout.write("All workers are new, and ready.")


def _restart(command: str) -> None:
    done = subprocess.run(shlex.split(command), check=False)  # noqa: S603 - an operator's own words
    if done.returncode:
        raise CommandError(f"{command!r} failed; the workers after this one are as they were.")


def _wait_until_ready(path: Path, patience_seconds: float) -> None:
    deadline = time.monotonic() + patience_seconds
    while trouble := trouble_of(path):
        if time.monotonic() > deadline:
            raise CommandError(f"{path} is not ready: {trouble}. The workers that are left are as they were.")
        time.sleep(LOOK_SECONDS)


def trouble_of(path: Path) -> str:
    """Why the worker at this socket is not ready; "" when it is."""
    worker = _Connection(path)
    try:
        worker.request("GET", "/readyz")
        answer = worker.getresponse()
        return "" if answer.status == HTTPStatus.OK else answer.read().decode(errors="replace").strip()
    except (OSError, HTTPException) as error:
        return f"no answer ({error})"
    finally:
        worker.close()


class _Connection(HTTPConnection):
    """To a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__(own_host(), timeout=ANSWER_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))
