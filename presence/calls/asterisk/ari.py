"""One socket to Asterisk: its events come in, and requests go out on it (REST over WebSocket, Asterisk 20.14, 22.4).

A thin client. It reconnects nothing and keeps nothing: whoever holds it hears of its end and begins anew (`link.py`).
"""

import asyncio
import itertools
import json
import logging
from base64 import b64encode
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

log = logging.getLogger(__name__)

PING_SECONDS = 3.0  # a dead peer is noticed after twice that at most
OPEN_SECONDS = 5.0
ANSWER_SECONDS = 5.0
DRAIN_SECONDS = 1.0
# What a phone's channel does is told twice, to the letter: for the channel, and for its endpoint, which we watch.
_FRAMES_REMEMBERED = 64
_MESSAGE_BYTES_MAX = 4 * 1024 * 1024  # the list of a thousand channels

Message = dict[str, Any]
Query = Mapping[str, str | int | bool]


class AriError(Exception):
    """Asterisk refused a request: `status` as in HTTP, and its own words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.message = message


class LinkLostError(Exception):
    """There is no Asterisk at the other end (any more); the text says what was seen of it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where Asterisk's HTTP server is, and who we are there."""

    url: str  # http://host:8088, without /ari
    user: str
    password: str
    app: str

    @property
    def events_url(self) -> str:
        """Not with `subscribeAll`: closing a socket while such events are on their way can hang Asterisk 22.10."""
        parts = urlsplit(self.url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        query = urlencode({"app": self.app})
        return f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}/ari/events?{query}"

    @property
    def authorization(self) -> str:
        return "Basic " + b64encode(f"{self.user}:{self.password}".encode()).decode()


class AriSocket:
    """Requests and events of one connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._ids = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[Message]] = {}
        self._unanswered: set[str] = set()
        self._quiet = asyncio.Event()
        self._events: asyncio.Queue[Message | None] = asyncio.Queue()
        self._heard: deque[str | bytes] = deque(maxlen=_FRAMES_REMEMBERED)

    async def request(self, method: str, uri: str, query: Query | None = None, body: Message | None = None) -> Any:
        """What Asterisk answers: decoded JSON, or None. Raises AriError, LinkLostError."""
        request_id = str(next(self._ids))
        message: Message = {"type": "RESTRequest", "request_id": request_id, "method": method, "uri": uri}
        if query:
            message["query_strings"] = [{"name": name, "value": _text(value)} for name, value in query.items()]
        if body is not None:
            message |= {"content_type": "application/json", "message_body": json.dumps(body)}
        answered = self._waiting[request_id] = asyncio.get_running_loop().create_future()
        try:
            self._unanswered.add(request_id)
            await self._connection.send(json.dumps(message))
            async with asyncio.timeout(ANSWER_SECONDS):
                return _answer(await answered)
        except ConnectionClosed as error:
            raise LinkLostError(f"the socket closed: {error}") from error
        except TimeoutError as error:
            raise LinkLostError(f"no answer to {method} {uri} within {ANSWER_SECONDS:.0f} s") from error
        finally:
            self._waiting.pop(request_id, None)
            if answered.done() and not answered.cancelled():
                answered.exception()  # whoever asked may have been stopped at that moment: nobody else looks at it

    async def events(self) -> AsyncIterator[Message]:
        """Every event in its order, until the socket is lost: then LinkLostError."""
        while (message := await self._events.get()) is not None:
            yield message
        raise LinkLostError("the socket to Asterisk closed")

    async def read(self) -> None:
        """Take what comes in until the socket closes: answers to whoever waits, the rest as events, each once."""
        try:
            async for frame in self._connection:
                message = _decoded(frame)
                if message.get("type") == "RESTResponse":
                    self._answered(message)
                elif frame not in self._heard:
                    self._heard.append(frame)
                    self._events.put_nowait(message)
        except ConnectionClosed as error:
            log.info("the socket to Asterisk closed: %s", error)
        finally:
            self._events.put_nowait(None)
            for answered in self._waiting.values():
                if not answered.done():
                    answered.set_exception(LinkLostError("the socket to Asterisk closed"))

    async def drain(self) -> None:
        """Until every request has its answer, whoever still waits for it: Asterisk is not left in the middle of one."""
        self._quiet.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                while self._unanswered:
                    await self._quiet.wait()
                    self._quiet.clear()

    def _answered(self, message: Message) -> None:
        self._unanswered.discard(str(message.get("request_id")))
        self._quiet.set()
        answered = self._waiting.get(str(message.get("request_id")))
        if answered is not None and not answered.done():
            answered.set_result(message)


@asynccontextmanager
async def ari_socket(address: Address) -> AsyncIterator[AriSocket]:
    """A connection that is read from until the block ends. Raises LinkLostError where there is none to be had."""
    headers = {"Authorization": address.authorization}
    try:
        connection = await connect(
            address.events_url,
            additional_headers=headers,
            open_timeout=OPEN_SECONDS,
            ping_interval=PING_SECONDS,
            ping_timeout=PING_SECONDS,
            close_timeout=1,
            max_size=_MESSAGE_BYTES_MAX,
            proxy=None,
        )
    except InvalidStatus as error:
        raise LinkLostError(_refusal(error.response.status_code)) from error
    except (OSError, WebSocketException, TimeoutError) as error:
        raise LinkLostError(
            f"Asterisk cannot be reached at {address.url}: {str(error) or type(error).__name__}"
        ) from error
    async with connection:
        socket = AriSocket(connection)
        reading = asyncio.create_task(socket.read())
        try:
            yield socket
        finally:
            await socket.drain()
            reading.cancel()


def _decoded(frame: str | bytes) -> Message:
    """What a frame says; one that is no JSON object says nothing that we know."""
    try:
        message = json.loads(frame)
    except ValueError:
        message = None
    if isinstance(message, dict):
        return message
    log.error("Asterisk said something that cannot be read: %.500r", frame)
    return {}


def _refusal(status: int) -> str:
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return "Asterisk refuses the user name or password (ASTERISK_USER, ASTERISK_PASSWORD, ari.conf)"
    return f"Asterisk answers the event socket with status {status}"


def _answer(message: Message) -> Any:
    status = int(message.get("status_code", 0))
    text = message.get("message_body") or ""
    body = json.loads(text) if text else None
    if status >= HTTPStatus.BAD_REQUEST:
        said = body.get("message") or body.get("error") if isinstance(body, dict) else None
        raise AriError(status, str(said or message.get("reason_phrase", "")))
    return body


def _text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
