"""Calls a second between desk phones through Lampfield, against the same rules written in Asterisk's own dialplan."""

import http.client
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.asterisk_office import BY_DIALPLAN, AsteriskOffice, asterisk_office
from benchmarks.postgres import postgres
from benchmarks.servers import Server, company, serving
from benchmarks.spread import Spread
from benchmarks.tables import markdown

EXTENSIONS = 400
RATES = (20, 50)  # calls begun in a second
SECONDS = 30
WARM_UP_CALLS = 40
WARM_UP_RATE = 10
READY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Round:
    """What became of the calls that began at one rate."""

    calls_a_second: int
    offered: int
    completed: int
    failed: int
    ringing: Spread
    answer: Spread
    cpu_asterisk: float  # seconds a call
    cpu_lampfield: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same calls, one way after the other."""

    dialplan: Round
    by_database: dict[str, Round]


def measure_asterisk() -> list[Comparison]:
    """One for each of `RATES`."""
    with company(EXTENSIONS) as demo, asterisk_office(demo) as office:
        beside = [(_round(office, rate, None), _through_lampfield(office, rate)) for rate in RATES]
    with postgres() as url, company(EXTENSIONS, {"DATABASE_URL": url}) as demo, asterisk_office(demo) as office:
        in_postgres = [_through_lampfield(office, rate) for rate in RATES]
    return [
        Comparison(alone, {"SQLite": in_sqlite, "PostgreSQL": other})
        for (alone, in_sqlite), other in zip(beside, in_postgres, strict=True)
    ]


def _through_lampfield(office: AsteriskOffice, rate: int) -> Round:
    with serving(office.environment, "manage.py", "serve") as server:
        _wait_until_ready(server)
        return _round(office, rate, server)


def _round(office: AsteriskOffice, rate: int, lampfield: Server | None) -> Round:
    """Through Lampfield, or where there is none by the dialplan."""
    prefix = "" if lampfield else BY_DIALPLAN
    office.dial(calls=WARM_UP_CALLS, calls_a_second=WARM_UP_RATE, prefix=prefix)

    def cpu() -> tuple[float, float]:
        return office.cpu_seconds(), lampfield.cpu_seconds() if lampfield else 0.0

    calls = rate * SECONDS
    before = cpu()
    dialled = office.dial(calls=calls, calls_a_second=rate, prefix=prefix)
    if not dialled.completed:
        raise RuntimeError(f"no call came about at {rate} a second")
    asterisk, ours = (after - earlier for after, earlier in zip(cpu(), before, strict=True))
    return Round(
        calls_a_second=rate,
        offered=calls,
        completed=dialled.completed,
        failed=dialled.failed,
        ringing=Spread.of(dialled.until_ringing),
        answer=Spread.of(dialled.until_answer),
        cpu_asterisk=asterisk / calls,
        cpu_lampfield=ours / calls,
    )


def _wait_until_ready(server: Server) -> None:
    """Until everything that Asterisk has is known."""
    patient_until = time.monotonic() + READY_SECONDS
    while time.monotonic() < patient_until:
        asked = http.client.HTTPConnection("127.0.0.1", server.port, timeout=READY_SECONDS)
        asked.request("GET", "/readyz")
        if asked.getresponse().status == http.client.OK:
            return
        time.sleep(0.2)
    raise RuntimeError("Lampfield has no link to Asterisk")


def asterisk_table(comparisons: list[Comparison]) -> str:
    columns: list[tuple[str, Round, Round]] = []
    for each in comparisons:
        at = f"{each.dialplan.calls_a_second}/s"
        columns.append((f"{at}, dialplan", each.dialplan, each.dialplan))
        columns += [(f"{at}, {name}", found, each.dialplan) for name, found in each.by_database.items()]
    rows = [
        ["", *(title for title, *_ in columns)],
        *([name, *(cell(found, alone) for _, found, alone in columns)] for name, cell in LINES),
    ]
    return markdown(rows)


def _more(ours: Spread, theirs: Spread) -> str:
    return f"**{ours.p99 - theirs.p99:+,.0f} ms**" if ours is not theirs else ""


LINES: tuple[tuple[str, Callable[[Round, Round], str]], ...] = (
    ("calls offered", lambda r, d: f"{r.offered:,}"),
    ("completed", lambda r, d: f"{r.completed:,}"),
    ("failed, or not over in time (wanted: 0)", lambda r, d: f"{r.failed:,}"),
    ("from INVITE to 180, p50", lambda r, d: f"{r.ringing.p50:,.0f} ms"),
    ("the same, p99", lambda r, d: f"{r.ringing.p99:,.0f} ms"),
    ("**p99 beyond the dialplan's** (wanted at 20/s: 25 ms)", lambda r, d: _more(r.ringing, d.ringing)),
    ("from INVITE to 200, of a phone answered after 50 ms, p50", lambda r, d: f"{r.answer.p50:,.0f} ms"),
    ("the same, p99", lambda r, d: f"{r.answer.p99:,.0f} ms"),
    ("**p99 beyond the dialplan's** (wanted at 20/s: 25 ms)", lambda r, d: _more(r.answer, d.answer)),
    ("Asterisk's processor time, a call", lambda r, d: f"{r.cpu_asterisk * 1000:.1f} ms"),
    ("Lampfield's processor time, a call", lambda r, d: f"{r.cpu_lampfield * 1000:.1f} ms"),
)
