"""Offers and answers of one audio stream (RFC 4566, RFC 3264), as far as a desk phone with G.711 needs them."""

import re
from dataclasses import dataclass
from typing import Self

EVENTS = "telephone-event"
PAYLOAD_TYPES = {"PCMU": 0, "PCMA": 8, EVENTS: 101}

_ANSWER_TO_DIRECTION = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}


@dataclass(frozen=True, slots=True)
class AudioOffer:
    """`codecs`: name -> payload type, the preferred first; `direction` as the one who wrote it sees it."""

    address: str
    port: int
    codecs: dict[str, int]
    direction: str = "sendrecv"
    version: int = 1

    @classmethod
    def read(cls, text: str) -> Self:
        media = re.search(r"^m=audio (\d+) \S+ ([\d ]+)", text, re.MULTILINE)
        address = re.search(r"^c=IN IP4 (\S+)", text, re.MULTILINE)
        if media is None or address is None:
            raise AssertionError(f"no audio in the description:\n{text}")
        names = {int(number): name for number, name in re.findall(r"^a=rtpmap:(\d+) ([^/\r\n]+)", text, re.MULTILINE)}
        names = {PAYLOAD_TYPES["PCMU"]: "PCMU", PAYLOAD_TYPES["PCMA"]: "PCMA"} | names
        numbers = [int(number) for number in media[2].split()]
        codecs = {names[number]: number for number in numbers if number in names}
        direction = re.search(r"^a=(sendrecv|sendonly|recvonly|inactive)", text, re.MULTILINE)
        return cls(address[1], int(media[1]), codecs, direction[1] if direction else "sendrecv")

    def write(self) -> str:
        lines = [
            "v=0",
            f"o=- 1 {self.version} IN IP4 {self.address}",
            "s=-",
            f"c=IN IP4 {self.address}",
            "t=0 0",
            f"m=audio {self.port} RTP/AVP {' '.join(str(number) for number in self.codecs.values())}",
            *(f"a=rtpmap:{number} {name}/8000" for name, number in self.codecs.items()),
            *(f"a=fmtp:{number} 0-16" for name, number in self.codecs.items() if name == EVENTS),
            "a=ptime:20",
            f"a={self.direction}",
        ]
        return "\r\n".join([*lines, ""])

    def shared_with(self, own: tuple[str, ...]) -> dict[str, int]:
        """What both know: the first audio codec of this offer that is in `own`, and telephone events."""
        audio = next((name for name in self.codecs if name in own), None)
        if audio is None:
            raise AssertionError(f"none of {own} is in the offer {self.codecs}")
        return {name: self.codecs[name] for name in (audio, EVENTS) if name in self.codecs}

    @property
    def answering_direction(self) -> str:
        return _ANSWER_TO_DIRECTION[self.direction]
