"""What a soak server (benchmarks/soak_server.py) says of itself."""

import asyncio
import json
from contextlib import AbstractContextManager
from typing import Any
from urllib.request import urlopen

from benchmarks.servers import Company, Server, serving


def soak_server(company: Company) -> AbstractContextManager[Server]:
    """The product on a company of its own, with what a soak asks it."""
    running: AbstractContextManager[Server] = serving(company.environment, "-m", "benchmarks.soak_server", "PORT")
    return running


async def counts_of(server: Server) -> dict[str, int]:
    """`/soak/counts`; the loop of the browsers goes on meanwhile."""
    return await asyncio.to_thread(_counts, server)


def _counts(server: Server) -> dict[str, Any]:
    # A connection of its own: one that stayed open would have been closed for its long silence.
    with urlopen(f"http://127.0.0.1:{server.port}/soak/counts", timeout=60) as answer:
        found: dict[str, Any] = json.load(answer)
    return found
