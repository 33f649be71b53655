"""Runs the measurements, prints them and writes them into docs/performance.md between its markers."""

import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.asterisk import EXTENSIONS as PHONES
from benchmarks.asterisk import SECONDS, asterisk_table, measure_asterisk
from benchmarks.bulk_edit import EDIT_ROUNDS, PAGE_ROUNDS, editing_table, measure_editing
from benchmarks.call_queries import call_path_table, measure_call_path
from benchmarks.calls import CALLS, calls_table, measure_calls
from benchmarks.calls import EXTENSIONS as CALL_EXTENSIONS
from benchmarks.database_move import CALLS as MOVED_CALLS
from benchmarks.database_move import EXTENSIONS as MOVED_EXTENSIONS
from benchmarks.database_move import measure_move, move_table
from benchmarks.decisions import decisions_per_second
from benchmarks.fanout import Fanout, measure
from benchmarks.pages import VISITS, measure_pages
from benchmarks.servers import ROOT, company
from benchmarks.watching import measure_watching, watching_table

SIZES = (100, 1_000)
EXTENSIONS = 1_000
REPORT = ROOT / "docs" / "performance.md"


def main() -> None:
    """Everything, or the one part that is named as an argument; each part has its own place in the document."""
    wanted = sys.argv[1:] or list(PARTS)
    for part in wanted:
        say(f"{part} ...")
        started, load = time.monotonic(), os.getloadavg()[0]
        text = PARTS[part]()
        seconds = time.monotonic() - started
        head = (
            f"Measured on {time.strftime('%Y-%m-%d')} by `python -m benchmarks {part}` in {seconds:.0f} s: "
            f"{machine()}, with a load of {load:.1f} before it began"
        )
        print(f"{head}; {text}")
        write(part, f"{head}; {text}")


def fanout() -> str:
    decisions = decisions_per_second()
    results = []
    with company(EXTENSIONS) as demo:
        for sockets in SIZES:
            say(f"{sockets} sockets ...")
            results.append(measure(demo, sockets))
    columns = ["", *(f"N = {result.sockets:,}" for result in results)]
    rows = [
        columns,
        ["---", *("---:" for _ in results)],
        *([name, *(cell(result) for result in results)] for name, cell in LINES),
    ]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return (
        f"a company of {EXTENSIONS:,} extensions, SQLite.\n\n"
        f"Decisions a second of `decide`: **{decisions:,.0f}** (wanted: 200,000).\n\n{table}"
    )


def operator_panel() -> str:
    return f"medians of {EDIT_ROUNDS} edits and {PAGE_ROUNDS} pages.\n\n{editing_table(measure_editing())}"


def calls() -> str:
    return (
        f"{CALLS} calls between {2 * CALLS} phones of a company of {CALL_EXTENSIONS} extensions, SQLite.\n\n"
        f"{calls_table(measure_calls())}"
    )


def call_queries() -> str:
    return (
        "plain calls (dialled, rung, answered, ended) in one process, without a network.\n\n"
        f"{call_path_table(measure_call_path())}"
    )


def asterisk() -> str:
    return (
        f"{SECONDS} s of calls at each rate between the desk phones of a company of {PHONES} extensions.\n\n"
        f"{asterisk_table(measure_asterisk())}"
    )


def watching() -> str:
    return f"processor time of each, with the instruments and without.\n\n{watching_table(measure_watching())}"


def pages() -> str:
    return f"{VISITS} first visits of each page by Chromium, the demo company.\n\n{measure_pages()}"


def database_move() -> str:
    return (
        f"a company of {MOVED_EXTENSIONS:,} extensions with {MOVED_CALLS:,} calls in its log.\n\n"
        f"{move_table(measure_move())}"
    )


PARTS: dict[str, Callable[[], str]] = {
    "fan-out": fanout,
    "calls": calls,
    "call-queries": call_queries,
    "asterisk": asterisk,
    "pages": pages,
    "operator-panel": operator_panel,
    "database-move": database_move,
    "watching": watching,
}


LINES: tuple[tuple[str, Callable[[Fanout], str]], ...] = (
    ("POST of a status to the last screen, p50 (wanted: 30 ms)", lambda r: f"{r.post.p50:.1f} ms"),
    ("the same, p99 (wanted: 100 ms)", lambda r: f"{r.post.p99:.1f} ms"),
    ("naive Channels, one change to the last screen, p50", lambda r: f"{r.naive_post.p50:.1f} ms"),
    ("the same, p99", lambda r: f"{r.naive_post.p99:.1f} ms"),
    ("deliveries/s, each change a frame of its own", lambda r: f"{r.deliveries:,.0f}"),
    ("naive Channels, deliveries/s", lambda r: f"{r.naive_deliveries:,.0f}"),
    ("**ratio** (wanted at 1,000 sockets: 40)", lambda r: f"**{r.ratio:.0f}**"),
    ("changes/s that all keep up with, coalesced (wanted: 1,500)", lambda r: f"{r.coalesced_changes:,.0f}"),
    ("the last socket is behind by", lambda r: f"{r.coalesced_lag:.0f} ms"),
    ("bytes per change, alone (wanted: 150)", lambda r: f"{r.bytes_alone:.0f}"),
    ("bytes per change, coalesced (wanted: 60)", lambda r: f"{r.bytes_coalesced:.0f}"),
    ("memory per socket (wanted: 35 kB)", lambda r: f"{r.memory / 1024:.1f} kB"),
    ("connects/s, login session and snapshot included (wanted: 500)", lambda r: f"{r.connects:,.0f}"),
)


def machine() -> str:
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    model = models[0].partition(":")[2].strip() if models else platform.machine()
    return f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}, {platform.system()}"


def write(part: str, text: str) -> None:
    begin, end = (f"<!-- measured, {part}: {place} -->" for place in ("begin", "end"))
    before, _, rest = REPORT.read_text().partition(begin)
    _, _, after = rest.partition(end)
    REPORT.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}")


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
