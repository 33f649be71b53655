"""Keys that work everywhere: what each does, where none fires, and how single ones are switched off."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import Survey
from tests.browser.person import Enter, talk
from tests.browser.test_accessibility import LOOKS

SHEET = "#keys-sheet"
SINGLE = "[data-role=single-keys]"


def step_out(page: Page) -> None:
    """No control has the focus."""
    page.locator("main").focus()


def test_m_and_h_are_the_buttons_of_the_call_and_ctrl_shift_h_ends_it(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    talk(adam, piotr, "102")
    step_out(adam.page)

    adam.page.keyboard.press("m")
    expect(adam.button("mute")).to_have_attribute("aria-pressed", "true")
    expect(adam.page.locator("#call-announcement")).to_have_text("Microphone off")
    adam.page.keyboard.press("M")
    expect(adam.button("mute")).to_have_attribute("aria-pressed", "false")
    adam.page.keyboard.press("h")
    adam.sees_call("on_hold")
    adam.page.keyboard.press("h")
    adam.sees_call("talking")
    for key in ("Escape", "Space", "x", "Control+h"):
        adam.page.keyboard.press(key)
    adam.page.locator("#dial-field").fill("hm")
    adam.page.locator("#dial-field").press_sequentially("mh?/ ")
    expect(adam.page.locator("#dial-field")).to_have_value("hmmh?/ ")
    adam.page.locator("#dial-field").fill("")
    adam.page.keyboard.press("/")
    expect(adam.page.locator("#dial-field")).to_have_value("")
    expect(adam.button("mute")).to_have_attribute("aria-pressed", "false")
    adam.sees_call("talking")
    adam.page.keyboard.press("Control+Shift+H")
    piotr.sees_call("ended")


def test_space_is_a_buttons_own_key_and_else_answers_unless_switched_off(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr", path="/settings/")
    page = piotr.page
    page.locator(SINGLE).uncheck()
    piotr.go("/")
    piotr.wait_until_live()
    adam.call("102")
    piotr.sees_call("ringing")

    for key in ("Escape", "Space", "?", "/"):
        page.keyboard.press(key)
    expect(page.locator(SHEET)).to_have_count(0)
    expect(page.locator("#dial-field")).not_to_be_focused()
    page.keyboard.press("Control+.")
    expect(page.locator("#status-menu")).to_be_visible()
    page.keyboard.press("Escape")
    piotr.sees_call("ringing")

    page.evaluate("localStorage.removeItem('lampfield.singleKeys')")
    page.locator("[data-people-view=field]").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-people-view=field]")).to_have_attribute("aria-pressed", "true")
    piotr.sees_call("ringing")
    step_out(page)
    page.keyboard.press("Space")
    adam.sees_call("talking")


def test_the_choice_of_single_keys_is_kept_by_the_browser(enter: Enter) -> None:
    adam = enter("adam", path="/settings/")
    expect(adam.page.locator(SINGLE)).to_be_checked()
    adam.page.locator(SINGLE).uncheck()
    adam.reload()
    expect(adam.page.locator(SINGLE)).not_to_be_checked()
    adam.follow("People")
    step_out(adam.page)
    adam.page.keyboard.press("?")
    adam.page.keyboard.press("Control+.")
    expect(adam.page.locator("#status-menu")).to_be_visible()
    expect(adam.page.locator(SHEET)).to_have_count(0)


def test_no_key_fires_in_a_dialog_in_a_composition_or_with_another_modifier(enter: Enter) -> None:
    page = enter("adam").page
    page.keyboard.press("?")
    expect(page.locator(SHEET)).to_be_visible()
    page.keyboard.press("/")
    expect(page.locator("#dial-field")).not_to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(SHEET)).to_be_hidden()
    step_out(page)
    composing = (
        "key => document.querySelector('main').dispatchEvent(new KeyboardEvent('keydown', "
        "{ key, bubbles: true, cancelable: true, isComposing: true }))"
    )
    for key in ("?", "/"):
        assert page.evaluate(composing, key) is True
    for keys in ("Alt+?", "Meta+?"):
        page.keyboard.press(keys)
    expect(page.locator(SHEET)).to_be_hidden()
    page.keyboard.press("Shift+?")
    expect(page.locator(SHEET)).to_be_visible()


def test_digits_choose_in_the_open_menu_only(enter: Enter) -> None:
    adam = enter("adam")
    step_out(adam.page)
    adam.page.keyboard.press("3")
    adam.page.keyboard.press("Control+.")
    adam.page.keyboard.press("9")
    expect(adam.avatar).to_have_attribute("data-status", "available")
    adam.page.keyboard.press("4")
    expect(adam.avatar).to_have_attribute("data-status", "lunch")
    expect(adam.choice("lunch")).to_have_attribute("aria-checked", "true")


def test_the_sheet_opens_from_the_menu_and_gives_the_focus_back(enter: Enter) -> None:
    page = enter("adam", path="/settings/").page
    link = page.get_by_role("link", name="All keys")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator(SHEET)).to_be_visible()
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(SHEET)).to_be_hidden()
    expect(link).to_be_focused()
    page.keyboard.press("Control+.")
    page.get_by_role("menuitem", name="Keys").click()
    expect(page.locator(SHEET)).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_the_keys_are_open_to_everyone(enter: Enter, look: dict[str, str]) -> None:
    adam = enter("adam", path="/keys/", **look)
    survey = Survey(adam.page)
    survey.look("page of keys")
    step_out(adam.page)
    adam.page.keyboard.press("?")
    expect(adam.page.locator(SHEET)).to_be_visible()
    survey.look("sheet of keys")
    assert survey.findings == []
