"""Debian's nginx with the shipped configuration, on free ports, in a folder of the tests' own."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.clerk import ROOT

START_SECONDS = 20
STOP_SECONDS = 20
LOOK_SECONDS = 0.02
# Where Debian's nginx puts what is too large for its memory, no other user may write.
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Nginx:
    def __init__(self, folder: Path, site: str) -> None:
        program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        assert program is not None, "nginx is needed: scripts/system_packages.sh test"
        (folder / "conf.d").mkdir(parents=True)
        (folder / "conf.d/lampfield.conf").write_text(site)
        temporary = "".join(f"{name}_temp_path {folder}/{name};\n" for name in _TEMPORARY)
        (folder / "conf.d/temporary.conf").write_text(temporary)
        shutil.copy(ROOT / "deploy/nginx/nginx.conf", folder / "nginx.conf")
        user = pwd.getpwuid(os.geteuid()).pw_name
        main = f"daemon off; pid {folder}/nginx.pid; user {user};"
        self.log = folder / "nginx.log"
        self._command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", main]

    def check(self) -> str:
        """What `nginx -t` says of the configuration; fails where it is wrong."""
        done = subprocess.run([*self._command, "-t"], check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stderr

    @contextmanager
    def running(self, port: int) -> Iterator[None]:
        """From the moment in which it listens at `port`."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(self._command, stdout=log, stderr=log)
        try:
            self._wait_until_it_listens(process, port)
            yield
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)

    def _wait_until_it_listens(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(LOOK_SECONDS)
        raise AssertionError(f"nginx does not listen: {self.log.read_text()}")
