"""`make soak`, or `python -m benchmarks.soak storm slow ...`: what breaks others, done to the product at full size.

Each part's row of docs/reliability.md is written when the part has ended, with what was seen. `churn:10` is `churn` for
ten minutes instead of two hours.
"""

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from benchmarks.run import machine, say
from benchmarks.servers import ROOT, Company, Server, company
from benchmarks.soak_churn import Churn, measure_churn
from benchmarks.soak_counts import soak_server
from benchmarks.soak_slow import SlowReaders, measure_slow_readers
from benchmarks.soak_storm import Storm, measure_storm

REPORT = ROOT / "docs" / "reliability.md"
EXTENSIONS = 1_000
STORM_SOCKETS = 5_000
STALLED, STALLED_MINUTES = 50, 5.0
CHURN_MINUTES, CHURN_PER_SECOND = 120.0, 10.0
MEBIBYTE = 1 << 20

Measure = Callable[[Company, Server], Coroutine[Any, Any, Any]]


@dataclass(frozen=True, slots=True)
class Part:
    """`run` gets its minutes, and returns what was seen; it raises when a figure is missed."""

    what: str
    figure: str
    run: Callable[[float], str]
    minutes: float = 0.0


class MissedError(Exception):
    """A figure was not reached; its message is what was seen instead."""


def storm(_: float) -> str:
    seen: Storm = on_a_server(lambda office, server: measure_storm(office, server, STORM_SOCKETS))
    text = (
        f"{seen.back:,} of {seen.sockets:,} back in {seen.last_back_seconds:.0f} s, half of them in "
        f"{seen.half_back_seconds:.0f} s; {seen.refused:,} handshakes were refused and tried again, "
        f"{seen.logged_out} sent to the login; {seen.snapshot_queries_per_second:.1f} snapshot queries/s"
    )
    is_reached = seen.back == seen.sockets and seen.last_back_seconds <= 60 and seen.snapshot_queries_per_second <= 2
    return judged(text, is_reached=is_reached and not seen.logged_out)


def slow(minutes: float) -> str:
    seen: SlowReaders = on_a_server(lambda office, server: measure_slow_readers(office, server, STALLED, minutes * 60))
    rss = f"RSS +{seen.rss_growth / MEBIBYTE:.1f} MiB at most"
    text = (
        f"{minutes:g} min: {rss}; the others' p99 {seen.p99_during:.1f} ms, "
        f"before {seen.p99_before:.1f} ms ({seen.ratio:.2f} x); cut off {seen.closed} times"
    )
    return judged(text, is_reached=seen.rss_growth < 64 * MEBIBYTE and seen.ratio <= 1.5)


def churn(minutes: float) -> str:
    seen: Churn = on_a_server(lambda office, server: measure_churn(office, server, minutes * 60, CHURN_PER_SECOND))
    left = ", ".join(f"{what} {more:+}" for what, more in seen.left_behind.items())
    text = f"{minutes:g} min, {seen.came:,} came: RSS {seen.rss_slope / MEBIBYTE:+.1f} MiB/h; {left}"
    return judged(text, is_reached=seen.rss_slope < MEBIBYTE and not any(seen.left_behind.values()))


def judged(text: str, *, is_reached: bool) -> str:
    if not is_reached:
        raise MissedError(text)
    return text


def on_a_server(measure: Measure) -> Any:
    with company(EXTENSIONS) as office, soak_server(office) as server:
        return asyncio.run(measure(office, server))


def tests(said: str, *paths: str) -> Callable[[float], str]:
    """A part that is tests at their whole size; `said` is what holds when they pass."""

    def run(_: float) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *paths, "-q", "-p", "no:randomly"],
            cwd=ROOT,
            env={**os.environ, "LAMPFIELD_SOAK": "1"},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            raise MissedError(f"failed: {done.stdout.strip().splitlines()[-1]}")
        return said

    return run


PARTS: dict[str, Part] = {
    "storm": Part("5,000 sockets cut at once", "all back in 60 s, 2 snapshot queries/s, none refused for good", storm),
    "slow": Part(
        "50 windows stop reading, 100 changes/s", "RSS +64 MiB, the others' p99 at most 1.5 x", slow, STALLED_MINUTES
    ),
    "layer": Part(
        "a layer that drops, repeats and reorders 20 % each",
        "right within 12 s, 100 seeds",
        tests("right, 100 seeds of 100", "tests/test_hub.py", "-k", "drops_repeats_and_reorders"),
    ),
    "events": Part(
        "10,000 random events: statuses, rules, calls, windows, killed processes, clocks",
        "0 divergences from a model",
        tests("0 divergences", "tests/test_random_events.py"),
    ),
    "clocks": Part(
        "clocks set by an hour and a day, both edges of summer time",
        "no mass expiry, schedules fire once",
        tests(
            "nothing expired, each fired once",
            *("tests/test_clocks.py", "tests/test_trusted_clock.py", "tests/test_status_end.py"),
            "tests/test_status_with_an_end.py",
        ),
    ),
    "kill": Part(
        "`kill -9`, 200 times, during rule edit, bulk edit and voicemail",
        "0 acknowledged changes lost, 0 half bulk edits, integrity ok",
        tests("0 lost, 0 half, ok", "tests/test_killed_while_writing.py"),
    ),
    "fuzz": Part(
        "100,000 frames, 20,000 forms, 100,000 numbers, 10,000 messages of Asterisk",
        "0 5xx, 0 tracebacks, 0 closes with 1011",
        tests(
            "0, 0, 0",
            *("tests/test_fuzzed_sockets.py", "tests/test_fuzzed_forms.py", "tests/test_fuzzed_numbers.py"),
            "tests/asterisk_units/test_translate.py",
        ),
    ),
    "churn": Part(
        "2 h of windows that come and go, 10/s",
        "RSS +1 MiB/h; connections, tasks and files as before",
        churn,
        CHURN_MINUTES,
    ),
}


def main() -> None:
    missed = False
    for wanted in sys.argv[1:] or list(PARTS):
        name, _, minutes = wanted.partition(":")
        part, started = PARTS[name], time.monotonic()
        say(f"{name} ...")
        try:
            seen = part.run(float(minutes) if minutes else part.minutes)
        except MissedError as error:
            seen, missed = f"**missed:** {error}", True
        seen = f"{seen}, in {time.monotonic() - started:.0f} s"
        print(f"{part.what}: {seen}", flush=True)
        write(name, seen)
    if missed:
        sys.exit(1)


def write(name: str, seen: str) -> None:
    """The last two cells of the part's row; a row that is not there yet is added."""
    part, text = PARTS[name], REPORT.read_text()
    on = f"{time.strftime('%Y-%m-%d')}, {machine()}, load {os.getloadavg()[0]:.1f}"
    row = f"| {part.what} | {part.figure} | {seen} | `python -m benchmarks.soak {name}` | {on} |"
    pattern = re.compile(rf"^\|.*\| `python -m benchmarks\.soak {name}` \|.*\|$", re.MULTILINE)
    if pattern.search(text):
        text = pattern.sub(lambda _: row, text)
    else:
        text = text.replace("<!-- measured: end -->", f"{row}\n<!-- measured: end -->")
    REPORT.write_text(text)


if __name__ == "__main__":
    main()
