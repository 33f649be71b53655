"""A channel that nobody here has called, a desk phone's or the trunk's: it begins a call, or is refused."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from channels.db import database_sync_to_async

from presence import hub
from presence.calls import router
from presence.calls.asterisk.board import NO_CALL, Board, Channel
from presence.calls.asterisk.devices import extension_number
from presence.calls.asterisk.requests import Requests
from presence.calls.asterisk.translate import APP_CHANNELS, ChannelEntered
from presence.domain.dial_codes import DialCode, dial_code
from presence.models import DESK_PHONE, Call, Extension
from presence.selectors.extensions import extension_of
from presence.services import asterisk_calls, outside_calls
from presence.services.call_rows import CallRefusedError
from presence.services.calls import typed

log = logging.getLogger(__name__)

_ANSWERED_ELSEWHERE = 26
# Q.850: what a caller's phone is told (RFC 3398): 403, 404, 486, 503.
_REFUSED, _UNKNOWN, _BUSY, _CONGESTION = 21, 1, 17, 42
_CAUSE_OF_REFUSAL = {"in_a_call": _BUSY, "own_number": _BUSY, "bad_number": _UNKNOWN, "too_many": _CONGESTION}
_NOBODYS = "no_extension"

CodeCaller = Callable[[Extension, DialCode, ChannelEntered], Awaitable[None]]


class Callers:
    """Who comes in."""

    def __init__(self, board: Board, requests: Requests, trunk: str, dial_codes: CodeCaller) -> None:
        self._board = board
        self._requests = requests
        self._trunk = trunk
        self._perform = dial_codes

    async def entered(self, event: ChannelEntered) -> None:
        """By the endpoint that Asterisk has authenticated, never by what a caller says of themselves."""
        if event.channel_id.startswith(APP_CHANNELS):
            await self._not_a_caller(event)
            return
        if event.channel_id in self._board.channels:
            return  # told twice
        # Known before its call is: who hangs up at once must be missed when the call looks for its channel.
        self._board.channels[event.channel_id] = Channel(event.channel_id, event.endpoint, NO_CALL, 0, is_here=True)
        if not await self._requests.own_transfers(event.channel_id):
            self._board.channels.pop(event.channel_id, None)  # gone before we could ask who it was
        elif self._trunk and event.endpoint == self._trunk:
            await self._from_trunk(event)
        elif code := dial_code(typed(event.dialled)):
            await self._by_code(event, code)
        else:
            await self._from_phone(event)

    async def _by_code(self, event: ChannelEntered, code: DialCode) -> None:
        try:
            extension = await database_sync_to_async(_holder)(event.endpoint)
        except CallRefusedError as error:
            await self._refuse_phone(event, error)
            return
        await self._perform(extension, code, event)

    async def _from_phone(self, event: ChannelEntered) -> None:
        try:
            call = await router.begin(
                _start_phone_call,
                endpoint=event.endpoint,
                window=f"{DESK_PHONE}{event.endpoint}",
                channel_id=event.channel_id,
                number=event.dialled,
                epoch=hub.epoch(),
            )
        except CallRefusedError as error:
            await self._refuse_phone(event, error)
        else:
            self._board.call(call.pk)  # the first that is told of it may be its end

    async def _from_trunk(self, event: ChannelEntered) -> None:
        caller = (event.caller_number, event.caller_name)
        if await database_sync_to_async(outside_calls.comes_back)(event.caller_number, event.dialled):
            log.warning("a call to %r comes back from outside; it is refused", event.dialled)
            await self._refuse(event, _REFUSED)
            return
        try:
            call = await router.begin(
                asterisk_calls.start_trunk_call,
                window=f"{DESK_PHONE}{event.endpoint}",
                channel_id=event.channel_id,
                number=event.dialled,
                caller=caller,
                epoch=hub.epoch(),
            )
        except CallRefusedError as error:
            log.info("a call from outside to %r is refused: %s", event.dialled, error.code)
            await self._refuse(event, _UNKNOWN)
        else:
            self._board.call(call.pk)

    async def _not_a_caller(self, event: ChannelEntered) -> None:
        """A phone that we rang answers when it is rung no more; one that rings since the last link, `resync` finds."""
        if self._board.is_complete:
            await self._requests.hang_up(event.channel_id, _ANSWERED_ELSEWHERE)

    async def _refuse_phone(self, event: ChannelEntered, error: CallRefusedError) -> None:
        if error.code == _NOBODYS:
            log.warning("endpoint %r belongs to no extension; its call is refused", event.endpoint)
        else:
            log.info("endpoint %r dialled %r and was refused: %s", event.endpoint, event.dialled, error.code)
        await self._refuse(event, _CAUSE_OF_REFUSAL.get(error.code, _REFUSED))

    async def _refuse(self, event: ChannelEntered, cause: int) -> None:
        self._board.channels.pop(event.channel_id, None)
        await self._requests.hang_up(event.channel_id, cause)


def _holder(endpoint: str) -> Extension:
    """Whose phone it is; CallRefusedError: nobody's."""
    number = extension_number(endpoint)
    found = extension_of(number) if number else None
    if found is None or not found.is_enabled:
        raise CallRefusedError(_NOBODYS)
    return found


def _start_phone_call(*, endpoint: str, **arguments: Any) -> Call:
    return asterisk_calls.start_phone_call(extension=_holder(endpoint), **arguments)
