"""`python -m tests.workers.restart <pid file>`: what `systemctl restart` is elsewhere.

Whoever started the process starts it again when it ends, and writes the new process into the file.
"""

import os
import signal
import sys
import time
from pathlib import Path

PATIENCE_SECONDS = 60
LOOK_SECONDS = 0.05


def main(file: Path) -> None:
    before = file.read_text()
    os.kill(int(before), signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while file.read_text() in {before, ""}:
        if time.monotonic() > deadline:
            raise SystemExit("the process did not begin anew")
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
