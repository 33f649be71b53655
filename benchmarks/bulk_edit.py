"""What an operator waits for: the list, the preview, the confirmed edit, its undo and the check-up; on each database.

Each database is new and belongs to a process of its own (`benchmarks.editing`), the PostgreSQL server too.
"""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from benchmarks.postgres import postgres
from benchmarks.servers import ROOT
from benchmarks.tables import markdown

SIZES = (500, 5_000)  # extensions in one edit
COMPANIES = (100, 10_000)  # extensions in all
EDIT_ROUNDS = 3
PAGE_ROUNDS = 9


@dataclass(frozen=True, slots=True)
class Work:
    """Median seconds, and the queries it took."""

    seconds: float
    queries: int


@dataclass(frozen=True, slots=True)
class Editing:
    """On one database: by the edit's size, and by the company's."""

    previews: list[Work]
    edits: list[Work]
    undos: list[Work]
    lists: list[Work]
    check_ups: list[Work]


def measure_editing() -> dict[str, Editing]:
    """By the database's name."""
    databases: dict[str, AbstractContextManager[str]] = {"SQLite": nullcontext(""), "PostgreSQL": postgres()}
    return {name: _on(database) for name, database in databases.items()}


def _on(database: AbstractContextManager[str]) -> Editing:
    with database as url, tempfile.TemporaryDirectory(prefix="lampfield-bench-") as folder:
        environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        environment |= {"DATA_DIR": folder, "LOG_LEVEL": "WARNING"} | ({"DATABASE_URL": url} if url else {})
        command = [sys.executable, "-m", "benchmarks.editing"]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout)
    return Editing(**{part: [Work(**work) for work in works] for part, works in found.items()})


def editing_table(results: dict[str, Editing]) -> str:
    """Time and queries, a column for each size on each database."""
    columns = [f"{name}, {size:,}" for name in results for size in SIZES]
    rows = [
        ["extensions in one edit", *columns],
        ["preview", *(_cell(work) for result in results.values() for work in result.previews)],
        [
            "**confirmed edit, one transaction** (wanted: 5,000 in 10 s)",
            *(f"**{_cell(work)}**" for result in results.values() for work in result.edits),
        ],
        ["undo", *(_cell(work) for result in results.values() for work in result.undos)],
    ]
    columns = [f"{name}, {size:,}" for name in results for size in COMPANIES]
    pages = [
        ["extensions in the company", *columns],
        [
            "**list of extensions** (wanted: 10,000 in 300 ms)",
            *(f"**{_cell(work)}**" for result in results.values() for work in result.lists),
        ],
        ["rule check-up", *(_cell(work) for result in results.values() for work in result.check_ups)],
    ]
    return f"{markdown(rows)}\n\n{markdown(pages)}"


def _cell(work: Work) -> str:
    time = f"{work.seconds:.2f} s" if work.seconds >= 1 else f"{work.seconds * 1000:.0f} ms"
    return f"{time}, {work.queries} queries"
