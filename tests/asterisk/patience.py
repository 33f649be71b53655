"""Waiting for something to become true, as long as the patience lasts; nothing here ever just waits."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

# Two processors that do three tests at a time may take seconds for what takes milliseconds on an idle machine.
PATIENCE_SECONDS = 10.0

Answer = TypeVar("Answer")


class News:
    """Wakes whoever waits for a condition, whenever something happened that may have made it true."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def tell(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    async def until(
        self,
        question: Callable[[], Answer | None],
        what: Callable[[], str] | str,
        patience: float = PATIENCE_SECONDS,
    ) -> Answer:
        """The first answer to `question` that is neither None nor False.

        AssertionError with `what` once `patience` seconds are over; `what` is asked then, so it can tell the state.
        """
        try:
            async with asyncio.timeout(patience):
                while (answer := question()) is None or answer is False:
                    await self._next.wait()
                return answer
        except TimeoutError:
            said = what if isinstance(what, str) else what()
            raise AssertionError(f"after {patience:g} s: {said}") from None
