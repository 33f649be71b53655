"""The short way out: frames go straight to the socket, in order, and by ASGI wherever that is not possible."""

import asyncio
import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
import websockets
from autobahn.websocket.protocol import WebSocketProtocol
from channels.db import database_sync_to_async
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.swarm import Listener
from presence.hub.frame import Frame
from presence.models import Extension
from tests.databases import database_url
from tests.hub_cast import payload_of
from tests.mirror import Mirror
from tests.test_presence_socket import log_in
from webclient.ready_frame import WAITING_LIMIT, ReadyFrameWriter, writer_for

ROOT = Path(__file__).resolve().parent.parent


@given(st.one_of(st.text(), st.sampled_from([125, 126, 127, 65_535, 65_536, 70_000]).map("ż".__mul__)))
def test_a_frame_holds_its_text_whatever_its_length(text: str) -> None:
    assert payload_of(Frame(text).wire) == text


class Transport:
    """Twisted's TCP transport as far as the writer knows it, over a real socket."""

    def __init__(self) -> None:
        self.socket, self.browser = socket.socketpair()
        self.socket.setblocking(False)
        self._tempDataLen = 0
        self.dataBuffer = b""
        self.offset = 0

    def write(self, data: bytes) -> None:
        self.dataBuffer += data

    def flush(self) -> None:
        """A turn of the reactor."""
        try:
            self.offset += self.socket.send(self.dataBuffer[self.offset :])
        except BlockingIOError:
            return

    def close(self) -> None:
        self.socket.close()
        self.browser.close()


class Reader(Listener):
    """A browser at the other end: what it reads, and the pongs that it owes."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport.browser)
        transport.browser.setblocking(False)
        self._server = transport.socket
        self.texts: list[str] = []

    def _take_frame(self) -> int:
        before = self.frames
        taken = super()._take_frame()
        if self.frames > before:
            self.texts.append(self.last.decode())
        return taken

    def answer(self, writer: ReadyFrameWriter) -> None:
        """Hand over the pongs, unmasked as autobahn does."""
        try:
            pongs = self._server.recv(1 << 16)
        except BlockingIOError:
            return
        while pongs:
            size = pongs[1] & 0x7F
            writer.hear_pong(pongs[6 : 6 + size])
            pongs = pongs[6 + size :]


@pytest.fixture
def transport() -> Iterator[Transport]:
    transport = Transport()
    yield transport
    transport.close()


def writer_on(transport: Transport, state: int = WebSocketProtocol.STATE_OPEN) -> ReadyFrameWriter:
    return ReadyFrameWriter(SimpleNamespace(state=state), transport)


def test_a_frame_goes_straight_to_a_socket_that_has_nothing_waiting(transport: Transport) -> None:
    assert writer_on(transport).write(b"one")
    assert transport.browser.recv(100) == b"one"
    assert transport.dataBuffer == b""


def test_a_frame_queues_behind_what_waits_already(transport: Transport) -> None:
    writer = writer_on(transport)
    transport.write(b"one")
    assert not writer.has_room()
    assert writer.write(b"two")
    transport.flush()
    assert transport.browser.recv(100) == b"onetwo"
    assert writer.has_room()


def test_what_the_kernel_did_not_take_goes_to_the_transport_in_order(transport: Transport) -> None:
    writer = writer_on(transport)
    transport.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 16)
    reader = Reader(transport)
    texts = [str(number) * 60_000 for number in range(4)]
    for text in texts:
        assert writer.write(Frame(text).wire)
    assert transport.dataBuffer
    while reader.frames < len(texts):
        reader.read()
        transport.flush()
    assert reader.texts == texts


def test_a_reader_with_too_much_waiting_is_refused_and_gets_nothing_partly(transport: Transport) -> None:
    writer = writer_on(transport)
    transport.write(bytes(WAITING_LIMIT + 1))
    before = transport.dataBuffer
    assert not writer.write(b"one")
    assert transport.dataBuffer == before


def test_who_leaves_it_to_the_kernel_is_refused_before_the_kernel_is_full(transport: Transport) -> None:
    transport.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
    writer, frame = writer_on(transport), Frame("x" * 1_000).wire
    written = 0
    while writer.write(frame):
        written += len(frame)
    assert transport.dataBuffer == b""
    assert WAITING_LIMIT <= written <= WAITING_LIMIT + 70_000
    assert not writer.has_room()


def test_who_reads_again_has_room_again(transport: Transport) -> None:
    writer, reader, frame = writer_on(transport), Reader(transport), Frame("x" * 1_000).wire
    while writer.write(frame):
        pass
    while not writer.has_room():
        transport.flush()
        reader.read()
        reader.answer(writer)
    assert writer.write(frame)


def test_a_reader_that_keeps_up_is_never_refused(transport: Transport) -> None:
    writer, reader, frame = writer_on(transport), Reader(transport), Frame("x" * 1_000).wire
    for _ in range(1_000):
        assert writer.write(frame)
        reader.read()
        reader.answer(writer)
    assert reader.frames == 1_000


@pytest.mark.parametrize("size", [100_000, 500_000, 1_500_000])
def test_what_follows_a_snapshot_has_room_however_large_that_is(transport: Transport, size: int) -> None:
    writer = writer_on(transport)
    assert writer.write(Frame("x" * size).wire)
    assert all(writer.write(Frame("y" * 100).wire) for _ in range(1_000))


@pytest.mark.parametrize("payload", [b"", b"lampfield", bytes(8), (1 << 40).to_bytes(8, "big"), b"\xff" * 8])
def test_a_pong_that_answers_nothing_changes_nothing(transport: Transport, payload: bytes) -> None:
    writer = writer_on(transport)
    while writer.write(Frame("x" * 1_000).wire):
        pass
    writer.hear_pong(payload)
    assert not writer.write(b"one")


def test_a_socket_that_is_closing_takes_no_frames(transport: Transport) -> None:
    assert writer_on(transport, WebSocketProtocol.STATE_CLOSING).write(b"one")
    transport.browser.setblocking(False)
    with pytest.raises(BlockingIOError):
        transport.browser.recv(100)


def test_a_broken_socket_is_left_to_the_transport(transport: Transport) -> None:
    transport.browser.close()
    assert writer_on(transport).write(b"one")
    assert transport.dataBuffer == b"one"


@pytest.mark.parametrize("transport", [None, object(), Transport], indirect=False)
def test_no_writer_is_offered_on_a_transport_that_is_not_plain_tcp(transport: Any) -> None:
    assert writer_for(SimpleNamespace(transport=transport)) is None


# On a real server


@dataclass
class RealServer:
    process: subprocess.Popen[str]
    port: int

    def says(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@pytest.fixture(params=["product", "plain"])
def server(request: pytest.FixtureRequest, transactional_db: None, tmp_path: Path) -> Iterator[RealServer]:
    """The real application on this test's database: on our daphne, and on one that knows nothing of ready frames."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": settings.SECRET_KEY,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.run_daphne", request.param],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        server = RealServer(process, int(process.stdout.readline()))
        yield server
    finally:
        process.terminate()
        process.communicate(timeout=10)


