"""A window's SIP on its way to Asterisk: who may open the socket, what may be said by it, and when it ends."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from pytest_django import Settings
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.typing import Subprotocol

from presence import hub
from presence.calls.asterisk.browser_accounts import SipAccount
from presence.models import Extension, User
from tests.asterisk.sip_message import SipMessage
from tests.asterisk.sip_over_websocket import registration
from tests.hub_cast import until
from tests.phones import phone, session_cookie
from tests.visitors import token_for
from webclient.asgi import application
from webclient.consumers.live import LOG_IN_AGAIN, MALFORMED
from webclient.consumers.sip_proxy import AWAY, NOT_ALLOWED, REPLACED
from webclient.sip_frame import FRAME_BYTES_MAX, is_allowed

PATIENCE_SECONDS = 5.0
WINDOW = "window-of-adam"
ADAMS = SipAccount(f"lf-{WINDOW}", "", "asterisk.invalid")

in_thread = database_sync_to_async


class FakeAsterisk:
    """The far end: keeps what it hears, and says what a test wants."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.subprotocols: list[str | None] = []
        self.sockets: list[ServerConnection] = []
        self.paths: list[str] = []

    async def take(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self.paths.append(socket.request.path)
        self.subprotocols.append(socket.subprotocol)
        self.sockets.append(socket)
        async for text in socket:
            self.heard.append(str(text))


@pytest.fixture
async def far_end(settings: Settings) -> AsyncIterator[FakeAsterisk]:
    asterisk = FakeAsterisk()
    async with serve(asterisk.take, "127.0.0.1", 0, subprotocols=[Subprotocol("sip")]) as server:
        settings.ASTERISK_URL = f"http://127.0.0.1:{port_of(server)}"
        yield asterisk


def port_of(server: Server) -> int:
    return int(next(iter(server.sockets)).getsockname()[1])


class SipSocket(WebsocketCommunicator):
    """The browser's end."""

    def __init__(self, path: str, cookie: bytes = b"") -> None:
        super().__init__(application, path, [(b"cookie", cookie)], subprotocols=["sip"])

    async def open(self) -> None:
        assert await self.connect(timeout=PATIENCE_SECONDS) == (True, "sip")

    async def closed_with(self) -> int:
        while (message := await self.receive_output(timeout=PATIENCE_SECONDS))["type"] != "websocket.close":
            pass
        return int(message["code"])


async def open_socket(extension: Extension, window: str = WINDOW) -> SipSocket:
    socket = SipSocket(f"/ws/sip/?window={window}", await in_thread(session_cookie)(extension))
    await socket.open()
    return socket


def frame(message: SipMessage) -> str:
    return message.encode().decode()


def registering(account: SipAccount = ADAMS) -> str:
    return frame(registration(account))


def request(method: str, *, account: str = ADAMS.user, to: str = "101", tag: str = ";tag=there", body: str = "") -> str:
    headers = [
        ("Via", "SIP/2.0/WS host.invalid;branch=z9hG4bK1"),
        ("From", f"<sip:{account}@asterisk.invalid>;tag=here"),
        ("To", f"<sip:{to}@asterisk.invalid>{tag}"),
        ("Call-ID", "call"),
        ("CSeq", f"1 {method}"),
    ]
    return frame(SipMessage(f"{method} sip:{to}@asterisk.invalid SIP/2.0", headers, body))


@pytest.mark.parametrize(
    ("text", "is_fit"),
    [
        (registering(), True),
        ("\r\n\r\n", True),
        ("SIP/2.0 200 OK\r\nTo: <sip:whoever@host>;tag=1\r\nContent-Length: 0\r\n\r\n", True),
        (request("BYE"), True),
        (request("INVITE", body="v=0"), True),
        (request("INVITE", tag=""), False),
        (request("MESSAGE", tag=""), False),
        (request("REFER"), False),
        (request("SUBSCRIBE", tag=""), False),
        (request("BYE", account="lf-window-of-anna"), False),
        (registering(SipAccount("lf-window-of-anna", "", "asterisk.invalid")), False),
        (registering().replace(f"To: <sip:{ADAMS.user}", "To: <sip:101"), False),
        (registering().replace("To: <", "f: <sip:101@host>;tag=2\r\nTo: <"), False),
        (
            registering().replace("Content-Length: 0", 'Authorization: Digest username="101"\r\nContent-Length: 0'),
            False,
        ),
        (registering().replace("From: ", "X: 1\nFrom: <sip:101@host>\r\nFrom: "), False),
        (registering().replace("From: ", "From: \r\n "), False),
        (registering() + request("INVITE", account="101", tag=""), False),
        (registering().replace("Content-Length: 0", "Content-Length: 5"), False),
        (registering().replace("Content-Length: 0\r\n", ""), False),
        ("nonsense", False),
    ],
)
def test_a_window_says_what_is_its_own_and_nothing_else(text: str, is_fit: bool) -> None:
    assert is_allowed(text, ADAMS.user) == is_fit


@pytest.mark.django_db(transaction=True)
class TestSocket:
    async def test_frames_go_both_ways_as_they_are(self, far_end: FakeAsterisk, adam: Extension) -> None:
        async with phone(adam, WINDOW):
            socket = await open_socket(adam)
            await socket.send_to(text_data=registering())
            await until(lambda: far_end.heard)
            await far_end.sockets[0].send("SIP/2.0 200 OK\r\n\r\n")

            assert await socket.receive_from(timeout=PATIENCE_SECONDS) == "SIP/2.0 200 OK\r\n\r\n"
            assert len(far_end.heard) == 1
            assert far_end.heard[0].startswith("REGISTER ")
            assert (far_end.paths, far_end.subprotocols) == (["/ws"], ["sip"])
            await socket.disconnect()

    async def test_a_browser_that_goes_takes_its_way_to_asterisk_along(
        self, far_end: FakeAsterisk, adam: Extension
    ) -> None:
        async with phone(adam, WINDOW):
            socket = await open_socket(adam)
            await until(lambda: far_end.sockets)

            await socket.disconnect()

            await asyncio.wait_for(far_end.sockets[0].wait_closed(), PATIENCE_SECONDS)

    async def test_an_asterisk_that_goes_closes_the_socket(self, far_end: FakeAsterisk, adam: Extension) -> None:
        async with phone(adam, WINDOW):
            socket = await open_socket(adam)
            await until(lambda: far_end.sockets)

            await far_end.sockets[0].close()

            assert await socket.closed_with() == AWAY

    async def test_while_asterisk_is_away_the_socket_closes(self, settings: Settings, adam: Extension) -> None:
        settings.ASTERISK_URL = "http://127.0.0.1:1"
        async with phone(adam, WINDOW):
            assert await (await open_socket(adam)).closed_with() == AWAY

    async def test_without_a_login_it_closes_with_4401(self, far_end: FakeAsterisk) -> None:
        stranger = SipSocket(f"/ws/sip/?window={WINDOW}")
        await stranger.open()
        assert await stranger.closed_with() == LOG_IN_AGAIN
        assert far_end.sockets == []

    async def test_only_a_registered_window_of_ones_own_may(
        self, far_end: FakeAsterisk, adam: Extension, anna: Extension
    ) -> None:
        assert await (await open_socket(adam)).closed_with() == NOT_ALLOWED
        async with phone(adam, WINDOW):
            assert await (await open_socket(anna)).closed_with() == NOT_ALLOWED
        assert far_end.sockets == []

    async def test_without_an_asterisk_there_is_no_such_socket(self, adam: Extension) -> None:
        async with phone(adam, WINDOW):
            assert await (await open_socket(adam)).closed_with() == NOT_ALLOWED

    async def test_what_is_said_as_another_closes_it_and_is_not_handed_on(
        self, far_end: FakeAsterisk, adam: Extension
    ) -> None:
        async with phone(adam, WINDOW):
            socket = await open_socket(adam)

            await socket.send_to(text_data=registering(SipAccount("101", "", "asterisk.invalid")))

            assert await socket.closed_with() == NOT_ALLOWED
            assert far_end.heard == []

    @pytest.mark.parametrize("frame", [{"text": "x" * (FRAME_BYTES_MAX + 1)}, {"bytes": b"\x00"}])
    async def test_a_frame_that_is_too_long_or_no_text_closes_it(
        self, far_end: FakeAsterisk, adam: Extension, frame: dict[str, str | bytes]
    ) -> None:
        async with phone(adam, WINDOW):
            socket = await open_socket(adam)

            await socket.send_input({"type": "websocket.receive", **frame})

            assert await socket.closed_with() == MALFORMED

    async def test_the_end_of_the_login_ends_it(self, far_end: FakeAsterisk, adam: Extension) -> None:
        async with phone(adam, WINDOW):
            socket = await open_socket(adam)
            await until(lambda: far_end.sockets)
            user = adam.user
            assert isinstance(user, User)

            hub.publish_close(user_id=user.pk, session=None, code=LOG_IN_AGAIN)

            assert await socket.closed_with() == LOG_IN_AGAIN
            await asyncio.wait_for(far_end.sockets[0].wait_closed(), PATIENCE_SECONDS)

    async def test_a_window_has_one_such_socket_the_newest(self, far_end: FakeAsterisk, adam: Extension) -> None:
        async with phone(adam, WINDOW):
            first = await open_socket(adam)
            await until(lambda: far_end.sockets)

            second = await open_socket(adam)

            assert await first.closed_with() == REPLACED
            await second.send_to(text_data=registering())
            await until(lambda: far_end.heard)
            await second.disconnect()

    async def test_a_visitors_token_opens_the_visitors_own(self, far_end: FakeAsterisk, piotr: Extension) -> None:
        token = await token_for("/visit/102/")
        socket = SipSocket(f"/ws/visit/sip/?token={quote(token)}")
        await socket.open()
        await until(lambda: far_end.sockets)

        await socket.send_to(text_data=registering())

        assert await socket.closed_with() == NOT_ALLOWED  # it is another window's
        stranger = SipSocket("/ws/visit/sip/?token=forged")
        await stranger.open()
        assert await stranger.closed_with() == LOG_IN_AGAIN
