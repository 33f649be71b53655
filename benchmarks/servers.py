"""Servers as processes of their own, on free loopback ports, with data of their own."""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60


@dataclass(frozen=True)
class Company:
    """A seeded database in a folder, and a login session for each of its people."""

    environment: dict[str, str]
    sessions: list[str]


@contextmanager
def company(extensions: int, own: Mapping[str, str] = MappingProxyType({})) -> Iterator[Company]:
    """A company of `extensions` extensions that is gone afterwards. `own`: variables beside those it needs."""
    with tempfile.TemporaryDirectory(prefix="lampfield-bench-") as folder:
        environment = {
            **{name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}},
            "DATA_DIR": folder,
            "LOG_LEVEL": "WARNING",
            **own,
        }
        _run(environment, "manage.py", "migrate", "--verbosity", "0")
        _run(environment, "manage.py", "seed_demo", "--extensions", str(extensions))
        yield Company(environment, _run(environment, "-m", "benchmarks.sessions", str(extensions)).split())


class Server:
    """A running server and an HTTP connection to it that stays open."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, asked_at: int) -> None:
        self.port = port
        self._process = process
        self._http = http.client.HTTPConnection("127.0.0.1", asked_at, timeout=START_SECONDS)

    def memory(self) -> int:
        """Resident bytes."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))

    def cpu_seconds(self) -> float:
        """Processor time that it has used so far."""
        return processor_seconds(self._process.pid)

    def connect(self) -> None:
        """Anew: one that rested may be closed by now, which only the answer would show."""
        self._http.close()
        self._http.connect()

    def close(self) -> None:
        self._http.close()

    def ask(self, path: str, **query: float) -> None:
        """Send a request and do not wait: `answer` reads what came of it."""
        self._http.request("GET", f"{path}?{urlencode(query)}")

    def get(self, path: str, cookie: str) -> None:
        """The same of a page, compressed, by somebody who is logged in."""
        self._http.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})

    def post_status(self, status: str, cookie: str) -> None:
        token = "t" * 32
        headers = {
            "Cookie": f"{cookie}; csrftoken={token}",
            "X-CSRFToken": token,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self._http.request("POST", "/status/", f"status={status}", headers)

    def answer(self) -> bytes:
        response = self._http.getresponse()
        body = response.read()
        if response.status >= 400:
            raise RuntimeError(f"the server answered {response.status}")
        return body


def processor_seconds(pid: int) -> float:
    """Processor time that a process has used so far."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, after_name[11:13])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(
    environment: dict[str, str], *command: str, program: str = sys.executable, port: int = 0, asked_at: int = 0
) -> Iterator[Server]:
    """`program` with the port (0: any) where `command` says PORT, or in the variable PORT for `manage.py serve`.

    `asked_at`: where it answers requests, if that is another port.
    """
    port = port or free_port()
    arguments = [str(port) if word == "PORT" else word for word in command]
    process = subprocess.Popen(
        [program, *arguments], cwd=ROOT, env={**environment, "PORT": str(port)}, stdout=subprocess.DEVNULL
    )
    try:
        wait_until_listening(port, process)
        with closing(Server(process, port, asked_at or port)) as server:
            yield server
    finally:
        process.terminate()
        process.wait(timeout=20)


def product(company: Company) -> Any:
    return serving(company.environment, "manage.py", "serve")


def faucet(company: Company, kind: str, on: str = "daphne") -> Any:
    """Our hub; it is asked for changes at a port of their own."""
    asked_at = free_port()
    command = ("-m", "benchmarks.hub_server", "PORT", str(asked_at), kind, on)
    return serving(company.environment, *command, asked_at=asked_at)


def wait_until_listening(port: int, process: "subprocess.Popen[bytes] | None" = None) -> None:
    """`process`: whose end would make waiting vain."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and (process is None or process.poll() is None):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("a server did not start")


def _run(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