@pytest_asyncio.fixture
async def adams_session(adam: Extension, piotr: Extension) -> str:
    return await database_sync_to_async(log_in)(adam)


def window(server: RealServer, session_key: str, path: str = "ws/presence/", **options: Any) -> connect:
    options = {
        "origin": f"http://127.0.0.1:{server.port}",
        "additional_headers": {"Cookie": f"sessionid={session_key}"},
        **options,
    }
    return connect(f"ws://127.0.0.1:{server.port}/{path}", proxy=None, **options)


def post_status(server: RealServer, session_key: str, status: str) -> int:
    token = "t" * 32
    browser = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    headers = {
        "Cookie": f"sessionid={session_key}; csrftoken={token}",
        "X-CSRFToken": token,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    browser.request("POST", "/status/", f"status={status}", headers)
    code = browser.getresponse().status
    browser.close()
    return code


async def hear_until(socket: ClientConnection, mirror: Mirror, lamp: str) -> None:
    async with asyncio.timeout(10):
        while mirror.lamp("101") != lamp:
            mirror.hear(str(await socket.recv()))


@pytest.mark.slow
async def test_a_status_reaches_every_window_by_the_short_way_and_by_asgi(
    server: RealServer, adams_session: str, request: pytest.FixtureRequest
) -> None:
    windows = [await window(server, adams_session) for _ in range(3)]
    mirrors = [Mirror() for _ in windows]
    assert {server.says() for _ in windows} == {f"writer {'[product]' in request.node.name}"}
    for status in ("away", "lunch", "available"):
        assert await asyncio.to_thread(post_status, server, adams_session, status) == 302
        await asyncio.gather(*(hear_until(*pair, status) for pair in zip(windows, mirrors, strict=True)))
    for each in windows:
        await each.close()


async def close_code(server: RealServer, session_key: str, *frames: str | bytes) -> int | None:
    async with window(server, session_key) as socket:
        for frame in frames:
            await socket.send(frame)
        async with asyncio.timeout(10):
            await socket.wait_closed()
        return socket.close_code


@pytest.mark.parametrize("server", ["product"], indirect=True)
@pytest.mark.slow
async def test_our_daphne_closes_with_the_right_code(server: RealServer, adams_session: str) -> None:
    assert await close_code(server, adams_session, "nonsense") == 4400
    assert await close_code(server, adams_session, b"\x00") == 4400
    assert await close_code(server, adams_session, "x" * 70_000) == 1009
    assert await close_code(server, "no-such-session") == 4401


@pytest.mark.parametrize("server", ["product"], indirect=True)
@pytest.mark.parametrize(("path", "origin"), [("ws/presence/", "http://evil.example"), ("ws/nothing/", None)])
@pytest.mark.slow
async def test_our_daphne_refuses_at_the_handshake(
    server: RealServer, adams_session: str, path: str, origin: str | None
) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        await window(server, adams_session, path=path, **({"origin": origin} if origin else {}))
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("server", ["product"], indirect=True)
@pytest.mark.slow
async def test_our_daphne_never_compresses(server: RealServer, adams_session: str) -> None:
    async with window(server, adams_session, compression="deflate") as socket:
        assert socket.protocol.extensions == []
