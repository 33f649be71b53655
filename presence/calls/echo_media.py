"""The sound of an echo test; the only module that knows aiortc, loaded with the first test (`presence.calls.echo`)."""

import logging
from collections import deque
from collections.abc import Callable
from typing import Any

from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.sdp import candidate_from_sdp

log = logging.getLogger(__name__)
logging.getLogger("aioice").setLevel(logging.WARNING)  # it would tell of every pair of addresses it tries

# Late enough to tell one's echo from one's voice.
_DELAY_FRAMES = 40  # of 20 ms
_CANDIDATES_MAX = 40


class EchoMedia:
    """Answers the caller's offers. `send` passes signals back."""

    def __init__(self, ice_servers: list[dict[str, Any]], send: Callable[[dict[str, Any]], None]) -> None:
        # Without a list of its own aiortc would ask a server of strangers.
        self._configuration = RTCConfiguration(iceServers=[RTCIceServer(**server) for server in ice_servers])
        self._send = send
        self._connection: RTCPeerConnection | None = None
        self._name = ""
        self._candidates = 0
        self.has_connected = False

    async def take(self, data: dict[str, Any]) -> None:
        """A signal, as static/js/phone/media.js sends it; one that makes no sense changes nothing."""
        try:
            await self._take(data)
        except Exception as error:  # noqa: BLE001 - the parser trips over a malformed description in many ways
            log.info("an echo test dropped a signal: %r", error)

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _take(self, data: dict[str, Any]) -> None:
        name, description, candidate = data.get("connection"), data.get("description"), data.get("candidate")
        if description is not None and description["type"] == "offer":
            await self._answer(str(name), str(description["sdp"]))
        elif candidate is not None and name == self._name and self._candidates < _CANDIDATES_MAX:
            self._candidates += 1
            await self._add_candidate(candidate)

    async def _answer(self, name: str, sdp: str) -> None:
        if name == self._name:
            # aiortc can't find a new way for a connection it has; without a name the caller makes a new one.
            self._send({"restart": True})
            return
        await self.close()
        self._connection = connection = RTCPeerConnection(self._configuration)
        self._name, self._candidates = name, 0

        @connection.on("track")
        def on_track(track: MediaStreamTrack) -> None:
            if track.kind == "audio":
                connection.addTrack(DelayedSound(track))

        @connection.on("connectionstatechange")
        def on_state() -> None:
            self.has_connected = self.has_connected or connection.connectionState == "connected"

        await connection.setRemoteDescription(RTCSessionDescription(sdp=sdp, type="offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        local = connection.localDescription
        self._send({"connection": name, "description": {"type": local.type, "sdp": local.sdp}})

    async def _add_candidate(self, candidate: dict[str, Any]) -> None:
        text = str(candidate["candidate"]).removeprefix("candidate:")
        if self._connection is None or not text:
            return
        parsed = candidate_from_sdp(text)
        parsed.sdpMid, parsed.sdpMLineIndex = candidate.get("sdpMid"), candidate.get("sdpMLineIndex")
        await self._connection.addIceCandidate(parsed)


class DelayedSound(MediaStreamTrack):
    """What `source` said a moment ago."""

    kind = "audio"

    def __init__(self, source: MediaStreamTrack) -> None:
        super().__init__()
        self._source = source
        self._frames: deque[Any] = deque()

    async def recv(self) -> Any:
        while len(self._frames) < _DELAY_FRAMES:
            self._frames.append(await self._source.recv())
        self._frames.append(await self._source.recv())
        return self._frames.popleft()
