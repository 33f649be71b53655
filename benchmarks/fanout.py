"""One change to N screens: the product beside a naive Channels consumer, taken in turns in one run."""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle

from benchmarks.servers import Company, Server, faucet, naive, product
from benchmarks.swarm import Arrival, Listener, Poller, Swarm

ROUNDS = 8
POSTS_PER_ROUND = 25
NAIVE_POSTS_PER_ROUND = 4
FLOODS = 5
FLOOD_CHANGES = 60
NAIVE_FLOOD_CHANGES = 8
COALESCED_SECONDS = 2.0
COALESCED_RATE = 1_500.0
KEEPS_UP_SECONDS = 0.25
LAST_CHANGE = b'"unknown"'


@dataclass(frozen=True, slots=True)
class Latency:
    """From the trigger to the last of all screens, in milliseconds."""

    p50: float
    p99: float

    @classmethod
    def of(cls, arrivals: list[Arrival]) -> "Latency":
        last = sorted(arrival.last * 1000 for arrival in arrivals)
        return cls(statistics.median(last), last[min(len(last) - 1, round(len(last) * 0.99))])


NOTHING = Latency(0.0, 0.0)


@dataclass(slots=True)
class Fanout:
    """What was measured at one number of sockets."""

    sockets: int
    connects: float = 0.0
    memory: float = 0.0
    post: Latency = NOTHING
    naive_post: Latency = NOTHING
    deliveries: float = 0.0
    naive_deliveries: float = 0.0
    bytes_alone: float = 0.0
    coalesced_changes: float = 0.0
    coalesced_lag: float = 0.0
    bytes_coalesced: float = 0.0

    @property
    def ratio(self) -> float:
        return self.deliveries / self.naive_deliveries


def measure(company: Company, sockets: int) -> Fanout:
    """Everything at one number of sockets; the systems take turns, so that a slow minute of the machine hits both."""
    poller, found = Poller(), Fanout(sockets)
    cookies = [f"sessionid={key}" for key, _ in zip(cycle(company.sessions), range(sockets), strict=False)]
    with naive() as plain_server:
        plain = Swarm(poller, plain_server.port, "/", [""] * sockets)
        with product(company) as server:
            before, started = server.memory(), time.perf_counter()
            windows = joined(poller, server, cookies)
            found.connects = sockets / (time.perf_counter() - started)
            found.memory = (server.memory() - before) / sockets
            posts(found, server, windows, cookies[0], plain_server, plain)
            windows.close()
        with faucet(company, "one-by-one") as server:
            windows = joined(poller, server, cookies)
            floods(found, server, windows, plain_server, plain)
            windows.close()
        plain.close()
    with faucet(company, "coalesced") as server:
        windows = joined(poller, server, cookies)
        coalesced(found, server, windows)
        windows.close()
    return found


def joined(poller: Poller, server: Server, cookies: list[str]) -> Swarm:
    """Logged-in windows at the presence socket, each with its snapshot."""
    windows = Swarm(poller, server.port, "/ws/presence/", cookies)
    windows.wait_for_frames(1)
    return windows


def posts(found: Fanout, server: Server, windows: Swarm, cookie: str, plain_server: Server, plain: Swarm) -> None:
    """The product from the POST of a status, database write and all; the other from its `group_send`."""
    ours, theirs = [], []
    statuses = cycle(["away", "available"])
    for _ in range(ROUNDS):
        for _ in range(POSTS_PER_ROUND):
            ours.append(until_all(windows, 1, lambda: server.post_status(next(statuses), cookie)))
            server.answer()
        for _ in range(NAIVE_POSTS_PER_ROUND):
            theirs.append(until_all(plain, 1, lambda: plain_server.ask("/", changes=1)))
            plain_server.answer()
    # The first round warms both up.
    found.post, found.naive_post = Latency.of(ours[POSTS_PER_ROUND:]), Latency.of(theirs[NAIVE_POSTS_PER_ROUND:])


def floods(found: Fanout, server: Server, windows: Swarm, plain_server: Server, plain: Swarm) -> None:
    """Deliveries a second when each change is a frame of its own, and the bytes of one."""
    ours, theirs = [], []
    before = windows.listeners[0].bytes
    for _ in range(FLOODS):
        ours.append(
            until_all(windows, FLOOD_CHANGES, lambda: server.ask("/bench/flood", changes=FLOOD_CHANGES, rate=0)).last
        )
        server.answer()
        theirs.append(
            until_all(plain, NAIVE_FLOOD_CHANGES, lambda: plain_server.ask("/", changes=NAIVE_FLOOD_CHANGES)).last
        )
        plain_server.answer()
    found.deliveries = found.sockets * FLOOD_CHANGES / statistics.median(ours)
    found.naive_deliveries = found.sockets * NAIVE_FLOOD_CHANGES / statistics.median(theirs)
    found.bytes_alone = (windows.listeners[0].bytes - before) / (FLOODS * FLOOD_CHANGES)


def coalesced(found: Fanout, server: Server, windows: Swarm) -> None:
    """Doubles the rate until somebody falls behind, and keeps what the last rate held showed."""
    rate = COALESCED_RATE
    while True:
        changes = int(rate * COALESCED_SECONDS)
        before = windows.listeners[0].bytes
        made, lag = run_coalesced(server, windows, changes, rate)
        if lag > KEEPS_UP_SECONDS or made < rate * 0.9:
            return
        found.coalesced_changes, found.coalesced_lag = made, lag * 1000
        found.bytes_coalesced = (windows.listeners[0].bytes - before) / changes
        rate *= 2


def run_coalesced(server: Server, windows: Swarm, changes: int, rate: float) -> tuple[float, float]:
    """Changes a second that were made, and by how much the last socket was later than the last of them."""
    for listener in windows.listeners:
        listener.last = b""
    arrival = windows.measure(
        lambda: server.ask("/bench/flood", changes=changes, rate=rate), lambda listener: LAST_CHANGE in listener.last
    )
    seconds = float(json.loads(server.answer())["seconds"])
    return changes / seconds, max(0.0, arrival.last - seconds)


def until_all(swarm: Swarm, frames: int, trigger: Callable[[], None]) -> Arrival:
    """Until each socket has `frames` more."""
    wanted = {listener: listener.frames + frames for listener in swarm.listeners}

    def has_them(listener: Listener) -> bool:
        return listener.frames >= wanted[listener]

    return swarm.measure(trigger, has_them)
