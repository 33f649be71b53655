"""What there is and what there should be -> requests. The switch makes Asterisk match a plan; it decides nothing.

Applied twice, a plan changes nothing, so repeated and late news is harmless; an older version is dropped.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from presence.calls.asterisk.ari import AriError
from presence.calls.asterisk.board import NO_CALL, Board, Channel, SwitchedCall
from presence.calls.asterisk.plan import (
    DeskPhone,
    DeskPhonesOf,
    Outside,
    OwnChannel,
    OwnPhones,
    Party,
    Plan,
    Ringback,
    Voicemail,
    Window,
)
from presence.calls.asterisk.requests import CALL_HEADER, Requests
from presence.calls.asterisk.sounds import SoundPlayer
from presence.calls.asterisk.translate import APP_CHANNELS, cause_of_reason

log = logging.getLogger(__name__)

RING_SECONDS_MAX = 130  # the router stops earlier: no rule rings for longer than 120 s
OWN_PHONE_SECONDS = 20  # for who has clicked to reach for their phone
WINDOW_SECONDS = 10  # a browser's window answers by itself
WINDOW_TRIES_MAX = 5
_ANSWERED_ELSEWHERE = 26
# What makes of various makers' phones loudspeakers.
ANSWER_BY_ITSELF = {
    "Alert-Info": "<http://localhost>;info=alert-autoanswer",
    "Call-Info": "<http://localhost>;answer-after=0",
}


def channel_id_for(leg: int) -> str:
    """A new id that names its leg. All are equally long: Asterisk refuses one that begins another (409)."""
    return f"{APP_CHANNELS}{leg:012d}-{secrets.token_hex(8)}"


@dataclass(frozen=True, slots=True)
class Shown:
    """What phones show of a call, number and name: to whoever is rung, outside, and to a caller's own phone."""

    caller: tuple[str, str]
    outside: str = ""
    called: tuple[str, str] = ("", "")


class Phones(Protocol):
    """Which desk phones an extension has registered; `devices.Devices`."""

    def registered(self, extension: str) -> Collection[str]: ...
    def contacts(self, endpoint: str) -> Collection[str] | None:
        """Where its devices are; None: not all of them are known."""


