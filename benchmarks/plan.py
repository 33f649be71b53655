"""To a million extensions on paper: what docs/performance.md has measured, times what people do in their busiest hour.

Nothing here is measured: `measured` reads the figures where they stand, so the plan follows them, and a test compares.
"""

import re
from dataclasses import dataclass
from functools import partial

from benchmarks.servers import ROOT
from benchmarks.tables import markdown

MEASURED = ROOT / "docs" / "performance.md"
PLAN = ROOT / "docs" / "scaling.md"
BEGIN, END = "<!-- reckoned: begin -->", "<!-- reckoned: end -->"

EXTENSIONS = 1_000_000
HOUR = 3_600  # seconds
ONLINE = 0.7  # of all people, in the busiest hour
SOCKETS = 2  # of each who is online: lamps and phone
TENANT = 1_000  # extensions of a company, and the audience of its lamps
# Of each person, in the busiest hour.
CALLS = 6
STATUSES = 2
PAGES = 10
LAMPS_OF_CALL = 6  # ringing, talking and free again, at both ends
COMMITS_OF_CALL = 4
HOLDERS = 2  # workers that hold one company, so that one may go
BUSY = 0.6  # of a processor, before waiting makes itself felt
PROCESS_MIB = 160  # of a worker, before its first socket


@dataclass(frozen=True, slots=True)
class Figures:
    """What one worker, one Redis and one PostgreSQL do here; seconds of a processor, bytes, and rates a second."""

    socket_bytes: float
    row_bytes: float
    delivery: float
    page: float
    status: float
    call: float
    publishes: float
    commits: float
    connects: float


def measured(document: str) -> Figures:
    """From the tables of docs/performance.md; a LookupError where one of them has not been measured yet."""
    cell = partial(figure, document)
    many, few = cell("growth-extensions", "snapshot", "10,000"), cell("growth-extensions", "snapshot", "100")
    return Figures(
        socket_bytes=cell("growth-sockets", "memory per socket", "1,000") * 1024,
        row_bytes=(many - few) / (10_000 - 100),
        delivery=cell("growth-sockets", "processor for a delivery", "1,000") / 1e6,
        page=cell("pages-load", "rules of a status", "PostgreSQL, processor for each") / 1e3,
        status=cell("pages-load", "a status by the menu", "PostgreSQL, processor for each") / 1e3,
        call=cell("calls", "the server's processor time to set up", "10 a second") / 1e3,
        publishes=cell("growth-workers", "Redis, PUBLISH", "a second"),
        commits=cell("growth-workers", "PostgreSQL, commits", "a second"),
        connects=cell("fan-out", "connects/s", "N = 1,000"),
    )


