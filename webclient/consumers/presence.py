"""`/ws/presence/`: the lamps. Joins, greets and relays; what is sent, and when, is the hub's."""

import time
from typing import Any

from presence import hub
from webclient.consumers.live import MALFORMED, LiveConsumer

SECONDS_BETWEEN_SNAPSHOTS = 1


class PresenceConsumer(LiveConsumer):
    """One browser window's view of everybody's lamps."""

    kind = "presence"
    _asked_at = float("-inf")

    async def joined(self) -> None:
        await hub.join_presence(self)

    async def left(self) -> None:
        hub.leave_presence(self)

    async def heard(self, message: dict[str, Any]) -> None:
        """The one thing a browser may say: that it missed something."""
        if message.get("type") != "snapshot":
            await self.close(MALFORMED)
            return
        now = time.monotonic()
        if now - self._asked_at >= SECONDS_BETWEEN_SNAPSHOTS:
            self._asked_at = now
            hub.greet_presence(self)
