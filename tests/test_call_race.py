"""Whatever several processes do to the same calls at once, no call breaks and no lock is waited for in a circle."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.postgres import postgres
from presence.models import Extension
from tests.call_race import ACTS_EACH, PROCESSES, CallRace, race

ROOT = Path(__file__).resolve().parent.parent


def check(result: CallRace) -> None:
    assert result.failures == []
    assert result.done + result.refused == PROCESSES * ACTS_EACH
    assert result.answered > 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_calls_stay_whole_on_sqlite(adam: Extension, piotr: Extension, anna: Extension) -> None:
    check(race())


@pytest.mark.slow
def test_calls_stay_whole_on_postgresql(tmp_path: Path) -> None:
    with postgres() as url:
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", "from tests.call_race import main; main()"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url, "DATA_DIR": str(tmp_path), "REDIS_URL": ""},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    check(CallRace(**json.loads(done.stdout)))
