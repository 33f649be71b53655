"""A status with a note and an end in real windows: set, seen everywhere, reminded of, ended, taken back."""

import re
from datetime import timedelta
from time import monotonic

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import spills, violations
from tests.browser.clerk import Clerk
from tests.browser.person import PATIENCE_MS, Enter, Person
from tests.browser.server import Server

NOTE = "<img src=x onerror=alert(1)> “cake”"
LINE = re.compile(r"^Lunch until .*12:45, set in the web client at \d\d:\d\d, then Available")


def open_fields(page: Page) -> Locator:
    page.click("#status-menu-button")
    page.get_by_role("menuitem", name="With a note or an end…").click()
    fields = page.locator("[data-role=status-end-fields]")
    expect(fields).to_be_visible()
    return fields


def soon_over(clerk: Clerk, seconds: float, *, status: str = "lunch") -> None:
    """Adam's status ends so soon; with a note."""
    until = (timezone.now() + timedelta(seconds=seconds)).isoformat()
    clerk.change_extension("101", status=status, status_until=until, status_note="Cake", status_after="available")


def test_lunch_until_a_time_of_ones_own_is_seen_in_two_windows_and_by_a_colleague_and_then_ends(
    enter: Enter, clerk: Clerk
) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    other = adam.open_window("/calls/")
    fields = open_fields(adam.page)
    fields.locator("[name=end_time]").fill("12:45")
    fields.locator("[name=end_date]").fill(str(timezone.localdate() + timedelta(days=1)))
    expect(fields.locator('[name=end][value="time"]')).to_be_checked()
    fields.get_by_label("Note").fill(NOTE)
    adam.choice("lunch").click()

    for window in (adam, other):
        expect(window.page.locator("#status-menu")).to_be_hidden()
        expect(window.avatar).to_have_attribute("data-status", "lunch")
        expect(window.avatar).to_contain_text(re.compile(r"Lunch until \d+ \w+, 12:45set in the web client at"))
        line = window.page.locator("#status-menu [data-role=status-line]")
        expect(line).to_have_text(LINE)
        expect(line).to_contain_text(NOTE)
        expect(window.page.locator("[data-role=status-back]")).to_have_text("Back to Available")
    expect(adam.avatar).to_be_focused()
    words = piotr.row("101").locator(".person-words")
    expect(words).to_contain_text(re.compile("Lunch until .*12:45"))
    expect(words).to_contain_text(f"“{NOTE}”")

    for window in (adam, piotr):  # the server draws what the scripts painted
        window.reload()
        window.wait_until_live()
        expect(window.row("101").locator(".person-words")).to_contain_text(f"“{NOTE}”")
    expect(adam.page.locator("#status-menu [data-role=status-line]")).to_have_text(LINE)

    soon_over(clerk, -1)
    for window in (adam, other, piotr):
        expect(window.page.locator('[data-extension="101"]').first).to_have_attribute("data-lamp", "available")
    expect(words).not_to_contain_text("cake")
    expect(other.page.locator("#status-menu [data-role=status-line]")).to_have_text(re.compile("^Available, since"))
    back = other.page.locator("[data-role=status-back]")
    expect(back).to_have_text("Back to Lunch “Cake”")
    other.avatar.click()
    back.click()
    expect(words).to_contain_text("“Cake”")
    adam.sees_lamp("101", "lunch")


def test_by_keyboard_alone_a_time_that_has_passed_is_refused_beside_its_field_and_nothing_is_lost(
    enter: Enter,
) -> None:
    adam = enter("adam")
    page = adam.page
    adam.expect_complaints("422")
    page.keyboard.press("Control+.")
    page.keyboard.press("w")
    expect(page.get_by_role("menuitem", name="With a note or an end…")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator('[name=end][value=""]')).to_be_focused()
    assert violations(page) + spills(page) == []
    page.locator("[name=end_time]").fill("00:00")
    page.get_by_label("Note").focus()
    page.keyboard.type("back by bus")  # letters that would lead to a status of the menu
    page.keyboard.press("Enter")  # keeps the present status, with what was typed

    expect(page.locator("#status-form-time-error")).to_have_text(
        "That time has passed. For another day, give the day, too."
    )
    expect(page.locator("[name=end_time]")).to_be_focused()
    expect(page.locator("[name=end_time]")).to_have_value("00:00")
    expect(page.get_by_label("Note")).to_have_value("back by bus")
    expect(page.locator("#toasts")).to_be_empty()

    page.locator('[name=end][value="1h"]').focus()
    page.keyboard.press("Space")
    adam.choice("away").focus()
    page.keyboard.press("Enter")
    expect(adam.avatar).to_have_attribute("data-status", "away")
    expect(adam.avatar).to_contain_text("Away until")
    expect(adam.avatar).to_be_focused()
    page.keyboard.press("Control+.")
    page.keyboard.press("Escape")
    expect(page.locator("#status-menu")).to_be_hidden()


