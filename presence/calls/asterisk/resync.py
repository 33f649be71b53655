"""At every connect: nothing is replayed, so what Asterisk has is compared with our rows.

| Asterisk has                        | our rows say                | so                               |
|-------------------------------------|-----------------------------|----------------------------------|
| a channel of an open leg            | the call goes on            | it is adopted                    |
| a phone that has answered           | its leg still rings         | it answers now                   |
| a channel of ours                   | no leg, or one that ended   | it is hung up                    |
| no channel for a leg that had one   | the call goes on            | that party has left              |
| a message being recorded            | the call goes on            | it is recorded on                |
| a bridge of ours                    | no open call                | it is ended                      |
| a channel of somebody else's        |                             | it is left alone                 |
"""

import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async

from presence.calls.asterisk.board import Channel
from presence.calls.asterisk.browser_accounts import close_accounts_but
from presence.calls.asterisk.exchange import Exchange
from presence.calls.asterisk.requests import bridge_id
from presence.calls.asterisk.rest import AriError as RestError
from presence.calls.asterisk.sounds import recording_name
from presence.calls.asterisk.translate import APP_CHANNELS, ChannelEntered, endpoint_of
from presence.domain.vocabulary import CallBackendKind, CallState
from presence.models import Call, Registration
from presence.services.call_rows import open_legs

log = logging.getLogger(__name__)

_NORMAL_CLEARING = 16


async def resync(exchange: Exchange) -> None:
    """Adopt what lives, end what is left over. Runs beside the events that come in meanwhile: both are safe twice."""
    channels = {str(each["id"]): each for each in await exchange.requests.channels()}
    bridges = {str(each["id"]): each for each in await exchange.requests.bridges()}
    carried, ringing, open_calls = await database_sync_to_async(_open)()
    adopted, answered = 0, []
    for channel_id, found in channels.items():
        call_and_leg = carried.get(channel_id) or ringing.get(_leg_of(channel_id))
        if call_and_leg is not None:
            adopted += 1
            _adopt(exchange, found, *call_and_leg, bridges)
            channel = exchange.board.channels[channel_id]
            if channel_id not in carried and channel.is_up:
                channel.is_here = False  # it comes in once more, for us
                answered.append(found)
            elif channel.is_up and await exchange.requests.is_recorded(recording_name(channel.call_id)):
                channel.recording = recording_name(channel.call_id)
        elif _is_ours(found) and channel_id not in exchange.board.channels:
            log.info("channel %s has no call any more; it is hung up", channel_id)
            await exchange.requests.hang_up(channel_id, _NORMAL_CLEARING)
    for name in bridges:
        if name.startswith(APP_CHANNELS) and name.removeprefix(APP_CHANNELS) not in open_calls:
            await exchange.requests.end_bridge(name)
    log.info("%d channels adopted of %d", adopted, len(channels))
    exchange.board.is_complete = True
    await exchange.heal()
    for found in answered:
        exchange.enter(ChannelEntered(str(found["id"]), endpoint_of(str(found["name"])), "", "", "", is_up=True))


async def end_leftover_accounts() -> None:
    """Accounts at Asterisk of windows that nobody has any more, as a process that was killed leaves them behind."""
    try:
        await close_accounts_but(await database_sync_to_async(_windows)())
    except RestError as error:
        log.warning("accounts of closed windows were left at Asterisk: %s", error)


def _windows() -> set[str]:
    registered = Registration.objects.values_list("window", flat=True)
    return {*registered, *open_legs().values_list("window", flat=True)}


def _open() -> tuple[dict[str, tuple[UUID, int]], dict[int, tuple[UUID, int]], set[str]]:
    """channel -> (call, leg) of legs that have one; leg -> (call, leg) of those that ring; the open calls."""
    legs = list(
        open_legs()
        .filter(call__backend_kind=CallBackendKind.ASTERISK)
        .exclude(call__state=CallState.ENDED)
        .values_list("pk", "call_id", "ari_channel_id")
    )
    carried = {channel: (call, leg) for leg, call, channel in legs if channel}
    ringing = {leg: (call, leg) for leg, call, channel in legs if not channel}
    calls = Call.objects.filter(backend_kind=CallBackendKind.ASTERISK).exclude(state=CallState.ENDED)
    return carried, ringing, {str(pk) for pk in calls.order_by().values_list("pk", flat=True)}


def _leg_of(channel_id: str) -> int:
    """The leg that a channel of ours was made for; 0: it was not."""
    leg = channel_id.removeprefix(APP_CHANNELS).partition("-")[0]
    return int(leg) if channel_id.startswith(APP_CHANNELS) and leg.isascii() and leg.isdigit() else 0


def _is_ours(channel: Mapping[str, Any]) -> bool:
    """Made by us, or a caller's in our application."""
    dialplan = channel.get("dialplan", {})
    return str(channel["id"]).startswith(APP_CHANNELS) or dialplan.get("app_name") == "Stasis"


def _adopt(
    exchange: Exchange, found: Mapping[str, Any], call_id: UUID, leg: int, bridges: Mapping[str, Mapping[str, Any]]
) -> None:
    channel_id, is_up = str(found["id"]), found["state"] == "Up"
    bridge = bridges.get(bridge_id(call_id), {})
    is_bridged = channel_id in bridge.get("channels", ())
    call = exchange.board.call(call_id)
    call.is_bridged = call.is_bridged or bool(bridge)
    call.dialled.add(leg)
    exchange.board.channels[channel_id] = Channel(
        channel_id,
        endpoint_of(str(found["name"])),
        call_id,
        leg,
        is_up=is_up,
        is_here=is_up or not channel_id.startswith(APP_CHANNELS),
        is_bridged=is_bridged,
    )
