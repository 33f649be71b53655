"""Between a change and its spreading: a lone change goes at once, what follows within the gap goes together."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Collection, Iterable

from prometheus_client import Histogram

logger = logging.getLogger(__name__)

ATTEMPTS = 3
RETRY_SECONDS = 0.2


class Coalescer:
    """Collects keys and hands them on in batches; a key named ten times in a gap is handed on once.

    The gap follows a batch instead of preceding it, so waiting costs nothing while it is quiet.
    """

    def __init__(
        self,
        spread: Callable[[Collection[str]], Awaitable[None]],
        gap_seconds: float,
        latency: Histogram | None = None,
    ) -> None:
        self._spread = spread
        self._gap_seconds = gap_seconds
        self._latency = latency
        self._since = math.inf  # when the first of the keys changed, by the loop's clock
        self._keys: dict[str, None] = {}  # in the order they were first named
        self._wake = asyncio.Event()

    def add(self, keys: Iterable[str], since: float | None = None) -> None:
        """`since`: when they changed, by the loop's clock; without it now."""
        self._keys.update(dict.fromkeys(keys))
        if self._keys:
            self._since = min(self._since, asyncio.get_running_loop().time() if since is None else since)
            self._wake.set()

    async def run(self) -> None:
        """Until cancelled. A batch that fails is tried again, then left to the next re-reading of the database."""
        attempt = 0
        while True:
            await self._wake.wait()
            started = asyncio.get_running_loop().time()
            batch, self._keys = self._keys, {}
            since, self._since = self._since, math.inf
            self._wake.clear()
            attempt = 0 if await self._tried(batch.keys(), since) else attempt + 1
            if 0 < attempt < ATTEMPTS:
                self.add(batch, since)
                await asyncio.sleep(RETRY_SECONDS * 2**attempt)
            else:
                attempt = 0
                spent = asyncio.get_running_loop().time() - started
                await asyncio.sleep(max(0.0, self._gap_seconds - spent))

    async def _tried(self, batch: Collection[str], since: float) -> bool:
        try:
            await self._spread(batch)
        except Exception:
            logger.exception("could not spread a batch of %d changes", len(batch))
            return False
        if self._latency is not None:
            self._latency.observe(asyncio.get_running_loop().time() - since)
        return True