class Switch:
    """The calls of one connection."""

    def __init__(self, requests: Requests, board: Board, phones: Phones, sounds: SoundPlayer, trunk: str) -> None:
        self._requests = requests
        self._board = board
        self._phones = phones
        self._sounds = sounds
        self._trunk = trunk
        self.vanished: Callable[[SwitchedCall, Party], None] = lambda call, party: None  # who hears of lost channels
        self.unreachable: Callable[[Channel, int], None] = lambda channel, status: None  # who hears of failed rings

    async def apply(self, call: SwitchedCall, plan: Plan, shown: Shown) -> None:
        """Make it so. To be called under the call's lock."""
        if plan.version < call.version:
            return
        call.plan = plan
        for party in plan.parties:
            if party.way is None:
                await self._clear(call, party)
            else:
                await self._find_channel(call, party, shown)
        if plan.is_over:
            await self._end(call)
            return
        await self._connect(call, plan)
        for party in plan.parties:
            await self._let_hear(call, party)
        if any(party.is_ringing and not party.is_caller for party in plan.parties):
            await self._bridge(call)  # so that who answers need not wait for it

    async def _clear(self, call: SwitchedCall, party: Party) -> None:
        cause = cause_of_reason(party.end_reason)
        channels = self._board.of_leg(party.leg, call.id)
        own = self._board.channels.get(party.channel_id)
        if own is not None and own.call_id == NO_CALL:
            channels.append(own)  # the first that is told of its call is that it is over
        for channel in channels:
            await self.drop(channel, cause)

    async def drop(self, channel: Channel, cause: int) -> None:
        """Hang up; what Asterisk says of it afterwards concerns nobody any more."""
        self._board.channels.pop(channel.id, None)
        await self._requests.hang_up(channel.id, cause)

    async def _find_channel(self, call: SwitchedCall, party: Party, shown: Shown) -> None:
        match party.way:
            case OwnChannel(channel_id):
                await self._take(call, party, channel_id)
            case DeskPhonesOf(extension) if party.leg not in call.dialled:
                call.dialled.add(party.leg)
                phones = self._phones.registered(extension)
                await asyncio.gather(*(self._ring_devices(call, party, each, shown.caller) for each in phones))
            case OwnPhones(extension) as way if party.leg not in call.dialled:
                await self._ring_own(call, party, way, self._phones.registered(extension), shown)
            case DeskPhone(endpoint) as way if party.leg not in call.dialled:
                await self._ring_own(call, party, way, [endpoint], shown)
            case Outside(number) if party.leg not in call.dialled:
                call.dialled.add(party.leg)
                address, presented = f"{number}@{self._trunk}", (shown.outside, "")
                await self._ring(call, party, address, self._trunk, presented, RING_SECONDS_MAX)
            case Window(window):
                await self._call_window(call, party, window, shown.caller)
            case _:
                pass

    async def _ring_devices(
        self,
        call: SwitchedCall,
        party: Party,
        endpoint: str,
        shown: tuple[str, str],
        seconds: int = RING_SECONDS_MAX,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Every device that has logged in with this account: by its name alone Asterisk would ring one of them, and
        perhaps one that has gone, which it remembers after a restart.
        """
        contacts = self._phones.contacts(endpoint)
        if contacts is None:
            asking = next((each.id for each in self._board.of_call(call.id) if each.is_here), None)
            contacts = await self._requests.contacts(asking, endpoint) if asking else ()
        addresses = [f"{endpoint}/{contact}" for contact in contacts] or [endpoint]
        rings = (self._ring(call, party, each, endpoint, shown, seconds, headers) for each in addresses)
        await asyncio.gather(*rings)

    async def _ring_own(
        self, call: SwitchedCall, party: Party, way: OwnPhones | DeskPhone, phones: Collection[str], shown: Shown
    ) -> None:
        call.dialled.add(party.leg)
        headers = ANSWER_BY_ITSELF if way.answers_itself else {}
        seconds = OWN_PHONE_SECONDS
        rings = (self._ring_devices(call, party, each, shown.called, seconds, headers) for each in phones)
        await asyncio.gather(*rings)
        if not phones:
            self.vanished(call, party)

    async def _take(self, call: SwitchedCall, party: Party, channel_id: str) -> None:
        """The channel may have come with its party from another call, where it had an earlier leg: late news of that
        call must not take it back. Phones that rang beside it ring no more.
        """
        for other in self._board.of_leg(party.leg, call.id):
            if other.id != channel_id:
                await self.drop(other, _ANSWERED_ELSEWHERE)
        channel = self._board.channels.get(channel_id)
        if channel is None:
            self.vanished(call, party)
        else:
            await self.move(channel, call.id, party.leg)

    async def move(self, channel: Channel, call_id: UUID, leg: int) -> None:
        """The channel goes on with its party's next leg, in the next call; it may be there already, or further."""
        if channel.call_id == call_id or channel.leg >= leg:
            return
        former, was_bridged = channel.call_id, channel.is_bridged
        channel.call_id, channel.leg, channel.is_bridged = call_id, leg, False
        if was_bridged:
            # A tone begun in one bridge and stopped on the way to the next makes Asterisk 22.10 hang (ari.py).
            await self._requests.remove(former, channel.id)

    async def _call_window(self, call: SwitchedCall, party: Party, window: str, caller: tuple[str, str]) -> None:
        """Once; phones that rang beside it ring no more."""
        name = f"{APP_CHANNELS}{window}"
        channels = self._board.of_leg(party.leg, call.id)
        for other in channels:
            if other.endpoint != name:
                await self.drop(other, _ANSWERED_ELSEWHERE)
        tried = call.tries.get(party.leg, 0)
        if tried < WINDOW_TRIES_MAX and not any(each.endpoint == name for each in channels):
            call.tries[party.leg] = tried + 1
            await self._ring(call, party, name, name, caller, WINDOW_SECONDS, {CALL_HEADER: str(call.id)})

    async def _ring(
        self,
        call: SwitchedCall,
        party: Party,
        address: str,
        endpoint: str,
        caller: tuple[str, str],
        seconds: int,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        channel = Channel(channel_id_for(party.leg), endpoint, call.id, party.leg)
        self._board.channels[channel.id] = channel
        try:
            await self._requests.call(address, channel.id, seconds=seconds, caller=caller, headers=headers or {})
        except AriError as error:
            log.info("endpoint %s of call %s cannot be rung: %s", endpoint, call.id, error)
            self._board.channels.pop(channel.id, None)
            self.unreachable(channel, error.status)

    async def _connect(self, call: SwitchedCall, plan: Plan) -> None:
        talking = [channel for party in plan.parties if party.talks for channel in self._ready(call, party)]
        for channel in self._board.of_call(call.id):
            if channel.is_bridged and channel not in talking:
                channel.is_bridged = False
                await self._requests.remove(call.id, channel.id)
        joining = [channel for channel in talking if not channel.is_bridged]
        if joining:
            await self._join(call, joining)

    def _ready(self, call: SwitchedCall, party: Party) -> Sequence[Channel]:
        return [channel for channel in self._board.of_leg(party.leg, call.id) if channel.is_here]

    async def _join(self, call: SwitchedCall, joining: Sequence[Channel]) -> None:
        for channel in joining:
            channel.is_bridged = True
        # Asterisk does them in this order; none waits for the answer to the one before.
        *_, is_added = await asyncio.gather(
            *(self._ready_to_talk(channel) for channel in joining),
            self._bridge(call),
            self._requests.add(call.id, [channel.id for channel in joining]),
        )
        if not is_added:
            for channel in joining:
                channel.is_bridged = False  # who is left joins with whoever comes in the other's place

    async def _ready_to_talk(self, channel: Channel) -> None:
        await self._sounds.stop(channel)
        await self._pick_up(channel)

    async def _bridge(self, call: SwitchedCall) -> None:
        if not call.is_bridged:
            call.is_bridged = True
            await self._requests.make_bridge(call.id)

    async def _pick_up(self, channel: Channel) -> None:
        if not channel.is_up:
            channel.is_up = True
            await self._requests.answer(channel.id)

    async def _let_hear(self, call: SwitchedCall, party: Party) -> None:
        for channel in self._ready(call, party):
            if channel.is_bridged or channel.hears == party.hears:
                continue
            if channel.recording and isinstance(party.hears, Voicemail):
                channel.hears = party.hears  # it has heard the greeting, before the link was lost
                continue
            await self._sounds.stop(channel)
            channel.hears = party.hears
            if party.hears is None:
                continue
            if not isinstance(party.hears, Ringback):
                await self._pick_up(channel)
            await self._sounds.start(channel, party.hears)

    async def _end(self, call: SwitchedCall) -> None:
        for channel in self._board.of_call(call.id):
            await self.drop(channel, _ANSWERED_ELSEWHERE)
        if call.is_bridged:
            await self._requests.end_bridge(f"{APP_CHANNELS}{call.id}")
        self._board.calls.pop(call.id, None)
