"""The echo test: a real WebRTC call to the server, which sends back what it hears and never forgets to stop."""

import asyncio
import fractions
import itertools
import math
import subprocess
import sys
import threading
from array import array
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import aioice.ice
import av
import pytest
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from asgiref.sync import sync_to_async

from presence import hub, selectors
from presence.calls import echo
from presence.domain.vocabulary import Lamp, Reason
from presence.models import Call, Extension
from presence.services import calls
from tests.cast import make_extension
from tests.phones import PATIENCE_SECONDS, Phone, phone

pytestmark = pytest.mark.django_db(transaction=True)

RATE = 48_000
FRAME = 960  # samples in 20 ms
TONE_HZ = 440
HEARD_FRAMES = 25  # half a second
LOUD = 3_000


@pytest.fixture(autouse=True)
def _only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """aioice leaves out the loopback, which is all that a test may use."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda **_: ["127.0.0.1"])


class Tone(MediaStreamTrack):
    """A microphone that whistles."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._sent = 0

    async def recv(self) -> av.AudioFrame:
        await asyncio.sleep(FRAME / RATE)
        turns = (TONE_HZ * (self._sent + at) / RATE for at in range(FRAME))
        wave = array("h", (round(12_000 * math.sin(2 * math.pi * turn)) for turn in turns))
        frame = av.AudioFrame(format="s16", layout="mono", samples=FRAME)
        frame.planes[0].update(wave.tobytes())
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._sent, fractions.Fraction(1, RATE)
        self._sent += FRAME
        return frame


class Caller:
    """A browser's end of the call, in Python: it offers, as static/js/phone/media.js does."""

    def __init__(self, line: Phone) -> None:
        self.line = line
        self.name = ""
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.heard: asyncio.Future[MediaStreamTrack] = asyncio.get_running_loop().create_future()

    async def offer(self, name: str) -> None:
        self.name = name
        self.connection.on("track", self.heard.set_result)
        self.connection.addTrack(Tone())
        await self.connection.setLocalDescription(await self.connection.createOffer())
        local = self.connection.localDescription
        await self.say({"connection": name, "description": {"type": local.type, "sdp": local.sdp}})
        answer = await self.line.until(
            lambda message: message["type"] == "signal" and message["data"]["connection"] == name
        )
        await self.connection.setRemoteDescription(RTCSessionDescription(**answer["data"]["description"]))

    async def say(self, data: Any) -> None:
        await self.line.say(type="signal", call=self.line.call, data=data)

    async def hears(self, hertz: int) -> bool:
        """Whether half a second of what comes back is a tone this high."""
        async with asyncio.timeout(PATIENCE_SECONDS * 2):
            track = await self.heard
            sound = array("h")
            while len(sound) < FRAME * HEARD_FRAMES:
                frame: Any = await track.recv()
                one_ear = array("h", bytes(frame.planes[0]))[:: len(frame.layout.channels)][:FRAME]
                if sound or max(one_ear) > LOUD:
                    sound.extend(one_ear)
        turns = sum(1 for before, after in itertools.pairwise(sound) if before < 0 <= after)
        return abs(turns * RATE / len(sound) - hertz) < 10


@asynccontextmanager
async def echo_test(line: Phone) -> AsyncIterator[Caller]:
    """`line` is in an echo test, not yet connected."""
    await line.say(type="dial", number="*43")
    await line.until_card("talking")
    caller = Caller(line)
    try:
        yield caller
    finally:
        await caller.connection.close()
        await line.say(type="hang_up", call=line.call)
        await until(lambda: echo.running() == 0)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - a process' own count announces nothing
            await asyncio.sleep(0.01)


@sync_to_async
def lamp_of(extension: Extension) -> Lamp:
    return selectors.presence_rows([extension.number])[0].lamp


@sync_to_async
def call_id_of(extension: Extension) -> UUID:
    return Call.objects.get(caller_number=extension.number).pk


@sync_to_async
def call_of(line: Phone) -> Call:
    return Call.objects.get(pk=line.call)


@pytest.mark.slow
async def test_the_caller_hears_their_own_voice_and_talks_for_their_colleagues(adam: Extension) -> None:
    async with phone(adam) as line, echo_test(line) as caller:
        assert line.card["echo"]
        assert line.card["other"]["number"] == "*43"
        assert await lamp_of(adam) is Lamp.TALKING

        await caller.offer("first")

        assert await caller.hears(TONE_HZ)


