"""What lies between workers, by itself on this machine: the messages a Redis takes, the commits a PostgreSQL takes."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.postgres import postgres, programs
from benchmarks.servers import free_port

HINT_BYTES = 60  # of a presence change between two hubs, about
PUBLISHES = 100_000
CLIENTS = 16
COMMIT_SECONDS = 5
# What a switch of a status leaves behind, as pgbench can say it: a row that has a version, found by its key.
ROWS = 10_000
COMMIT = f"""\\set number random(1, {ROWS})
UPDATE directory SET version = version + 1, status = 'away' WHERE id = :number;
"""
TABLE = f"""CREATE TABLE directory (id int PRIMARY KEY, version int DEFAULT 0, status text DEFAULT '');
INSERT INTO directory (id) SELECT generate_series(1, {ROWS});"""


@contextmanager
def redis() -> Iterator[str]:
    """The REDIS_URL of a Redis of one's own: nothing on disk, gone afterwards."""
    program = _program("redis-server")
    with tempfile.TemporaryDirectory(prefix="lampfield-redis-") as folder:
        port = free_port()
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        try:
            while "eady to accept" not in (line := process.stdout.readline()):
                if not line:
                    raise RuntimeError("redis-server did not start")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.communicate(timeout=20)


def publishes_per_second() -> float:
    """PUBLISH of a hint's size by 16 clients, one at a time each, as workers publish."""
    with redis() as url:
        port = str(urlsplit(url).port)
        command = [_program("redis-benchmark"), "-p", port, "-n", str(PUBLISHES), "-c", str(CLIENTS), "--csv"]
        said = _output([*command, "PUBLISH", "lampfield", "x" * HINT_BYTES])
    return float(said.splitlines()[-1].split(",")[1].strip('"'))


def commits_per_second() -> float:
    """One row's change a transaction, flushed to disk, by 16 clients."""
    with postgres() as url, tempfile.TemporaryDirectory(prefix="lampfield-pgbench-") as folder:
        script = Path(folder) / "commit.sql"
        script.write_text(COMMIT)
        _output([str(programs() / "psql"), "-q", "-d", url, "-c", TABLE])
        run = ["-n", "-c", str(CLIENTS), "-j", "1", "-T", str(COMMIT_SECONDS), "-f", str(script)]
        said = _output([str(programs() / "pgbench"), *run, url])
    found = re.search(r"^tps = ([\d.]+)", said, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"pgbench said nothing of its rate: {said}")
    return float(found[1])


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is needed: scripts/system_packages.sh bench")
    return found


def _output(command: list[str]) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
