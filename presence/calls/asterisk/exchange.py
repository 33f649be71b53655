"""One connection to Asterisk at work: cards come in from the hub, events from Asterisk, each to whom they concern.

An exchange lives as long as its socket. Whatever it does for one call it does in the order in which it was told.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from structlog.contextvars import bind_contextvars

from presence import hub
from presence.calls.asterisk.ari import AriError, LinkLostError, Message
from presence.calls.asterisk.board import NO_CALL, Board, Channel, SwitchedCall
from presence.calls.asterisk.callers import Callers
from presence.calls.asterisk.code_calls import CodeCalls
from presence.calls.asterisk.devices import Devices
from presence.calls.asterisk.plan import Party, plan_of
from presence.calls.asterisk.recordings import Recordings
from presence.calls.asterisk.reports import Reports
from presence.calls.asterisk.requests import Requests, Socket
from presence.calls.asterisk.rest import fetch
from presence.calls.asterisk.sound_book import RecordedSounds
from presence.calls.asterisk.sounds import SoundPlayer
from presence.calls.asterisk.switch import Shown, Switch
from presence.calls.asterisk.translate import (
    ChannelEntered,
    ChannelGone,
    ChannelHeld,
    ChannelSentOn,
    ChannelsJoined,
    ContactChanged,
    Event,
    KeyPressed,
    LinkTaken,
    RecordingFinished,
    SoundFinished,
    UnreadableMessageError,
    event_of,
)
from presence.calls.card import LiveCard, load_card
from presence.domain.vocabulary import CallBackendKind, CallState, Reason
from presence.models import Call
from presence.services import asterisk_calls, outside_calls
from presence.services.call_rows import CallGoneError, CallRefusedError, NoSuchCallError, open_legs

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]

LEASE_SECONDS = 3.0
HEAL_SECONDS = 3.0
_SENT_ON = frozenset({Reason.TRANSFERRED, Reason.PARKED})  # a call that ends so goes on in another


class LinkTakenError(LinkLostError):
    """Another Lampfield has connected with the same application's name: two must not fight over one Asterisk."""


