"""The comparison in words: what was wanted, every system's figures, and the picture beside them."""

from collections.abc import Callable, Mapping, Sequence

from benchmarks.fanout import Comparison
from benchmarks.peers.figures import Figures, Held
from benchmarks.peers.systems import COALESCED, EJABBERD, NAIVE, RAW, READY, SYSTEMS, System
from benchmarks.plot import line_plot
from benchmarks.spread import Spread
from benchmarks.tables import markdown

MISSING = "—"
Cell = Callable[[Comparison], float | None]


def ratio(figure: Callable[[Figures], float], of: System, to: System) -> Cell:
    def cell(comparison: Comparison) -> float | None:
        return figure(comparison[of]) / figure(comparison[to]) if to in comparison else None

    return cell


def ours(figure: Callable[[Figures], float | None]) -> Cell:
    return lambda comparison: figure(comparison[READY])


def held(figure: Callable[[Held], float]) -> Cell:
    def cell(comparison: Comparison) -> float | None:
        rate = comparison[COALESCED].held
        return figure(rate) if rate else None

    return cell


def back_seconds(figures: Figures) -> float | None:
    return figures.back.seconds if figures.back else None


WANTED: tuple[tuple[str, str, Cell], ...] = (
    ("deliveries/s, by those of C (at 1,000: 0.6)", "{:.2f}", ratio(lambda f: f.deliveries, READY, RAW)),
    ("the same, by those of ejabberd (3)", "{:.1f}", ratio(lambda f: f.deliveries, READY, EJABBERD)),
    ("the same, by those of naive Channels (40)", "{:.0f}", ratio(lambda f: f.deliveries, READY, NAIVE)),
    (
        "changes/s that all keep up with, coalesced (1,500)",
        "{:,.0f}",
        held(lambda h: h.changes),
    ),
    (
        "a lone change to the last screen, the slowest of a round, by that of C (at most 1.3)",
        "{:.2f}",
        ratio(lambda f: f.slowest, READY, RAW),
    ),
    ("processor time of a delivery, by that of C (at most 2.5)", "{:.1f}", ratio(lambda f: f.cpu, READY, RAW)),
    ("memory per socket (at most 35 kB)", "{:.1f} kB", ours(lambda f: f.memory / 1024)),
    ("bytes per change, alone (at most 150)", "{:.0f}", ours(lambda f: f.bytes)),
    ("bytes per change, coalesced (at most 60)", "{:.0f}", held(lambda h: h.bytes)),
    ("connects/s with login session and snapshot (500)", "{:,.0f}", ours(lambda f: f.connects)),
    ("all back after a cut (at most 60 s)", "{:.1f} s", ours(back_seconds)),
)


def wanted_table(results: Mapping[int, Comparison], posts: Mapping[int, Spread]) -> str:
    rows = [["Lampfield (wanted)", *(f"N = {sockets:,}" for sockets in results)]]
    for name, form, cell in WANTED:
        values = [cell(comparison) for comparison in results.values()]
        rows.append([name, *(MISSING if value is None else form.format(value) for value in values)])
    posted = [posts.get(sockets) for sockets in results]
    p50s = [f"{each.p50:.1f} ms" if each else MISSING for each in posted]
    p99s = [f"{each.p99:.1f} ms" if each else MISSING for each in posted]
    rows.append(["from the POST of a status to the last screen, p50 (30 ms)", *p50s])
    rows.append(["the same, p99 (100 ms)", *p99s])
    return markdown(rows)


COLUMNS: tuple[tuple[str, Callable[[Figures], str]], ...] = (
    ("deliveries/s", lambda f: f"{f.deliveries:,.0f}"),
    ("half", lambda f: f"{f.of(lambda each: each.half):.1f} ms"),
    ("99 %", lambda f: f"{f.of(lambda each: each.p99):.1f} ms"),
    ("the last", lambda f: f"{f.of(lambda each: each.last):.1f} ms"),
    ("the slowest", lambda f: f"{f.slowest:.1f} ms"),
    ("CPU s per million", lambda f: f"{f.cpu:.1f}"),
    ("kB per socket", lambda f: f"{f.memory / 1024:.1f}"),
    ("bytes per change", lambda f: f"{f.bytes:.0f}"),
    ("connects/s", lambda f: f"{f.connects:,.0f}"),
    ("back after a cut", lambda f: f"{f.back.seconds:.1f} s, {f.back.refused} again" if f.back else MISSING),
)


def systems_table(sockets: int, comparison: Comparison) -> str:
    raw = comparison[RAW].deliveries
    head = [f"N = {sockets:,}", COLUMNS[0][0], "of C's", *(name for name, _ in COLUMNS[1:])]
    rows = []
    for system, figures in comparison.items():
        first, *rest = [cell(figures) for _, cell in COLUMNS]
        rows.append([system.name, first, f"{figures.deliveries / raw:.3g}", *rest])
    return markdown([head, *rows])


def busiest_load(results: Mapping[int, Comparison]) -> float:
    """The largest share of its time that the load generator worked."""
    return max(
        figures.of(lambda each: each.load_is_busy) for comparison in results.values() for figures in comparison.values()
    )


def pictures(results: Mapping[int, Comparison]) -> dict[str, str]:
    """The same figures as lines: SVGs by what they are of."""
    rates = lines(results, lambda f: f.deliveries)
    lags = lines(results, lambda f: f.slowest)
    return {
        "deliveries": line_plot(
            "Deliveries a second", f"By sockets. {ends(rates)}.", rates, "sockets", "deliveries/s", "xy"
        ),
        "lone-change": line_plot(
            "A lone change until the last screen", f"By sockets, in ms. {ends(lags)}.", lags, "sockets", "ms", "xy"
        ),
    }


def lines(
    results: Mapping[int, Comparison], figure: Callable[[Figures], float]
) -> dict[str, list[tuple[float, float]]]:
    return {
        system.name.strip("*").replace("`", ""): [
            (sockets, drawn)
            for sockets, found in results.items()
            if system in found and (drawn := figure(found[system])) > 0  # 0: it never kept up
        ]
        for system in SYSTEMS
    }


def ends(drawn: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Where each line ends, in words."""
    return "; ".join(f"{name}: {points[-1][1]:,.0f} at {points[-1][0]:,.0f}" for name, points in drawn.items())
