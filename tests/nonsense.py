"""What no page of ours ever sends, and what is nearly right: frames, form values and numbers at random, by a seed."""

import json
import random
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

TEXTS = (
    *(
        "",
        " ",
        "0",
        "-1",
        "101",
        "102",
        "*30",
        "*80",
        "*31101",
        "+48600100200",
        "９９９",
        "٣٤٥",
        "1" * 500,
        "a" * 3_000,
    ),
    *("\x00", "\ud800", "\u202e", "<script>alert(1)</script>", "' OR 1=1 --", "%s%n", "{{ 7*7 }}", "../../etc/passwd"),
    *("NaN", "null", "true", "2026-02-30", "25:61", "9" * 400, "ż" * 200, "\r\nSet-Cookie: a=b", "\U0001f600" * 50),
)
NUMBERS = (0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**400, 0.5, -0.0, 1e308, float("nan"), float("inf"))


class Nonsense:
    """A source of it."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def one_of(self, choices: Sequence[Any]) -> Any:
        return choices[self.chance.randrange(len(choices))]

    def text(self) -> str:
        if self.chance.random() < 0.7:
            return str(self.one_of(TEXTS))
        return "".join(chr(self.chance.randrange(0x20, 0x2FF)) for _ in range(self.chance.randrange(20)))

    def value(self, depth: int = 2) -> Any:
        """Anything that JSON can say, and what Python's says beyond it."""
        kinds: list[Callable[[], Any]] = [lambda: None, lambda: True, lambda: self.one_of(NUMBERS), self.text]
        if depth:
            kinds += [
                lambda: [self.value(depth - 1) for _ in range(self.chance.randrange(4))],
                lambda: {self.text(): self.value(depth - 1) for _ in range(self.chance.randrange(4))},
            ]
        return self.one_of(kinds)()

    def message(self, kinds: Sequence[str], fields: Sequence[str], calls: Sequence[str]) -> str:
        """A JSON text, mostly an object of a known kind with fields that handlers look for."""
        if self.chance.random() < 0.1:
            return self.text() if self.chance.random() < 0.5 else json.dumps(self.value())
        message: dict[str, Any] = {"type": self.one_of(kinds) if self.chance.random() < 0.95 else self.value()}
        for field in fields:
            if self.chance.random() < 0.5:
                message[field] = self._likely(field, calls)
        return json.dumps(message, ensure_ascii=self.chance.random() < 0.9).encode(errors="replace").decode()

    def _likely(self, field: str, calls: Sequence[str]) -> Any:
        if self.chance.random() < 0.3:
            return self.value()
        if field in ("call", "other"):
            return self.one_of([*calls, str(UUID(int=self.chance.getrandbits(128)))])
        if field == "data":
            return {"description": {"type": "offer", "sdp": self.text()}}
        return self.one_of([self.text(), "101", "102", "103", "900", 1, 2])

    def piece(self, calls: Sequence[str]) -> bytes:
        """Bytes, some of them like a piece of a recording."""
        call = str(self.one_of([*calls, "x" * 36])).encode()
        sequence = self.chance.getrandbits(self.chance.choice([1, 4, 32])).to_bytes(4, "big")
        frame = call + sequence + self.chance.randbytes(self.chance.randrange(200))
        return frame[: self.chance.randrange(len(frame) + 1)] if self.chance.random() < 0.3 else frame
