"""The product as `make run` serves it, on data of the test's own."""

import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

from tests.browser.network import Network

ROOT = Path(__file__).resolve().parent.parent.parent
PORT = 8000
START_SECONDS = 60


class Server:
    """One server process inside the tests' network."""

    address = f"http://127.0.0.1:{PORT}"

    def __init__(self, network: Network, data: Path) -> None:
        self._network = network
        self.data = data
        self.log: list[str] = []
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        environment = os.environ | {"DATA_DIR": str(self.data), "PORT": str(PORT), "PYTHONUNBUFFERED": "1"}
        for setting in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "REDIS_URL", "HOST"):
            environment.pop(setting, None)
        self._process = subprocess.Popen(
            self._network.inside(sys.executable, "manage.py", "serve", "--demo"),
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, args=(self._process, lines), daemon=True)
        self._reader.start()
        while "Ctrl+C stops it" not in (line := lines.get(timeout=START_SECONDS)):
            if not line:
                raise RuntimeError("the server did not start:\n" + "\n".join(self.log))

    def _read(self, process: "subprocess.Popen[str]", lines: "queue.Queue[str]") -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self.log.append(line.rstrip())
                lines.put(line)
        lines.put("")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(20)
            self._process = None
            self._reader.join()

    def restart(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.stop(how)
        self.start()

    def manage(self, *command: str) -> str:
        """The output of a management command on the same data."""
        environment = os.environ | {"DATA_DIR": str(self.data)}
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout


def prepared_data(network: Network, folder: Path) -> Path:
    """A data folder with the demo company and collected files, to be copied for each test."""
    server = Server(network, folder)
    server.start()
    server.stop()
    return folder


def copy_of(prepared: Path, folder: Path) -> Path:
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    return folder
