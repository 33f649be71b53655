"""What one process tells the others through the channel layer: small, and safe to hear twice, late or never."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """These extensions have newer rows in the database."""

    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AudiencesChanged:
    """Somebody may see more or less than before: rights, somebody's department, or who is an operator."""


@dataclass(frozen=True, slots=True)
class CallChanged:
    """This call has moved on in the database."""

    call_id: str


@dataclass(frozen=True, slots=True)
class ParkedChanged:
    """Calls were parked or fetched."""


@dataclass(frozen=True, slots=True)
class WindowMessageSent:
    """A message for one window of a party (an extension's number, or a visitor's own address), or for all of them."""

    extension: str
    window: str | None
    message: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ExtensionsEdited:
    """The settings of these extensions have changed: whoever watches one of them looks again."""

    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoginEnded:
    """The sockets of one session, or of all of a user's, must close."""

    user_id: int
    session: str | None
    code: int


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Sent through the layer by each process and awaited by the same: proof that the layer still delivers."""


News = (
    PresenceChanged
    | AudiencesChanged
    | CallChanged
    | ParkedChanged
    | WindowMessageSent
    | ExtensionsEdited
    | LoginEnded
    | Heartbeat
)

KINDS: dict[str, type[News]] = {
    "presence": PresenceChanged,
    "audiences": AudiencesChanged,
    "call": CallChanged,
    "parked": ParkedChanged,
    "window": WindowMessageSent,
    "edited": ExtensionsEdited,
    "login": LoginEnded,
    "heartbeat": Heartbeat,
}
_KIND_OF = {news: kind for kind, news in KINDS.items()}


def kind_of(news: News) -> str:
    """Its name on the wire."""
    return _KIND_OF[type(news)]


def to_wire(news: News, sender: str) -> dict[str, Any]:
    return {"type": "hub.news", "kind": kind_of(news), "sender": sender, "news": asdict(news)}


def from_wire(message: dict[str, Any]) -> News | None:
    """None for what another version of the program may say and this one does not know."""
    kind = KINDS.get(message.get("kind", ""))
    if kind is None:
        return None
    try:
        news = kind(**message["news"])
    except (KeyError, TypeError):
        return None
    # A layer makes lists of tuples.
    return type(news)(tuple(news.numbers)) if isinstance(news, PresenceChanged | ExtensionsEdited) else news
