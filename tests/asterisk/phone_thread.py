"""Scripted phones for tests that are not asynchronous: with a browser open, the main thread's loop is Playwright's."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")

_PATIENCE_SECONDS = 60.0


class PhoneThread:
    """An event loop in a thread of its own, in which phones are made, used and closed."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="phones", daemon=True)
        self._thread.start()

    def wait(self, acting: Coroutine[Any, Any, Answer]) -> Answer:
        """Its result, or its exception: `phones.wait(call.hears(440))`."""
        return asyncio.run_coroutine_threadsafe(acting, self._loop).result(_PATIENCE_SECONDS)

    def do(self, act: Callable[[], Answer]) -> Answer:
        """What is done at once: `phones.do(lambda: phone.call("102"))`."""

        async def acting() -> Answer:
            return act()

        return self.wait(acting())

    def close(self) -> None:
        """The phones are closed before."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
