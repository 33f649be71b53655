"""A network namespace of the tests' own: server and browsers in it reach nothing but each other."""

import os
import shutil
import subprocess
from pathlib import Path

_PREPARE = "ip link set lo up && ip addr add 10.99.0.1/32 dev lo && echo ready && exec sleep 3600"


class Network:
    """Kept alive by one sleeping process; whatever runs by `inside` sees only `lo`."""

    def __init__(self) -> None:
        as_user = [] if os.geteuid() == 0 else ["--map-root-user", "--user"]
        self._keeper = subprocess.Popen(
            [_tool("unshare"), *as_user, "--net", "sh", "-c", _PREPARE], stdout=subprocess.PIPE, text=True
        )
        assert self._keeper.stdout is not None
        if self._keeper.stdout.readline().strip() != "ready":
            raise RuntimeError("this machine lets the tests make no network namespace")
        self._enter = [_tool("nsenter"), "--target", str(self._keeper.pid), "--net"]
        if as_user:
            self._enter += ["--user", "--preserve-credentials"]

    def inside(self, *command: str) -> list[str]:
        return [*self._enter, "--", *command]

    def wrapper(self, program: str, folder: Path) -> Path:
        """An executable that runs `program` inside, for those who take a path and no command."""
        path = folder / Path(program).name
        path.write_text(f'#!/bin/sh\nexec {" ".join(self.inside(program))} "$@"\n')
        path.chmod(0o755)
        return path

    def plug(self, name: str, address: str) -> None:
        """Another way into this network, as a cable or a Wi-Fi is one; a browser finds it by itself."""
        self._ip("link", "add", name, "type", "veth", "peer", "name", f"{name}-end")
        self._ip("addr", "add", f"{address}/24", "dev", name)
        for end in (f"{name}-end", name):
            self._ip("link", "set", end, "up")

    def unplug(self, name: str) -> None:
        """What was spoken to its address arrives nowhere any more. Unplugged twice is unplugged once."""
        if f" {name}@" in subprocess.run(self.inside("ip", "link"), check=True, capture_output=True, text=True).stdout:
            self._ip("link", "del", name)

    def _ip(self, *arguments: str) -> None:
        subprocess.run(self.inside("ip", *arguments), check=True)

    def close(self) -> None:
        self._keeper.kill()
        self._keeper.communicate()


def _tool(name: str) -> str:
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if path is None:
        raise RuntimeError(f"{name} is missing; `make test` installs it")
    return path
