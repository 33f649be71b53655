"""Scripted visitors: the tests' end of the public call page and of `/ws/visit/`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from urllib.parse import quote

from channels.testing import WebsocketCommunicator
from django.test import AsyncClient

from tests.phones import PATIENCE_SECONDS, Phone
from webclient.asgi import application

JSON = {"accept": "application/json"}


async def token_for(path: str, name: str = "Jan Gość") -> str:
    """What the page gets that sends this name."""
    answer = await AsyncClient().post(path, {"name": name}, headers=JSON)
    assert answer.status_code == HTTPStatus.OK, answer.content
    return str(answer.json()["token"])


def socket_of(token: str, *headers: tuple[bytes, bytes]) -> WebsocketCommunicator:
    return WebsocketCommunicator(application, f"/ws/visit/?token={quote(token)}", headers=list(headers))


@asynccontextmanager
async def visitor_with(token: str) -> AsyncIterator[Phone]:
    """An open page that holds this token, welcomed."""
    communicator = socket_of(token)
    connected, code = await communicator.connect(PATIENCE_SECONDS)
    assert connected, code
    opened = Phone(communicator, "")
    await opened.until(lambda message: message["type"] == "welcome")
    try:
        yield opened
    finally:
        await opened.vanish()


@asynccontextmanager
async def visitor(path: str = "/visit/102/", name: str = "Jan Gość") -> AsyncIterator[Phone]:
    async with visitor_with(await token_for(path, name)) as opened:
        yield opened
