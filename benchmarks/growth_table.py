"""The tables and plots of `benchmarks.growth`, which docs/scaling.md reckons with."""

from collections.abc import Sequence

from benchmarks.carriers import commits_per_second, publishes_per_second
from benchmarks.growth import (
    EXTENSIONS,
    SOCKET_EXTENSIONS,
    SOCKETS,
    WORKERS,
    ByExtensions,
    BySockets,
    ByWorkers,
    by_extensions,
    by_sockets,
    by_workers,
)
from benchmarks.plot import line_plot
from benchmarks.servers import ROOT, company
from benchmarks.tables import Lines, by_column, markdown

IMAGES = ROOT / "docs" / "images"
MIB = 2**20


def growth_by_extensions() -> str:
    """The table; the plot is written beside the documents, as by the next."""
    results = [by_extensions(count) for count in EXTENSIONS]
    draw_extensions(results)
    return f"one process, SQLite.\n\n{extension_table(results)}\n\n![Cost by extensions](images/growth-extensions.svg)"


def growth_by_sockets() -> str:
    with company(SOCKET_EXTENSIONS) as demo:
        results = [by_sockets(demo, count) for count in SOCKETS]
    draw_sockets(results)
    return f"one process, SQLite.\n\n{socket_table(results)}\n\n![Cost by sockets](images/growth-sockets.svg)"


def growth_by_workers() -> str:
    results = [by_workers(count) for count in WORKERS]
    carriers = [
        ["what lies between workers, by itself", "a second"],
        ["Redis, PUBLISH of a hint", f"{publishes_per_second():,.0f}"],
        ["PostgreSQL, commits of one row, flushed", f"{commits_per_second():,.0f}"],
    ]
    return f"PostgreSQL and Redis on the same machine.\n\n{worker_table(results)}\n\n{markdown(carriers)}"


def extension_table(results: Sequence[ByExtensions]) -> str:
    lines: Lines[ByExtensions] = (
        ("start, until it listens", lambda r: f"{r.start_seconds:.1f} s"),
        ("memory of the process, 10 windows open", lambda r: f"{r.memory / MIB:.0f} MiB"),
        ("snapshot, in bytes", lambda r: f"{r.snapshot:,}"),
        ("People, whole page", lambda r: f"{r.page:.0f} ms"),
        ("a status to the last of 10 windows, p50", lambda r: f"{r.change.p50:.1f} ms"),
        ("the same, p99", lambda r: f"{r.change.p99:.1f} ms"),
    )
    return by_column("extensions", {f"{each.extensions:,}": each for each in results}, lines)


def socket_table(results: Sequence[BySockets]) -> str:
    lines: Lines[BySockets] = (
        ("memory per socket", lambda r: f"{r.memory / 1024:.1f} kB"),
        ("a status to the last socket, p50", lambda r: f"{r.change.p50:.1f} ms"),
        ("the same, p99", lambda r: f"{r.change.p99:.1f} ms"),
        ("processor for a delivery, not coalesced", lambda r: f"{r.cpu:.1f} µs"),
        ("deliveries a second, not coalesced", lambda r: f"{r.deliveries:,.0f}"),
    )
    columns = {f"{each.sockets:,}": each for each in results}
    return by_column(f"sockets, of {SOCKET_EXTENSIONS:,} extensions", columns, lines)


def worker_table(results: Sequence[ByWorkers]) -> str:
    lines: Lines[ByWorkers] = (
        ("a status to the last of 1,000 sockets, p50", lambda r: f"{r.change.p50:.1f} ms"),
        ("the same, p99", lambda r: f"{r.change.p99:.1f} ms"),
        ("statuses switched a second, by 16 people without a pause", lambda r: f"{r.changes:.0f}"),
        ("the workers' processor for each, its 1,000 deliveries included", lambda r: f"{r.cpu:.0f} ms"),
        ("deliveries a second", lambda r: f"{r.deliveries:,.0f}"),
    )
    columns = {str(each.workers): each for each in results}
    return by_column("workers, PostgreSQL and Redis between them", columns, lines)


def draw_extensions(results: Sequence[ByExtensions]) -> None:
    series = {
        "memory of the process, MiB": [(r.extensions, r.memory / MIB) for r in results],
        "snapshot, kB": [(r.extensions, r.snapshot / 1000) for r in results],
        "People, whole page, ms": [(r.extensions, r.page) for r in results],
        "a status to the last window, ms": [(r.extensions, r.change.p50) for r in results],
    }
    last = results[-1]
    seen = (
        f"From {results[0].extensions:,} to {last.extensions:,} extensions the snapshot grows in step to "
        f"{last.snapshot / 1000:,.0f} kB; a status takes {last.change.p50:.0f} ms at the end."
    )
    _write("growth-extensions", line_plot("Cost by extensions", seen, series, "extensions", "MiB, kB, ms", "xy"))


def draw_sockets(results: Sequence[BySockets]) -> None:
    series = {
        "memory per socket, kB": [(r.sockets, r.memory / 1024) for r in results],
        "a status to the last socket, p50, ms": [(r.sockets, r.change.p50) for r in results],
        "the same, p99, ms": [(r.sockets, r.change.p99) for r in results],
        "processor for a delivery, µs": [(r.sockets, r.cpu) for r in results],
    }
    last = results[-1]
    seen = (
        f"From {results[0].sockets:,} to {last.sockets:,} sockets a status takes {last.change.p50:.0f} ms to the last; "
        f"memory and processor for each stay near {last.memory / 1024:.0f} kB and {last.cpu:.0f} µs."
    )
    _write("growth-sockets", line_plot("Cost by sockets", seen, series, "sockets", "kB, ms, µs", "xy"))


def _write(name: str, svg: str) -> None:
    (IMAGES / f"{name}.svg").write_text(svg)
