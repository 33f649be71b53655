"""Eight editors at once: nothing is lost, nothing is locked, and who was slower is told; on both databases."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.postgres import postgres
from presence.management.commands.seed_demo import seed
from tests.bulk_race import EDITS_EACH, EXTENSIONS, OPERATORS, SAVES_EACH, WINDOWS, Race, race

ROOT = Path(__file__).resolve().parent.parent


def check(result: Race) -> None:
    assert result.failures == []
    assert result.lost_updates == 0
    assert (result.edits, result.saves) == (OPERATORS * EDITS_EACH, WINDOWS * SAVES_EACH)
    assert (result.extensions, result.records) == (EXTENSIONS, result.edits * EXTENSIONS + result.saves)
    # All began with what all had seen: of the operators one was first, and of each person's two windows at most one.
    assert result.edits_told >= OPERATORS - 1
    assert result.saves_told >= WINDOWS // 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_nobodys_change_is_lost_on_sqlite() -> None:
    seed(EXTENSIONS)
    check(race())


@pytest.mark.slow
def test_nobodys_change_is_lost_on_postgresql(tmp_path: Path) -> None:
    with postgres() as url:
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", "from tests.bulk_race import main; main()"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url, "DATA_DIR": str(tmp_path), "REDIS_URL": ""},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    check(Race(**json.loads(done.stdout)))
