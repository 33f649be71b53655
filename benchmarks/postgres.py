"""A PostgreSQL server of one's own on a free loopback port, with its data in a temporary folder: Debian's programs."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# PostgreSQL refuses to run as root; Debian's package makes this user.
SERVER_USER = "postgres"
START_SECONDS = 60


@contextmanager
def postgres() -> Iterator[str]:
    """The DATABASE_URL of an empty database that is gone afterwards."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="lampfield-postgres-"))
    user = SERVER_USER if os.geteuid() == 0 else None
    if user:
        account = pwd.getpwnam(user)
        os.chown(folder, account.pw_uid, account.pw_gid)
    data, port = str(folder / "data"), _free_port()

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), *arguments]
        # Its output goes to a file: the server would keep a pipe open that somebody waits for the end of.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                command,
                check=False,
                cwd="/",
                stdout=output,
                stderr=output,
                user=user,
                extra_groups=[] if user else None,
            )
            if done.returncode:
                output.seek(0)
                raise RuntimeError(f"{program}: {output.read().decode(errors='replace')}")

    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
    try:
        run("initdb", "-D", data, "-U", "lampfield", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run("pg_ctl", "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "-t", str(START_SECONDS), "start")
        try:
            yield f"postgres://lampfield@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    """The newest PostgreSQL's; Debian keeps them out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    if program := shutil.which("postgres"):
        return Path(program).parent
    raise RuntimeError("PostgreSQL is needed: scripts/system_packages.sh test")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
