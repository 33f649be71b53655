"""A company of a thousand on one page: how it loads, and what its window works when lamps change, up to all at once."""

import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Browser, CDPSession, Page, WebSocketRoute, expect

from benchmarks.servers import company, product
from presence.management.demo_company import PEOPLE, crowd

ROWS = 1_000
ROUNDS = 10
SLOWER = 4  # times, as FRONTEND's budgets are meant
PATIENCE_MS = 60_000
LAMPS = ("talking", "available")

_UNTIL_PAINTED = """async ([number, lamp]) => {
    const nextFrame = () => new Promise(requestAnimationFrame);
    const row = document.querySelector(`main [data-extension="${number}"]`);
    while (row.dataset.lamp !== lamp) await nextFrame();
    await nextFrame();
}"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of the window's one thread: our script, and layout with style."""

    script: float
    layout: float

    def since(self, before: "Cost") -> "Cost":
        return Cost(self.script - before.script, self.layout - before.layout)


class Feed:
    """The presence socket of a page: everybody's lamp at the beginning, then the patches that are asked for."""

    def __init__(self, page: Page, numbers: Sequence[str]) -> None:
        self._seq = 0
        self._numbers = numbers
        page.route_web_socket("**/ws/presence/", self._greet)

    def change(self, numbers: Sequence[str], lamp: str) -> None:
        self._seq += 1
        self._send({"epoch": "feed", "seq": self._seq, "rows": self._rows(numbers, lamp)})

    def _greet(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        rows = self._rows(self._numbers, "available")
        self._send({"snapshot": True, "epoch": "feed", "seq": self._seq, "rows": rows})

    def _rows(self, numbers: Sequence[str], lamp: str) -> list[list[str | int]]:
        """Newer than anything that the server has drawn."""
        version, since = 1_000 + self._seq, int(time.time())
        return [[number, version, lamp, 1, since, "available"] for number in numbers]

    def _send(self, message: dict[str, object]) -> None:
        self._socket.send(json.dumps(message, separators=(",", ":")))


def crowded_page(browser: Browser) -> dict[str, Cost]:
    """The median cost, by what changed and how fast the processor was."""
    with company(ROWS) as demo, product(demo) as server:
        address = f"http://127.0.0.1:{server.port}"
        context = browser.new_context(locale="en-GB")
        context.add_cookies([{"name": "sessionid", "value": demo.sessions[0], "url": address}])
        page = context.new_page()
        numbers = [number for number, *_ in PEOPLE]
        numbers += [number for number, _ in crowd(ROWS - len(PEOPLE), set(numbers))]
        feed = Feed(page, numbers)
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("data-connection", "live", timeout=PATIENCE_MS)
        expect(page.locator("main .person")).to_have_count(ROWS)
        cdp = context.new_cdp_session(page)
        cdp.send("Performance.enable")
        found = {}
        for rate, speed in ((1, "full speed"), (SLOWER, "a quarter of the speed")):
            cdp.send("Emulation.setCPUThrottlingRate", {"rate": rate})
            for count in (100, ROWS):
                found[f"{count:,} of {ROWS:,} lamps, {speed}"] = _cost(page, cdp, feed, numbers[:count])
        context.close()
    return found


def _cost(page: Page, cdp: CDPSession, feed: Feed, numbers: Sequence[str]) -> Cost:
    costs = []
    for turn in range(ROUNDS):
        before, lamp = _until_now(cdp), LAMPS[turn % len(LAMPS)]
        feed.change(numbers, lamp)
        page.evaluate(_UNTIL_PAINTED, [numbers[-1], lamp])
        costs.append(_until_now(cdp).since(before))
    return Cost(statistics.median(each.script for each in costs), statistics.median(each.layout for each in costs))


def _until_now(cdp: CDPSession) -> Cost:
    spent = {each["name"]: each["value"] * 1000 for each in cdp.send("Performance.getMetrics")["metrics"]}
    return Cost(spent["ScriptDuration"], spent["LayoutDuration"] + spent["RecalcStyleDuration"])
