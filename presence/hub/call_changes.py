"""Whoever routes a call waits here for news of it."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

CALLS_REMEMBERED = 10_000


@dataclass(slots=True)
class _Changes:
    """Of one call."""

    told: int = 0
    is_news: asyncio.Event = field(default_factory=asyncio.Event)


class CallChanges:
    """One entry per call, made by whoever comes first, news or waiter: news that came before the waiter is not lost."""

    def __init__(self) -> None:
        self._calls: OrderedDict[str, _Changes] = OrderedDict()

    def __len__(self) -> int:
        return len(self._calls)

    def tell(self, call_id: str) -> None:
        changes = self._of(call_id)
        changes.told += 1
        changes.is_news.set()

    def told(self, call_id: str) -> int:
        """How often it has changed; from 0 again for a call that nobody has asked of for long."""
        return self._of(call_id).told

    async def wait(self, call_id: str, seconds: float) -> bool:
        """True when the call has changed since the last wait for it ended, or changes within `seconds`."""
        event = self._of(call_id).is_news
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return False
        event.clear()
        return True

    def _of(self, call_id: str) -> _Changes:
        changes = self._calls.get(call_id)
        if changes is None:
            changes = self._calls[call_id] = _Changes()
        self._calls.move_to_end(call_id)
        if len(self._calls) > CALLS_REMEMBERED:
            self._calls.popitem(last=False)
        return changes
