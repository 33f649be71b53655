"""A real Asterisk of a test's own: started, asked, stopped, killed."""

import contextlib
import http.client
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from scripts.fetch_asterisk import asterisk_tree
from tests.asterisk.place import Place
from tests.asterisk.run_folder import make_run_folder
from tests.asterisk.udp import Address

_START_SECONDS = 30.0
_STOP_SECONDS = 5.0
_LOOK_EVERY_SECONDS = 0.02
_LOG_LINES = 200


class AsteriskServer:
    """Runs with a copy of the .conf files of some folders; of two with one name, the later folder's is taken.

    In them `@ADDRESS@`, `@SIP_PORT@`, `@HTTP_PORT@`, `@TRUNK_PORT@` and each of `words` between two @ are replaced. All
    that it writes is below `folder`. `sip` and `http` are where it listens, and stay the same when it is started again.
    """

    def __init__(
        self,
        folder: Path,
        config: Iterable[Path],
        *,
        place: Place | None = None,
        words: Mapping[str, object] | None = None,
    ) -> None:
        self.place = place or Place()
        self.folder = folder
        address = self.place.address
        self.sip: Address = address, self.place.free_port(socket.SOCK_DGRAM)
        self.http: Address = address, self.place.free_port(socket.SOCK_STREAM)
        self.trunk_port = self.place.free_port(socket.SOCK_DGRAM)
        self._process: subprocess.Popen[bytes] | None = None
        tree = asterisk_tree()
        if tree is None:
            raise RuntimeError("Asterisk is missing; `make prepare-tests` fetches it")
        make_run_folder(folder, tree, config, {**self._words(), **(words or {})})
        # Its own loader and libraries: it was built for a newer Debian than the machine may have.
        self._asterisk = [
            str(next(tree.glob("usr/lib*/ld-linux-*.so.*"))),
            "--library-path",
            str(next(tree.glob("usr/lib/*/asterisk")).parent),
            str(tree / "usr/sbin/asterisk"),
            "-C",
            str(folder / "etc/asterisk.conf"),
        ]

    @property
    def ari_url(self) -> str:
        return f"http://{self.http[0]}:{self.http[1]}/ari"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Returns when ARI answers and everything is loaded. RuntimeError with its log when it does not start."""
        with (self.folder / "log/console").open("ab") as console:
            self._process = subprocess.Popen(
                self.place.command(*self._asterisk, "-f"),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
            )
        patient_until = time.monotonic() + _START_SECONDS
        while not (self._is_booted() and self._has_ari()):
            if not self.is_running or time.monotonic() > patient_until:
                self.kill()
                raise RuntimeError(f"Asterisk did not start:\n{self.log()}")
            time.sleep(_LOOK_EVERY_SECONDS)

    def stop(self) -> None:
        """At once, but in order: calls are hung up, contacts are kept. Nothing when it does not run."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As a machine that loses its power."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def command(self, line: str) -> str:
        """What its own console answers. RuntimeError when it cannot be asked."""
        asked = subprocess.run([*self._asterisk, "-rx", line], check=False, capture_output=True, text=True)
        if asked.returncode:
            raise RuntimeError(f"{line}: {asked.stdout}{asked.stderr}")
        return asked.stdout

    def log(self) -> str:
        """The last lines of all that it has said."""
        files = (self.folder / "log" / name for name in ("console", "full"))
        lines = [line for path in files if path.exists() for line in path.read_text(errors="replace").splitlines()]
        return "\n".join([line for line in lines if "Remote UNIX connection" not in line][-_LOG_LINES:])

    def _words(self) -> dict[str, object]:
        return {
            "ADDRESS": self.place.address,
            "SIP_PORT": self.sip[1],
            "HTTP_PORT": self.http[1],
            "TRUNK_PORT": self.trunk_port,
        }

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                # Seen with half of a transfer left in Stasis: it waits for a channel that never goes.
                self._process.kill()
                self._process.wait(_STOP_SECONDS)
            self._process = None

    def _is_booted(self) -> bool:
        with contextlib.suppress(RuntimeError):
            return "fully booted" in self.command("core waitfullybooted")
        return False

    def _has_ari(self) -> bool:
        """Whether it answers there, be it that the caller must say who they are."""
        with self.place.open_socket(socket.SOCK_STREAM) as asking:
            asking.settimeout(_STOP_SECONDS)
            connection = http.client.HTTPConnection(*self.http)
            try:
                asking.connect(self.http)
                connection.sock = asking
                connection.request("GET", "/ari/asterisk/ping")
                return connection.getresponse().status in {200, 401}
            except OSError:
                return False
