"""What each database does in its own way, on PostgreSQL in every run of the suite; `make test-postgresql` runs it all.

The races are on both databases anyway: `test_call_race.py` and `test_bulk_concurrency.py`.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.postgres import postgres

ROOT = Path(__file__).resolve().parent.parent

CHOSEN = {
    "favourites": "places in an order, constraints that are run into, and text that PostgreSQL refuses",
    "operator_list": "order and search over names with Polish letters",
    "operator_history": "values kept as JSON, and pages in the order of rows",
    "services": "one row written narrowly under its lock",
    "status_end": "moments, and rows that are locked in a certain order",
    "leases": "rows that another has locked are passed over",
    "text_with_nul": "what PostgreSQL takes for no text",
}
MOVED = "tests/test_move_database.py::test_every_table_is_moved_as_it_is"  # the way back, too


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_what_databases_do_in_their_own_way_holds_on_postgresql(tmp_path: Path) -> None:
    files = [f"tests/test_{name}.py" for name in CHOSEN]
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    with postgres(flushes=False) as url:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", *files, MOVED],
            cwd=ROOT,
            env={**own, "DATABASE_URL": url, "DATA_DIR": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout
