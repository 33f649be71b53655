"""What a channel hears while it talks to nobody: ringing, music, a receptionist, a voicemail that then records."""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from typing import Protocol
from uuid import UUID

from presence import hub
from presence.calls.asterisk.ari import AriError, LinkLostError
from presence.calls.asterisk.board import Channel
from presence.calls.asterisk.plan import Menu, Music, Ringback, Sound, Voicemail
from presence.calls.asterisk.requests import Requests
from presence.calls.asterisk.translate import APP_CHANNELS

log = logging.getLogger(__name__)

_LIMIT_AFTER_SECONDS = 2.0
_RINGING_TONE = "tone:ring"
_numbers = itertools.count(1)


class SoundBook(Protocol):
    """Which files are played, as media URIs that Asterisk can read."""

    async def greeting(self, box: str) -> Sequence[str]: ...
    async def menu(self, menu: Menu) -> Sequence[str]: ...
    def place(self, place: int) -> Sequence[str]: ...


def recording_name(call_id: UUID) -> str:
    return f"{APP_CHANNELS}{call_id}"


class SoundPlayer:
    """Starts and stops what channels hear."""

    def __init__(self, requests: Requests, book: SoundBook, limit_after_seconds: float = _LIMIT_AFTER_SECONDS) -> None:
        self._requests = requests
        self._limit_after_seconds = limit_after_seconds
        self._book = book

    async def start(self, channel: Channel, sound: Sound) -> None:
        """The channel hears `sound`; it has been answered, unless that is a ringing tone."""
        match sound:
            case Ringback() if not channel.is_up:
                await self._requests.ring(channel.id)
            case Ringback() if channel.endpoint.startswith(APP_CHANNELS):
                pass  # a browser's window, which rings by itself as its card says
            case Ringback():
                await self.play(channel, [_RINGING_TONE])
            case Music(place=0):
                await self._requests.start_music(channel.id)
            case Music(place=place):
                await self.play(channel, self._book.place(place))
            case Menu():
                await self.play(channel, await self._book.menu(sound))
            case Voicemail(box=box):
                await self.play(channel, await self._book.greeting(box))

    async def play(self, channel: Channel, uris: Sequence[str]) -> bool:
        """Play these; `channel.playback` is what a SoundFinished will name. False: the channel has gone."""
        channel.playback = f"{channel.id}-{next(_numbers):08d}"
        return await self._requests.play(channel.id, channel.playback, uris)

    async def stop(self, channel: Channel) -> None:
        playback, channel.playback = channel.playback, ""
        heard, channel.hears = channel.hears, None
        if playback:
            await self._requests.stop_sound(playback)
        elif isinstance(heard, Music):
            await self._requests.stop_music(channel.id)

    async def finished(self, channel: Channel) -> None:
        """What was played is over: after a voicemail's greeting the caller is recorded, after a place comes music."""
        channel.playback = ""
        if isinstance(channel.hears, Music):
            await self._requests.start_music(channel.id)
        if isinstance(channel.hears, Voicemail):
            channel.recording = recording_name(channel.call_id)
            seconds = channel.hears.seconds_max
            if await self._requests.record(channel.id, channel.recording, seconds):
                # Where nothing arrives from a caller, Asterisk's own limit never comes.
                loop = asyncio.get_running_loop()
                loop.call_later(seconds + self._limit_after_seconds, self._stop_recording, channel, channel.recording)
            else:
                log.info("the caller of %s left before the tone", channel.call_id)
                channel.recording = ""

    def _stop_recording(self, channel: Channel, name: str) -> None:
        if channel.recording == name:
            hub.spawn(_forgiven(self._requests.stop_recording(name)))


async def _forgiven(stopping: Awaitable[bool]) -> None:
    with suppress(LinkLostError, AriError):
        await stopping
