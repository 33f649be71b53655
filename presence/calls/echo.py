"""The other side of an echo test: a window of the server itself, which the hub reaches like any browser's.

It answers the caller's session descriptions over the same phone socket and sends back what it hears. Each test has an
end: the caller's, its time, or silence where no sound ever arrives. Its leg is a lease like any other, so a process
that is killed leaves no test behind.
"""

import asyncio
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from channels.db import database_sync_to_async

from presence import hub
from presence.domain.vocabulary import CallState, Reason
from presence.models import Call, Extension, visitor_party
from presence.services import calls
from presence.services.call_rows import CallRefusedError
from presence.services.echo_test import start_echo_test

if TYPE_CHECKING:
    from presence.calls.echo_media import EchoMedia

ECHO_TESTS_MAX = 8  # in one process: each decodes and encodes a voice
ECHO_SECONDS = 90.0
_CONNECT_SECONDS = 20.0
_LEASE_SECONDS = 3.0
_STOP_SECONDS = 2.0

_running: set["EchoParty"] = set()


async def start(
    extension: Extension, window: str, ice_servers: list[dict[str, Any]], *, seconds: float = ECHO_SECONDS
) -> None:
    """Let `extension` talk to the server from `window`, for at most `seconds`. Raises CallRefusedError."""
    if len(_running) >= ECHO_TESTS_MAX:
        raise CallRefusedError("echo_busy")
    party = EchoParty(extension.number, window)
    _running.add(party)
    try:
        party.media = await asyncio.to_thread(_media, ice_servers, party.answer)
        await hub.join_phone(party)
        party.call = await database_sync_to_async(start_echo_test)(
            extension=extension, window=window, echo_window=party.window, epoch=hub.epoch()
        )
    except BaseException:
        party.leave()
        raise
    # Whatever ends it, even before its first step.
    hub.spawn(party.run(seconds)).add_done_callback(lambda _: party.leave())


def running() -> int:
    return len(_running)


async def stop_all() -> None:
    """The process is about to end: so do its tests, or the threads that handle their sound would keep it alive."""
    parties = tuple(_running)
    for party in parties:
        await party.stop()


def _media(*arguments: Any) -> "EchoMedia":
    # What handles sound takes half a second and 60 MB to load: with the first test, and not on the event loop.
    from presence.calls.echo_media import EchoMedia

    return EchoMedia(*arguments)


class EchoParty:
    """One test's window; `presence.hub.sockets.PhoneSocket` says what the hub needs of it."""

    user_id = 0  # nobody's
    session = ""
    expires_at = datetime.max.replace(tzinfo=UTC)
    media: "EchoMedia"
    call: Call

    def __init__(self, caller: str, callers_window: str) -> None:
        self.window = f"echo-{secrets.token_hex(8)}"
        self.extension = visitor_party(self.window)
        self._caller = (caller, callers_window)
        self._over = asyncio.Event()
        self._gone = asyncio.Event()

    async def send_message(self, message: dict[str, Any]) -> None:
        """What the hub has for this window: the caller's signals, and the end of the call."""
        if message["type"] == "signal":
            await self.media.take(message["data"])
        elif message["type"] == "call" and message["state"] == CallState.ENDED:
            self._over.set()

    async def close(self, code: int) -> None:
        self._over.set()

    def answer(self, data: dict[str, Any]) -> None:
        party, window = self._caller
        hub.publish_to_windows(party, {"type": "signal", "call": str(self.call.pk), "data": data}, window=window)

    async def stop(self) -> None:
        self._over.set()
        try:
            await asyncio.wait_for(self._gone.wait(), _STOP_SECONDS)
        except TimeoutError:
            await self.media.close()

    async def run(self, seconds: float) -> None:
        try:
            reason = await self._until_over(seconds)
            await database_sync_to_async(calls.end_call)(call_id=self.call.pk, reason=reason)
        finally:
            await self.media.close()

    def leave(self) -> None:
        self._gone.set()
        _running.discard(self)
        hub.leave_phone(self)

    async def _until_over(self, seconds: float) -> Reason:
        clock = asyncio.get_running_loop().time
        began = clock()
        while (left := began + seconds - clock()) > 0 and await self._holds_lease():
            if not self.media.has_connected and clock() > began + _CONNECT_SECONDS:
                return Reason.FAILED
            try:
                await asyncio.wait_for(self._over.wait(), min(left, _LEASE_SECONDS))
            except TimeoutError:
                continue
            break
        return Reason.COMPLETED

    async def _holds_lease(self) -> bool:
        return await database_sync_to_async(calls.renew_lease)(call_id=self.call.pk, extension=None, window=self.window)
