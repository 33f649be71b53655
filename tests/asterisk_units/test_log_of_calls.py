"""What the exchange does for a call is logged as that call's, each on its own."""

import logging
from collections.abc import Awaitable, Callable
from uuid import uuid4

from structlog.contextvars import get_contextvars

from presence.calls.asterisk.ari import AriError
from presence.calls.asterisk.exchange import Exchange
from tests.asterisk_units.fake_asterisk import FakeAsterisk
from tests.asterisk_units.linked import until


class CallsOfLines(logging.Handler):
    """The call that each line is about, and whether it is a refusal."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((record.getMessage(), get_contextvars().get("call")))


def refused(words: str) -> Callable[[], Awaitable[None]]:
    async def work() -> None:
        raise AriError(409, words)

    return work


async def test_a_refusal_is_logged_as_that_of_its_call(asterisk: FakeAsterisk) -> None:
    exchange = Exchange(asterisk, app="lampfield", trunk="trunk", fetch_file=asterisk.fetch)
    heard = CallsOfLines()
    log = logging.getLogger("presence.calls.asterisk.exchange")
    log.addHandler(heard)
    calls = [exchange.board.call(uuid4()) for _ in range(2)]
    for call, words in zip(calls, ("one", "another"), strict=True):
        exchange._begin(call, refused(words))
    await until(lambda: len(heard.lines) == 2)
    log.removeHandler(heard)
    assert heard.lines == [
        ("Asterisk refused: 409 one", str(calls[0].id)),
        ("Asterisk refused: 409 another", str(calls[1].id)),
    ]
    assert "call" not in get_contextvars()
