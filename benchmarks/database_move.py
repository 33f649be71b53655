"""How long a company's move from SQLite to PostgreSQL takes, and back, and its memory: `manage.py move_database`."""

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path

from benchmarks.postgres import postgres
from benchmarks.servers import ROOT, company
from benchmarks.tables import Lines, by_column

EXTENSIONS = 10_000
CALLS = 100_000
CALLS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Move:
    rows: int
    seconds: float  # as the command says
    memory: int  # resident bytes at most


def measure_move() -> dict[str, Move]:
    """By the way that was taken."""
    with (
        company(EXTENSIONS) as demo,
        postgres() as url,
        tempfile.TemporaryDirectory(prefix="lampfield-bench-") as folder,
    ):
        fill = f"from benchmarks.database_move import fill_the_log; fill_the_log({CALLS})"
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", fill]
        subprocess.run(command, cwd=ROOT, env=demo.environment, check=True)
        there = _move(demo.environment, url)
        back = _move({**demo.environment, "DATABASE_URL": url}, f"sqlite:///{Path(folder) / 'back.sqlite3'}")
    return {"SQLite to PostgreSQL": there, "PostgreSQL to SQLite": back}


def _move(environment: dict[str, str], url: str) -> Move:
    command = [sys.executable, "manage.py", "move_database", url]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said)
        _, status, used = os.wait4(process.pid, 0)
        said.seek(0)
        found = re.search(r"^([\d,]+) rows in \d+ tables moved in ([\d.]+) s", said.read(), re.MULTILINE)
    if status or found is None:
        raise RuntimeError("the database was not moved")
    return Move(int(found[1].replace(",", "")), float(found[2]), used.ru_maxrss * 1024)


def move_table(moves: dict[str, Move]) -> str:
    lines: Lines[Move] = (
        ("rows", lambda m: f"{m.rows:,}"),
        ("**the whole move**", lambda m: f"**{m.seconds:.0f} s**"),
        ("memory at most", lambda m: f"{m.memory / 2**20:.0f} MB"),
    )
    return by_column("", moves, lines)


def fill_the_log(calls: int) -> None:
    """Calls of two talking parties each, one of them measured, with one step of their trail."""
    from django.utils import timezone

    from presence.domain.vocabulary import CallState, Origin, Reason
    from presence.models import Call, CallLeg, CallQuality, CallStep, Extension

    people = list(Extension.objects.values_list("pk", "number", "name"))
    begun = timezone.now() - timedelta(days=30)
    state = CallState.ENDED
    turns = iter(range(calls))
    while some := list(islice(turns, CALLS_AT_ONCE)):
        pairs = [(people[turn % len(people)], people[(turn * 7 + 1) % len(people)]) for turn in some]
        moments = [begun + timedelta(seconds=turn * 20) for turn in some]
        made = Call.objects.bulk_create(
            Call(
                caller_number=caller[1],
                caller_name=caller[2],
                origin=Origin.INTERNAL,
                called_number=callee[1],
                state=state,
                started_at=at,
                answered_at=at + timedelta(seconds=5),
                ended_at=at + timedelta(seconds=95),
                end_reason=Reason.COMPLETED,
            )
            for (caller, callee), at in zip(pairs, moments, strict=True)
        )
        legs = CallLeg.objects.bulk_create(
            CallLeg(call=call, extension_id=who[0], role=role, state=state, started_at=call.started_at, window="w" * 20)
            for call, pair in zip(made, pairs, strict=True)
            for who, role in zip(pair, CallLeg.Role, strict=True)
        )
        CallQuality.objects.bulk_create(
            CallQuality(leg=leg, samples=45, jitter_ms=3.2, rating=91.3, course=[[90, 91.5], [88, 90.1]])
            for leg in legs[::2]
        )
        CallStep.objects.bulk_create(
            CallStep(call=call, position=0, number=call.called_number, decision="ring", reason=Reason.AVAILABLE)
            for call in made
        )
