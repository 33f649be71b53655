"""Requests that a test keeps from the server until it lets them go."""

from time import monotonic

from playwright.sync_api import Page, Route

from tests.browser.person import PATIENCE_MS


class Held:
    """From now on the requests of this window that match `pattern` wait."""

    def __init__(self, page: Page, pattern: str) -> None:
        self._page = page
        self._routes: list[Route] = []
        page.route(pattern, self._hold)

    def _hold(self, route: Route) -> None:
        self._routes.append(route)

    def first(self) -> Route:
        """The window shows what it asks for before it has asked."""
        deadline = monotonic() + PATIENCE_MS / 1000
        while not self._routes:
            assert monotonic() < deadline, "nothing was asked"
            self._page.evaluate("new Promise(requestAnimationFrame)")
        return self._routes[0]