def figure(document: str, part: str, row: str, column: str) -> float:
    """The number in the tables of `part` whose row begins with `row`, below `column`."""
    _, _, rest = document.partition(f"<!-- measured, {part}: begin -->")
    head: list[str] = []
    for line in rest.partition("<!-- measured, ")[0].splitlines():
        cells = [each.strip(" *") for each in line.strip().strip("|").split("|")]
        if column in cells:
            head = cells
        elif head and cells[0].startswith(row):
            number = re.match(r"[\d,]+(?:\.\d+)?", cells[head.index(column)])
            if number:
                return float(number[0].replace(",", ""))
    raise LookupError(f"no {row} / {column} in {part}")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a million extensions ask for: rates a second, and processors."""

    figures: Figures
    sockets: float = EXTENSIONS * ONLINE * SOCKETS
    calls: float = EXTENSIONS * CALLS / HOUR
    statuses: float = EXTENSIONS * STATUSES / HOUR
    pages: float = EXTENSIONS * PAGES / HOUR

    @property
    def changes(self) -> float:
        return self.calls * LAMPS_OF_CALL + self.statuses

    @property
    def deliveries(self) -> float:
        return self.changes * TENANT * ONLINE

    @property
    def commits(self) -> float:
        return self.calls * COMMITS_OF_CALL + self.statuses

    @property
    def messages(self) -> float:
        return self.changes * (1 + HOLDERS)

    @property
    def processors(self) -> dict[str, float]:
        """By what they are busy with."""
        return {
            "lamps": self.deliveries * self.figures.delivery,
            "calls": self.calls * self.figures.call,
            "pages": self.pages * self.figures.page,
            "statuses": self.statuses * self.figures.status,
        }

    @property
    def workers(self) -> float:
        return sum(self.processors.values()) / BUSY

    @property
    def memory(self) -> float:
        """Bytes: sockets, rows and their text at each holder, and processes."""
        rows = EXTENSIONS * HOLDERS * 2 * self.figures.row_bytes
        return self.sockets * self.figures.socket_bytes + rows + self.workers * PROCESS_MIB * 2**20


def plan_table(figures: Figures) -> str:
    plan = Plan(figures)
    return markdown([["what", "how much", "from"], *_load(plan), *_workers(plan), *_carriers(plan)])


def _load(plan: Plan) -> list[list[str]]:
    to_all = plan.changes * EXTENSIONS * ONLINE * plan.figures.delivery
    delivery = f"{plan.figures.delivery * 1e6:.1f} µs a delivery"
    return [
        ["sockets", f"{plan.sockets:,.0f}", f"{ONLINE:.0%} of the people, {SOCKETS} each"],
        ["calls a second", f"{plan.calls:,.0f}", f"{CALLS} an hour each"],
        [
            "changes of lamps a second",
            f"{plan.changes:,.0f}",
            f"{LAMPS_OF_CALL} a call; {STATUSES} statuses an hour each",
        ],
        ["processors, if everybody saw every lamp", f"{to_all:,.0f}", delivery],
        ["deliveries a second, to one's own company", f"{plan.deliveries:,.0f}", f"{TENANT:,} extensions each"],
    ]


def _workers(plan: Plan) -> list[list[str]]:
    figures = plan.figures
    per_act = {
        "lamps": f"{figures.delivery * 1e6:.1f} µs a delivery",
        "calls": f"{figures.call * 1e3:.0f} ms a call",
        "pages": f"{PAGES} an hour each, {figures.page * 1e3:.0f} ms a page",
        "statuses": f"{figures.status * 1e3:.0f} ms a switch",
    }
    back = plan.sockets / plan.workers / figures.connects
    return [
        *([f"**processors for {act}**", f"**{plan.processors[act]:,.0f}**", cost] for act, cost in per_act.items()),
        ["workers, each with a processor", f"{plan.workers:,.0f}", f"no busier than {BUSY:.0%}"],
        ["sockets of a worker", f"{plan.sockets / plan.workers:,.0f}", ""],
        ["memory of all workers", f"{plan.memory / 2**30:,.0f} GiB", f"{figures.socket_bytes / 1024:.0f} kB a socket"],
        ["everybody back after a cut", f"{back:,.0f} s", f"{figures.connects:,.0f} a second at each worker"],
    ]


def _carriers(plan: Plan) -> list[list[str]]:
    figures = plan.figures
    primaries = plan.commits / figures.commits / BUSY
    instances = plan.messages / figures.publishes / BUSY
    return [
        ["commits a second", f"{plan.commits:,.0f}", f"{COMMITS_OF_CALL} a call, one a status"],
        ["**PostgreSQL primaries**", f"**{primaries:,.1f}**", f"{figures.commits:,.0f} commits a second here"],
        ["messages, all workers on one channel", f"{plan.changes * plan.workers:,.0f}", "each hears every change"],
        ["messages, a channel for each company", f"{plan.messages:,.0f}", f"{HOLDERS} workers hold a company"],
        ["**Redis instances**", f"**{instances:,.1f}**", f"{figures.publishes:,.0f} messages a second here"],
    ]


def write_plan() -> str:
    """Into docs/scaling.md, between its markers."""
    table = plan_table(measured(MEASURED.read_text()))
    before, _, rest = PLAN.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PLAN.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}")
    return table


if __name__ == "__main__":
    print(write_plan())
