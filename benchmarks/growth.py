"""What grows with the company: cost against extensions, against sockets, and by one worker or two behind Redis."""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle, islice

from benchmarks.carriers import redis
from benchmarks.page_load import do
from benchmarks.page_users import Work
from benchmarks.postgres import postgres
from benchmarks.servers import Company, Server, company, faucet, product
from benchmarks.spread import Spread
from benchmarks.swarm import Poller, Swarm, joined, until_all

EXTENSIONS = (100, 1_000, 10_000)
SOCKETS = (100, 1_000, 10_000)
WORKERS = (1, 2)
WINDOWS_OF_A_FEW = 10
WORKER_SOCKETS = 1_000
WORKER_USERS = 16
SOCKET_EXTENSIONS = 1_000
POSTS = 34
WARM_UP_POSTS = 4
PAGES = 10
FLOOD_DELIVERIES = 100_000  # as many as a processor's clock needs to tell anything
RUSH_SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class ByExtensions:
    """One process with ten windows open; seconds, bytes and milliseconds."""

    extensions: int
    start_seconds: float
    memory: int
    snapshot: int
    page: float
    change: Spread


@dataclass(frozen=True, slots=True)
class BySockets:
    """One process of a company of 1,000; bytes, milliseconds, and microseconds of its processor."""

    sockets: int
    memory: float
    change: Spread
    cpu: float
    deliveries: float


@dataclass(frozen=True, slots=True)
class ByWorkers:
    """1,000 sockets spread over the workers, PostgreSQL and Redis between them."""

    workers: int
    change: Spread
    changes: float  # a second, by 16 people who switch their status as fast as they can
    deliveries: float
    cpu: float  # of all workers, milliseconds for a change


def by_extensions(extensions: int) -> ByExtensions:
    with company(extensions) as demo:
        with product(demo):
            pass  # the first start prepares the static files
        started = time.perf_counter()
        with product(demo) as server:
            start_seconds = time.perf_counter() - started
            windows = joined(Poller(), server, cookies_of(demo, WINDOWS_OF_A_FEW))
            snapshot, memory = windows.listeners[0].bytes, server.memory()
            cookie = cookies_of(demo, 1)[0]
            page, latency = page_ms(server, cookie), change(server, windows, cookie)
            windows.close()
    return ByExtensions(extensions, start_seconds, memory, snapshot, page, latency)


def by_sockets(demo: Company, sockets: int) -> BySockets:
    cookies = cookies_of(demo, sockets)
    with product(demo) as server:
        before = server.memory()
        windows = joined(Poller(), server, cookies)
        memory = (server.memory() - before) / sockets
        latency = change(server, windows, cookies[0])
        windows.close()
    with faucet(demo, "one-by-one") as server:
        windows = joined(Poller(), server, cookies)
        changes = max(10, FLOOD_DELIVERIES // sockets)
        cpu, seconds = flood(server, windows, changes)
        windows.close()
    deliveries = sockets * changes
    return BySockets(sockets, memory, latency, cpu / deliveries * 1e6, deliveries / seconds)


def by_workers(workers: int) -> ByWorkers:
    with running_workers(workers) as (demo, servers):
        cookies = cookies_of(demo, WORKER_SOCKETS)
        poller = Poller()
        windows = joined(poller, servers[0], cookies[::workers])
        for turn, server in enumerate(servers[1:], start=1):
            windows.listeners += joined(poller, server, cookies[turn::workers]).listeners
        latency = change(servers[0], windows, cookies[0])
        before = sum(server.cpu_seconds() for server in servers)
        changes = rush(servers, demo, poller)
        cpu = sum(server.cpu_seconds() for server in servers) - before
        windows.close()
    rate = changes / RUSH_SECONDS
    return ByWorkers(workers, latency, rate, rate * WORKER_SOCKETS, cpu / changes * 1000)


def rush(servers: list[Server], demo: Company, poller: Poller) -> int:
    """How many statuses people at all workers switch in `RUSH_SECONDS`, while the windows listen."""
    people = demo.sessions[:WORKER_USERS]
    works = [
        Work(server.port, RUSH_SECONDS, people[turn :: len(servers)], {"switch": 1})
        for turn, server in enumerate(servers)
    ]
    with ThreadPoolExecutor(len(works)) as threads:
        doing = [threads.submit(do, work) for work in works]
        while not all(each.done() for each in doing):
            poller.turn(0.1)
    return sum(len(each.result().acts["switch"]) for each in doing)


@contextmanager
def running_workers(count: int) -> Iterator[tuple[Company, list[Server]]]:
    with ExitStack() as stack:
        urls = {"DATABASE_URL": stack.enter_context(postgres()), "REDIS_URL": stack.enter_context(redis())}
        demo = stack.enter_context(company(SOCKET_EXTENSIONS, urls))
        yield demo, [stack.enter_context(product(demo)) for _ in range(count)]


def cookies_of(demo: Company, count: int) -> list[str]:
    return [f"sessionid={key}" for key in islice(cycle(demo.sessions), count)]


def page_ms(server: Server, cookie: str) -> float:
    """The median of People, whole and compressed; the first draws what is kept for the next."""
    took = []
    for _ in range(PAGES + 1):
        started = time.perf_counter()
        server.get("/", cookie)
        server.answer()
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took[1:])


def change(server: Server, windows: Swarm, cookie: str) -> Spread:
    """From the POST of a status until the last window has it."""
    statuses = cycle(["away", "available"])
    arrivals = []
    for _ in range(POSTS):
        arrivals.append(until_all(windows, 1, lambda: server.post_status(next(statuses), cookie)))
        server.answer()
    return Spread.of([arrival.last for arrival in arrivals[WARM_UP_POSTS:]])


def flood(server: Server, windows: Swarm, changes: int) -> tuple[float, float]:
    """The server's processor seconds, and the seconds until the last socket had the last of the changes."""
    before = server.cpu_seconds()
    arrival = until_all(windows, changes, lambda: server.ask("/bench/flood", changes=changes, rate=0))
    server.answer()
    return server.cpu_seconds() - before, arrival.last
