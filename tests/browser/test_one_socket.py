"""All windows of a person in one browser share the socket that the lamps come by."""

import re

from playwright.sync_api import Page, WebSocket, expect

from tests.browser.person import Enter, Person
from tests.browser.server import Server

PRESENCE = "/ws/presence/"
A_SILENCE = 40_000


class SocketCount:
    """How many presence sockets the windows have opened, and how many of them are open."""

    def __init__(self) -> None:
        self.opened = 0
        self.open = 0

    def watch(self, page: Page) -> None:
        page.on("websocket", self._note)

    def _note(self, socket: WebSocket) -> None:
        if PRESENCE not in socket.url:
            return
        self.opened += 1
        self.open += 1
        socket.on("close", self._forget)

    def _forget(self, _: WebSocket) -> None:
        self.open -= 1


def windows_of(person: Person, count: SocketCount, number: int) -> list[Person]:
    person.page.context.on("page", count.watch)
    return [person.open_window() for _ in range(number)]


def test_three_windows_have_one_socket_and_see_the_same(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    count = SocketCount()

    windows = windows_of(adam, count, 2)

    assert count.opened == 0
    piotr.switch_status("lunch")
    for window in (adam, *windows):
        window.sees_lamp("102", "lunch")


def test_the_next_window_takes_the_socket_over_when_its_window_is_closed(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    count = SocketCount()
    second, third = windows_of(adam, count, 2)

    adam.page.close()
    piotr.switch_status("away")

    for window in (second, third):
        window.sees_lamp("102", "away")
        expect(window.page.locator("html")).to_have_attribute("data-connection", "live")
    assert (count.opened, count.open) == (1, 1)


def test_a_window_that_hears_nothing_any_more_takes_the_socket_for_itself(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    count = SocketCount()
    adam.page.context.on("page", count.watch)
    waiting = Person(adam.page.context.new_page(), adam.address, "adam", [])
    waiting.page.clock.install()
    waiting.go("/")
    waiting.wait_until_live()
    assert count.opened == 0

    waiting.page.clock.fast_forward(A_SILENCE)
    expect(waiting.page.locator("html")).to_have_attribute("data-connection", re.compile("live"))

    piotr.switch_status("dnd")
    adam.sees_lamp("102", "dnd")
    waiting.sees_lamp("102", "dnd")
    assert (count.opened, count.open) == (1, 1)


def test_a_lost_server_is_lost_for_every_window_and_found_again_by_all(enter: Enter, server: Server) -> None:
    adam = enter("adam")
    (second,) = windows_of(adam, SocketCount(), 1)
    for window in (adam, second):
        window.expect_lost_server()

    server.stop()
    for window in (adam, second):
        expect(window.page.locator("#connection-banner")).to_be_visible()
        window.sees_lamp("102", "unknown")
    server.start()

    for window in (adam, second):
        window.wait_until_live()
        window.sees_lamp("102", "available")
