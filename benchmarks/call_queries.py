"""What a plain call asks of the database, and how many come about in one process: `benchmarks.call_path`, told."""

import json
import os
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

from benchmarks.postgres import postgres
from benchmarks.servers import ROOT, company
from benchmarks.tables import markdown

EXTENSIONS = 450

Measured = dict[str, Any]  # `call_path.Path` as JSON


def measure_call_path() -> dict[str, Measured]:
    """By database."""
    with company(EXTENSIONS) as office:
        sqlite = _measured(office.environment)
    with postgres() as url, company(EXTENSIONS, {"DATABASE_URL": url}) as office:
        return {"SQLite": sqlite, "PostgreSQL": _measured(office.environment)}


def _measured(environment: dict[str, str]) -> Measured:
    command = [sys.executable, "-m", "benchmarks.call_path"]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    measured: Measured = json.loads(done.stdout)
    return measured


def call_path_table(results: dict[str, Measured]) -> str:
    rows = [["", *results]]
    first = next(iter(results.values()))
    rows += [
        [f"queries {phase}", *(str(len(each["queries"][phase])) for each in results.values())]
        for phase in first["queries"]
    ]
    rows += [[name, *(cell(each) for each in results.values())] for name, cell in LINES]
    return markdown(rows)


LINES: tuple[tuple[str, Callable[[Measured], str]], ...] = (
    ("queries of the whole call", lambda r: str(sum(map(len, r["queries"].values())))),
    ("calls a second, as many as it can", lambda r: f"{r['calls_a_second']:.0f}"),
    ("processor time of a call", lambda r: f"{r['cpu_ms']:.1f} ms"),
    ("from the dial to the card that rings meanwhile, p50", lambda r: f"{statistics.median(r['ring_ms']):.0f} ms"),
)


def every_query(measured: Measured) -> str:
    """One a line: how often, what for, where in the source."""
    lines = []
    for phase, queries in measured["queries"].items():
        lines.append(f"{phase}: {len(queries)}")
        for (path, place, sql), times in Counter((tuple(q["path"]), q["place"], q["sql"]) for q in queries).items():
            lines.append(f"  {times} {' < '.join(path):60} {place:40} {sql[:90]}")
    return "\n".join(lines)


if __name__ == "__main__":
    with company(EXTENSIONS) as office:
        print(every_query(_measured({**os.environ, **office.environment})))
