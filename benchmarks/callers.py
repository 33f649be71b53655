"""Scripted phones: the other end of `/ws/phone/` without a browser, which answer at once and send what WebRTC would."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

CANDIDATES = 4  # that each side sends
# As large as a browser's own: a description of one audio stream, and a candidate.
DESCRIPTION = "a=rtpmap:111 opus/48000/2\r\n" * 60
CANDIDATE = "candidate:842163049 1 udp 1677729535 203.0.113.17 46154 typ srflx raddr 10.0.0.17 rport 46154 generation 0"


@dataclass
class Part:
    """One phone's part in one call: when it got where, on the clock of the run."""

    call: str = ""
    talking_at: float = 0.0
    connected_at: float = 0.0  # the other side's description and all its candidates are here
    ended_at: float = 0.0
    candidates: int = 0
    was_described: bool = False
    refused: list[str] = field(default_factory=list)
    talking: asyncio.Event = field(default_factory=asyncio.Event)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Phone:
    """A window of one extension."""

    def __init__(self, socket: ClientConnection, number: str) -> None:
        self.number = number
        self.part = Part()
        self._socket = socket
        self._listening = asyncio.create_task(self._listen())

    def begin(self) -> None:
        """The next call; the last one is forgotten."""
        self.part = Part()

    async def dial(self, number: str) -> None:
        await self._say(type="dial", number=number)

    async def hang_up(self) -> None:
        await self._say(type="hang_up", call=self.part.call)

    async def leave(self) -> None:
        self._listening.cancel()
        await self._socket.close()

    async def _say(self, **message: Any) -> None:
        await self._socket.send(json.dumps(message))

    async def _listen(self) -> None:
        async for text in self._socket:
            message = json.loads(text)
            match message["type"]:
                case "alive?":
                    await self._say(type="alive", call=message["call"])
                case "call":
                    await self._follow(message)
                case "signal":
                    await self._take_signal(message["data"])
                case "refused":
                    self.part.refused.append(f"{message['what']}: {message['code']}")

    async def _follow(self, card: dict[str, Any]) -> None:
        part = self.part
        if card["state"] == "ringing" and part.call != card["call"]:
            part.call = card["call"]
            await self._say(type="answer", call=part.call)
        elif card["state"] == "talking" and not part.talking_at:
            part.call, part.talking_at = card["call"], time.perf_counter()
            part.talking.set()
            if card["role"] == "caller":
                await self._describe("offer")
        elif card["state"] == "ended" and not part.ended_at:
            part.ended_at = time.perf_counter()
            part.ended.set()

    async def _describe(self, kind: str) -> None:
        description = {"type": kind, "sdp": DESCRIPTION}
        await self._say(type="signal", call=self.part.call, data={"description": description})
        for _ in range(CANDIDATES):
            candidate = {"candidate": CANDIDATE, "sdpMid": "0", "sdpMLineIndex": 0}
            await self._say(type="signal", call=self.part.call, data={"candidate": candidate})

    async def _take_signal(self, data: dict[str, Any]) -> None:
        part = self.part
        if "candidate" in data:
            part.candidates += 1
        else:
            part.was_described = True
            if data["description"]["type"] == "offer":
                await self._describe("answer")
        if part.was_described and part.candidates == CANDIDATES:
            part.connected_at = time.perf_counter()
            part.connected.set()


class Watcher:
    """A window that sees everybody's lamps."""

    def __init__(self, socket: ClientConnection) -> None:
        self.lamps: dict[str, str] = {}
        self._changed = asyncio.Condition()
        self._listening = asyncio.create_task(self._listen(socket))

    async def until(self, numbers: list[str], lamp: str, seconds: float) -> None:
        """Until each of `numbers` shows `lamp`; TimeoutError names how many never did."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: all(self.lamps.get(number) == lamp for number in numbers))
        except TimeoutError as error:
            wrong = sum(self.lamps.get(number) != lamp for number in numbers)
            raise TimeoutError(f"{wrong} of {len(numbers)} lamps are not {lamp}") from error

    async def _listen(self, socket: ClientConnection) -> None:
        async for text in socket:
            async with self._changed:
                self.lamps |= {row[0]: row[2] for row in json.loads(text)["rows"]}
                self._changed.notify_all()


async def phone(port: int, session: str, window: str) -> Phone:
    """A phone that has been welcomed."""
    socket = await connect(f"ws://127.0.0.1:{port}/ws/phone/?window={window}", **_as_browser(port, session))
    # The first news of others may be faster than the welcome.
    while (message := json.loads(await socket.recv()))["type"] != "welcome":
        pass
    return Phone(socket, message["extension"])


async def watcher(port: int, session: str) -> Watcher:
    return Watcher(await connect(f"ws://127.0.0.1:{port}/ws/presence/", **_as_browser(port, session)))


def _as_browser(port: int, session: str) -> dict[str, Any]:
    headers = {"Cookie": f"sessionid={session}"}
    return {"origin": f"http://127.0.0.1:{port}", "additional_headers": headers, "compression": None, "max_size": None}
