"""What both ends of a dialog know about each other, and the requests they send in it (RFC 3261, 12)."""

from dataclasses import dataclass, field
from typing import Self

from tests.asterisk.sip_message import SipMessage, new_token, parameter, uri_of
from tests.asterisk.sip_socket import SipSocket

ALLOW = "INVITE, ACK, BYE, CANCEL, OPTIONS, REFER, NOTIFY, UPDATE, INFO, MESSAGE"

Headers = list[tuple[str, str]]


@dataclass(slots=True)
class Dialog:
    """`local` and `remote` are From and To as this party writes them; `target` is where the other end is reached."""

    socket: SipSocket
    local: str
    remote: str
    target: str
    contact: str
    call_id: str = field(default_factory=lambda: f"{new_token()}@lampfield")
    sequence: int = 0

    @classmethod
    def outgoing(cls, socket: SipSocket, user: str, to: str, caller: str = "") -> Self:
        """`caller`: what stands before the tag in From; the user itself if not given."""
        target = f"sip:{to}@{socket.server}"
        local = f"{caller or f'<sip:{user}@{socket.server}>'};tag={new_token()}"
        return cls(socket, local, f"<{target}>", target, f"<sip:{user}@{socket.contact}>")

    @classmethod
    def incoming(cls, socket: SipSocket, request: SipMessage, user: str) -> Self:
        local = f"{request.get('To')};tag={new_token()}"
        target = uri_of(request.get("Contact"))
        contact = f"<sip:{user}@{socket.contact}>"
        return cls(socket, local, request.get("From"), target, contact, request.get("Call-ID"))

    @property
    def local_tag(self) -> str:
        return parameter(self.local, "tag")

    @property
    def remote_tag(self) -> str:
        return parameter(self.remote, "tag")

    def learn(self, response: SipMessage) -> None:
        """The other end's tag and address, from a response that starts or refreshes the dialog."""
        self.remote = response.get("To")
        if contact := response.get("Contact"):
            self.target = uri_of(contact)

    def request(self, method: str, headers: Headers, body: str = "", sequence: int | None = None) -> SipMessage:
        """The next request of this dialog; with `sequence`, the one that belongs to an earlier request (ACK)."""
        if sequence is None:
            self.sequence += 1
            sequence = self.sequence
        own = [
            ("Via", self.socket.new_via()),
            ("Max-Forwards", "70"),
            ("From", self.local),
            ("To", self.remote),
            ("Call-ID", self.call_id),
            ("CSeq", f"{sequence} {method}"),
            ("Contact", self.contact),
            ("User-Agent", "Lampfield tests"),
            ("Allow", ALLOW),
        ]
        return SipMessage(f"{method} {self.target} SIP/2.0", [*own, *headers], body)

    def reply(self, request: SipMessage, status: int, body: str = "", headers: Headers | None = None) -> SipMessage:
        kind: Headers = [("Content-Type", "application/sdp")] if body else []
        own = [("To", self.local), ("Contact", self.contact), ("Allow", ALLOW)]
        return self.socket.reply(request, status, [*own, *kind, *(headers or [])], body)
