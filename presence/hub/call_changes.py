"""Whoever routes a call waits here for news of it."""

import asyncio
from collections import OrderedDict

CALLS_REMEMBERED = 10_000


class CallChanges:
    """One event per call, made by whoever comes first, news or waiter: news that came before the waiter is not lost."""

    def __init__(self) -> None:
        self._events: OrderedDict[str, asyncio.Event] = OrderedDict()

    def __len__(self) -> int:
        return len(self._events)

    def tell(self, call_id: str) -> None:
        self._event(call_id).set()

    async def wait(self, call_id: str, seconds: float) -> bool:
        """True when the call has changed since the last wait for it ended, or changes within `seconds`."""
        event = self._event(call_id)
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return False
        event.clear()
        return True

    def _event(self, call_id: str) -> asyncio.Event:
        event = self._events.setdefault(call_id, asyncio.Event())
        self._events.move_to_end(call_id)
        if len(self._events) > CALLS_REMEMBERED:
            self._events.popitem(last=False)
        return event
