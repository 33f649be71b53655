"""Collects what the windows of this process say of themselves: a thousand calls must not be as many writes each second.

The first word is kept at once, what follows within a second goes together.
"""

import asyncio
from uuid import UUID

from channels.db import database_sync_to_async

from presence import hub
from presence.models import Extension
from presence.services.leases import Part, renew_leases

GAP_SECONDS = 1.0  # little beside the time after which a window counts as lost


class Leases:
    """Of one process, on the hub's loop."""

    def __init__(self, gap_seconds: float = GAP_SECONDS) -> None:
        self._gap_seconds = gap_seconds
        self._due: set[Part] = set()
        self._renewing: asyncio.Task[None] | None = None

    def renew(self, *, call_id: UUID, extension: Extension | None, window: str) -> None:
        """This window of the call lives. Returns at once; a renewal that fails is made up for by the next."""
        self._due.add((call_id, extension.pk if extension is not None else None, window))
        if self._renewing is None or self._renewing.done():
            self._renewing = hub.spawn(self._renew())

    async def _renew(self) -> None:
        while self._due:
            due, self._due = self._due, set()
            await database_sync_to_async(renew_leases)(due)
            await asyncio.sleep(self._gap_seconds)


leases = Leases()