def test_a_status_ends_though_nobody_has_a_page_open_since_the_server_started(server: Server) -> None:
    server.restart()
    soon_over(server.clerk, -1)
    deadline = monotonic() + PATIENCE_MS / 1000
    while server.clerk.status_of("adam") != "available":
        assert monotonic() < deadline, "still at lunch"


def top_of(place: Locator) -> float:
    return float(place.evaluate("place => place.getBoundingClientRect().top"))


def bottom_of(place: Locator) -> float:
    return float(place.evaluate("place => place.getBoundingClientRect().bottom"))


def test_two_minutes_before_its_end_each_window_asks_whatever_its_clock_says(enter: Enter, clerk: Clerk) -> None:
    an_hour_late = "const now = Date.now; Date.now = () => now() - 3_600_000;"
    adam = enter("adam", script=an_hour_late)
    other = adam.open_window("/calls/")
    adam.page.locator("#dial-field").focus()
    reminder = adam.page.locator("#status-reminder")

    soon_over(clerk, 100)
    expect(reminder).to_contain_text("then Available")
    expect(other.page.locator("#status-reminder")).to_be_visible()
    expect(adam.page.locator("#dial-field")).to_be_focused()
    assert violations(adam.page) == []
    # It stands below the page, which goes on above it.
    last = adam.page.locator("main .person").last
    last.scroll_into_view_if_needed()
    adam.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert bottom_of(last) <= top_of(reminder)
    reminder.get_by_role("button", name="15 min more").click()
    for window in (adam, other):
        expect(window.page.locator("#status-reminder")).to_be_hidden()
    expect(adam.avatar).to_contain_text("Lunch until")
    expect(adam.row("101")).to_contain_text("“Cake”")

    soon_over(clerk, 90)
    reminder.get_by_role("button", name="Stay").click()
    expect(reminder).to_be_hidden()
    expect(adam.avatar).to_contain_text("Lunchset in the web client at")
    expect(adam.row("101")).to_contain_text("“Cake”")

    soon_over(clerk, 80)
    reminder.get_by_role("button", name="Back now").click()
    expect(reminder).to_be_hidden()
    adam.sees_lamp("101", "available")
    expect(adam.row("101")).not_to_contain_text("Cake")


@pytest.mark.parametrize(
    ("status", "question"), [("lunch", "You are at Lunch. Set Available?"), ("business_trip", "Business Trip")]
)
def test_who_calls_is_asked_whether_they_are_back_while_the_call_goes_its_way(
    enter: Enter, status: str, question: str
) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    asked = adam.page.locator("#status-question")
    adam.switch_status(status)
    piotr.sees_lamp("101", status)
    adam.call("102")
    piotr.sees_call("ringing")
    expect(asked).to_contain_text(question)
    asked.get_by_role("button", name="Keep").click()
    expect(asked).to_be_hidden()
    hang_up(adam)
    adam.call("102")
    adam.sees_call("dialling")
    hang_up(adam)
    expect(asked).to_be_hidden()  # it was answered

    for change in ("available", status):
        adam.switch_status(change)
        piotr.sees_lamp("101", change)
    adam.dial("102")
    asked.get_by_role("button", name="Set Available").click()
    expect(adam.avatar).to_have_attribute("data-status", "available")
    expect(asked).to_be_hidden()
    hang_up(adam)


def test_do_not_disturb_is_neither_asked_about_nor_changed(enter: Enter, clerk: Clerk) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    adam.switch_status("dnd")
    piotr.sees_lamp("101", "dnd")
    adam.call("102")
    piotr.sees_call("ringing")
    hang_up(adam)
    expect(adam.page.locator("#status-question")).to_be_hidden()
    assert clerk.status_of("adam") == "dnd"


def hang_up(person: Person) -> None:
    person.act("hang-up")
    person.sees_call("ended")


def test_in_the_desktop_app_the_same_is_set_and_says_so_in_the_web_client(enter: Enter) -> None:
    adam = enter("adam", path="/app/", viewport={"width": 380, "height": 700})
    web = adam.open_window("/")
    fields = open_fields(adam.page)
    fields.get_by_text("2 h").click()
    fields.get_by_label("Note").fill("Cake")
    assert violations(adam.page) + spills(adam.page) == []
    adam.choice("lunch").click()
    for window in (adam, web):
        line = window.page.locator("#status-menu [data-role=status-line]")
        expect(line).to_have_text(
            re.compile(r"Lunch until .*, set in the desktop app at \d\d:\d\d, then Available “Cake”")
        )
    web.avatar.click()
    web.page.locator("[data-role=status-back]").click()
    expect(adam.page.locator("#status-menu [data-role=status-line]")).to_have_text(
        re.compile("^Available, set in the web client at")
    )
