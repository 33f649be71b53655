"""The fan-out's own pieces: the load generator counts what arrives, peers answer it, the report says what was found."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.fanout import measure, singles
from benchmarks.peers.figures import Figures, Held, Round
from benchmarks.peers.load import Connected, Load, build_programs, listening, websocket
from benchmarks.peers.report import pictures, systems_table, wanted_table
from benchmarks.peers.systems import COALESCED, RAW, READY, SYSTEMS, UVLOOP, Bench, System
from benchmarks.servers import Company
from benchmarks.spread import Spread
from presence.hub.frame import Frame

pytestmark = pytest.mark.slow  # servers of their own

SOCKETS = 5
CHANGE = Frame('{"epoch":"00000000","seq":100,"rows":[["1001",2,"talking",1,1764000000,"available"]]}').wire


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_programs(tmp_path_factory.mktemp("programs"))


@pytest.mark.parametrize("system", [RAW, UVLOOP], ids=["raw", "uvloop"])
def test_a_peer_brings_each_change_to_every_listener(system: System, programs: Path) -> None:
    with system.start(Bench(Company({}, []), programs, SOCKETS)) as running:
        assert running.load.connect().refused == 0
        for arrival in singles(running, 2):
            assert 0 < arrival.first <= arrival.median <= arrival.p99 <= arrival.last
        turn = measure(replace(system, pace=100), running)
        assert turn.half <= turn.p99 <= turn.last <= turn.slowest
        assert turn.deliveries > 0
        assert turn.bytes == len(CHANGE)


def test_who_was_cut_comes_back_after_a_wait_and_hears_on(programs: Path) -> None:
    with RAW.start(Bench(Company({}, []), programs, SOCKETS)) as running:
        running.load.connect()
        back = running.load.come_back()
        assert back.refused == 0
        assert back.seconds >= 0.5
        assert len(singles(running, 1)) == 1


class Dribble:
    """A server for one listener that says exactly what the test wants, in pieces as small as it wants."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self._browser: socket.socket | None = None
        threading.Thread(target=self._welcome, daemon=True).start()

    @property
    def browser(self) -> socket.socket:
        assert self._browser is not None
        return self._browser

    def say(self, data: bytes, piece: int) -> None:
        for start in range(0, len(data), piece):
            self.browser.sendall(data[start : start + piece])

    def close(self) -> None:
        self._door.close()
        self.browser.close()

    def _welcome(self) -> None:
        self._browser, _ = self._door.accept()
        self._browser.settimeout(10)
        self._browser.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while b"\r\n\r\n" not in self._browser.recv(1 << 16, socket.MSG_PEEK):
            pass
        self._browser.recv(1 << 16)
        self.say(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n" + Frame("hello").wire, 1)


@contextmanager
def dribble(programs: Path) -> Iterator[tuple[Dribble, Load]]:
    server = Dribble()
    with listening(programs / "load", server.port, websocket(server.port, greeting=1), ["none=1"]) as load:
        load.connect()
        yield server, load
    server.close()


@pytest.mark.parametrize("piece", [1, 7, 100_000])
def test_frames_count_however_they_are_cut(piece: int, programs: Path) -> None:
    frames = [Frame("x" * size).wire for size in (0, 1, 125, 126, 300)]
    with dribble(programs) as (server, load):
        arrival = load.until_all(len(frames), lambda: server.say(b"".join(frames), piece))
        assert arrival.bytes == sum(map(len, frames))
        large = Frame("x" * 70_000).wire
        assert load.until_all(1, lambda: server.say(large, 40_000)).bytes == len(large)


def test_a_mark_is_found_across_a_cut_and_a_ping_is_answered(programs: Path) -> None:
    with dribble(programs) as (server, load):
        text = Frame('{"lamp":"unknown"}').wire
        load.until_all_have('"unknown"', lambda: server.say(b"\x89\x02ab" + text, 3))
        assert server.browser.recv(100) == b"\x8a\x82\x00\x00\x00\x00ab"


def test_a_server_that_closes_a_socket_ends_the_measurement(programs: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with dribble(programs) as (server, load), pytest.raises(RuntimeError, match="gave up"):
        load.until_all(1, server.browser.close)
    assert "the server closed a socket" in capfd.readouterr().err


def some_figures(sockets: int, deliveries: float) -> Figures:
    turns = [
        Round(
            half=1,
            p99=2,
            last=3,
            slowest=4 * factor,
            deliveries=deliveries * factor,
            cpu=10 / factor,
            bytes=87,
            load_is_busy=0.3,
        )
        for factor in (0.5, 1, 9)
    ]
    return Figures(sockets, 700, 20_480, turns, back=Connected(2.5, 1))


@pytest.fixture
def results() -> dict[int, dict[System, Figures]]:
    """As a run would find them: naive Channels goes no further than 1,000."""
    found = {
        sockets: {system: some_figures(sockets, system.pace) for system in SYSTEMS if sockets <= system.most_sockets}
        for sockets in (1_000, 10_000)
    }
    found[1_000][COALESCED].held = Held(changes=48_000, lag=30, bytes=9, cpu=0.6)
    return found


def test_the_report_takes_medians_and_compares_within_a_run(results: dict[int, dict[System, Figures]]) -> None:
    wanted = wanted_table(results, {1_000: Spread(23.9, 35.9)}).splitlines()
    assert "| deliveries/s, by those of C (at 1,000: 0.6) | 0.67 | 0.67 |" in wanted
    assert "| the same, by those of naive Channels (40) | 50 | — |" in wanted
    assert "| changes/s that all keep up with, coalesced (1,500) | 48,000 | — |" in wanted
    assert "| from the POST of a status to the last screen, p50 (30 ms) | 23.9 ms | — |" in wanted
    rows = systems_table(1_000, results[1_000]).splitlines()
    assert len(rows) == 2 + len(SYSTEMS)
    assert f"| {READY.name} | 100,000 | 0.667 | 1.0 ms | 2.0 ms | 3.0 ms | 4.0 ms | 10.0 | 20.0 | 87 | 700 |" in rows[7]
    assert f"| {COALESCED.name} | 48,000,000 | 320 |" in rows[8]


def test_the_pictures_name_every_line_and_say_in_words_where_it_ends(results: dict[int, dict[System, Figures]]) -> None:
    drawn = {name: ElementTree.fromstring(picture) for name, picture in pictures(results).items()}
    said = {name: " ".join(str(text) for text in root.itertext()) for name, root in drawn.items()}
    assert "ejabberd, presence to a shared roster: 25,000 at 10,000" in said["deliveries"]
    assert "naive Channels on daphne: 2,000 at 1,000" in said["deliveries"]
    assert "raw limit: C, epoll, a ready-made frame: 4 at 10,000" in said["lone-change"]
    assert all(system.name.strip("*").replace("`", "") in text for system in SYSTEMS for text in said.values())


def test_who_never_kept_up_is_left_out_of_the_picture_there(results: dict[int, dict[System, Figures]]) -> None:
    results[10_000][COALESCED] = some_figures(10_000, 0)
    deliveries = ElementTree.fromstring(pictures(results)["deliveries"])
    assert "Lampfield as it runs, coalesced: 48,000,000 at 1,000" in " ".join(map(str, deliveries.itertext()))
