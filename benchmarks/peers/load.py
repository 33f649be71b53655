"""The load generator (`load/`, in C, so that it never is what one waits for): built here, and told what to do."""

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.servers import processor_seconds

HERE = Path(__file__).resolve().parent
CONNECTS_AT_ONCE = 64


def build(folder: Path, name: str, *sources: Path) -> None:
    """A C program, compiled for this machine into `folder`."""
    subprocess.run(["gcc", "-O2", "-std=gnu11", "-Wall", "-Wextra", "-o", folder / name, *sources], check=True)


def build_programs(folder: Path) -> Path:
    """`load` and `raw_server`, in `folder`."""
    build(folder, "load", *sorted((HERE / "load").glob("*.c")))
    build(folder, "raw_server", HERE / "raw_server.c")
    return folder


@dataclass(frozen=True, slots=True)
class Handshake:
    """How a socket becomes a listener: what is sent, %s standing for its own word, and what the answer must hold."""

    steps: tuple[tuple[str, str], ...]
    kind: str = "ws"
    greeting: int = 0  # frames that it gets before it counts as connected


def websocket(port: int, path: str = "/", greeting: int = 0) -> Handshake:
    """The listener's word is its cookie."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: %s\r\n\r\n"
    )
    return Handshake(((request, " 101 "), ("", "\r\n\r\n")), greeting=greeting)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Seconds from the trigger until the first, half, 99 % and the last of the listeners had it."""

    first: float
    median: float
    p99: float
    last: float
    bytes: int  # that one listener got


@dataclass(frozen=True, slots=True)
class Connected:
    seconds: float
    refused: int  # attempts that failed and were made again


class Load:
    """Listeners at one server, in a process of their own."""

    def __init__(self, process: "subprocess.Popen[str]", sockets: int) -> None:
        self.sockets = sockets
        self._process = process

    def connect(self) -> Connected:
        return self._connected(f"connect {CONNECTS_AT_ONCE}")

    def come_back(self) -> Connected:
        """All are cut, and come back as browsers do: each after a wait of its own."""
        self._ask("cut")
        return self._connected("return")

    def until_all(self, frames: int, trigger: Callable[[], None]) -> Arrival:
        """Until each has `frames` more."""
        return self._arrival(f"frames {frames}", trigger)

    def until_all_have(self, mark: str, trigger: Callable[[], None]) -> Arrival:
        """Until each has read `mark`, which must not begin within itself."""
        return self._arrival(f"mark {mark}", trigger)

    def cpu_seconds(self) -> float:
        return processor_seconds(self._process.pid)

    def _arrival(self, command: str, trigger: Callable[[], None]) -> Arrival:
        self._ask(command)
        started = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        trigger()
        *moments, size = map(int, self._answer()[1:])
        first, median, p99, last = ((moment - started) / 1e9 for moment in moments)
        return Arrival(first, median, p99, last, size)

    def _connected(self, command: str) -> Connected:
        _, nanoseconds, refused = self._ask(command)
        return Connected(int(nanoseconds) / 1e9, int(refused))

    def _ask(self, command: str) -> list[str]:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> list[str]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the load generator gave up")
        return line.split()


@contextmanager
def listening(program: Path, port: int, handshake: Handshake, words: Sequence[str]) -> Iterator[Load]:
    """A listener, not yet connected, for each of `words`."""
    with tempfile.NamedTemporaryFile("w", suffix=".words") as file:
        file.write("".join(f"{word}\n" for word in words))
        file.flush()
        exchanges = [text for step in handshake.steps for text in step]
        process = subprocess.Popen(
            [program, str(port), handshake.kind, str(handshake.greeting), file.name, *exchanges],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield Load(process, len(words))
        finally:
            process.kill()
            process.communicate()
