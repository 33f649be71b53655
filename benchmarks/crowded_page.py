"""A company of a thousand on one page: how it loads, and what its window works when lamps change, up to all at once."""

import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Browser, CDPSession, Page, WebSocketRoute, expect

from benchmarks.servers import company, product

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
    """The presence socket of a page, to the server and back, into which further patches can be put."""

    def __init__(self, page: Page) -> None:
        self._seq = 0
        self._epoch = ""
        page.route_web_socket("**/ws/presence/", self._join)

    def change(self, numbers: Sequence[str], lamp: str) -> None:
        self._seq += 1
        since = int(time.time())
        rows = [[number, 1_000_000 + self._seq, lamp, 1, since, "available"] for number in numbers]
        patch = {"epoch": self._epoch, "seq": self._seq, "rows": rows}
        self._socket.send(json.dumps(patch, separators=(",", ":")))

    def _join(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        server = socket.connect_to_server()
        server.on_message(self._pass_snapshot)

    def _pass_snapshot(self, message: str | bytes) -> None:
        """After it the server's own patches are left out: their numbers would not follow ours."""
        said = json.loads(message)
        if said.get("snapshot"):
            self._epoch, self._seq = said["epoch"], said["seq"]
            self._socket.send(message)


def crowded_page(browser: Browser) -> dict[str, Cost]:
    """The median cost, by what changed and how fast the processor was."""
    with company(ROWS) as demo, product(demo) as server:
        address = f"http://127.0.0.1:{server.port}"
        context = browser.new_context(locale="en-GB")
        context.add_cookies([{"name": "sessionid", "value": demo.sessions[0], "url": address}])
        page = context.new_page()
        feed = Feed(page)
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("data-connection", "live", timeout=PATIENCE_MS)
        numbers = page.locator("main .person").evaluate_all("(rows) => rows.map((row) => row.dataset.extension)")
        if len(numbers) != ROWS:
            raise RuntimeError(f"the page has {len(numbers)} rows")
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
