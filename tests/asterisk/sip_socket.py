"""One party's UDP socket: requests out until they are answered, requests in once each (RFC 3261, 17)."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass

from tests.asterisk.patience import PATIENCE_SECONDS
from tests.asterisk.sip_message import SipMessage, digest_answer, new_token
from tests.asterisk.udp import Address, UdpSocket

_REPEAT_SECONDS = 0.5
_PHRASES = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    603: "Decline",
}


@dataclass(frozen=True, slots=True)
class Account:
    """What a party answers a challenge with."""

    user: str
    password: str


class SipSocket:
    """Speaks to one server. While `is_silent`, nothing is sent and nothing that comes is read."""

    def __init__(
        self,
        bound: socket.socket,
        server: Address,
        account: Account | None,
        on_request: Callable[[SipMessage], None],
    ) -> None:
        self.is_silent = False
        self._server = server
        self._account = account
        self._on_request = on_request
        self._waiting: dict[tuple[str, str], asyncio.Queue[SipMessage]] = {}
        self._replies: dict[tuple[str, str], SipMessage | None] = {}
        self._socket = UdpSocket(bound, self._receive)
        self.address = self._socket.address

    def close(self) -> None:
        self._socket.close()

    @property
    def is_closed(self) -> bool:
        return self._socket.is_closed

    @property
    def server(self) -> str:
        """Host and port, as an address names them."""
        return f"{self._server[0]}:{self._server[1]}"

    @property
    def contact(self) -> str:
        return f"{self.address[0]}:{self.address[1]}"

    def send(self, message: SipMessage) -> None:
        if not self.is_silent:
            self._socket.send(message.encode(), self._server)

    def new_via(self) -> str:
        return f"SIP/2.0/UDP {self.contact};rport;branch=z9hG4bK{new_token()}"

    async def request(
        self,
        make: Callable[[], SipMessage],
        on_provisional: Callable[[SipMessage], None] = lambda response: None,
        patience: float = PATIENCE_SECONDS,
    ) -> SipMessage:
        """The final response. `make` builds the request, and once more when it is challenged.

        AssertionError when nothing comes for `patience` seconds; a call may ring for as long as it likes.
        """
        response = await self._transaction(make(), on_provisional, patience)
        if response.status in {401, 407} and self._account:
            again = make()
            again.headers.append(self._answer_to(response, again))
            response = await self._transaction(again, on_provisional, patience)
        return response

    def reply(
        self, request: SipMessage, status: int, headers: list[tuple[str, str]], body: str = "", reason: str = ""
    ) -> SipMessage:
        """Answer a request that came, with the headers that a response takes from it; what was sent."""
        copied = [pair for pair in request.headers if pair[0].lower() in {"via", "from", "call-id", "cseq"}]
        response = SipMessage(f"SIP/2.0 {status} {reason or _PHRASES.get(status, 'Said')}", [*copied, *headers], body)
        self._replies[request.branch, request.method] = response
        self.send(response)
        return response

    def _receive(self, data: bytes) -> None:
        if self.is_silent or not data.strip():
            return
        message = SipMessage.parse(data)
        key = message.branch, message.method
        if not message.is_request:
            if queue := self._waiting.get(key):
                queue.put_nowait(message)
        elif key not in self._replies:
            self._replies[key] = None
            self._on_request(message)
        elif (said := self._replies[key]) is not None:
            self.send(said)

    async def _transaction(
        self, request: SipMessage, on_provisional: Callable[[SipMessage], None], patience: float
    ) -> SipMessage:
        key = request.branch, request.method
        responses = self._waiting[key] = asyncio.Queue()
        try:
            response = await self._first_response(request, responses, patience)
            while response.status < 200:
                on_provisional(response)
                response = await responses.get()
        finally:
            del self._waiting[key]
        if request.method == "INVITE" and response.status >= 300:
            self._acknowledge_refusal(request, response)
        return response

    async def _first_response(
        self, request: SipMessage, responses: "asyncio.Queue[SipMessage]", patience: float
    ) -> SipMessage:
        try:
            async with asyncio.timeout(patience):
                while True:
                    self.send(request)
                    try:
                        return await asyncio.wait_for(responses.get(), _REPEAT_SECONDS)
                    except TimeoutError:
                        continue
        except TimeoutError:
            raise AssertionError(f"no response to {request.start_line} in {patience:g} s") from None

    def _acknowledge_refusal(self, invite: SipMessage, response: SipMessage) -> None:
        kept = [pair for pair in invite.headers if pair[0] in {"Via", "From", "Call-ID", "Max-Forwards"}]
        ends = [("To", response.get("To")), ("CSeq", f"{invite.sequence} ACK")]
        self.send(SipMessage(f"ACK {invite.uri} SIP/2.0", [*kept, *ends]))

    def _answer_to(self, response: SipMessage, request: SipMessage) -> tuple[str, str]:
        assert self._account is not None
        challenge, answer = ("WWW-Authenticate", "Authorization")
        if response.status == 407:
            challenge, answer = ("Proxy-Authenticate", "Proxy-Authorization")
        user, password = self._account.user, self._account.password
        return answer, digest_answer(
            response.get(challenge), method=request.method, uri=request.uri, user=user, password=password
        )
