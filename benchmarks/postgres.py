"""A PostgreSQL server of one's own on no port, with its data and its socket in a temporary folder: Debian's programs.

`python -m benchmarks.postgres COMMAND ...` runs a command with such a server in DATABASE_URL.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

# PostgreSQL refuses to run as root; Debian's package makes this user.
SERVER_USER = "postgres"
START_SECONDS = 60
# Letters in the order of a Polish dictionary, as a Polish company's server has them: nothing may count on another.
_POLISH = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=pl-PL")
_QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


@contextmanager
def postgres(*, flushes: bool = True) -> Iterator[str]:
    """The DATABASE_URL of an empty database that is gone afterwards.

    Without `flushes` nothing is made to last through a power cut, which tests have no need of. Its socket is a file,
    which is found from every network namespace.
    """
    folder_of_programs = programs()
    folder = Path(tempfile.mkdtemp(prefix="lampfield-postgres-"))
    user = SERVER_USER if os.geteuid() == 0 else None
    if user:
        account = pwd.getpwnam(user)
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = str(folder / "data")

    def run(program: str, *arguments: str) -> None:
        command = [str(folder_of_programs / program), *arguments]
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

    options = f"-k {folder} -c listen_addresses= {'' if flushes else _QUICK}"
    try:
        run("initdb", "-D", data, "-U", "lampfield", "-A", "trust", "-E", "UTF8", *_POLISH, "--no-sync")
        run("pg_ctl", "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "-t", str(START_SECONDS), "start")
        try:
            yield f"postgres://lampfield@{quote(str(folder), safe='')}/postgres"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


def programs() -> Path:
    """The newest PostgreSQL's; Debian keeps them out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    if program := shutil.which("postgres"):
        return Path(program).parent
    raise RuntimeError("PostgreSQL is needed: scripts/system_packages.sh test")


def main() -> None:
    """Run the command that the arguments are, and end as it does; the server is stopped on a SIGTERM, too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with postgres(flushes=False) as url:
        done = subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": url}, check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
