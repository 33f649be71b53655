"""A computer whose clock is wrong: what lasts and which day is today come from the server, not from it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.clerk import Clerk
from tests.browser.person import Enter, talk
from tests.browser.test_status_end import soon_over
from tests.browser.test_visits import call, visit

# An hour is a wrong zone, a day a wrong date as well.
WRONG = """
    const Right = Date;
    window.Date = class extends Right {
        constructor(...given) {
            super(...(given.length ? given : [Date.now()]));
        }
        static now() {
            return Right.now() + %d * 3600_000;
        }
    };
"""
JUST_BEGUN = re.compile(r"^0:[0-5]\d$")
TIME_OF_DAY = re.compile(r"^since \d\d:\d\d$")


@pytest.mark.parametrize("hours", [1, -25])
def test_what_has_just_begun_is_seconds_old_and_happened_today(enter: Enter, clerk: Clerk, hours: int) -> None:
    adam, piotr, anna = enter("adam", script=WRONG % hours), enter("piotr"), enter("anna", script=WRONG % hours)
    page = adam.page
    expect(adam.row("103").locator('[data-role="since"]')).to_have_text(TIME_OF_DAY)
    piotr.switch_status("lunch")
    adam.sees_lamp("102", "lunch")
    expect(adam.row("102").locator('[data-role="since"]')).to_have_text(TIME_OF_DAY)
    piotr.switch_status("available")

    talk(adam, piotr, "102")
    expect(page.locator('#call-card [data-role="timer"]')).to_have_text(JUST_BEGUN)
    anna.sees_lamp("102", "talking")
    expect(anna.row("102").locator('[data-role="since"]')).to_have_text(TIME_OF_DAY)
    adam.act("park")
    adam.sees_end("parked")
    expect(anna.page.locator('#parked [data-role="parked-since"]')).to_have_text(JUST_BEGUN)

    soon_over(clerk, 100)
    expect(page.locator("#status-reminder")).to_contain_text("then Available")
    expect(adam.avatar).to_contain_text(re.compile(r"Lunch until \d\d:\d\d\D"))


def test_a_visitor_with_a_wrong_clock_sees_how_long_the_call_lasts(enter: Enter) -> None:
    piotr, visitor = enter("piotr"), visit(enter, script=WRONG % 1)
    call(visitor)
    piotr.sees_call("ringing")
    piotr.act("answer")
    visitor.sees_call("talking")
    expect(visitor.page.locator('#call-card [data-role="timer"]')).to_have_text(JUST_BEGUN)


def test_in_a_queue_the_wait_is_counted_from_its_beginning(enter: Enter) -> None:
    jan, adam, anna = enter("jan", script=WRONG % 1), enter("adam"), enter("anna")
    adam.dial("800")
    jan.sees_call("ringing")
    jan.act("answer")
    jan.sees_call("talking")
    anna.dial("800")
    oldest = jan.page.locator('#my-queues [data-queue="800"] [data-role="queue-oldest"]')
    expect(oldest).to_have_text(re.compile(r"\b0:[0-5]\d\b"))
