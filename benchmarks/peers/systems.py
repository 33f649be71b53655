"""The systems that are compared, each a server of its own with its own listeners, and how each is told to change."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.ejabberd import LOGIN, Ejabberd, ejabberd, login_word
from benchmarks.peers.load import HERE, Handshake, Load, listening, websocket
from benchmarks.servers import Company, Server, faucet, serving

NO_COOKIE = "none=1"


class Running:
    """A system with its listeners, and the changes that it is asked for over HTTP."""

    def __init__(self, server: Server, load: Load) -> None:
        self.server = server
        self.load = load

    def appear(self) -> None:
        """Once the listeners are there."""

    def prepare(self) -> None:
        """Before a change is measured."""
        self.server.connect()

    def change(self, changes: int, rate: float = 0) -> None:
        """Begin them, `rate` a second (0: as fast as they go)."""
        self.server.ask("/bench/flood", changes=changes, rate=rate)

    def finish(self) -> bytes:
        """After the listeners have the changes."""
        return self.server.answer()


class RunningEjabberd(Running):
    """Here one of the users changes their presence."""

    def __init__(self, ejabberd: Ejabberd, load: Load) -> None:
        super().__init__(ejabberd.server, load)
        self._ejabberd = ejabberd

    def appear(self) -> None:
        self.load.until_all(1, self._ejabberd.appear)
        self._ejabberd.read_own()

    def prepare(self) -> None:
        """The connection is the user's, and stays."""

    def change(self, changes: int, rate: float = 0) -> None:
        self._ejabberd.change(changes)

    def finish(self) -> bytes:
        self._ejabberd.read_own()
        return b""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a system is started with."""

    company: Company
    folder: Path  # of the compiled programs
    sockets: int

    @contextmanager
    def listening(self, server: Server, handshake: Handshake, words: list[str]) -> Iterator[Load]:
        """A listener for each socket, the words in turn. One has come and gone before: a server's first costs more."""
        program = self.folder / "load"
        with listening(program, server.port, handshake, words[:1]) as first:
            first.connect()
        with listening(program, server.port, handshake, [words[n % len(words)] for n in range(self.sockets)]) as load:
            yield load


@dataclass(frozen=True, slots=True)
class System:
    """One row of the tables. `pace`: deliveries a second it is about good for; all are measured equally long."""

    name: str
    pace: int
    start: Callable[[Bench], AbstractContextManager[Running]]
    most_sockets: int = 1_000_000

    def is_slow(self, sockets: int) -> bool:
        """Whether a change takes longer than a second; it is then measured less often."""
        return self.pace < sockets

    def changes(self, seconds: float, sockets: int) -> int:
        """How many changes it spreads in about that time."""
        return round(self.pace * seconds / sockets)


def peer(*command: str, program: str = sys.executable) -> Callable[[Bench], AbstractContextManager[Running]]:
    """A server that knows neither logins nor snapshots."""

    @contextmanager
    def start(bench: Bench) -> Iterator[Running]:
        with (
            serving(dict(os.environ), *command, program=program.format(folder=bench.folder)) as server,
            bench.listening(server, websocket(server.port), [NO_COOKIE]) as load,
        ):
            yield Running(server, load)

    return start


def lampfield(kind: str, on: str) -> Callable[[Bench], AbstractContextManager[Running]]:
    """Our hub with logged-in windows, each of which gets its snapshot first."""

    @contextmanager
    def start(bench: Bench) -> Iterator[Running]:
        cookies = [f"sessionid={key}" for key in bench.company.sessions]
        with (
            faucet(bench.company, kind, on) as server,
            bench.listening(server, websocket(server.port, "/ws/presence/", greeting=1), cookies) as load,
        ):
            yield Running(server, load)

    return start


@contextmanager
def start_ejabberd(bench: Bench) -> Iterator[Running]:
    watchers = [f"watcher{number}" for number in range(bench.sockets)]
    words = [login_word(name) for name in watchers]
    with ejabberd(watchers) as running, bench.listening(running.server, LOGIN, words) as load:
        yield RunningEjabberd(running, load)


NODE = str(HERE / "node_server.mjs")
RAW = System("raw limit: C, epoll, a ready-made frame", 150_000, peer("PORT", program="{folder}/raw_server"))
UVLOOP = System("Python on uvloop, a ready-made frame", 120_000, peer("-m", "benchmarks.peers.uvloop_server", "PORT"))
NODE_READY = System("Node `ws`, a ready-made frame", 100_000, peer(NODE, "PORT", "ready", program="node"))
NODE_SEND = System("Node `ws`, plain `send`", 80_000, peer(NODE, "PORT", "send", program="node"))
EJABBERD = System("ejabberd, presence to a shared roster", 25_000, start_ejabberd)
READY = System("**Lampfield on daphne, ready frames**", 100_000, lampfield("one-by-one", "daphne"))
COALESCED = System("**Lampfield as it runs, coalesced**", 100_000, lampfield("coalesced", "daphne"))
UVICORN = System("Lampfield on uvicorn, by ASGI", 60_000, lampfield("one-by-one", "uvicorn"))
# The in-memory layer walks every channel at each change and each join: 5,000 take minutes to come.
NAIVE = System("naive Channels on daphne", 2_000, peer("-m", "benchmarks.naive.server", "PORT"), most_sockets=1_000)

SYSTEMS = (RAW, UVLOOP, NODE_READY, NODE_SEND, EJABBERD, READY, COALESCED, UVICORN, NAIVE)
