"""An Asterisk in memory: phones call, answer and hang up; it tells of that as the real one does, and obeys as it does.

What it tells, and what it answers to a request, is what Asterisk 22.10.1 was seen to tell and to answer.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from presence.calls.asterisk import rest
from presence.calls.asterisk.ari import LinkLostError, Query
from tests.asterisk_units.fake_requests import answer_to

Message = dict[str, Any]

NORMAL_CLEARING, BUSY, NO_ANSWER, DECLINED, ELSEWHERE, CANCELLED = 16, 17, 19, 21, 26, 127  # Q.850


@dataclass(slots=True)
class FakeChannel:
    """One phone's end of a call. In the application it can be told what to do; before, only to hang up."""

    id: str
    name: str
    state: str
    exten: str = "s"
    caller: tuple[str, str] = ("", "")
    is_in_app: bool = False
    bridge: str = ""
    has_music: bool = False
    recording: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        return self.name.removeprefix("PJSIP/").rpartition("-")[0]

    def shown(self) -> Message:
        number, name = self.caller
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "caller": {"number": number, "name": name},
            "dialplan": {"exten": self.exten, "app_name": "Stasis" if self.is_in_app else "AppDial2"},
        }


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, as it was asked."""

    method: str
    uri: str
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.uri}"


class FakeAsterisk:
    """`requests.Socket`. Windows of browsers (`lf-…`) answer by themselves; other phones do what the test says."""

    def __init__(self, *endpoints: str) -> None:
        self.endpoints = dict.fromkeys(endpoints, "online")
        self.devices: dict[str, list[str]] = {}  # endpoint -> where its contacts are; one, where it does not matter
        self.channels: dict[str, FakeChannel] = {}
        self.bridges: dict[str, set[str]] = {}
        self.playbacks: dict[str, tuple[str, list[str]]] = {}  # playback -> its channel, what is played
        self.stored: dict[str, bytes] = {}  # recordings that are complete
        self.device_states: dict[str, str] = {}
        self.hung_up: dict[str, int] = {}  # channel -> the cause that we gave
        self.asked: list[Request] = []
        self.refusals: list[tuple[str, int]] = []  # what a request begins with -> the status it is refused with
        self.deliver: Callable[[Message], None] = self.tell
        self.wait_turns: Callable[[], int] = lambda: 1  # how long a request is on its way, in turns of the event loop
        self.said = b""  # what a caller says into a recording
        self._events: asyncio.Queue[Message | None] = asyncio.Queue()
        self._numbers = itertools.count(1)

    # The link's end

    async def request(self, method: str, uri: str, query: Query | None = None, body: Message | None = None) -> Any:
        request = Request(method, uri, dict(query or {}), body or {})
        self.asked.append(request)
        for _ in range(self.wait_turns()):
            await asyncio.sleep(0)
        return answer_to(request, self)

    async def events(self) -> AsyncIterator[Message]:
        while (message := await self._events.get()) is not None:
            yield message
        raise LinkLostError("the socket to Asterisk closed")

    async def fetch(self, path: str) -> bytes:
        """`rest.fetch`."""
        name = path.removeprefix("/recordings/stored/").removesuffix("/file")
        if name not in self.stored:
            raise rest.AriError(HTTPStatus.NOT_FOUND, "Recording not found")
        return self.stored[name]

    def tell(self, message: Message) -> None:
        """An event reaches the link."""
        self._events.put_nowait(message)

    def lose(self) -> None:
        """The socket closes."""
        self._events.put_nowait(None)

    @contextmanager
    def refusing(self, beginning: str, status: int) -> Iterator[None]:
        """Requests that begin so, such as `POST bridges`, are refused."""
        self.refusals.append((beginning, status))
        yield
        self.refusals.remove((beginning, status))

    def asked_for(self, beginning: str) -> list[Request]:
        return [request for request in self.asked if str(request).startswith(beginning)]

    def rung(self) -> list[str]:
        """Which endpoints, or numbers outside, we have rung so far."""
        rung = [request for request in self.asked if request.method == "POST" and "endpoint" in request.query]
        return [str(request.query["endpoint"]).removeprefix("PJSIP/") for request in rung]

    # What happens

    def emit(self, kind: str, channel: FakeChannel | None = None, **more: Any) -> None:
        """Say it, as it is at this moment."""
        self.deliver({"type": kind, **({"channel": channel.shown()} if channel else {}), **more})

    def add_channel(self, channel_id: str, endpoint: str, state: str, **more: Any) -> FakeChannel:
        name = f"PJSIP/{endpoint}-{next(self._numbers):08x}"
        channel = self.channels[channel_id] = FakeChannel(channel_id, name, state, **more)
        self.emit("ChannelCreated", channel)
        return channel

    def enter(self, channel: FakeChannel) -> None:
        channel.is_in_app = True
        self.emit("StasisStart", channel, args=[])

    def end_channel(self, channel: FakeChannel, cause: int) -> None:
        """It goes, from its bridge, from the application, and for good."""
        del self.channels[channel.id]
        self.finish_recording(channel)
        for playback in [each for each, (owner, _) in self.playbacks.items() if owner == channel.id]:
            self.finish_playback(playback)
        self.leave_bridge(channel)
        if channel.is_in_app:
            self.emit("StasisEnd", channel)
        self.emit("ChannelDestroyed", channel, cause=cause, cause_txt="")

    def leave_bridge(self, channel: FakeChannel) -> None:
        if channel.bridge:
            self.bridges.get(channel.bridge, set()).discard(channel.id)
            channel.bridge = ""
            self.emit("ChannelLeftBridge", channel)

    def finish_recording(self, channel: FakeChannel, kind: str = "RecordingFinished") -> None:
        name, channel.recording = channel.recording, ""
        if name:
            if self.said:
                self.stored[name] = self.said
            self.emit(kind, recording={"name": name, "format": "wav", "state": "done"})

    def finish_playback(self, playback: str) -> None:
        """To its end, or stopped."""
        if self.playbacks.pop(playback, None):
            self.emit("PlaybackFinished", playback={"id": playback, "state": "done"})

    # What phones do

    def dials(self, endpoint: str, number: str, caller: tuple[str, str] | None = None) -> FakeChannel:
        """Returns its channel, which waits to be told what to do."""
        channel_id = f"1795903375.{next(self._numbers)}"
        channel = self.add_channel(channel_id, endpoint, "Ring", exten=number, caller=caller or (endpoint, ""))
        self.enter(channel)
        return channel

    def ringing(self, endpoint: str) -> FakeChannel | None:
        """The channel that rings there."""
        is_called = (each for each in self.channels.values() if each.state in {"Down", "Ringing"})
        return next((each for each in is_called if each.endpoint == endpoint), None)

    def rings(self, channel: FakeChannel) -> None:
        """180 Ringing."""
        channel.state = "Ringing"
        self.emit("ChannelStateChange", channel)

    def answers(self, channel: FakeChannel) -> None:
        channel.state = "Up"
        self.emit("ChannelStateChange", channel)
        self.enter(channel)

    def hangs_up(self, channel: FakeChannel, cause: int = 0) -> None:
        """Whether it rang, talked or dialled; a phone that declines says DECLINED. Gone already: nothing."""
        if channel.id in self.channels:
            self.end_channel(channel, cause)

    def holds(self, channel: FakeChannel) -> None:
        self.emit("ChannelHold", channel)

    def resumes(self, channel: FakeChannel) -> None:
        self.emit("ChannelUnhold", channel)

    def presses(self, channel: FakeChannel, key: str) -> None:
        self.emit("ChannelDtmfReceived", channel, digit=key, duration_ms=100)

    def sends_on(self, channel: FakeChannel, number: str) -> None:
        """A blind transfer."""
        self._refers(channel, {"requested_destination": {"destination": number}})

    def joins(self, channel: FakeChannel, other: FakeChannel) -> None:
        """An attended transfer."""
        to = {"requested_destination": {"destination": ""}, "destination_channel": other.shown()}
        self._refers(channel, to)

    def _refers(self, channel: FakeChannel, to: Message) -> None:
        self.emit("ChannelTransfer", refer_to=to, referred_by={"source_channel": channel.shown()})

    def contact(self, endpoint: str, status: str, uri: str = "") -> None:
        """A device of this endpoint is Reachable, Unreachable, Removed …"""
        told = {"uri": uri or f"sip:{endpoint}@127.0.0.1:5060", "contact_status": status, "aor": endpoint}
        self.emit("ContactStatusChange", endpoint={"technology": "PJSIP", "resource": endpoint}, contact_info=told)

    def is_empty(self) -> bool:
        return not self.channels and not self.bridges
