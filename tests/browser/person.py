"""A person at a browser: what they do and what they see, by the contract's names (docs/architecture.md)."""

import re
from collections.abc import Callable
from time import monotonic

from playwright.sync_api import Locator, Page, WebSocket, expect

PASSWORD = "lampfield"
PATIENCE_MS = 10_000
# After a lost connection the scripts wait longer and longer, in full jitter.
RECONNECT_MS = 30_000
# SPEC.md: a vanished browser clears its lamp within 15 s.
VANISHED_MS = 15_000

# Asked in the page: `wait_for_function` takes the promise of an answer for the answer.
_HEARS_MORE = """async ([before, patience]) => {
    for (const end = Date.now() + patience; Date.now() < end; ) {
        const stats = await window.lampfieldPhone.stats();
        if (stats !== null && stats.bytesReceived > before + 300) return true;
        await new Promise(requestAnimationFrame);
    }
    return false;
}"""

_AWAIT_THE_SWITCH = """(patience) => {
    window.switchIsAnswered = new Promise((resolve) => {
        const judge = ({ detail }) => detail.ctx?.request?.form?.id === 'status-form' && resolve(true);
        document.addEventListener('htmx:after:swap', judge);
        setTimeout(resolve, patience, false);
    });
}"""
_LOAD_THE_REST = """async () => {
    await import(JSON.parse(document.getElementById('page-config').textContent).urls.after_load);
}"""
_AS_NEW = """async ([versions, patience]) => {
    const isAsNew = ({ dataset }) => Number(dataset.version) >= (versions[dataset.extension] ?? -1);
    for (const end = Date.now() + patience; Date.now() < end; ) {
        await new Promise(requestAnimationFrame); // what came last is painted with the next frame
        if ([...document.querySelectorAll("[data-extension][data-version]")].every(isAsNew)) return true;
    }
    return false;
}"""


