"""What callers said to a voicemail: fetched from Asterisk, kept in the one store of messages, deleted there."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from channels.db import database_sync_to_async

from presence.calls.asterisk.board import Channel
from presence.calls.asterisk.requests import Requests
from presence.calls.asterisk.rest import AriError
from presence.calls.asterisk.translate import APP_CHANNELS, RecordingFinished
from presence.services import voicemail

log = logging.getLogger(__name__)

# Asterisk closes the file when the channel goes, and says so at once; a lost word must not keep a call for ever.
FINISH_SECONDS = 3.0


class Recordings:
    """Recordings under way, by name. `fetch` reads a file from Asterisk."""

    def __init__(
        self, requests: Requests, fetch: Callable[[str], Awaitable[bytes]], finish_seconds: float = FINISH_SECONDS
    ) -> None:
        self._requests = requests
        self._finish_seconds = finish_seconds
        self._fetch = fetch
        self._finished: dict[str, asyncio.Future[bool]] = {}

    def heard(self, event: RecordingFinished) -> None:
        """Asterisk has closed the file; others' recordings are not waited for."""
        if not event.name.startswith(APP_CHANNELS):
            return
        finished = self._future(event.name)
        if not finished.done():
            finished.set_result(not event.has_failed)

    async def finish(self, channel: Channel) -> bool:
        """Keep what this channel has recorded, once. False when there is nothing of it to keep."""
        name, channel.recording = channel.recording, ""
        if not name:
            return False
        try:
            has_sound = await asyncio.wait_for(self._future(name), self._finish_seconds)
        except TimeoutError:
            log.warning("Asterisk did not say that recording %s is complete; fetching what there is", name)
            has_sound = True
        finally:
            self._finished.pop(name, None)
        if has_sound:
            await self._keep(channel, name)
        return has_sound

    async def _keep(self, channel: Channel, name: str) -> None:
        try:
            sound = await self._fetch(f"/recordings/stored/{name}/file")
        except AriError as error:
            # Nothing said, nothing written: Asterisk has no file then.
            log.info("there is no recording %s: %s", name, error)
            return
        await database_sync_to_async(voicemail.store_recording)(call_id=channel.call_id, sound=sound)
        await self._requests.forget_recording(name)

    def _future(self, name: str) -> asyncio.Future[bool]:
        if name not in self._finished:
            self._finished[name] = asyncio.get_running_loop().create_future()
        return self._finished[name]
