"""The product as `make run` serves it, on data of the tests' own."""

import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from tests.browser.clerk import ROOT, Clerk, product_environment
from tests.browser.network import Network

START_SECONDS = 60


class Server:
    """One server process inside the tests' network, and a clerk for its data."""

    def __init__(
        self, network: Network, data: Path, port: int = 8000, settings: Mapping[str, str] | None = None
    ) -> None:
        self._network = network
        self._environment = product_environment(data) | {"PORT": str(port), **(settings or {})}
        self.address = f"http://127.0.0.1:{port}"
        self.log: list[str] = []
        self._process: subprocess.Popen[str] | None = None
        self.clerk: Clerk
        self._data = data

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def open(self) -> None:
        self.start()
        self.clerk = Clerk(self._data)

    def close(self) -> None:
        self.clerk.close()
        self.stop()

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._network.inside(sys.executable, "-m", "tests.browser.served", "--demo"),
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, args=(self._process, lines), daemon=True)
        self._reader.start()
        try:
            while "Ctrl+C stops it" not in (line := lines.get(timeout=START_SECONDS)):
                if not line:
                    raise RuntimeError("the server did not start:\n" + "\n".join(self.log))
        except (RuntimeError, queue.Empty):
            self.stop(signal.SIGKILL)
            raise

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
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self._environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def complaints(self) -> list[str]:
        """What went wrong since this was last asked, with what was said around it."""
        said, self.log = self.log, []
        return said[-60:] if any("Traceback" in line or " ERROR " in line for line in said) else []
