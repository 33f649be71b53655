"""The people who use the pages, in a process of its own: `python -m benchmarks.page_users`, a `Work` as JSON on stdin.

Each has a connection that stays open, a login session, and sends what a browser would send: cookies, the form's own
token and all its controls. Answers are looked into: who gets a wrong one ends the run.
"""

import asyncio
import json
import random
import re
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from itertools import cycle

import httpx

from benchmarks.form_controls import controls_of

PASSWORD = "lampfield"
RULES = "/settings/status/lunch/"
SECONDS = "internal-seconds"
STATUSES = ("away", "lunch", "dnd", "available")
PATIENCE_SECONDS = 120.0
OWN_NETWORK = "127.12.{}.{}"  # an address for each person: logins are limited by address


@dataclass(frozen=True, slots=True)
class Work:
    """What the people do: `shares` says how often each of their acts is drawn.

    `think_seconds`: the mean of a pause before each act, exponential; 0 for none. `logins`: these people log in
    instead, one after another, evenly over `seconds`.
    """

    port: int
    seconds: float
    sessions: list[str] = field(default_factory=list)
    shares: dict[str, int] = field(default_factory=dict)
    think_seconds: float = 0.0
    logins: list[str] = field(default_factory=list)


class Person:
    """A browser with a login; each act returns the seconds from its first byte to the answer's last."""

    def __init__(self, port: int, number: int, session: str = "") -> None:
        transport = httpx.AsyncHTTPTransport(
            verify=False, local_address=OWN_NETWORK.format(number // 250, number % 250 + 1)
        )
        cookies = {"sessionid": session} if session else {}
        self._http = httpx.AsyncClient(
            transport=transport, base_url=f"http://127.0.0.1:{port}", cookies=cookies, timeout=PATIENCE_SECONDS
        )
        self._http.headers["Referer"] = f"http://127.0.0.1:{port}/"
        self._statuses = cycle(STATUSES)
        self._ring_seconds = cycle(range(10 + number % 20, 60))
        self._controls: dict[str, str] = {}

    async def begin(self) -> None:
        """The first page of the day is not measured."""
        await self.rules()

    async def people(self) -> float:
        """Compressed, as a browser wants it; what is in it is looked at in `people_shown`."""
        started = time.perf_counter()
        async with self._http.stream("GET", "/", headers={"Accept-Encoding": "gzip"}) as answer:
            size = sum([len(part) async for part in answer.aiter_raw()])
        if answer.status_code != httpx.codes.OK or size < 1_000:
            raise RuntimeError(f"People answered {answer.status_code} with {size} bytes")
        return time.perf_counter() - started

    async def people_shown(self) -> tuple[int, int, int]:
        """How many rows the page has, its bytes, and those on the wire."""
        answer = await self._http.get("/", headers={"Accept-Encoding": "gzip"})
        return answer.text.count('class="person"'), len(answer.content), answer.num_bytes_downloaded

    async def rules(self) -> float:
        answer, seconds = await self._timed("GET", RULES)
        self._controls = controls_of(answer.text, "status-rules")
        return seconds

    async def save(self) -> float:
        """Another number of seconds; the page that a browser is sent to afterwards has them, and is not measured."""
        wanted = str(next(self._ring_seconds))
        _, seconds = await self._timed("POST", RULES, {**self._controls, SECONDS: wanted}, expected=302)
        await self.rules()
        if self._controls[SECONDS] != wanted:
            raise RuntimeError(f"{wanted} seconds were saved, and {self._controls[SECONDS]} are shown")
        return seconds

    async def switch(self) -> float:
        """As htmx sends it; the answer is the menu with the new status."""
        status = next(self._statuses)
        token = self._controls["csrfmiddlewaretoken"]
        headers = {"HX-Request": "true", "X-CSRFToken": token}
        answer, seconds = await self._timed("POST", "/status/", {"status": status}, headers=headers)
        if not re.search(rf'data-status="{status}" aria-checked="true"', answer.text):
            raise RuntimeError(f"the menu does not show {status}")
        return seconds

    async def log_in(self, name: str) -> float:
        """The page's form is fetched before the clock starts."""
        page = await self._http.get("/login/")
        controls = controls_of(page.text, "login-card") | {"login": name, "password": PASSWORD}
        _, seconds = await self._timed("POST", "/login/", controls, expected=302)
        if "sessionid" not in self._http.cookies:
            raise RuntimeError(f"{name} has no session")
        return seconds

    async def leave(self) -> None:
        await self._http.aclose()

    async def _timed(
        self,
        method: str,
        path: str,
        data: dict[str, str] | None = None,
        *,
        headers: dict[str, str] | None = None,
        expected: int = 200,
    ) -> tuple[httpx.Response, float]:
        started = time.perf_counter()
        answer = await self._http.request(method, path, data=data, headers=headers)
        seconds = time.perf_counter() - started
        if answer.status_code != expected:
            raise RuntimeError(f"{method} {path} answered {answer.status_code}")
        return answer, seconds


ACTS: dict[str, Callable[[Person], Awaitable[float]]] = {
    "people": Person.people,
    "rules": Person.rules,
    "save": Person.save,
    "switch": Person.switch,
}


@dataclass(frozen=True, slots=True)
class Done:
    """Seconds of every act that was begun in time, by its name; and seconds until the last was done."""

    acts: dict[str, list[float]]
    seconds: float


async def work(wanted: Work) -> Done:
    if wanted.logins:
        return await log_everybody_in(wanted)
    people = [Person(wanted.port, number, session) for number, session in enumerate(wanted.sessions)]
    for person in people:
        await person.begin()
    took: dict[str, list[float]] = {act: [] for act in wanted.shares}
    started = time.perf_counter()
    until = started + wanted.seconds
    async with asyncio.TaskGroup() as office:
        for number, person in enumerate(people):
            office.create_task(act_until(until, person, wanted, random.Random(number), took))
    seconds = time.perf_counter() - started
    for person in people:
        await person.leave()
    return Done(took, seconds)


async def act_until(
    until: float, person: Person, wanted: Work, chance: random.Random, took: dict[str, list[float]]
) -> None:
    acts, shares = list(wanted.shares), list(wanted.shares.values())
    while True:
        if wanted.think_seconds:
            await asyncio.sleep(chance.expovariate(1 / wanted.think_seconds))
        if time.perf_counter() > until:
            return
        act = chance.choices(acts, shares)[0]
        took[act].append(await ACTS[act](person))


async def log_everybody_in(wanted: Work) -> Done:
    async def come(number: int, name: str) -> float:
        await asyncio.sleep(number * wanted.seconds / len(wanted.logins))
        person = Person(wanted.port, number)
        try:
            return await person.log_in(name)
        finally:
            await person.leave()

    started = time.perf_counter()
    took = await asyncio.gather(*(come(number, name) for number, name in enumerate(wanted.logins)))
    return Done({"login": list(took)}, time.perf_counter() - started)


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(work(Work(**json.load(sys.stdin)))))))
