"""Dial codes from a desk phone: its channel is spoken to, or carries the call that it picks up or fetches."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from channels.db import database_sync_to_async

from presence.calls.asterisk import dial_code_calls
from presence.calls.asterisk.board import Board, Channel
from presence.calls.asterisk.requests import Requests
from presence.calls.asterisk.sounds import SoundPlayer
from presence.calls.asterisk.translate import ChannelEntered, SoundFinished
from presence.domain.dial_codes import CheckVoicemail, DialCode, EchoTest, Fetch, PickUp, SetStatus
from presence.models import DESK_PHONE, Extension
from presence.services import call_pick_up
from presence.services.call_rows import CallGoneError, CallRefusedError, NoSuchCallError

log = logging.getLogger(__name__)

_NOTHING_THERE = 20  # Q.850: a phone shows 480
_NORMAL_CLEARING = 16
ECHO_CONTEXT = "lampfield-echo"


class ChannelSpeaker:
    """`dial_code_calls.Speaker` for one channel."""

    def __init__(self, channel: Channel, requests: Requests, sounds: SoundPlayer) -> None:
        self.channel = channel
        self.is_gone = False
        self._requests = requests
        self._sounds = sounds
        self._quiet = asyncio.Event()
        self._keys: asyncio.Queue[str] = asyncio.Queue()

    async def say(self, sounds: Sequence[str]) -> None:
        """Play and return at the end, at a key, or when the caller has gone."""
        self._quiet.clear()
        if not self.is_gone and await self._sounds.play(self.channel, sounds):
            await self._quiet.wait()

    async def key(self, seconds: float) -> str | None:
        try:
            return await asyncio.wait_for(self._keys.get(), seconds)
        except TimeoutError:
            return None

    async def hang_up(self) -> None:
        await self._requests.hang_up(self.channel.id, _NORMAL_CLEARING)

    def was_played(self) -> None:
        self._quiet.set()

    def pressed(self, key: str) -> None:
        self._keys.put_nowait(key)

    def left(self) -> None:
        self.is_gone = True
        self._quiet.set()
        self._keys.put_nowait("")  # whoever waits for a key waits for nothing


class CodeCalls:
    """The codes that phones have dialled, while they are being answered."""

    def __init__(self, board: Board, requests: Requests, sounds: SoundPlayer) -> None:
        self._board = board
        self._requests = requests
        self._sounds = sounds
        self._speakers: dict[str, ChannelSpeaker] = {}

    def finished(self, channel: Channel, event: SoundFinished) -> None:
        speaker = self._speakers.get(channel.id)
        if speaker is not None and event.has_failed:
            speaker.left()  # told before their going is: who leaves in the middle of a message has not heard it
        elif speaker is not None:
            speaker.was_played()

    def key(self, channel: Channel, key: str) -> None:
        if speaker := self._speakers.get(channel.id):
            speaker.pressed(key)

    def gone(self, channel: Channel) -> None:
        if speaker := self._speakers.get(channel.id):
            speaker.left()

    async def perform(self, extension: Extension, code: DialCode, event: ChannelEntered) -> None:
        """Do what `code` says, for the phone whose channel has just come in."""
        channel = self._board.channels[event.channel_id]
        match code:
            case PickUp(extension=number):
                await self._take(channel, call_pick_up.pick_up, extension, number=number)
            case Fetch(slot=slot):
                await self._take(channel, call_pick_up.fetch, extension, slot=slot)
            case EchoTest():
                self._board.channels.pop(channel.id, None)
                await self._requests.answer(channel.id)
                await self._requests.leave(channel.id, ECHO_CONTEXT, "s")
            case SetStatus():
                await self._speak(channel, extension, code)
            case CheckVoicemail():
                await self._speak(channel, extension, code)

    async def _take(
        self, channel: Channel, service: Callable[..., None], extension: Extension, **what: str | int
    ) -> None:
        window = f"{DESK_PHONE}{channel.endpoint}"
        try:
            await database_sync_to_async(service)(extension=extension, window=window, ari_channel_id=channel.id, **what)
        except (CallRefusedError, CallGoneError, NoSuchCallError) as error:
            log.info("%s may not take that call: %s", extension.number, error)
            self._board.channels.pop(channel.id, None)
            await self._requests.hang_up(channel.id, _NOTHING_THERE)

    async def _speak(self, channel: Channel, extension: Extension, code: SetStatus | CheckVoicemail) -> None:
        speaker = self._speakers[channel.id] = ChannelSpeaker(channel, self._requests, self._sounds)
        try:
            channel.is_up = True
            await self._requests.answer(channel.id)
            if isinstance(code, SetStatus):
                await dial_code_calls.set_status_by_code(extension, code, speaker)
            else:
                await dial_code_calls.listen_to_voicemail(extension, speaker)
            await speaker.hang_up()
        finally:
            del self._speakers[channel.id]
            self._board.channels.pop(channel.id, None)