class Person:
    """One window of one person. `company`: everybody whose console is read at the end of the test."""

    def __init__(self, page: Page, address: str, name: str, company: list["Person"]) -> None:
        self.page = page
        self.address = address
        self.name = name
        self.complaints: list[str] = []
        self._expected = ""
        self._company = company
        self.avatar = page.locator("#status-menu-button")
        self.card = page.locator("#call-card")
        company.append(self)
        page.on("console", lambda message: self._note(message.type, f"{message.text} at {message.location['url']}"))
        page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))
        self.sockets_opened = 0
        self._phone: WebSocket | None = None
        page.on("websocket", self._watch_socket)

    def _watch_socket(self, socket: WebSocket) -> None:
        self.sockets_opened += 1
        if "/ws/phone/" not in socket.url:
            return
        self._phone = None
        socket.on("framereceived", lambda frame: self._watch_phone(socket, frame))
        socket.on("close", lambda _: self._watch_phone(socket, None))

    def _watch_phone(self, socket: WebSocket, frame: str | bytes | None) -> None:
        if isinstance(frame, str) and '"welcome"' in frame:
            self._phone = socket
        elif frame is None and self._phone is socket:
            self._phone = None

    def _note(self, kind: str, text: str) -> None:
        # Chromium reports violations of the content security policy as errors, too.
        if kind == "error" and not (self._expected and re.search(self._expected, text)):
            self.complaints.append(text)

    def expect_complaints(self, pattern: str) -> None:
        """From now on the browser may say this: the test takes something away from it."""
        self._expected = pattern

    def expect_lost_server(self) -> None:
        self.expect_complaints(r"WebSocket connection|net::ERR_(CONNECTION|EMPTY|SOCKET)|Failed to fetch")

    def open_window(self, path: str = "/") -> "Person":
        """A second window of the same browser and login."""
        window = Person(self.page.context.new_page(), self.address, self.name, self._company)
        window.go(path)
        window.wait_until_live()
        return window

    def close_browser(self) -> None:
        self.page.context.close()

    def carry_session(self, key: str) -> None:
        self.page.context.add_cookies([{"name": "sessionid", "value": key, "url": self.address}])

    def log_in(self) -> None:
        self.go("/login/")
        self.page.locator("input[name=login]").fill(self.name)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("input[name=password]").press("Enter")
        expect(self.avatar).to_be_visible()
        self.wait_until_live()

    def go(self, path: str) -> None:
        self._phone = None
        self.page.goto(self.address + path)

    def reload(self) -> None:
        self._phone = None
        self.page.reload()

    def follow(self, link: str) -> None:
        """A click in the rail; the page is there when its heading says so."""
        self.page.locator(".rail a", has_text=link).click()
        expect(self.page.locator("main h1")).to_have_text(link)

    def wait_until_live(self) -> None:
        """Lamps are fresh, and this window is a phone."""
        expect(self.page.locator("html")).to_have_attribute("data-connection", "live", timeout=RECONNECT_MS)
        deadline = monotonic() + RECONNECT_MS / 1000
        while self._phone is None:
            assert monotonic() < deadline, f"the phone of {self.name} got no welcome"
            self.page.evaluate("new Promise(requestAnimationFrame)")

    def load_the_rest(self) -> None:
        """At once what a window fetches some seconds after it is up: its worker, the badge, links, waking."""
        self.page.evaluate(_LOAD_THE_REST)

    def wait_until_as_new_as(self, versions: dict[str, int]) -> None:
        """Everybody whom this window shows is shown as of these versions, or later."""
        assert self.page.evaluate(_AS_NEW, [versions, PATIENCE_MS]), f"the lamps before {self.name} stay old"

    def row(self, number: str) -> Locator:
        return self.page.locator(f'main [data-extension="{number}"]').first

    def sees_lamp(self, number: str, lamp: str, timeout: float = PATIENCE_MS) -> None:
        expect(self.row(number)).to_have_attribute("data-lamp", lamp, timeout=timeout)

    def sees_registered(self, number: str, registered: bool = True) -> None:
        expect(self.row(number)).to_have_attribute("data-registered", str(registered).lower())

    def choose_status(self, status: str) -> None:
        """The window shows it; the server may not have heard of it yet."""
        self.avatar.click()
        self.choice(status).click()
        expect(self.choice(status)).to_have_attribute("aria-checked", "true")

    def switch_status(self, status: str) -> None:
        """Until the server has answered, and the window has taken that in."""
        self.page.evaluate(_AWAIT_THE_SWITCH, PATIENCE_MS)
        self.choose_status(status)
        assert self.page.evaluate("window.switchIsAnswered"), f"no answer to {self.name}'s switch"

    def choice(self, status: str) -> Locator:
        return self.page.locator(f'[role=menuitemradio][data-status="{status}"]')

    def call(self, number: str) -> None:
        self.row(number).locator('[data-call-action="call"]').click()

    def dial(self, number: str) -> None:
        """Typed into the field of the bar."""
        self.page.locator("#dial-field").fill(number)
        self.page.locator("#dial-field").press("Enter")

    def button(self, action: str) -> Locator:
        """Of the call in front; those of the other calls stand in `#call-lines`."""
        return self.card.locator(f'[data-role="buttons"] [data-call-action="{action}"]')

    def act(self, action: str) -> None:
        self.button(action).click()

    def sees_call(self, state: str, timeout: float = PATIENCE_MS) -> None:
        expect(self.card).to_have_attribute("data-call-state", state, timeout=timeout)

    def sees_end(self, reason: str, words: str = "", timeout: float = PATIENCE_MS) -> None:
        expect(self.card).to_have_attribute("data-end-reason", reason, timeout=timeout)
        expect(self.card).to_be_visible()
        if words:
            expect(self.card).to_contain_text(words)

    def bytes_heard(self) -> int:
        """Bytes of sound received in the call this window carries."""
        stats = self.page.evaluate("window.lampfieldPhone.stats()")
        return int(stats["bytesReceived"]) if stats else 0

    def hears_more_and_more(self) -> None:
        """The proof that a voice arrives: the bytes received grow, twice."""
        for _ in range(2):
            assert self.page.evaluate(_HEARS_MORE, [self.bytes_heard(), PATIENCE_MS]), f"{self.name} hears nothing"


def talk(caller: Person, callee: Person, number: str) -> None:
    """`caller` calls `number`, `callee` answers, and both hear each other."""
    caller.call(number)
    callee.sees_call("ringing")
    callee.act("answer")
    for person in (caller, callee):
        person.sees_call("talking")
        person.hears_more_and_more()


Enter = Callable[..., Person]
