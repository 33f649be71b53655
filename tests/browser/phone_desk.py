"""Desk phones beside the browsers: they live on a loop of their own, because Playwright keeps this thread's."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from tests.asterisk.office.installation import PASSWORD
from tests.asterisk.server import AsteriskServer
from tests.asterisk.sip_phone import SipPhone

PATIENCE_SECONDS = 30

T = TypeVar("T")


class PhoneDesk:
    """`desk.phone("103", 1320)`: a registered phone that sends this tone; `desk.do(...)`: what it does, awaited."""

    def __init__(self, asterisk: AsteriskServer) -> None:
        self._asterisk = asterisk
        self._phones: list[SipPhone] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def phone(self, user: str, tone: int) -> SipPhone:
        async def registered() -> SipPhone:
            phone = SipPhone(self._asterisk.sip, user, PASSWORD, place=self._asterisk.place, tone=tone)
            self._phones.append(phone)
            await phone.register()
            return phone

        return self.do(registered())

    def do(self, step: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(step, self._loop).result(PATIENCE_SECONDS)

    def now(self, step: Callable[[], T]) -> T:
        """For what a phone does at once, but on its own loop."""

        async def stepped() -> T:
            return step()

        return self.do(stepped())

    def close(self) -> None:
        for phone in self._phones:
            if self._asterisk.is_running:
                self.do(phone.leave())
            else:
                self.now(phone.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
