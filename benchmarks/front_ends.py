"""The desktop app beside 3CX, Webex and Teams: ours measured, theirs as far as it is public."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from itertools import combinations

from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, expect

from benchmarks.network_meter import NetworkMeter
from benchmarks.pages import GREY_AFTER, NOTE_INPUT, NOTE_LAMP
from benchmarks.rivals import NOT_FOUND, RIVALS, SOURCES, Row
from benchmarks.tables import markdown
from scripts.screenshots import chromium, demo_server, logged_in

ROUNDS = 5
LAMPS = ("available", "away", "dnd", "lunch", "business_trip", "ringing", "talking", "unknown", "no phone")
# A quarter of black to white: a difference that nobody misses.
_SEEN = 64
_SHOW_LAMPS = """(lamps) => {
    const row = document.createElement('p');
    for (const lamp of lamps) {
        const isAway = lamp === 'no phone';
        const place = Object.assign(document.createElement('span'), { innerHTML: '<span class="lamp"></span>' });
        Object.assign(place.dataset, { lamp: isAway ? 'available' : lamp, registered: String(!isAway) });
        row.append(place);
    }
    row.id = 'shown-lamps';
    document.querySelector('#main').prepend(row);
}"""
_NOTE_GONE = """(number) => {
    const row = document.querySelector(`main [data-extension="${number}"]`);
    window.goneAt = new Promise((resolve) => {
        new MutationObserver(() => row.dataset.registered === 'false' && resolve(Date.now()))
            .observe(row, { attributes: true });
    });
}"""


@dataclass(frozen=True, slots=True)
class Weight:
    """Bodies of a visit, compressed, in bytes, and how many."""

    size: int
    requests: int


def front_ends() -> str:
    with demo_server() as address, chromium() as browser:
        ours = measured(browser, address)
    rows = [
        ["desktop app", "**Lampfield**", *RIVALS],
        *([row.value, ours[row], *(theirs.get(row, NOT_FOUND) for theirs in RIVALS.values())] for row in Row),
    ]
    sources = "\n".join(f"{number}. [{what}]({where})" for number, (what, where) in enumerate(SOURCES, 1))
    return f"the demo company.\n\n{markdown(rows, '---')}\n\n{sources}"


def measured(browser: Browser, address: str) -> dict[Row, str]:
    page = logged_in(browser, address, "adam", forced_colors="active", device_scale_factor=4)
    differences = shapes(page)
    page.context.close()
    alike = {lamp for pair, share in differences.items() if share == 0 for lamp in pair}
    first, again = visits(browser, address)
    return {
        Row.SHAPE: f"{len(LAMPS) - len(alike)} of {len(LAMPS)} lamps differ in forced colours, "
        f"the closest pair in {min(differences.values()):.0%} of its pixels; each has its word beside it",
        Row.DOUBT: f"own connection lost: all grey with “as of” after {grey_after(browser, address):.1f} s; "
        f"a window that was closed: “no phone” after {gone_after(browser, address):.1f} s",
        Row.SPEED: f"{status_by_keys(browser, address):.0f} ms from the key, median",
        Row.KEYS: "status: Ctrl+. and a digit, 2 keys; call 102: / 1 0 2 Enter, 5 keys; answer: Space; single keys "
        "can be switched off",
        Row.END: "any status, until any minute of 60 days, then the one before or a chosen one; all see it",
        Row.WEIGHT: f"first visit {first.size / 1000:.1f} kB in {first.requests} requests, the next "
        f"{again.size / 1000:.1f} kB in {again.requests}",
    }


def shapes(page: Page) -> dict[tuple[str, str], float]:
    """Of each two lamps the share of pixels in which they differ, on a page whose system allows no colours."""
    page.evaluate(_SHOW_LAMPS, list(LAMPS))
    shots = [lamp.screenshot(animations="disabled") for lamp in page.locator("#shown-lamps .lamp").all()]
    pictures = {lamp: Image.open(BytesIO(shot)).convert("L") for lamp, shot in zip(LAMPS, shots, strict=True)}
    return {pair: difference(*(pictures[lamp] for lamp in pair)) for pair in combinations(LAMPS, 2)}


def difference(one: Image.Image, other: Image.Image) -> float:
    pixels = ImageChops.difference(one, other.resize(one.size)).histogram()
    return sum(pixels[_SEEN:]) / sum(pixels)


def grey_after(browser: Browser, address: str) -> float:
    page = logged_in(browser, address, "adam")
    seconds = float(page.evaluate(GREY_AFTER)) / 1000
    page.context.close()
    return seconds


def gone_after(browser: Browser, address: str) -> float:
    """Seconds from the end of a colleague's only window until another window shows no phone."""
    adam, piotr = (logged_in(browser, address, user) for user in ("adam", "piotr"))
    expect(adam.locator('main [data-extension="102"]')).to_have_attribute("data-registered", "true")
    adam.evaluate(_NOTE_GONE, "102")
    closed_at = time.time()
    piotr.context.close()
    seconds = float(adam.evaluate("window.goneAt")) / 1000 - closed_at
    adam.context.close()
    return seconds


def status_by_keys(browser: Browser, address: str) -> float:
    """Milliseconds from the digit until the colleague's app shows the status, median."""
    adam, piotr = (logged_in(browser, address, user) for user in ("adam", "piotr"))
    for page in (adam, piotr):
        page.goto(f"{address}/app/people/")
        expect(page.locator("html")).to_have_attribute("data-connection", "live")
    adam.evaluate(NOTE_INPUT)
    took = sorted(_switch(adam, piotr, digit, status) for digit, status in _digits())
    for page in (adam, piotr):
        page.context.close()
    return took[len(took) // 2]


def _digits() -> Iterable[tuple[str, str]]:
    return [("2", "away"), ("4", "lunch"), ("1", "available")] * ROUNDS


def _switch(actor: Page, onlooker: Page, digit: str, status: str) -> float:
    onlooker.evaluate(NOTE_LAMP, ["101", status])
    actor.keyboard.press("Control+.")
    actor.keyboard.press(digit)
    return float(onlooker.evaluate("window.sawAt")) - float(actor.evaluate("window.inputAt"))


def visits(browser: Browser, address: str) -> tuple[Weight, Weight]:
    """The first of a browser that has only its login, and the next one."""
    door = logged_in(browser, address, "adam")
    context = browser.new_context(locale="en-GB", storage_state=door.context.storage_state())
    door.context.close()
    weights = []
    for _ in range(2):
        page = context.new_page()
        meter = NetworkMeter(page.context.new_cdp_session(page))
        page.goto(f"{address}/app/")
        expect(page.locator("html")).to_have_attribute("data-connection", "live")
        page.wait_for_load_state("networkidle")
        weights.append(Weight(meter.size(), len(meter.transfers())))
        page.close()
    context.close()
    return weights[0], weights[1]