@pytest.mark.slow
async def test_a_connection_that_was_renewed_sounds_again(adam: Extension) -> None:
    async with phone(adam) as line, echo_test(line) as caller:
        await caller.offer("first")
        assert await caller.hears(TONE_HZ)
        await caller.connection.close()

        # The same connection by another way is more than the server can; it asks for a new one.
        await caller.say({"connection": "first", "description": {"type": "offer", "sdp": "v=0"}})
        asked = await line.until(lambda message: message["type"] == "signal")
        assert asked["data"] == {"restart": True}
        again = Caller(line)
        await again.offer("second")
        assert await again.hears(TONE_HZ)
        await again.connection.close()


async def test_hanging_up_ends_the_call_and_frees_what_it_took(adam: Extension) -> None:
    async with phone(adam) as line:
        async with echo_test(line) as caller:
            await caller.offer("first")
        await line.until_card("ended")
        assert line.card["end_reason"] == Reason.COMPLETED
        assert await lamp_of(adam) is Lamp.AVAILABLE
        assert echo.running() == 0


async def test_a_test_ends_when_its_time_is_over(adam: Extension) -> None:
    async with phone(adam) as line:
        await echo.start(adam, line.window, [], seconds=0.1)

        await line.until_card("ended")

        await until(lambda: echo.running() == 0)


async def test_a_test_whose_window_vanished_ends_with_the_call(adam: Extension) -> None:
    async with phone(adam) as line:
        await line.say(type="dial", number="*43")
        await line.until_card("talking")
    call = await call_of(line)
    leg = await call.legs.aget(extension=adam)

    await sync_to_async(calls.drop_leg)(leg.pk)

    await until(lambda: echo.running() == 0)
    assert (await call_of(line)).end_reason == Reason.LOST


async def test_a_test_ends_with_its_process(adam: Extension) -> None:
    await echo.start(adam, "window-of-adam", [])
    assert await lamp_of(adam) is Lamp.TALKING

    hub.reset()

    await until(lambda: echo.running() == 0)


@pytest.mark.slow
async def test_a_server_that_stops_ends_its_tests_first(adam: Extension) -> None:
    async with phone(adam) as line, echo_test(line) as caller:
        await caller.offer("first")
        assert await caller.hears(TONE_HZ)

        await caller.connection.close()
        await echo.stop_all()

        assert echo.running() == 0
        assert [each.name for each in threading.enumerate() if "decoder" in each.name] == []
        await line.until_card("ended")


async def test_only_so_many_tests_run_at_once(adam: Extension) -> None:
    others = [
        await sync_to_async(make_extension)(f"2{at:02}", f"Tester{at} Nowak") for at in range(echo.ECHO_TESTS_MAX)
    ]
    async with phone(adam) as line:
        for other in others:
            await echo.start(other, f"window-of-{other.number}", [], seconds=PATIENCE_SECONDS)

        await line.say(type="dial", number="*43")

        assert await line.until_refused() == ("dial", "echo_busy")
        assert line.card["state"] == "none"
        for other in others:
            await sync_to_async(calls.end_call)(call_id=await call_id_of(other), reason=Reason.COMPLETED)
        await until(lambda: echo.running() == 0)


async def test_a_colleague_who_is_called_meanwhile_ends_the_test(adam: Extension, piotr: Extension) -> None:
    async with phone(adam) as line, phone(piotr) as other:
        await line.say(type="dial", number="*43")
        await line.until_card("talking")
        test = line.call

        await line.say(type="dial", number="102")

        await line.until_call(test, "ended")
        await other.until_card("ringing")
        await until(lambda: echo.running() == 0)


@pytest.mark.parametrize("what", ["hold", "park", "transfer"])
async def test_nobody_is_there_to_be_held_parked_or_sent_on(adam: Extension, what: str) -> None:
    async with phone(adam) as line, echo_test(line):
        await line.say(type=what, call=line.call, number="102")

        assert await line.until_refused() == (what, "not_a_person")


@pytest.mark.parametrize(
    "data",
    [
        {"connection": "x", "description": {"type": "offer", "sdp": "nonsense"}},
        {"connection": "x", "description": {"type": "offer"}},
        {"connection": "x", "description": 7},
        {"connection": "", "candidate": {"candidate": "candidate:nonsense"}},
        {"connection": "", "candidate": 7},
        {},
    ],
)
@pytest.mark.slow
async def test_signals_without_sense_leave_the_test_as_it_is(adam: Extension, data: dict[str, Any]) -> None:
    async with phone(adam) as line, echo_test(line) as caller:
        await caller.say(data)

        await caller.offer("first")

        assert await caller.hears(TONE_HZ)


@pytest.mark.slow
def test_a_server_without_a_test_never_loads_the_library_of_browsers_sound() -> None:
    loaded = "import webclient.asgi, sys; print('aiortc' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
