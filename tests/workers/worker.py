"""One worker as systemd would run it: in an environment of its own, begun anew whenever it ends."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from tests.browser.clerk import ROOT
from webclient.management.commands.rolling_restart import trouble_of
from webclient.nginx import socket_path

PATIENCE_SECONDS = 90
LOOK_SECONDS = 0.1
STOP_SECONDS = 45  # more than it drains


class Worker:
    def __init__(self, number: int, folder: Path, environment: Mapping[str, str]) -> None:
        self.number = number
        self.socket = socket_path(folder, number)
        self.pid_file = folder / f"{number}.pid"
        self._log = folder / f"{number}.log"
        self._environment = {**environment, "SOCKET": str(self.socket)}
        self._is_wanted = True
        self._process = self._begin()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def kill(self) -> None:
        """At once, as a crash would end it; returns when it has ended."""
        process = self._process
        process.kill()
        process.wait(STOP_SECONDS)

    def tell_to_end(self) -> None:
        self._is_wanted = False
        self._process.send_signal(signal.SIGTERM)

    def wait_for_end(self) -> None:
        self._keeper.join(STOP_SECONDS)
        if self._process.poll() is None:
            self._process.kill()
            self._keeper.join()
            raise AssertionError(f"worker {self.number} did not end:\n{self.said()}")

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while trouble := trouble_of(self.socket):
            assert time.monotonic() < deadline, f"worker {self.number}: {trouble}\n{self.said()}"
            time.sleep(LOOK_SECONDS)

    def said(self) -> str:
        return self._log.read_text()

    def _begin(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--prepared"],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        written = self.pid_file.with_suffix(".new")
        written.write_text(str(process.pid))
        written.replace(self.pid_file)
        return process

    def _keep(self) -> None:
        while True:
            self._process.wait()
            if not self._is_wanted:
                return
            self._process = self._begin()
