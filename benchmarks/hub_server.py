"""The product's server with a faucet: changes come from memory as fast as asked, to measure the hub alone.

`python -m benchmarks.hub_server PORT FAUCET_PORT one-by-one|coalesced daphne|uvicorn`. Sockets, logins, hub and daphne
are the product's own; only the directory is another. Nothing is sent that was not asked for, neither pings nor pulses,
for it takes turns with others. `/bench/flood?changes=K&rate=R` at the faucet's own port makes K changes, R a second (0:
one when the last was read), on a thread that is not the hub's, as services do. What a request costs before a service is
called is in the figures of a POST.
"""

import json
import re
import socket
import sys
import threading
import time
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from webclient.asgi import application  # first: it sets Django up

from presence import hub, selectors  # isort: skip
from presence.domain.audiences import Audiences  # isort: skip
from presence.domain.presence_row import PresenceRow  # isort: skip
from presence.domain.vocabulary import Lamp  # isort: skip
from presence.hub.pace import Pace  # isort: skip

NEVER_SECONDS = 1_000_000.0
LAMPS = (Lamp.RINGING, Lamp.TALKING, Lamp.AVAILABLE)


class Faucet:
    """A directory in memory, begun with the database's rows, whose rows change on demand."""

    def __init__(self) -> None:
        self._rows: dict[str, PresenceRow] = {}
        self._was_read = threading.Event()

    def presence_rows(self, numbers: Collection[str] | None = None) -> list[PresenceRow]:
        if numbers is None:
            self._rows = {row.number: row for row in selectors.presence_rows()}
            return list(self._rows.values())
        self._was_read.set()
        return [self._rows[number] for number in numbers]

    def audiences(self) -> Audiences:
        return selectors.audiences()

    def directory_versions(self) -> dict[str, int]:
        return {row.number: row.version for row in self._rows.copy().values()}

    def flow(self, changes: int, rate: float) -> dict[str, Any]:
        """On a thread of its own, as services are."""
        numbers = list(self._rows)
        started = time.perf_counter()
        for turn in range(changes):
            # The last of a stream is a lamp that is nowhere else in it: who has it is up to date.
            is_last = rate > 0 and turn == changes - 1
            self._change(numbers[turn % len(numbers)], Lamp.UNKNOWN if is_last else LAMPS[turn % len(LAMPS)])
            if rate == 0:
                self._was_read.wait(timeout=10)
            elif (early := started + (turn + 1) / rate - time.perf_counter()) > 0:
                time.sleep(early)
        return {"seconds": time.perf_counter() - started}

    def _change(self, number: str, lamp: Lamp) -> None:
        row = self._rows[number]
        self._rows[number] = replace(row, version=row.version + 1, lamp=lamp)
        self._was_read.clear()
        hub.publish_presence([number])


faucet = Faucet()


def open_faucet(port: int) -> None:
    """One request at a time, and whoever asks comes with a connection of their own."""
    with socket.create_server(("127.0.0.1", port)) as door:
        while True:
            connection, _ = door.accept()
            with connection, connection.makefile("rb") as lines:
                for line in lines:
                    if asked := re.search(rb"changes=(\d+)&rate=([\d.]+)", line):
                        body = json.dumps(faucet.flow(int(asked[1]), float(asked[2]))).encode()
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


def pace(kind: str) -> Pace:
    quiet = Pace(pulse=NEVER_SECONDS, heal=NEVER_SECONDS)
    return replace(quiet, coalesce=0.0) if kind == "one-by-one" else quiet


def run_on_daphne(port: int) -> None:
    from webclient.daphne_server import build_server

    server = build_server(application, "127.0.0.1", port)
    server.ping_interval = server.ping_timeout = NEVER_SECONDS
    server.run()


def run_on_uvicorn(port: int) -> None:
    """Its fastest way: uvloop and httptools, which it chooses itself, and no compression."""
    import uvicorn

    uvicorn.run(
        application,
        host="127.0.0.1",
        port=port,
        backlog=4096,
        lifespan="off",
        log_level="warning",
        ws_per_message_deflate=False,
        ws_ping_interval=None,
    )


RUN_ON = {"daphne": run_on_daphne, "uvicorn": run_on_uvicorn}

if __name__ == "__main__":
    _, port, faucet_port, kind, server = sys.argv
    hub.reset(pace=pace(kind), directory=faucet)
    threading.Thread(target=open_faucet, args=[int(faucet_port)], daemon=True).start()
    RUN_ON[server](int(port))