class Exchange:
    """What is done with one socket."""

    def __init__(
        self, socket: Socket, *, app: str, trunk: str, fetch_file: Callable[[str], Awaitable[bytes]] = fetch
    ) -> None:
        self.requests = Requests(socket, app)
        self.board = Board()
        self.devices = Devices(trunk)
        self._socket = socket
        self._sounds = SoundPlayer(self.requests, RecordedSounds())
        self._recordings = Recordings(self.requests, fetch_file)
        self.switch = Switch(self.requests, self.board, self.devices, self._sounds, trunk)
        self.switch.unreachable = self._unreachable
        self.switch.vanished = self._vanished
        self._reports = Reports(self.board, self.requests, self._sounds, self._recordings, self._refresh)
        self._codes = CodeCalls(self.board, self.requests, self._sounds)
        self._callers = Callers(self.board, self.requests, trunk, self._codes.perform)
        self._tasks: set[asyncio.Task[None]] = set()

    async def work(self) -> None:
        """Until the socket is lost (LinkLostError) or taken by another (LinkTakenError)."""
        await hub.join_switch(self.take_card)
        try:
            async for message in self._socket.events():
                self._hear(message)
        finally:
            hub.leave_switch(self.take_card)
            for task in tuple(self._tasks):
                task.cancel()

    # From the hub

    def take_card(self, card: object) -> None:
        """A call has changed."""
        if isinstance(card, LiveCard) and card.call.backend_kind == CallBackendKind.ASTERISK:
            call = self.board.calls.get(card.call.pk)
            if call is not None or card.call.state != CallState.ENDED:
                call = call or self.board.call(card.call.pk)
                self._begin(call, partial(self._apply, call, card))

    async def _apply(self, call: SwitchedCall, card: LiveCard) -> None:
        plan = plan_of(card)
        if plan.is_over and card.call.end_reason in _SENT_ON:
            await self._let_go(call)
        presented = ""
        if any(party.window.startswith("outside-") and party.is_ringing for party in plan.parties):
            presented = await database_sync_to_async(outside_calls.presented_number)(card.call)
        caller = (card.call.caller_number, card.call.caller_name)
        await self.switch.apply(call, plan, Shown(caller, presented, (card.call.called_number, card.called_name)))

    async def _let_go(self, call: SwitchedCall) -> None:
        """Channels that go on in another call, whose card may come later than that of the end of this one."""
        ids = [channel.id for channel in self.board.of_call(call.id)]
        for channel_id, next_call, leg in await database_sync_to_async(_carried)(ids) if ids else ():
            if channel := self.board.channels.get(channel_id):
                await self.switch.move(channel, next_call, leg)

    async def _refresh(self, call: SwitchedCall) -> None:
        """Already under the call's lock."""
        card = await database_sync_to_async(load_card)(str(call.id))
        if card is not None:
            await self._apply(call, card)

    async def heal(self) -> None:
        """Calls whose news was lost between processes: compare what is switched with the rows."""
        versions = await database_sync_to_async(_versions)()
        for call_id, version in versions.items():
            if call_id not in self.board.calls or self.board.calls[call_id].version < version:
                call = self.board.call(call_id)
                self._begin(call, partial(self._refresh, call))
        for call_id in self.board.calls.keys() - versions.keys():
            call = self.board.calls[call_id]
            self._begin(call, partial(self._refresh, call))

    async def renew_leases(self) -> None:
        await database_sync_to_async(asterisk_calls.renew_leases)(self.board.legs())

    # From Asterisk

    def enter(self, event: ChannelEntered) -> None:
        """A phone answered while there was no link."""
        self._take(event)

    def _hear(self, message: Message) -> None:
        try:
            event = event_of(message)
        except UnreadableMessageError as error:
            log.error("Asterisk said something that cannot be read: %s: %.500r", error, message)
            return
        if event is not None:
            self._take(event)

    def _take(self, event: Event) -> None:
        match event:
            case LinkTaken():
                raise LinkTakenError("another client has connected as the same application (ASTERISK_APP)")
            case ContactChanged():
                self._spawn(self.devices.take(event))
            case RecordingFinished():
                self._recordings.heard(event)
                for channel in [each for each in self.board.channels.values() if each.recording == event.name]:
                    self._with_call(channel, partial(self._reports.recorded, channel))
            case SoundFinished():
                for channel in [each for each in self.board.channels.values() if each.playback == event.playback_id]:
                    self._codes.finished(channel, event)
                    self._with_call(channel, partial(self._reports.sound_finished, channel, event))
            case ChannelEntered() if event.channel_id not in self.board.channels:
                self._spawn(self._callers.entered(event))
            case _:
                self._take_of_channel(event)

    def _take_of_channel(
        self, event: ChannelEntered | ChannelGone | ChannelHeld | KeyPressed | ChannelSentOn | ChannelsJoined
    ) -> None:
        channel = self.board.channels.get(event.channel_id)
        if channel is None:
            return
        reports = self._reports
        match event:
            case ChannelEntered():
                self._with_call(channel, lambda call: reports.entered(event, channel, call))
            case ChannelGone():
                self._codes.gone(channel)
                if channel.call_id == NO_CALL:
                    self.board.channels.pop(channel.id, None)
                self._with_call(channel, lambda call: reports.gone(event, channel, call))
            case ChannelHeld():
                self._with_call(channel, lambda call: reports.held(event, channel, call))
            case KeyPressed():
                self._codes.key(channel, event.key)
                self._with_call(channel, lambda call: reports.key(event, channel, call))
            case ChannelSentOn():
                self._with_call(channel, lambda call: reports.sent_on(event, channel, call))
            case ChannelsJoined():
                other = self.board.channels.get(event.other_channel_id)
                if other is not None:
                    self._with_call(channel, lambda call: reports.joined(event, channel, other, call))

    def _unreachable(self, channel: Channel, status: int) -> None:
        self._with_call(channel, lambda call: self._reports.unreachable(channel, call))

    def _vanished(self, call: SwitchedCall, party: Party) -> None:
        gone = Channel("", "", call.id, party.leg)
        self._with_call(gone, lambda found: self._reports.gone(ChannelGone("", 16), gone, found))

    # In order

    def _with_call(self, channel: Channel, do: Callable[[SwitchedCall], Awaitable[None]]) -> None:
        call = self.board.calls.get(channel.call_id)
        if call is not None:
            self._begin(call, partial(do, call))

    def _begin(self, call: SwitchedCall, work: Work) -> None:
        self._spawn(_in_turn(call, work))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _in_turn(call: SwitchedCall, work: Work) -> None:
    bind_contextvars(call=str(call.id))
    async with call.lock:
        await work()


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except LinkLostError as error:
        log.info("left undone, for the link is lost: %s", error)
    except (CallGoneError, NoSuchCallError, CallRefusedError) as error:
        log.info("too late, or not allowed: %s %s", type(error).__name__, error)
    except AriError as error:
        log.warning("Asterisk refused: %s", error)
    except Exception:
        log.exception("an event of Asterisk was not dealt with")


def _versions() -> dict[Any, int]:
    open_calls = Call.objects.filter(backend_kind=CallBackendKind.ASTERISK).exclude(state=CallState.ENDED)
    return dict(open_calls.order_by().values_list("pk", "version"))


def _carried(channel_ids: list[str]) -> list[tuple[str, UUID, int]]:
    """Those that carry a leg which is open: channel, call, leg."""
    legs = open_legs().filter(ari_channel_id__in=channel_ids)
    return list(legs.values_list("ari_channel_id", "call_id", "pk"))
