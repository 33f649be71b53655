"""Where a server process listens when nginx stands before it: a Unix socket, which a name leads to.

Such a socket can be left without losing anybody: without its name nobody new connects, and whoever has connected is
still answered. A TCP port that closes resets who stands in its queue.
"""

import os
import socket
from pathlib import Path
from typing import Any


def hide(port: Any) -> None:
    """Nobody finds this listening port of Twisted's any more; a TCP port has no name to take away.

    It keeps a name of its own, because Twisted removes the name when it closes the port.
    """
    path = getattr(port, "_bindPath", None)
    if path is not None:
        hidden = path + f".{os.getpid()}".encode()
        Path(os.fsdecode(path)).rename(os.fsdecode(hidden))
        port._bindPath = hidden  # noqa: SLF001 - there is no other way to say it


def clear_name(path: Path) -> None:
    """Remove the name that a killed process has left. Raises FileExistsError where somebody listens."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except FileNotFoundError:
            return
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
            return
    raise FileExistsError(f"a process listens at {path}")
