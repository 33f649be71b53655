"""SIP by WebSocket as a browser speaks it, as far as registering goes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from presence.calls.asterisk.browser_accounts import SipAccount
from tests.asterisk.sip_message import SipMessage, digest_answer, new_token

UNAUTHORIZED = 401
EXPIRES_SECONDS = 600


@asynccontextmanager
async def sip_socket(address: tuple[str, int]) -> AsyncIterator[ClientConnection]:
    """Straight to the HTTP server of Asterisk."""
    async with connect(f"ws://{address[0]}:{address[1]}/ws", subprotocols=[Subprotocol("sip")], proxy=None) as socket:
        yield socket


async def register(socket: ClientConnection, account: SipAccount) -> int:
    """The status of the last answer: 200, or that of the refusal."""
    call_id, tag = new_token(), new_token()
    asked = await _ask(socket, registration(account, call_id, tag, 1))
    if asked.status != UNAUTHORIZED:
        return asked.status
    authorization = digest_answer(
        asked.get("WWW-Authenticate"),
        method="REGISTER",
        uri=f"sip:{account.domain}",
        user=account.user,
        password=account.password,
    )
    return (await _ask(socket, registration(account, call_id, tag, 2, authorization))).status


def registration(
    account: SipAccount, call_id: str = "call", tag: str = "tag", sequence: int = 1, authorization: str = ""
) -> SipMessage:
    headers = [
        ("Via", f"SIP/2.0/WS {new_token()}.invalid;branch=z9hG4bK{new_token()}"),
        ("Max-Forwards", "69"),
        ("From", f"<sip:{account.user}@{account.domain}>;tag={tag}"),
        ("To", f"<sip:{account.user}@{account.domain}>"),
        ("Call-ID", call_id),
        ("CSeq", f"{sequence} REGISTER"),
        ("Contact", f"<sip:{new_token()}@{new_token()}.invalid;transport=ws>"),
        ("Expires", str(EXPIRES_SECONDS)),
    ]
    if authorization:
        headers.append(("Authorization", authorization))
    return SipMessage(f"REGISTER sip:{account.domain} SIP/2.0", headers)


async def _ask(socket: ClientConnection, request: SipMessage) -> SipMessage:
    await socket.send(request.encode().decode())
    while True:
        heard = await socket.recv()
        answer = SipMessage.parse(heard.encode() if isinstance(heard, str) else heard)
        if answer.status and answer.sequence == request.sequence:
            return answer
