"""A switch of status shows before the server has answered, and is taken back where the answer is no."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.browser.clerk import Clerk
from tests.browser.held import Held
from tests.browser.person import Enter, Person, talk

SWITCH = "**/status/"
OWN_LAMPS = """async () => {
    await new Promise(requestAnimationFrame);
    const marks = document.querySelectorAll('.person[data-extension="101"], #status-menu-button');
    return [...marks].map((mark) => mark.dataset.lamp);
}"""


def test_a_switch_shows_at_once_in_the_own_window_and_then_to_everyone(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    adams_other_window = adam.open_window("/calls/")
    held = Held(adam.page, SWITCH)

    adam.choose_status("away")
    adam.sees_lamp("101", "away")
    expect(adam.avatar).to_have_attribute("data-lamp", "away")
    expect(adam.avatar).to_contain_text("Away")
    expect(adam.page.locator("#status-menu")).to_be_hidden()
    piotr.sees_lamp("101", "available")

    held.first().continue_()
    piotr.sees_lamp("101", "away")
    expect(adams_other_window.avatar).to_have_attribute("data-lamp", "away")
    expect(adams_other_window.choice("away")).to_have_attribute("aria-checked", "true")


def refuse(route: Route) -> None:
    """The server's own refusal: a status that there is not."""
    route.continue_(post_data=(route.request.post_data or "").replace("status=away", "status=asleep"))


def break_down(route: Route) -> None:
    route.fulfill(status=500, content_type="text/html", body="<h1>Server Error</h1>")


def lose(route: Route) -> None:
    route.abort()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (refuse, "Your status was not changed: the server refused. It is still “Available”."),
        (break_down, "Your status was not changed: the server refused. It is still “Available”."),
        (lose, "Your status was not changed: the server cannot be reached. It is still “Available”."),
    ],
)
def test_a_switch_that_fails_is_taken_back_with_a_message(
    enter: Enter, answer: Callable[[Route], None], words: str
) -> None:
    adam = enter("adam")
    adam.expect_complaints("Failed to load resource|Failed to fetch")
    held = Held(adam.page, SWITCH)
    adam.choose_status("away")
    adam.sees_lamp("101", "away")

    answer(held.first())

    expect(adam.page.locator("#toasts [role=alert]")).to_contain_text(words)
    adam.sees_lamp("101", "available")
    expect(adam.choice("available")).to_have_attribute("aria-checked", "true")
    expect(adam.choice("away")).to_have_attribute("aria-checked", "false")
    expect(adam.avatar).to_have_attribute("data-status", "available")


def test_a_call_that_ends_does_not_undo_a_switch_that_is_not_answered_yet(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    adam.expect_complaints("Failed to load resource")
    talk(piotr, adam, "101")
    held = Held(adam.page, SWITCH)
    adam.choose_status("away")
    expect(adam.row("101")).to_have_attribute("data-status", "away")
    adam.sees_lamp("101", "talking")

    adam.act("hang-up")

    adam.sees_lamp("101", "away")
    piotr.sees_lamp("101", "available")
    adam.sees_lamp("101", "away")
    expect(adam.avatar).to_have_attribute("data-status", "away")
    expect(adam.choice("away")).to_have_attribute("aria-checked", "true")

    refuse(held.first())

    adam.sees_lamp("101", "available")
    expect(adam.avatar).to_have_attribute("data-status", "available")
    expect(adam.choice("available")).to_have_attribute("aria-checked", "true")


class LateNews:
    """A socket of a window: news that hold `word` wait until the test says so."""

    def __init__(self, page: Page, address: str, word: str) -> None:
        self._word = word
        self._frames: list[str | bytes] = []
        page.route_web_socket(re.compile(address), self._carry)

    def _carry(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        socket.connect_to_server().on_message(self._hear)

    def _hear(self, frame: str | bytes) -> None:
        if self._word in str(frame) and '"snapshot"' not in str(frame):
            self._frames.append(frame)
        else:
            self._socket.send(frame)

    def come(self) -> None:
        for frame in self._frames:
            self._socket.send(frame)


@pytest.fixture
def early_adam(enter: Enter, clerk: Clerk) -> Person:
    """Adam on his way in: his window has opened no socket yet, and everybody's lamps are fresh."""
    enter("piotr")
    adam = enter("adam", log_in=False)
    adam.carry_session(clerk.open_session("adam"))
    return adam


def test_an_answer_counts_though_the_news_of_it_are_still_to_come(early_adam: Person) -> None:
    adam, news = early_adam, LateNews(early_adam.page, "/ws/presence/", '"rows"')
    adam.go("/")
    adam.wait_until_live()
    adam.sees_lamp("101", "available")

    adam.switch_status("away")

    assert adam.page.evaluate(OWN_LAMPS) == ["away", "away"]
    news.come()
    adam.sees_lamp("101", "away")


def test_the_bar_says_where_a_status_was_set_though_the_menu_said_so_before(early_adam: Person) -> None:
    adam, news = early_adam, LateNews(early_adam.page, "/ws/phone/", '"status_set"')
    adam.go("/calls/")
    adam.wait_until_live()
    adam.switch_status("away")
    expect(adam.page.locator("#status-menu [data-role=status-line]")).to_contain_text("set in the web client")

    news.come()

    expect(adam.avatar).to_contain_text("set in the web client")


def test_the_last_of_quick_switches_counts(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")

    for status in ("away", "lunch", "dnd"):
        adam.choose_status(status)

    piotr.sees_lamp("101", "dnd")
    adam.reload()
    adam.sees_lamp("101", "dnd")
    expect(adam.choice("dnd")).to_have_attribute("aria-checked", "true")
