"""What a person waits for in a real browser: first visits, one click, one key, and the grey of a lost connection."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from playwright.sync_api import Browser, Page, expect

from benchmarks.crowded_page import Cost, crowded_page
from benchmarks.network_meter import NetworkMeter
from benchmarks.tables import Lines, by_column, markdown
from scripts.screenshots import chromium, demo_server, logged_in

PAGES = {"/": "People", "/app/": "desktop app", "/settings/status/available/": "rules of a status"}
VISITS = 5
SWITCHES = 20
SLOWER = 4  # times, as FRONTEND's budgets are meant
ROUND_TRIP_MS = 50

_WATCH_PAINT = """() => {
    window.shifts = 0;
    new PerformanceObserver((list) => { for (const each of list.getEntries()) window.largest = each.startTime; })
        .observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => { for (const each of list.getEntries()) window.shifts += each.value; })
        .observe({ type: 'layout-shift', buffered: true });
}"""
NOTE_LAMP = """([number, status]) => {
    const now = () => performance.timeOrigin + performance.now();
    window.sawAt = new Promise((resolve) => {
        const row = document.querySelector(`main [data-extension="${number}"]`);
        const look = () => row.dataset.lamp === status && resolve(now());
        new MutationObserver(look).observe(row, { attributes: true });
    });
}"""
NOTE_INPUT = """() => {
    const now = () => performance.timeOrigin + performance.now();
    for (const type of ['click', 'keydown'])
        document.addEventListener(type, () => { window.inputAt = now(); }, { capture: true });
}"""
GREY_AFTER = """async () => {
    const root = document.documentElement;
    const row = document.querySelector('main [data-extension="102"]');
    // A network that lets nothing through, and the browser says that it is gone.
    window.WebSocket = class extends EventTarget { readyState = 0; send() {} close() {} };
    window.dispatchEvent(new Event('offline'));
    const until = async (isTrue) => { while (!isTrue()) await new Promise(requestAnimationFrame); };
    await until(() => root.dataset.connection === 'lost');
    const lostAt = performance.now();
    await until(() => row.dataset.lamp === 'unknown');
    return performance.now() - lostAt;
}"""


@dataclass(frozen=True, slots=True)
class Visit:
    """A first visit; the times at a quarter of the processor's speed and a round trip of 50 ms."""

    requests: int
    size: int
    scripts: int
    first_byte_ms: float
    largest_paint_ms: float
    shift: float


def measure_pages() -> str:
    with demo_server() as address, chromium() as browser:
        visits = {path: first_visit(browser, address, path) for path in PAGES}
        crowd = crowd_table(crowded_page(browser))
        return f"{visits_table(visits)}\n\n{actions_table(browser, address)}\n\n{crowd}"


def first_visit(browser: Browser, address: str, path: str) -> Visit:
    seen = [visit(browser, address, path) for _ in range(VISITS)]
    first = seen[0]
    return Visit(
        first.requests,
        max(each.size for each in seen),
        max(each.scripts for each in seen),
        max(each.first_byte_ms for each in seen),
        statistics.median(each.largest_paint_ms for each in seen),
        max(each.shift for each in seen),
    )


def visit(browser: Browser, address: str, path: str) -> Visit:
    """By a browser that has never been here, but for its login."""
    door = logged_in(browser, address, "adam")
    page = browser.new_context(locale="en-GB", storage_state=door.context.storage_state()).new_page()
    door.context.close()
    cdp = page.context.new_cdp_session(page)
    meter = NetworkMeter(cdp)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    cdp.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": ROUND_TRIP_MS, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    page.add_init_script(f"({_WATCH_PAINT})()")
    page.goto(address + path)
    expect(page.locator("html")).to_have_attribute("data-connection", "live")
    page.wait_for_load_state("networkidle")
    first_byte = page.evaluate("performance.getEntriesByType('navigation')[0].responseStart")
    largest, shift = page.evaluate("[window.largest, window.shifts]")
    page.context.close()
    return Visit(len(meter.transfers()), meter.size(), meter.size("Script"), first_byte, largest, shift)


def visits_table(visits: dict[str, Visit]) -> str:
    lines: Lines[Visit] = (
        ("requests (at most 12)", lambda v: str(v.requests)),
        ("bodies, compressed (at most 40 kB)", lambda v: f"{v.size / 1000:.1f} kB"),
        ("scripts of them (at most 25 kB)", lambda v: f"{v.scripts / 1000:.1f} kB"),
        ("first byte, the slowest of five (150 ms)", lambda v: f"{v.first_byte_ms:.0f} ms"),
        ("largest paint, median (1.0 s)", lambda v: f"{v.largest_paint_ms / 1000:.2f} s"),
        ("layout shift (0.02)", lambda v: f"{v.shift:.3f}"),
    )
    columns = {name: visits[path] for path, name in PAGES.items()}
    return by_column("first visit, processor at a quarter, round trip 50 ms", columns, lines)


def actions_table(browser: Browser, address: str) -> str:
    adam, piotr = (logged_in(browser, address, user) for user in ("adam", "piotr"))
    by_click = switches(piotr, adam, click_status)
    by_key = switches(piotr, adam, press_status)
    grey = adam.evaluate(GREY_AFTER)
    return markdown(
        [
            ["a person's own actions", "median", "slowest of 20"],
            ["a status by click, until a colleague's window shows it", *spread(by_click)],
            ["the same by Ctrl+. and a digit", *spread(by_key)],
            ["from the lost connection to grey lamps (3 s)", f"{grey / 1000:.1f} s", ""],
        ]
    )


def crowd_table(costs: dict[str, Cost]) -> str:
    return markdown(
        [
            ["lamps that change at once (100 at a quarter of the speed: 20 ms in all)", "script", "style and layout"],
            *([what, f"{cost.script:.1f} ms", f"{cost.layout:.1f} ms"] for what, cost in costs.items()),
        ]
    )


def switches(actor: Page, onlooker: Page, switch: Callable[[Page, str], None]) -> list[float]:
    actor.evaluate(NOTE_INPUT)
    took = []
    for status in islice(cycle(["away", "lunch", "business_trip", "available"]), SWITCHES):
        onlooker.evaluate(NOTE_LAMP, ["102", status])
        switch(actor, status)
        took.append(onlooker.evaluate("window.sawAt") - actor.evaluate("window.inputAt"))
    return took


def click_status(page: Page, status: str) -> None:
    page.locator("#status-menu-button").click()
    page.locator(f'[role="menuitemradio"][data-status="{status}"]').click()


def press_status(page: Page, status: str) -> None:
    digit = ["available", "away", "dnd", "lunch", "business_trip"].index(status) + 1
    page.keyboard.press("Control+.")
    page.keyboard.press(str(digit))


def spread(milliseconds: Sequence[float]) -> tuple[str, str]:
    return f"{statistics.median(milliseconds):.0f} ms", f"{max(milliseconds):.0f} ms"
