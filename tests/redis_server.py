"""A redis-server of the tests' own: Debian's, on a free loopback port, that keeps nothing."""

import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer


class Redis:
    """On a port that stays the same when it comes back."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()

    def start(self) -> None:
        program = shutil.which("redis-server")
        assert program is not None, "redis-server is needed: scripts/system_packages.sh test"
        self._process = subprocess.Popen(
            [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        while "eady to accept" not in (line := self._process.stdout.readline()):
            assert line, "redis-server did not start"

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate(timeout=10)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def layer(self) -> Any:
        return RedisPubSubChannelLayer(hosts=[self.url])
