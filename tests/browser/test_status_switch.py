"""A switch of status shows before the server has answered, and is taken back where the answer is no."""

from collections.abc import Callable
from time import monotonic

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.person import PATIENCE_MS, Enter

SWITCH = "**/status/"


def hold_switches(page: Page) -> list[Route]:
    """Keeps the requests that switch the status until the test lets them go."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(SWITCH, hold)
    return held


def first_of(page: Page, held: list[Route]) -> Route:
    """The window shows a switch before it has asked."""
    deadline = monotonic() + PATIENCE_MS / 1000
    while not held:
        assert monotonic() < deadline, "nothing was asked"
        page.evaluate("new Promise(requestAnimationFrame)")
    return held[0]


def test_a_switch_shows_at_once_in_the_own_window_and_then_to_everyone(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    adams_other_window = adam.open_window("/calls/")
    held = hold_switches(adam.page)

    adam.switch_status("away")
    adam.sees_lamp("101", "away")
    expect(adam.avatar).to_have_attribute("data-lamp", "away")
    expect(adam.avatar).to_contain_text("Away")
    expect(adam.page.locator("#status-menu")).to_be_hidden()
    piotr.sees_lamp("101", "available")

    first_of(adam.page, held).continue_()
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
    held = hold_switches(adam.page)
    adam.switch_status("away")
    adam.sees_lamp("101", "away")

    answer(first_of(adam.page, held))

    expect(adam.page.locator("#toasts [role=alert]")).to_contain_text(words)
    adam.sees_lamp("101", "available")
    expect(adam.choice("available")).to_have_attribute("aria-checked", "true")
    expect(adam.choice("away")).to_have_attribute("aria-checked", "false")
    expect(adam.avatar).to_have_attribute("data-status", "available")


def test_the_last_of_quick_switches_counts(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")

    for status in ("away", "lunch", "dnd"):
        adam.switch_status(status)

    piotr.sees_lamp("101", "dnd")
    adam.reload()
    adam.sees_lamp("101", "dnd")
    expect(adam.choice("dnd")).to_have_attribute("aria-checked", "true")
