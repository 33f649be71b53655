"""What fifty people at once wait for the pages of a company of 10,000, on each database: `benchmarks.page_users` asks.

First everybody thinks between two acts, as in an office where all have something to do; then nobody does, which is
what one process can serve at most; then a morning's logins.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass

from benchmarks.page_users import Done, Work
from benchmarks.postgres import postgres
from benchmarks.servers import ROOT, Company, Server, company, product
from benchmarks.spread import Spread
from presence.management.demo_company import PEOPLE, crowd

EXTENSIONS = 10_000
USERS = 50
THINK_SECONDS = 2.0
OFFICE_SECONDS = 20.0
SHARES = {"people": 3, "rules": 2, "save": 2, "switch": 3}
RUSH_SECONDS = 4.0
LOGINS = 30
LOGIN_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Act:
    """Of one kind of act: how many were done, percentiles in milliseconds, and how many a second."""

    count: int
    p50: float
    p99: float
    rate: float
    cpu: float = 0.0  # the server's milliseconds for each, where nothing else was done

    @classmethod
    def of(cls, seconds: list[float], elapsed: float, cpu: float = 0.0) -> "Act":
        if not seconds:
            raise RuntimeError("an act was never done")
        spread, count = Spread.of(seconds), len(seconds)
        return cls(count, spread.p50, spread.p99, count / elapsed, cpu * 1000 / count)


@dataclass(frozen=True, slots=True)
class PageLoad:
    """On one database: acts of an office with pauses, the same without, and logins."""

    office: dict[str, Act]
    rush: dict[str, Act]


def measure_page_load() -> dict[str, PageLoad]:
    """By the database's name."""
    databases: dict[str, AbstractContextManager[str]] = {"SQLite": nullcontext(""), "PostgreSQL": postgres()}
    return {name: _on(database) for name, database in databases.items()}


def _on(database: AbstractContextManager[str]) -> PageLoad:
    with database as url, company(EXTENSIONS, {"DATABASE_URL": url} if url else {}) as demo, product(demo) as server:
        return measure_on(server, demo)


def measure_on(server: Server, demo: Company) -> PageLoad:
    sessions = demo.sessions[:USERS]
    office = Work(server.port, OFFICE_SECONDS, sessions, SHARES, THINK_SECONDS)
    done = do(office)
    acts = {act: Act.of(seconds, done.seconds) for act, seconds in done.acts.items()}
    morning = Work(server.port, LOGIN_SECONDS, logins=list(_logins(LOGINS)))
    acts["login"] = Act.of(do(morning).acts["login"], LOGIN_SECONDS)
    return PageLoad(acts, {act: _rush(server, sessions, act) for act in SHARES})


def _rush(server: Server, sessions: list[str], act: str) -> Act:
    before = server.cpu_seconds()
    done = do(Work(server.port, RUSH_SECONDS, sessions, {act: 1}))
    return Act.of(done.acts[act], done.seconds, server.cpu_seconds() - before)


def do(work: Work) -> Done:
    """In a process of its own."""
    command = [sys.executable, "-m", "benchmarks.page_users"]
    done = subprocess.run(
        command, cwd=ROOT, input=json.dumps(asdict(work)), check=True, stdout=subprocess.PIPE, text=True
    )
    return Done(**json.loads(done.stdout))


def _logins(count: int) -> Iterator[str]:
    """Names of people who have not been anybody yet: the seeded company's last ones."""
    everybody = crowd(EXTENSIONS - len(PEOPLE), {number for number, *_ in PEOPLE})
    return (f"u{number}" for number, _ in everybody[-count:])
