"""One change to N screens: the product beside every peer, all connected at the same time and measured in turns."""

import json
import statistics
import time
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path

from benchmarks.peers.figures import Figures, Held, Round
from benchmarks.peers.load import Arrival, listening, websocket
from benchmarks.peers.systems import COALESCED, SYSTEMS, Bench, Running, System
from benchmarks.servers import Company, product
from benchmarks.spread import Spread

ROUNDS = {1_000: 5}  # where most is wanted
OTHER_ROUNDS = 3
SINGLES = 20
SINGLES_SECONDS = 0.7
PAUSE_SECONDS = 0.015  # longer than the hub's gap after a change
FLOOD_SECONDS = 0.4
POSTS = 150
WARM_UP = 1
HELD_SECONDS = 1.5
FIRST_RATE = 3_000.0
LEAST_RATE = 10.0
KEEPS_UP_SECONDS = 0.25
LAST_CHANGE = '"unknown"'

Comparison = dict[System, Figures]


def compare(company: Company, folder: Path, sockets: int) -> Comparison:
    """Every system that goes that far. `folder`: of the compiled programs."""
    bench = Bench(company, folder, sockets)
    with ExitStack() as stack:
        running = {
            system: stack.enter_context(system.start(bench)) for system in SYSTEMS if sockets <= system.most_sockets
        }
        found = {system: joined(each) for system, each in running.items()}
        for turn in range(ROUNDS.get(sockets, OTHER_ROUNDS)):
            for system, each in running.items():
                if turn == 0 or not system.is_slow(sockets):
                    found[system].rounds.append(measure(system, each))
        found[COALESCED].held = held(running[COALESCED])
        for system, each in running.items():
            if not system.is_slow(sockets):
                found[system].back = each.load.come_back()
    return found


def joined(running: Running) -> Figures:
    """Everybody comes, as fast as the server lets them in, and hears of some changes to warm up."""
    load, before = running.load, running.server.memory()
    came = load.connect()
    memory = (running.server.memory() - before) / load.sockets
    running.appear()
    singles(running, WARM_UP)
    return Figures(load.sockets, load.sockets / came.seconds, memory)


def measure(system: System, running: Running) -> Round:
    """One turn: some changes alone, then many in a row, each a frame of its own."""
    sockets = running.load.sockets
    arrivals = singles(running, max(3, min(SINGLES, system.changes(SINGLES_SECONDS, sockets))))
    alone = Round(
        half=statistics.median(each.median for each in arrivals) * 1000,
        p99=statistics.median(each.p99 for each in arrivals) * 1000,
        last=statistics.median(each.last for each in arrivals) * 1000,
        slowest=max(each.last for each in arrivals) * 1000,
    )
    return alone if system is COALESCED else flooded(alone, running, max(2, system.changes(FLOOD_SECONDS, sockets)))


def singles(running: Running, changes: int) -> list[Arrival]:
    """Each with a pause before it, in which everything is at rest."""
    arrivals = []
    for _ in range(changes):
        running.prepare()
        time.sleep(PAUSE_SECONDS)
        arrivals.append(running.load.until_all(1, lambda: running.change(1)))
        running.finish()
    return arrivals


def flooded(alone: Round, running: Running, changes: int) -> Round:
    running.prepare()
    deliveries = changes * running.load.sockets
    server_before, load_before = running.server.cpu_seconds(), running.load.cpu_seconds()
    arrival = running.load.until_all(changes, lambda: running.change(changes))
    load_seconds = running.load.cpu_seconds() - load_before
    running.finish()
    return Round(
        half=alone.half,
        p99=alone.p99,
        last=alone.last,
        slowest=alone.slowest,
        deliveries=deliveries / arrival.last,
        cpu=(running.server.cpu_seconds() - server_before) / deliveries * 1_000_000,
        bytes=arrival.bytes / changes,
        load_is_busy=load_seconds / arrival.last,
    )


def held(running: Running) -> Held | None:
    """Doubles the rate until somebody falls behind, and keeps what the last rate held showed; where the first one is
    too much already, halves it until all keep up. None: they never did.
    """
    rate, best = FIRST_RATE, held_at(running, FIRST_RATE)
    if best is None:
        while best is None and (rate := rate / 2) >= LEAST_RATE:
            best = held_at(running, rate)
        return best
    while (result := held_at(running, rate := rate * 2)) is not None:
        best = result
    return best


def held_at(running: Running, rate: float) -> Held | None:
    """The last change is a lamp that no other has; it must not reach anybody late, and all must be made in time."""
    running.prepare()
    changes = int(rate * HELD_SECONDS)
    before = running.server.cpu_seconds()
    arrival = running.load.until_all_have(LAST_CHANGE, lambda: running.change(changes, rate))
    seconds = float(json.loads(running.finish())["seconds"])
    cpu = running.server.cpu_seconds() - before
    made, lag = changes / seconds, max(0.0, arrival.last - seconds)
    if lag > KEEPS_UP_SECONDS or made < rate * 0.9:
        return None
    return Held(made, lag * 1000, arrival.bytes / changes, cpu / (changes * running.load.sockets) * 1_000_000)


def posts(company: Company, folder: Path, sockets: int) -> Spread:
    """From the POST of a status to the last screen, with the product as it is installed, database write and all."""
    cookies = [f"sessionid={key}" for key, _ in zip(cycle(company.sessions), range(sockets), strict=False)]
    statuses = cycle(["away", "available"])
    with (
        product(company) as server,
        listening(
            folder / "load", server.port, websocket(server.port, "/ws/presence/", greeting=1), cookies
        ) as windows,
    ):
        windows.connect()
        last = []
        for _ in range(POSTS):
            last.append(windows.until_all(1, lambda: server.post_status(next(statuses), cookies[0])).last)
            server.answer()
    return Spread.of(last[POSTS // 5 :])  # the first ones warm it up
