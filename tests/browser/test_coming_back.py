"""Thousands of windows that were cut at once must not come back at once, and a refused one is not logged out."""

from playwright.sync_api import Page

from tests.browser.person import Enter

TRIES = 8
WINDOWS = 300
# The longest waits before the first attempts, in milliseconds.
LONGEST = [2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]

# Sockets that are refused at the handshake (1006), in a page whose timers fire at once and are written down.
COME_BACK = """async ([tries, windows, socketScript]) => {
    const { ReconnectingSocket } = await import(socketScript);
    const { WebSocket: RealSocket, setTimeout: realTimeout } = window;
    const waits = [];
    let attempts;
    window.WebSocket = class extends EventTarget {
        constructor() {
            super();
            attempts += 1;
            queueMicrotask(() => this.dispatchEvent(new CloseEvent("close", { code: 1006 })));
        }
        close() {}
    };
    window.setTimeout = (act, wait) => {
        if (String(act).includes("socket.close")) return realTimeout(act, wait);
        waits.at(-1).push(wait);
        if (attempts < tries + 1) queueMicrotask(act);
        return 0;
    };
    for (let turn = 0; turn < windows; turn += 1) {
        attempts = 0;
        waits.push([]);
        const socket = new ReconnectingSocket({ url: () => "ws://nowhere.invalid", onMessage: () => {} });
        while (waits.at(-1).length < tries) await Promise.resolve();
        socket.close();
    }
    window.WebSocket = RealSocket;
    window.setTimeout = realTimeout;
    return waits;
}"""


def waits_of_refused_windows(page: Page) -> list[list[float]]:
    """Window -> how long it waits before each attempt."""
    waits: list[list[float]] = page.evaluate(COME_BACK, [TRIES, WINDOWS, "/static/js/socket.js"])
    return [each[:TRIES] for each in waits]


def test_windows_come_back_spread_over_ever_longer_times_and_ask_nobody_to_log_in(enter: Enter) -> None:
    adam = enter("adam")
    waits = waits_of_refused_windows(adam.page)
    for turn, longest in enumerate(LONGEST):
        drawn = sorted(each[turn] for each in waits)
        assert 0 <= drawn[0] <= longest * 0.1
        assert longest * 0.9 <= drawn[-1] <= longest
        assert longest * 0.35 <= drawn[len(drawn) // 2] <= longest * 0.65
    # It has not been loaded anew, which is what leads to the login.
    assert adam.page.evaluate("sessionStorage.getItem('lampfield.reloadedAt')") is None
    assert adam.page.url.endswith("/")
