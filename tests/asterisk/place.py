"""Where the phones, the trunk and Asterisk are: on this machine's loopback, or inside a network namespace."""

import socket
import subprocess
import sys
from collections.abc import Callable

Kind = socket.SocketKind

# Runs inside the namespace: opens one socket there and hands it back, because a socket stays where it was opened.
_OPEN = """
import socket, sys
back = socket.socket(fileno=int(sys.argv[1]))
opened = socket.socket(socket.AF_INET, int(sys.argv[2]))
socket.send_fds(back, [b"."], [opened.fileno()])
"""


class Place:
    """An address, and a way to open sockets and to start programs where that address is.

    `inside`: how a command is wrapped to run there, as `Network.inside` of the browser tests does; as it stands if not
    given.
    """

    def __init__(self, address: str = "127.0.0.1", inside: Callable[..., list[str]] | None = None) -> None:
        self.address = address
        self._inside = inside

    def command(self, *command: str) -> list[str]:
        return self._inside(*command) if self._inside else list(command)

    def open_socket(self, kind: Kind) -> socket.socket:
        """Not yet bound; not blocking."""
        opened = self._opened_inside(kind) if self._inside else socket.socket(socket.AF_INET, kind)
        opened.setblocking(False)
        return opened

    def open_udp(self, port: int = 0) -> socket.socket:
        """Bound to this place's address, on a free port unless one is given."""
        opened = self.open_socket(socket.SOCK_DGRAM)
        opened.bind((self.address, port))
        return opened

    def free_port(self, kind: Kind) -> int:
        """One that nobody had a moment ago."""
        with self.open_socket(kind) as opened:
            opened.bind((self.address, 0))
            port: int = opened.getsockname()[1]
        return port

    def _opened_inside(self, kind: Kind) -> socket.socket:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            program = self.command(sys.executable, "-I", "-S", "-c", _OPEN, str(theirs.fileno()), str(int(kind)))
            subprocess.run(program, check=True, pass_fds=[theirs.fileno()])
            _, handles, _, _ = socket.recv_fds(ours, 1, 1)
        return socket.socket(fileno=handles[0])
