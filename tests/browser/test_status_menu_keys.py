"""The status menu under the avatar, by keyboard and for a screen reader; its lines say what the rules do."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.person import Enter

ORDER = ["available", "away", "dnd", "lunch", "business_trip"]


def avatar(page: Page) -> Locator:
    return page.locator("#status-menu-button")


def is_focused(page: Page, status: str) -> None:
    expect(page.locator(f'[role=menuitemradio][data-status="{status}"]')).to_be_focused()


def test_available_and_away_come_first_and_the_current_status_is_ticked(enter: Enter) -> None:
    page = enter("adam").page
    avatar(page).click()

    choices = page.locator("[role=menuitemradio]")
    expect(choices).to_have_count(5)
    assert [choice.get_attribute("data-status") for choice in choices.all()] == ORDER
    assert [choice.get_attribute("aria-checked") for choice in choices.all()] == ["true"] + ["false"] * 4
    expect(choices.first.locator(".icon")).to_be_visible()
    expect(choices.nth(1).locator(".icon")).to_be_hidden()
    is_focused(page, "available")


@pytest.mark.parametrize("key", ["Enter", " ", "ArrowDown"])
def test_the_menu_opens_by_key_and_gives_the_focus_back(enter: Enter, key: str) -> None:
    page = enter("adam").page
    avatar(page).focus()
    expect(avatar(page)).to_have_attribute("aria-expanded", "false")

    page.keyboard.press(key)
    expect(avatar(page)).to_have_attribute("aria-expanded", "true")
    is_focused(page, "available")

    page.keyboard.press("Escape")
    expect(page.locator("#status-menu")).to_be_hidden()
    expect(avatar(page)).to_be_focused()
    expect(avatar(page)).to_have_attribute("aria-expanded", "false")


def test_arrows_home_end_and_letters_move_through_the_menu(enter: Enter) -> None:
    page = enter("adam").page
    avatar(page).click()

    for key, status in [("ArrowDown", "away"), ("ArrowDown", "dnd"), ("ArrowUp", "away"), ("b", "business_trip")]:
        page.keyboard.press(key)
        is_focused(page, status)
    page.keyboard.press("End")
    expect(page.get_by_role("menuitem", name="Log out")).to_be_focused()
    page.keyboard.press("ArrowDown")
    is_focused(page, "available")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    is_focused(page, "available")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("menuitem", name="Rules of the status Available")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    is_focused(page, "available")


def test_a_status_is_chosen_by_keyboard_alone(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")

    adam.page.keyboard.press("Control+.")
    is_focused(adam.page, "available")
    adam.page.keyboard.press("ArrowDown")
    adam.page.keyboard.press("Enter")

    piotr.sees_lamp("101", "away")
    expect(adam.page.locator("#status-menu")).to_be_hidden()
    expect(avatar(adam.page)).to_be_focused()
    expect(avatar(adam.page)).to_contain_text("Away")


def test_tab_leaves_the_menu_and_closes_it(enter: Enter) -> None:
    page = enter("adam").page
    avatar(page).click()
    page.keyboard.press("End")

    page.keyboard.press("Tab")

    expect(page.locator("#status-menu")).to_be_hidden()


def test_the_line_under_a_status_follows_its_rules(enter: Enter) -> None:
    page = enter("adam").page
    avatar(page).click()
    away = page.locator("#status-menu .status-row", has=page.locator('[data-status="away"]'))
    expect(away.locator(".status-outcome")).to_have_text("The call ends")

    away.get_by_role("menuitem", name="Rules of the status Away").click()
    expect(page).to_have_url("/settings/status/away/")
    expect(page.locator("#status-menu")).to_be_hidden()
    page.select_option('[name="always-internal-kind"]', "extension")
    page.fill('[name="always-internal-extension"]', "105")
    page.select_option('[name="always-external-kind"]', "voicemail")
    page.get_by_role("button", name="Save the rules").click()
    expect(page.locator("#status-notices")).to_contain_text("Saved.")

    avatar(page).click()
    expect(away.locator(".status-outcome")).to_have_text(["Internal: to 105", "External: voicemail"])
