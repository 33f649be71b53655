"""What we ask of Asterisk, each as one request. A channel or bridge that has gone meanwhile is no error: False.

Nothing but ids made by us, numbers that our rows or the outbound policy vouch for, and names of endpoints that Asterisk
itself has listed is ever put into a request: no text of a person becomes a part of a dialplan (docs/asterisk.md).
"""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Protocol
from uuid import UUID

from presence.calls.asterisk.ari import AriError, Message, Query
from presence.calls.asterisk.translate import APP_CHANNELS

_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.GONE, HTTPStatus.PRECONDITION_FAILED})
# What a bridge says of a channel that has gone, or has left our application.
_NOT_FOR_A_BRIDGE = _GONE | {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
# A phone's own transfer is told to us and done by us (Asterisk 20.13, 22.3); Asterisk itself does nothing.
_TRANSFERS_ARE_OURS = {"PJSIP_TRANSFER_HANDLING()": "ari-only"}
CALL_HEADER = "X-Lampfield-Call"  # of a call to a browser's window, which answers only what it knows


class Socket(Protocol):
    """`ari.AriSocket`, or the tests' fake."""

    async def request(
        self, method: str, uri: str, query: Query | None = None, body: dict[str, Any] | None = None
    ) -> Any: ...
    def events(self) -> AsyncIterator[Message]: ...


def bridge_id(call_id: UUID) -> str:
    return f"{APP_CHANNELS}{call_id}"


class Requests:
    """Requests on one connection."""

    def __init__(self, socket: Socket, app: str) -> None:
        self._socket = socket
        self._app = app

    async def call(
        self, endpoint: str, channel_id: str, *, seconds: int, caller: tuple[str, str], headers: Mapping[str, str]
    ) -> None:
        """Ring `endpoint`; when it answers the channel enters our application. `caller`: number and name shown there.

        Raises AriError where there is no such endpoint or nobody is registered at it.
        """
        query: dict[str, str | int | bool] = {
            "endpoint": f"PJSIP/{endpoint}",
            "app": self._app,
            "timeout": seconds,
        }
        number, name = caller
        # Whom it is connected with, not who it is: a channel keeps its own holder's name, for the other side to see.
        shown = {"CONNECTEDLINE(num,i)": _plain(number), "CONNECTEDLINE(name,i)": _plain(name)}
        added = {f"PJSIP_HEADER(add,{header})": value for header, value in headers.items()}
        variables = shown | added | _TRANSFERS_ARE_OURS
        await self._socket.request("POST", f"channels/{channel_id}", query, {"variables": variables})

    async def contacts(self, asking_channel_id: str, endpoint: str) -> list[str]:
        """The addresses of all devices of an endpoint; Asterisk tells them to a channel only."""
        query = {"variable": f"PJSIP_DIAL_CONTACTS({endpoint})"}
        try:
            found = await self._socket.request("GET", f"channels/{asking_channel_id}/variable", query)
        except AriError:
            return []  # that channel has gone meanwhile
        listed = str((found or {}).get("value", "")).split("&")
        return [each.removeprefix(f"PJSIP/{endpoint}/") for each in listed if each]

    async def ring(self, channel_id: str) -> bool:
        return await self._try("POST", f"channels/{channel_id}/ring")

    async def answer(self, channel_id: str) -> bool:
        return await self._try("POST", f"channels/{channel_id}/answer")

    async def own_transfers(self, channel_id: str) -> bool:
        """Have the transfers of a phone that dialled told to us."""
        ((variable, value),) = _TRANSFERS_ARE_OURS.items()
        return await self._try("POST", f"channels/{channel_id}/variable", {"variable": variable, "value": value})

    async def tell_transfer(self, channel_id: str, *, is_done: bool) -> bool:
        """Tell the phone that asked for a transfer what became of it."""
        states = "channel_answered" if is_done else "channel_declined"
        return await self._try("POST", f"channels/{channel_id}/transfer_progress", {"states": states})

    async def stop_recording(self, name: str) -> bool:
        return await self._try("POST", f"recordings/live/{name}/stop")

    async def hang_up(self, channel_id: str, cause: int) -> bool:
        return await self._try("DELETE", f"channels/{channel_id}", {"reason_code": cause})

    async def leave(self, channel_id: str, context: str, extension: str) -> bool:
        """The channel leaves our application for a place in the dialplan; both names are ours."""
        query: dict[str, str | int | bool] = {"context": context, "extension": extension, "priority": 1}
        return await self._try("POST", f"channels/{channel_id}/continue", query)

    async def play(self, channel_id: str, playback_id: str, uris: Sequence[str]) -> bool:
        """Play one after the other; its end is a SoundFinished with this id."""
        uri = f"channels/{channel_id}/play/{playback_id}"
        return await self._try("POST", uri, {"media": ",".join(uris)})

    async def stop_sound(self, playback_id: str) -> bool:
        return await self._try("DELETE", f"playbacks/{playback_id}")

    async def start_music(self, channel_id: str) -> bool:
        return await self._try("POST", f"channels/{channel_id}/moh")

    async def stop_music(self, channel_id: str) -> bool:
        return await self._try("DELETE", f"channels/{channel_id}/moh")

    async def record(self, channel_id: str, name: str, seconds_max: int) -> bool:
        """After a tone; ends by `#`, by its time, or with the channel."""
        query: dict[str, str | int | bool] = {
            "name": name,
            "format": "wav",
            "maxDurationSeconds": seconds_max,
            "ifExists": "overwrite",
            "beep": True,
            "terminateOn": "#",
        }
        return await self._try("POST", f"channels/{channel_id}/record", query)

    async def is_recorded(self, name: str) -> bool:
        """Whether it is being recorded at this moment."""
        return await self._try("GET", f"recordings/live/{name}")

    async def forget_recording(self, name: str) -> bool:
        return await self._try("DELETE", f"recordings/stored/{name}")

    async def make_bridge(self, call_id: UUID) -> None:
        await self._socket.request("POST", f"bridges/{bridge_id(call_id)}", {"type": "mixing"})

    async def add(self, call_id: UUID, channel_ids: Sequence[str]) -> bool:
        """All of them; False: none, for one has gone."""
        uri = f"bridges/{bridge_id(call_id)}/addChannel"
        return await self._try("POST", uri, {"channel": ",".join(channel_ids)}, _NOT_FOR_A_BRIDGE)

    async def remove(self, call_id: UUID, channel_id: str) -> bool:
        uri = f"bridges/{bridge_id(call_id)}/removeChannel"
        return await self._try("POST", uri, {"channel": channel_id}, _NOT_FOR_A_BRIDGE)

    async def end_bridge(self, name: str) -> bool:
        return await self._try("DELETE", f"bridges/{name}")

    async def set_device_state(self, device: str, state: str) -> None:
        await self._socket.request("PUT", f"deviceStates/{device}", {"deviceState": state})

    async def hear_only(self, kinds: Iterable[str]) -> None:
        """Of all events only these: of each call Asterisk tells some sixty variables that concern nobody here."""
        # What it answers to requests passes the same filter.
        allowed = {"allowed": [{"type": kind} for kind in ("RESTResponse", *kinds)]}
        await self._socket.request("PUT", f"applications/{self._app}/eventFilter", body=allowed)

    async def watch_phones(self) -> None:
        """Hear of every phone that registers or goes; of channels in our application we hear anyway."""
        query = {"eventSource": "endpoint:PJSIP"}
        await self._socket.request("POST", f"applications/{self._app}/subscription", query)

    async def channels(self) -> list[dict[str, Any]]:
        return list(await self._socket.request("GET", "channels") or ())

    async def bridges(self) -> list[dict[str, Any]]:
        return list(await self._socket.request("GET", "bridges") or ())

    async def endpoints(self) -> list[dict[str, Any]]:
        return list(await self._socket.request("GET", "endpoints/PJSIP") or ())

    async def _try(self, method: str, uri: str, query: Query | None = None, gone: Collection[int] = _GONE) -> bool:
        try:
            await self._socket.request(method, uri, query)
        except AriError as error:
            if error.status in gone:
                return False
            raise
        return True


def _plain(text: str) -> str:
    """Without what would end a line (Asterisk copies a variable as it is), or a name in a SIP header."""
    return "".join(letter for letter in text if letter.isprintable() and letter not in '"<>\\')
