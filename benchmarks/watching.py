"""What it costs to be watched: `benchmarks.watching_cost`, told."""

import json
import subprocess
import sys

from benchmarks.servers import ROOT, company
from benchmarks.tables import markdown

EXTENSIONS = 100


def measure_watching() -> dict[str, tuple[float, float]]:
    """What is done -> microseconds of the processor, with the instruments and without."""
    with company(EXTENSIONS) as office:
        # It measures on one thread, the event loop's, and asks the database there, too.
        own = {"DJANGO_SETTINGS_MODULE": "webclient.settings", "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
        command = [sys.executable, "-m", "benchmarks.watching_cost"]
        done = subprocess.run(
            command, cwd=ROOT, env={**office.environment, **own}, check=True, stdout=subprocess.PIPE, text=True
        )
    measured: dict[str, tuple[float, float]] = json.loads(done.stdout)
    return measured


def watching_table(measured: dict[str, tuple[float, float]]) -> str:
    rows = [["", "with", "without", "more"]]
    rows += [
        [name, f"{watched:,.1f} µs", f"{plain:,.1f} µs", f"{watched - plain:,.1f} µs"]
        for name, (watched, plain) in measured.items()
    ]
    return markdown(rows)
