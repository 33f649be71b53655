"""Runs the measurements, prints them and writes them into docs/performance.md between its markers."""

import os
import platform
import sys
import tempfile
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
from benchmarks.fanout import compare, posts
from benchmarks.front_ends import front_ends
from benchmarks.growth_table import growth_by_extensions, growth_by_sockets, growth_by_workers
from benchmarks.page_load import EXTENSIONS as PAGE_EXTENSIONS
from benchmarks.page_load import measure_page_load
from benchmarks.page_load_table import page_load_table
from benchmarks.pages import VISITS, measure_pages
from benchmarks.peers.load import build_programs
from benchmarks.peers.report import busiest_load, pictures, systems_table, wanted_table
from benchmarks.plan import write_plan
from benchmarks.servers import ROOT, company
from benchmarks.watching import measure_watching, watching_table

SIZES = (100, 1_000, 5_000, 10_000)
SIZES_OF_POSTS = (100, 1_000)
EXTENSIONS = 1_000
REPORT = ROOT / "docs" / "performance.md"
PICTURES = ROOT / "docs" / "images"


def main() -> None:
    """Everything, or what is named as an argument; each part has its own place in the document."""
    wanted = [part for name in sys.argv[1:] for part in parts_of(name)] or list(PARTS)
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
    follow_with_plan()


def follow_with_plan() -> None:
    """docs/scaling.md reckons with what was just measured."""
    try:
        write_plan()
    except LookupError as missing:
        say(f"docs/scaling.md stays as it was: {missing}")


def parts_of(name: str) -> list[str]:
    """`growth` stands for all its parts."""
    parts = [name] if name in PARTS else [part for part in PARTS if part.startswith(f"{name}-")]
    if not parts:
        raise SystemExit(f"There is no part {name}: {', '.join(PARTS)}.")
    return parts


def fanout() -> str:
    decisions = decisions_per_second()
    results, posted = {}, {}
    with company(EXTENSIONS) as demo, tempfile.TemporaryDirectory(prefix="lampfield-bench-") as folder:
        programs = build_programs(Path(folder))
        for sockets in SIZES:
            say(f"{sockets} sockets ...")
            results[sockets] = compare(demo, programs, sockets)
        for sockets in SIZES_OF_POSTS:
            posted[sockets] = posts(demo, programs, sockets)
    for name, picture in pictures(results).items():
        (PICTURES / f"fan-out-{name}.svg").write_text(picture)
    tables = "\n\n".join(systems_table(sockets, comparison) for sockets, comparison in results.items())
    return (
        f"a company of {EXTENSIONS:,} extensions, SQLite. The load generator was busy for at most "
        f"{busiest_load(results):.0%} of a flood.\n\n"
        f"Decisions a second of `decide`: **{decisions:,.0f}** (wanted: 200,000).\n\n"
        f"{wanted_table(results, posted)}\n\n"
        "![Deliveries a second by sockets](images/fan-out-deliveries.svg)\n\n"
        f"![A lone change until the last screen, by sockets](images/fan-out-lone-change.svg)\n\n{tables}"
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


def pages_load() -> str:
    return f"a company of {PAGE_EXTENSIONS:,} extensions.\n\n{page_load_table(measure_page_load())}"


PARTS: dict[str, Callable[[], str]] = {
    "fan-out": fanout,
    "calls": calls,
    "call-queries": call_queries,
    "asterisk": asterisk,
    "pages": pages,
    "front-ends": front_ends,
    "pages-load": pages_load,
    "growth-extensions": growth_by_extensions,
    "growth-sockets": growth_by_sockets,
    "growth-workers": growth_by_workers,
    "operator-panel": operator_panel,
    "database-move": database_move,
    "watching": watching,
}


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
