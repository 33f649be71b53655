"""Many calls at the same time, as far as the server has a part in them: scripted phones, no sound.

The run fails where a call does not come about, a lamp is wrong or a call is left behind: there are no figures then.
"""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.callers import Phone, Watcher, phone, watcher
from benchmarks.servers import Company, Server, company, product
from benchmarks.spread import Spread
from benchmarks.tables import Lines, by_column

CALLS = 200
EXTENSIONS = 450
WARM_UP_CALLS = 20
CALLS_A_SECOND = 10
TALK_SECONDS = 10.0
PATIENCE_SECONDS = 180.0
CONNECTS_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Round:
    """One way of placing `CALLS` calls."""

    set_up: Spread  # from `dial` to "talking" on both cards
    signals: Spread  # from there until both sides have description and candidates of the other
    ends: Spread  # from `hang_up` to "ended" on both cards
    lamps: float  # from the last card's "ended" until every lamp is right
    cpu_set_up: float  # of the server, seconds a call
    cpu_talking: float  # of one core, for all calls


@dataclass(slots=True)
class Pair:
    caller: Phone
    callee: Phone
    dialled_at: float = 0.0
    hung_up_at: float = 0.0

    @property
    def phones(self) -> tuple[Phone, Phone]:
        return self.caller, self.callee


def measure_calls() -> dict[str, Round]:
    """By the way in which the calls come."""
    with company(EXTENSIONS) as office, product(office) as server:
        return asyncio.run(_measure(office, server))


async def _measure(office: Company, server: Server) -> dict[str, Round]:
    phones = await _connected(server.port, office.sessions[: 2 * CALLS])
    lamps = await watcher(server.port, office.sessions[-1])
    pairs = [Pair(*both) for both in zip(phones[:CALLS], phones[CALLS:], strict=True)]
    await _round(pairs[:WARM_UP_CALLS], server, lamps, pause=0, talk=1)
    rounds = {
        f"{CALLS} at once": await _round(pairs, server, lamps, pause=0, talk=TALK_SECONDS),
        f"{CALLS_A_SECOND} a second": await _round(pairs, server, lamps, pause=1 / CALLS_A_SECOND, talk=TALK_SECONDS),
    }
    _nothing_is_left(office)
    await asyncio.gather(*(each.leave() for each in phones))
    return rounds


async def _connected(port: int, sessions: list[str]) -> list[Phone]:
    phones: list[Phone] = []
    for start in range(0, len(sessions), CONNECTS_AT_ONCE):
        batch = enumerate(sessions[start : start + CONNECTS_AT_ONCE], start)
        phones += await asyncio.gather(*(phone(port, session, f"bench-{n:05}") for n, session in batch))
    return phones


async def _round(pairs: list[Pair], server: Server, lamps: Watcher, *, pause: float, talk: float) -> Round:
    phones = [each for pair in pairs for each in pair.phones]
    numbers = [each.number for each in phones]
    await lamps.until(numbers, "available", PATIENCE_SECONDS)
    for each in phones:
        each.begin()
    before = server.cpu_seconds()
    await asyncio.gather(*(_dial(pair, turn * pause) for turn, pair in enumerate(pairs)))
    await _all(phones, *(each.part.connected.wait() for each in phones))
    after = server.cpu_seconds()
    await lamps.until(numbers, "talking", PATIENCE_SECONDS)
    began, idle = time.perf_counter(), server.cpu_seconds()
    await asyncio.sleep(talk)
    cpu_talking = (server.cpu_seconds() - idle) / (time.perf_counter() - began)
    await asyncio.gather(*(_hang_up(pair) for pair in pairs))
    await _all(phones, *(each.part.ended.wait() for each in phones))
    last = max(each.part.ended_at for each in phones)
    await lamps.until(numbers, "available", PATIENCE_SECONDS)
    return Round(
        set_up=Spread.of([max(each.part.talking_at for each in pair.phones) - pair.dialled_at for pair in pairs]),
        signals=Spread.of([_signalling_seconds(pair) for pair in pairs]),
        ends=Spread.of([max(each.part.ended_at for each in pair.phones) - pair.hung_up_at for pair in pairs]),
        lamps=max(0.0, time.perf_counter() - last),
        cpu_set_up=(after - before) / len(pairs),
        cpu_talking=cpu_talking,
    )


async def _dial(pair: Pair, delay: float) -> None:
    await asyncio.sleep(delay)
    pair.dialled_at = time.perf_counter()
    await pair.caller.dial(pair.callee.number)


async def _hang_up(pair: Pair) -> None:
    pair.hung_up_at = time.perf_counter()
    await pair.caller.hang_up()


async def _all(phones: list[Phone], *events: Awaitable[object]) -> None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(*events)
    except TimeoutError as error:
        refused = sorted({refusal for each in phones for refusal in each.part.refused})
        missing = sum(not each.part.connected.is_set() for each in phones)
        raise RuntimeError(f"{missing} of {len(phones)} phones got nowhere; refused: {refused}") from error


def _signalling_seconds(pair: Pair) -> float:
    connected = max(each.part.connected_at for each in pair.phones)
    return connected - max(each.part.talking_at for each in pair.phones)


def _nothing_is_left(office: Company) -> None:
    with closing(sqlite3.connect(Path(office.environment["DATA_DIR"]) / "lampfield.sqlite3")) as database:
        for table in ("presence_call", "presence_callleg"):
            (left,) = database.execute(f"SELECT count(*) FROM {table} WHERE state != 'ended'").fetchone()
            if left:
                raise RuntimeError(f"{left} rows of {table} have not ended")


def calls_table(rounds: dict[str, Round]) -> str:
    return by_column("", rounds, LINES)


LINES: Lines[Round] = (
    ("from the dial to “talking” on both cards, p50", lambda r: f"{r.set_up.p50:,.0f} ms"),
    ("the same, p99", lambda r: f"{r.set_up.p99:,.0f} ms"),
    ("from there until offer, answer and candidates are through, p50", lambda r: f"{r.signals.p50:,.0f} ms"),
    ("the same, p99", lambda r: f"{r.signals.p99:,.0f} ms"),
    ("from the hang-up to “ended” on both cards, p50", lambda r: f"{r.ends.p50:,.0f} ms"),
    ("the same, p99", lambda r: f"{r.ends.p99:,.0f} ms"),
    ("from the last card to the last lamp", lambda r: f"{r.lamps * 1000:,.0f} ms"),
    ("the server's processor time to set up a call, signals included", lambda r: f"{r.cpu_set_up * 1000:.1f} ms"),
    (f"the same while {CALLS} calls are on, of one core", lambda r: f"{r.cpu_talking:.0%}"),
)
