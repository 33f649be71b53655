"""A person at a browser: what they do and what they see, by the contract's names (docs/architecture.md)."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

PASSWORD = "lampfield"
PATIENCE_MS = 10_000

# Asked in the page: `wait_for_function` takes the promise of an answer for the answer.
_HEARS_MORE = """async ([before, patience]) => {
    for (const end = Date.now() + patience; Date.now() < end; ) {
        const stats = await window.lampfieldPhone.stats();
        if (stats !== null && stats.bytesReceived > before + 300) return true;
        await new Promise(requestAnimationFrame);
    }
    return false;
}"""


class Person:
    """One window of one logged-in person."""

    def __init__(self, page: Page, address: str, name: str) -> None:
        self.page = page
        self.address = address
        self.name = name
        self.complaints: list[str] = []
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))

    def _note(self, kind: str, text: str) -> None:
        if kind == "error":
            self.complaints.append(text)

    def log_in(self) -> None:
        self.go("/login/")
        self.page.locator("input[name=login]").fill(self.name)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("input[name=password]").press("Enter")
        expect(self.page.locator("#status-menu-button")).to_be_visible()
        self.wait_until_live()

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def wait_until_live(self) -> None:
        expect(self.page.locator("html")).to_have_attribute("data-connection", "live", timeout=PATIENCE_MS)
        expect(self.page.locator('[data-extension][data-registered="true"]').first).to_be_attached(timeout=PATIENCE_MS)

    def row(self, number: str) -> Any:
        return self.page.locator(f'main [data-extension="{number}"]').first

    def sees_lamp(self, number: str, lamp: str) -> None:
        expect(self.row(number)).to_have_attribute("data-lamp", lamp, timeout=PATIENCE_MS)

    def sees_registered(self, number: str, registered: bool = True) -> None:
        expect(self.row(number)).to_have_attribute("data-registered", str(registered).lower(), timeout=PATIENCE_MS)

    def switch_status(self, status: str) -> None:
        self.page.locator("#status-menu-button").click()
        self.page.locator(f'[role=menuitemradio][data-status="{status}"]').click()

    def call(self, number: str) -> None:
        self.row(number).locator('[data-call-action="call"]').click()

    def act(self, action: str) -> None:
        self.page.locator(f'#call-card [data-call-action="{action}"]').click()

    def sees_call(self, state: str, timeout: float = PATIENCE_MS) -> None:
        expect(self.page.locator("#call-card")).to_have_attribute("data-call-state", state, timeout=timeout)

    def sees_end(self, reason: str, words: str = "") -> None:
        card = self.page.locator("#call-card")
        expect(card).to_have_attribute("data-end-reason", reason, timeout=PATIENCE_MS)
        expect(card).to_be_visible()
        if words:
            expect(card).to_contain_text(words)

    def bytes_heard(self) -> int:
        """Bytes of sound received in the call this window carries."""
        stats = self.page.evaluate("window.lampfieldPhone.stats()")
        return int(stats["bytesReceived"]) if stats else 0

    def hears_more_and_more(self) -> None:
        """The proof that a voice arrives: the bytes received grow, twice."""
        for _ in range(2):
            assert self.page.evaluate(_HEARS_MORE, [self.bytes_heard(), PATIENCE_MS]), f"{self.name} hears nothing"


Enter = Callable[..., Person]
