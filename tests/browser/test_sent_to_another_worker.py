"""A worker that ends closes the windows' sockets with a code of its own: they come back at once, however often."""

import json

from playwright.sync_api import WebSocketRoute, expect

from presence.hub.draining import COME_BACK
from tests.browser.clerk import Clerk
from tests.browser.person import RECONNECT_MS, Enter

SOON_MS = 500
TIMES = 6  # after so many failures a window would wait for up to 30 s


class Workers:
    """The presence sockets of a page: each is greeted, then sent to another worker as the test says."""

    def __init__(self) -> None:
        self.greeted = 0

    def greet(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        self.greeted += 1
        socket.send(json.dumps({"snapshot": True, "epoch": str(self.greeted), "seq": 0, "rows": []}))

    def send_away(self) -> None:
        self._socket.close(code=COME_BACK)


def test_a_window_that_is_sent_to_another_worker_is_there_at_once(enter: Enter, clerk: Clerk) -> None:
    adam, workers = enter("adam", log_in=False), Workers()
    adam.carry_session(clerk.open_session("adam"))
    adam.page.route_web_socket("**/ws/presence/", workers.greet)
    adam.page.clock.install()
    adam.go("/")
    adam.wait_until_live()

    for time in range(1, TIMES + 1):
        workers.send_away()
        expect(adam.page.locator("html")).to_have_attribute("data-connection", "lost")
        adam.page.clock.run_for(SOON_MS)
        expect(adam.page.locator("html")).to_have_attribute("data-connection", "live", timeout=RECONNECT_MS)
        assert workers.greeted == time + 1
    expect(adam.page.locator("#connection-banner")).to_be_hidden()
