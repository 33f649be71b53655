"""The first minute of a new user: microphone, notifications, installing; each granted, refused or skipped."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.accessibility import Survey
from tests.browser.clerk import Clerk
from tests.browser.conftest import FAKE_PERMISSION, OpenChromium
from tests.browser.person import PASSWORD, Enter, Person
from tests.browser.test_accessibility import LOOKS
from tests.browser.test_microphone import NO_MICROPHONE

# What Chromium does once it finds Lampfield worth installing; a browser of tests never does.
OFFER = """addEventListener('DOMContentLoaded', () => setTimeout(() => {
    const offer = new Event('beforeinstallprompt', { cancelable: true });
    Object.assign(offer, { prompt: async () => {}, userChoice: Promise.resolve({ outcome: '%s' }) });
    dispatchEvent(offer);
}, 200));"""


@pytest.fixture
def refusing(open_chromium: OpenChromium) -> Iterator[Browser]:
    browser = open_chromium({FAKE_PERMISSION: f"{FAKE_PERMISSION}=deny"})
    yield browser
    browser.close()


def arrive(enter: Enter, clerk: Clerk, **options: Any) -> Person:
    """Adam logs in for the first time."""
    clerk.make_new("adam")
    adam = enter("adam", log_in=False, **options)
    adam.go("/login/")
    adam.page.locator("input[name=login]").fill("adam")
    adam.page.locator("input[name=password]").fill(PASSWORD)
    adam.page.locator("input[name=password]").press("Enter")
    expect(adam.page.locator("main h1")).to_contain_text("Adam")
    return adam


def step(page: Page, name: str) -> Locator:
    return page.locator(f'[data-step="{name}"]')


def press(page: Page, name: str, role: str) -> None:
    step(page, name).locator(f'[data-role="{role}"]').click()


def says(page: Page, name: str, words: str) -> None:
    expect(step(page, name).locator('[data-role="answer"]')).to_contain_text(words)


def test_a_new_user_is_led_through_three_steps_to_the_people_and_never_again(enter: Enter, clerk: Clerk) -> None:
    adam = arrive(enter, clerk, script=OFFER % "accepted")
    page = adam.page
    expect(page.locator("[data-step]:visible")).to_have_count(1)
    press(page, "microphone", "ask")
    says(page, "microphone", "The browser hears you.")
    expect(step(page, "microphone").locator("meter")).to_be_visible()
    expect(step(page, "microphone").locator('[data-role="next"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Step 2 of 3 Notifications")).to_be_focused()
    says(page, "notifications", "Notifications are on in this browser.")
    press(page, "notifications", "next")
    expect(page.locator("[aria-current=step]")).to_have_text("Installing")
    press(page, "installing", "ask")
    says(page, "installing", "Lampfield is installed.")
    press(page, "installing", "next")
    expect(page.locator("main h1")).to_have_text("People")
    assert not clerk.is_new("adam")


def test_a_refused_microphone_and_notifications_are_explained_and_can_be_skipped(
    enter: Enter, clerk: Clerk, refusing: Browser
) -> None:
    adam = arrive(enter, clerk, browser=refusing, permissions=[], script=OFFER % "dismissed")
    page = adam.page
    press(page, "microphone", "ask")
    says(page, "microphone", "Click the sign to the left of the address at the top")
    expect(step(page, "microphone").locator('[data-role="ask"]')).to_have_text("Try again")
    expect(step(page, "microphone").locator("meter")).to_be_hidden()
    press(page, "microphone", "skip")
    says(page, "notifications", "allow them there: this page notices it")
    page.context.grant_permissions(["notifications"])
    says(page, "notifications", "Notifications are on in this browser.")
    press(page, "notifications", "next")
    press(page, "installing", "ask")
    says(page, "installing", "Not installed. Settings offers it again")


def test_a_microphone_that_is_connected_late_is_found_at_once(enter: Enter, clerk: Clerk) -> None:
    adam = arrive(
        enter,
        clerk,
        script=f"const asked = navigator.mediaDevices.getUserMedia; {NO_MICROPHONE}"
        "window.connect = () => { delete navigator.mediaDevices.getUserMedia;"
        " navigator.mediaDevices.dispatchEvent(new Event('devicechange')); };",
    )
    press(adam.page, "microphone", "ask")
    says(adam.page, "microphone", "No microphone was found.")
    adam.page.evaluate("connect()")
    says(adam.page, "microphone", "The browser hears you.")


def test_everything_can_be_skipped_for_good_and_opened_again_from_settings(enter: Enter, clerk: Clerk) -> None:
    adam = arrive(enter, clerk)
    adam.page.get_by_role("button", name="Skip everything").click()
    expect(adam.page.locator("main h1")).to_have_text("People")
    assert not clerk.is_new("adam")
    adam.follow("Settings")
    adam.page.get_by_role("link", name="First steps").click()
    expect(adam.page.locator("main h1")).to_have_text("Welcome, Adam")
    press(adam.page, "microphone", "ask")
    says(adam.page, "microphone", "The browser hears you.")
    adam.follow("People")
    adam.page.go_back()
    expect(step(adam.page, "microphone").locator('[data-role="ask"]')).to_be_visible()


def test_without_scripts_the_steps_are_read_and_ended(enter: Enter, clerk: Clerk) -> None:
    adam = arrive(enter, clerk, java_script_enabled=False)
    expect(adam.page.locator("[data-step]:visible")).to_have_count(3)
    expect(adam.page.locator("[data-step] button:visible")).to_have_count(0)
    adam.page.get_by_role("button", name="Go on").click()
    expect(adam.page.locator("main h1")).to_have_text("People")
    assert not clerk.is_new("adam")


@pytest.mark.parametrize("look", LOOKS)
def test_the_first_steps_are_open_to_everyone(enter: Enter, refusing: Browser, look: dict[str, str]) -> None:
    adam = enter("adam", path="/welcome/", browser=refusing, permissions=[], **look)
    page, survey = adam.page, Survey(adam.page)
    survey.look("microphone")
    press(page, "microphone", "ask")
    expect(step(page, "microphone").locator('[data-role="answer"]')).not_to_be_empty()
    survey.look("microphone refused")
    press(page, "microphone", "skip")
    survey.look("notifications")
    press(page, "notifications", "skip")
    survey.look("installing")
    assert survey.findings == []
