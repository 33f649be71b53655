"""SIP messages as text and as values, and the digest that answers a challenge (RFC 3261, RFC 2617)."""

import re
import secrets
from dataclasses import dataclass, field
from hashlib import md5
from typing import Self

# One letter stands for the header's name (RFC 3261, 7.3.3); Asterisk writes none, other peers may.
_COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "m": "contact",
    "i": "call-id",
    "l": "content-length",
    "c": "content-type",
    "k": "supported",
    "o": "event",
    "r": "refer-to",
    "b": "referred-by",
}


@dataclass(slots=True)
class SipMessage:
    """A request or a response; headers stay in their order, and are asked for in any case."""

    start_line: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""

    @classmethod
    def parse(cls, datagram: bytes) -> Self:
        head, _, body = datagram.decode().partition("\r\n\r\n")
        start_line, *lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
        pairs = (line.partition(":") for line in lines)
        return cls(start_line, [(name.strip(), value.strip()) for name, _, value in pairs], body)

    def encode(self) -> bytes:
        body = self.body.encode()
        lines = [self.start_line, *(f"{name}: {value}" for name, value in self.headers), f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def all(self, name: str) -> list[str]:
        """Each value of a header, top first."""
        wanted = name.lower()
        return [value for key, value in self.headers if _COMPACT.get(key.lower(), key.lower()) == wanted]

    def get(self, name: str) -> str:
        """The first value of a header; empty when it is absent."""
        return next(iter(self.all(name)), "")

    @property
    def is_request(self) -> bool:
        return not self.start_line.startswith("SIP/2.0 ")

    @property
    def method(self) -> str:
        """Of a request its own, of a response the one it answers."""
        return self.start_line.split(" ")[0] if self.is_request else self.get("CSeq").split(" ")[-1]

    @property
    def uri(self) -> str:
        return self.start_line.split(" ")[1] if self.is_request else ""

    @property
    def status(self) -> int:
        """The code of a response; 0 for a request."""
        return 0 if self.is_request else int(self.start_line.split(" ")[1])

    @property
    def sequence(self) -> int:
        return int(self.get("CSeq").split(" ")[0])

    @property
    def branch(self) -> str:
        return parameter(self.get("Via"), "branch")

    @property
    def hangup_cause(self) -> int | None:
        """Asterisk's cause (Q.850), from its own header or from Reason; None when it gave none."""
        if code := self.get("X-Asterisk-HangupCauseCode"):
            return int(code)
        found = re.search(r"Q\.850\s*;\s*cause=(\d+)", self.get("Reason"))
        return int(found[1]) if found else None


def parameter(value: str, name: str) -> str:
    """`;name=...` after a header's address or token; empty when there is none."""
    found = re.search(rf";\s*{re.escape(name)}=\"?([^;,\">\s]+)", value, re.IGNORECASE)
    return found[1] if found else ""


def uri_of(value: str) -> str:
    """The address between the angle brackets of From, To, Contact, Refer-To ..."""
    found = re.search(r"<([^>]*)>", value)
    return found[1] if found else value.split(";", maxsplit=1)[0].strip()


def user_of(value: str) -> str:
    """The part before the @ of a header's address: an extension or a number."""
    found = re.match(r"sips?:([^@;]*)@", uri_of(value))
    return found[1] if found else ""


def display_name(value: str) -> str:
    """The name before the address, without its quotes."""
    return value.partition("<")[0].strip().strip('"')


def new_token() -> str:
    return secrets.token_hex(6)


def digest_answer(challenge: str, *, method: str, uri: str, user: str, password: str) -> str:
    """The value of Authorization (or Proxy-Authorization) for a challenge of the MD5 kind, with qop=auth or without."""

    def said(name: str) -> str:
        found = re.search(rf'\b{name}="?([^",]+)', challenge)
        return found[1] if found else ""

    realm, nonce = said("realm"), said("nonce")
    secret, asked = _md5(f"{user}:{realm}:{password}"), _md5(f"{method}:{uri}")
    parts = {"username": user, "realm": realm, "nonce": nonce, "uri": uri}
    bare = "algorithm=MD5"
    if said("qop"):
        client_nonce = new_token()
        parts |= {"cnonce": client_nonce, "response": _md5(f"{secret}:{nonce}:00000001:{client_nonce}:auth:{asked}")}
        bare += ", qop=auth, nc=00000001"
    else:
        parts["response"] = _md5(f"{secret}:{nonce}:{asked}")
    if opaque := said("opaque"):
        parts["opaque"] = opaque
    return "Digest " + ", ".join([*(f'{name}="{value}"' for name, value in parts.items()), bare])


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()
