"""What happened on Asterisk -> what we do about it: events become the service calls that a browser's messages would be.

Everything about one call is done under that call's lock, in the order in which it happened.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from channels.db import database_sync_to_async

from presence import hub
from presence.calls import router
from presence.calls.asterisk.board import Board, Channel, SwitchedCall
from presence.calls.asterisk.plan import DeskPhone, OwnPhones, Party, Voicemail
from presence.calls.asterisk.recordings import Recordings
from presence.calls.asterisk.requests import Requests
from presence.calls.asterisk.sounds import SoundPlayer
from presence.calls.asterisk.switch import WINDOW_TRIES_MAX
from presence.calls.asterisk.translate import (
    ChannelEntered,
    ChannelGone,
    ChannelHeld,
    ChannelSentOn,
    ChannelsJoined,
    KeyPressed,
    SoundFinished,
    outcome_of_cause,
)
from presence.domain.vocabulary import CallOutcome, CallState, Reason
from presence.models import DESK_PHONE, NOT_BROWSERS, OUTSIDE, Call, Extension
from presence.selectors.extensions import extension_of
from presence.services import asterisk_calls, call_control, calls, outside_calls, receptionist
from presence.services.call_rows import CallGoneError, CallRefusedError, NoSuchCallError

log = logging.getLogger(__name__)

T = TypeVar("T")

WINDOW_AGAIN_SECONDS = 1.0
STEADY_SECONDS = 3.0  # a window that broke sooner than this is not called for ever
_ANSWERED_ELSEWHERE = 26
_REASON_OF_OUTCOME = {
    CallOutcome.BUSY: Reason.BUSY,
    CallOutcome.NO_ANSWER: Reason.NO_ANSWER,
    CallOutcome.NOT_REGISTERED: Reason.NOT_REGISTERED,
    CallOutcome.FAILED: Reason.NOT_REGISTERED,
}


class Reports:
    """What becomes of events of channels that we know."""

    def __init__(
        self,
        board: Board,
        requests: Requests,
        sounds: SoundPlayer,
        recordings: Recordings,
        refresh: Callable[[SwitchedCall], Awaitable[None]],
    ) -> None:
        self._board = board
        self._requests = requests
        self._sounds = sounds
        self._recordings = recordings
        self._refresh = refresh  # apply the plan that there is once more

    async def entered(self, event: ChannelEntered, channel: Channel, call: SwitchedCall) -> None:
        """A channel that we called has answered, or one that a phone's transfer sent round comes back."""
        is_back = channel.is_here
        channel.is_here, channel.is_up = True, channel.is_up or event.is_up
        channel.came_at = time.monotonic()
        channel.is_bridged, channel.hears = False, None
        party = call.party(channel.leg)
        if party is None or party.way is None:
            await self._requests.hang_up(channel.id, _ANSWERED_ELSEWHERE)
        elif is_back:
            await self._refresh(call)
        elif party.is_ringing and not party.is_caller:
            await self._answered(channel, call, party)
        elif isinstance(party.way, OwnPhones | DeskPhone):
            await self._own_phone_picked_up(channel, call, party)
        else:
            await self._carries(channel, call, party)

    async def _answered(self, channel: Channel, call: SwitchedCall, party: Party) -> None:
        try:
            if party.window.startswith(OUTSIDE):
                await _do(asterisk_calls.carry_leg, leg_id=party.leg, channel_id=channel.id)
                await _do(outside_calls.answer_outside, call_id=call.id, leg_pk=party.leg)
            else:
                await _do_as(
                    party,
                    calls.answer_call,
                    call_id=call.id,
                    window=f"{DESK_PHONE}{channel.endpoint}",
                    ari_channel_id=channel.id,
                )
        except (CallGoneError, NoSuchCallError, CallRefusedError):
            self._board.channels.pop(channel.id, None)
            await self._requests.hang_up(channel.id, _ANSWERED_ELSEWHERE)

    async def _carries(self, channel: Channel, call: SwitchedCall, party: Party) -> None:
        """The sound of a party whose window or phone we called for it."""
        if not await _do(asterisk_calls.carry_leg, leg_id=party.leg, channel_id=channel.id):
            log.info("channel %s came too late for its leg", channel.id)
        await self._refresh(call)

    async def _own_phone_picked_up(self, channel: Channel, call: SwitchedCall, party: Party) -> None:
        """Whoever clicked is at their phone: now the call is made."""
        routed = await _do(
            asterisk_calls.pick_up_own_phone,
            leg_id=party.leg,
            endpoint=channel.endpoint,
            channel_id=channel.id,
            epoch=hub.epoch(),
        )
        await self._refresh(call)
        if routed is not None:
            router.start_routing(routed)

    async def gone(self, event: ChannelGone, channel: Channel, call: SwitchedCall) -> None:
        """A phone that rang does not take the call, or a party has left it."""
        self._board.channels.pop(channel.id, None)
        party = call.party(channel.leg)
        if party is None or party.way is None:
            return
        if party.is_ringing and not party.is_caller:
            await self._not_taken(outcome_of_cause(event.cause), call, party)
        elif isinstance(party.way, OwnPhones | DeskPhone):
            await self._own_phone_not_taken(call, party)
        elif party.window and not party.window.startswith(NOT_BROWSERS):
            await self._lost_window(channel, call, party)
        else:
            await self._recordings.finish(channel)
            await _do_as(party, calls.hang_up, call_id=call.id, window=party.window)

    async def _not_taken(self, outcome: CallOutcome, call: SwitchedCall, party: Party) -> None:
        if party.window.startswith(OUTSIDE):
            await _do(outside_calls.outside_ended, call_id=call.id, leg_pk=party.leg, outcome=outcome)
            return
        if outcome is CallOutcome.REJECTED:
            await _do_as(party, calls.decline_call, call_id=call.id)
            return
        if self._board.of_leg(party.leg, call.id):
            return  # another phone of theirs still rings
        if await _do(asterisk_calls.has_browser, number=party.extension):
            return
        reason = _REASON_OF_OUTCOME.get(outcome, Reason.NO_ANSWER)
        await _do(calls.stop_ringing, call_id=call.id, number=party.extension, reason=reason)

    async def _own_phone_not_taken(self, call: SwitchedCall, party: Party) -> None:
        if not self._board.of_leg(party.leg, call.id):  # else another of their phones still rings
            await _do(asterisk_calls.give_up_own_phone, call_id=call.id)

    async def unreachable(self, channel: Channel, call: SwitchedCall) -> None:
        """Asterisk would not ring this phone at all."""
        party = call.party(channel.leg)
        if party is None or party.way is None:
            return
        if party.is_ringing and not party.is_caller:
            await self._not_taken(CallOutcome.NOT_REGISTERED, call, party)
        elif isinstance(party.way, OwnPhones | DeskPhone):
            await self._own_phone_not_taken(call, party)
        else:
            await self._lost_window(channel, call, party)

    async def _lost_window(self, channel: Channel, call: SwitchedCall, party: Party) -> None:
        """A page that is loaded anew is called again; one that cannot be reached ends the call."""
        await self._recordings.finish(channel)
        await _do(asterisk_calls.lose_channel, leg_id=party.leg, channel_id=channel.id)
        if channel.came_at and time.monotonic() - channel.came_at > STEADY_SECONDS:
            call.tries.pop(party.leg, None)  # a page may be loaded anew as often as its person likes
        if call.tries.get(party.leg, 0) >= WINDOW_TRIES_MAX:
            await _do(asterisk_calls.end_for_want_of_sound, call_id=call.id)
        else:
            # Not waited for here: whoever hangs up meanwhile needs the call's lock.
            delay = 0 if channel.is_up else WINDOW_AGAIN_SECONDS
            asyncio.get_running_loop().call_later(delay, hub.publish_call, str(call.id))

    async def held(self, event: ChannelHeld, channel: Channel, call: SwitchedCall) -> None:
        party = call.party(channel.leg)
        if party is not None and party.extension:
            service = call_control.hold if event.is_held else call_control.resume
            await _do_as(party, service, call_id=call.id, window=party.window)

    async def key(self, event: KeyPressed, channel: Channel, call: SwitchedCall) -> None:
        party = call.party(channel.leg)
        if party is None or not party.is_caller or not party.is_ringing:
            return
        try:
            await _do_as(party, receptionist.press_key, call_id=call.id, window=party.window, key=event.key)
        except CallGoneError:
            log.debug("nobody asks call %s for a key", call.id)

    async def sent_on(self, event: ChannelSentOn, channel: Channel, call: SwitchedCall) -> None:
        """A blind transfer by the phone's own button."""
        number = event.number
        await self._transfer(channel, call, partial(call_control.transfer, number=number))

    async def joined(self, event: ChannelsJoined, channel: Channel, other: Channel, call: SwitchedCall) -> None:
        """An attended transfer by the phone's own button."""
        await self._transfer(channel, call, partial(call_control.join, other_id=other.call_id))

    async def _transfer(self, channel: Channel, call: SwitchedCall, service: Callable[..., Call]) -> None:
        party = call.party(channel.leg)
        if party is None or not party.extension:
            await self._requests.tell_transfer(channel.id, is_done=False)
            return
        try:
            sent = await _do_as(party, service, call_id=call.id, window=party.window, epoch=hub.epoch())
        except (CallGoneError, CallRefusedError) as error:
            log.info("a transfer by %s was refused: %s", party.extension, error)
            await self._requests.tell_transfer(channel.id, is_done=False)
            return
        await self._requests.tell_transfer(channel.id, is_done=True)
        if sent.state == CallState.RINGING:
            router.start_routing(sent)

    async def sound_finished(self, channel: Channel, event: SoundFinished, call: SwitchedCall) -> None:
        if channel.playback == event.playback_id:
            await self._sounds.finished(channel)

    async def recorded(self, channel: Channel, call: SwitchedCall) -> None:
        """The caller has said what they wanted to say, or their time is over."""
        if await self._recordings.finish(channel) and isinstance(channel.hears, Voicemail):
            await _do(calls.end_call, call_id=call.id, reason=Reason.VOICEMAIL_LEFT)


async def _do_as(party: Party, service: Callable[..., T], **arguments: Any) -> T:
    """Do it as this party's extension (None: somebody outside)."""
    return await database_sync_to_async(_as_extension)(party.extension, service, arguments)


def _as_extension(number: str, service: Callable[..., T], arguments: dict[str, Any]) -> T:
    extension = extension_of(number) if number else None
    if number and extension is None:
        raise Extension.DoesNotExist
    return service(extension=extension, **arguments)


async def _do(service: Callable[..., T], **arguments: Any) -> T:
    return await database_sync_to_async(service)(**arguments)
