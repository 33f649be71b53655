"""`python -m benchmarks.soak_server PORT`: the product's server, which says what it uses and makes changes on demand.

`/soak/counts` says what it holds and how often it has read the directory; `/soak/flow?changes=K&rate=R` makes K changes
in memory, R a second, each with the moment at which it was made as its note.
"""

import asyncio
import gc
import json
import os
import sys
import threading
import time
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webclient.settings")
# Nothing is collected here, and no page is looked at: phones only need to be told where their sounds are.
settings.STATIC_ROOT = settings.BASE_DIR / "static"
settings.STORAGES = {
    **settings.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

from webclient.asgi import application  # noqa: E402, I001 - it sets Django up, which must come before the others

from presence import hub, selectors  # noqa: E402
from presence.domain.audiences import Audiences  # noqa: E402
from presence.domain.presence_row import PresenceRow  # noqa: E402
from webclient.daphne_server import build_server  # noqa: E402
from daphne.ws_protocol import WebSocketProtocol  # noqa: E402

AHEAD = 1_000_000  # of the versions of the database's rows


class CountedDirectory:
    """The database's rows, over which some that were changed in memory are laid."""

    def __init__(self) -> None:
        self.snapshots = 0
        self._changed: dict[str, PresenceRow] = {}
        self._version = AHEAD
        self._lock = threading.Lock()

    def presence_rows(self, numbers: Collection[str] | None = None) -> list[PresenceRow]:
        self.snapshots += numbers is None
        with self._lock:
            changed = self._changed.copy()
        return [changed.get(row.number, row) for row in selectors.presence_rows(numbers)]

    def audiences(self) -> Audiences:
        return selectors.audiences()

    def directory_versions(self) -> dict[str, int]:
        with self._lock:
            changed = {number: row.version for number, row in self._changed.items()}
        return {**selectors.directory_versions(), **changed}

    def flow(self, changes: int, rate: float) -> None:
        """On a thread of its own, as services are."""
        rows = selectors.presence_rows()
        started = time.monotonic()
        for turn in range(changes):
            time.sleep(max(0.0, started + turn / rate - time.monotonic()))
            row = rows[turn % len(rows)]
            with self._lock:
                now = f"{time.monotonic():.6f}"
                self._version += 1
                self._changed[row.number] = replace(row, version=self._version, note=now)
            hub.publish_presence([row.number])


directory = CountedDirectory()


def counts() -> dict[str, int]:
    """What the process holds; two of them at rest are equal where nothing is left behind."""
    gc.collect()
    status = Path("/proc/self/status").read_text().splitlines()
    return {
        "snapshots": directory.snapshots,
        "rss": next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS")),
        "files": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "tasks": len(asyncio.all_tasks()),
        "threads": threading.active_count(),
        "sockets": sum(isinstance(connection, WebSocketProtocol) for connection in server.connections),
    }


async def with_counts(scope: Any, receive: Any, send: Any) -> None:
    match scope["type"], scope["path"]:
        case "http", "/soak/counts":
            await answer(send, counts())
        case "http", "/soak/flow":
            query = parse_qs(scope["query_string"].decode())
            await asyncio.to_thread(directory.flow, int(query["changes"][0]), float(query["rate"][0]))
            await answer(send, {})
        case _:
            await application(scope, receive, send)


async def answer(send: Any, found: dict[str, int]) -> None:
    body = json.dumps(found).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    hub.reset(directory=directory)
    server = build_server(with_counts, "127.0.0.1", int(sys.argv[1]))
    server.run()
