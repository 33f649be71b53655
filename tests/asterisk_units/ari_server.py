"""The Asterisk in memory behind a real web socket, as `ari.py` connects to it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from presence.calls.asterisk.ari import Address, AriError
from tests.asterisk_units.fake_asterisk import FakeAsterisk, Message

USER, PASSWORD, APP = "lampfield", "secret", "lampfield"


class AriServer:
    """One application's name: whoever connects with it takes it from the one before."""

    def __init__(self, asterisk: FakeAsterisk, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.connections: list[ServerConnection] = []  # those that are open, the oldest first
        self.connected = 0  # ever
        self._asterisk = asterisk
        self._tasks: set[asyncio.Task[Any]] = set()

    async def talk(self, connection: ServerConnection) -> None:
        for before in self.connections:
            await _send(before, {"type": "ApplicationReplaced", "application": APP})
        self.connections.append(connection)
        self.connected += 1
        try:
            with suppress(ConnectionClosed):
                async for frame in connection:
                    self._spawn(self._answer(connection, json.loads(frame)))
        finally:
            self.connections.remove(connection)

    def tell(self, message: Message) -> None:
        if self.connections:
            self._spawn(_send(self.connections[-1], message))

    async def hang_up(self) -> None:
        """Every connection closes, as when Asterisk is restarted."""
        for connection in [*self.connections]:
            await connection.close()

    async def _answer(self, connection: ServerConnection, asked: Message) -> None:
        query = {each["name"]: each["value"] for each in asked.get("query_strings", ())}
        body = json.loads(asked.get("message_body", "{}"))
        answer: Message = {"type": "RESTResponse", "request_id": asked["request_id"], "status_code": HTTPStatus.OK}
        try:
            found = await self._asterisk.request(asked["method"], asked["uri"], query, body)
            answer |= {"message_body": json.dumps(found)} if found is not None else {"status_code": 204}
        except AriError as error:
            answer |= {"status_code": error.status, "message_body": json.dumps({"message": error.message})}
        await _send(connection, answer)

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _send(connection: ServerConnection, message: Message) -> None:
    with suppress(ConnectionClosed):
        await connection.send(json.dumps(message))


def _refuse_strangers(connection: ServerConnection, request: Request) -> Response | None:
    expected = Address("", USER, PASSWORD, APP).authorization
    if request.headers.get("Authorization") == expected:
        return None
    return connection.respond(HTTPStatus.UNAUTHORIZED, "")


@asynccontextmanager
async def ari_server(asterisk: FakeAsterisk) -> AsyncIterator[AriServer]:
    """At a port of its own until the block ends."""
    found: list[AriServer] = []

    async def talk(connection: ServerConnection) -> None:
        await found[0].talk(connection)

    async with serve(talk, "127.0.0.1", 0, process_request=_refuse_strangers) as listening:
        port = next(iter(listening.sockets)).getsockname()[1]
        found.append(AriServer(asterisk, port))
        asterisk.deliver = found[0].tell
        yield found[0]
