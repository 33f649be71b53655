"""A member logs out of a queue and in again: by keyboard, in every window, with the reason said."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import spills, violations
from tests.browser.person import Enter, Person

SUPPORT = "800"
# As a form without script sends it.
_POST = """async ([address, token, sent]) => {
    const body = new URLSearchParams({ csrfmiddlewaretoken: token, is_logged_in: sent });
    const answer = await fetch(address, { method: "POST", body });
    return [new URL(answer.url).pathname, await answer.text()];
}"""


def menu_switch(page: Page) -> Locator:
    return page.locator(f"#queue-login-{SUPPORT}")


def words(person: Person) -> Locator:
    """What the People page says of being logged in."""
    return person.page.locator(f'#my-queues [data-queue="{SUPPORT}"] [data-role="queue-login-words"]')


def test_logging_out_by_keyboard_shows_in_the_other_window_and_lunch_says_its_reason(enter: Enter) -> None:
    helper = enter("jan")
    other = helper.open_window()
    page = helper.page
    expect(words(helper)).to_have_text("logged in")

    helper.avatar.focus()
    page.keyboard.press("Enter")
    for _ in range(6):  # past the five statuses and what leads to a note or an end
        page.keyboard.press("ArrowDown")
    expect(menu_switch(page)).to_be_focused()
    expect(menu_switch(page)).to_have_attribute("aria-checked", "true")
    page.keyboard.press(" ")
    expect(menu_switch(page)).to_have_attribute("aria-checked", "false")
    expect(menu_switch(page)).to_contain_text("logged out by you")
    expect(menu_switch(page)).to_be_focused()
    expect(page.locator("#status-menu")).to_be_visible()
    for person in (helper, other):
        expect(words(person)).to_have_text("logged out by you")

    page.keyboard.press("Enter")
    expect(menu_switch(page)).to_have_attribute("aria-checked", "true")
    for person in (helper, other):
        expect(words(person)).to_have_text("logged in")
    page.keyboard.press("Escape")

    helper.switch_status("lunch")
    for person in (helper, other):
        expect(words(person)).to_have_text("logged out: status Lunch")
    helper.switch_status("available")
    expect(words(other)).to_have_text("logged in")


def test_a_switch_the_server_does_not_take_goes_back(enter: Enter) -> None:
    helper = enter("jan")
    helper.expect_complaints("500|503|ERR_FAILED")
    helper.page.route("**/queues/*/login/", lambda route: route.fulfill(status=503, body="away"))
    helper.avatar.click()
    menu_switch(helper.page).click()
    expect(helper.page.locator(".toast-error")).to_be_visible()
    expect(menu_switch(helper.page)).to_have_attribute("aria-checked", "true")
    expect(menu_switch(helper.page)).to_contain_text("logged in")


def test_without_script_the_switch_works_too(enter: Enter) -> None:
    helper = enter("jan")
    page = helper.page
    token = page.locator("#status-queues [name=csrfmiddlewaretoken]").first.get_attribute("value")
    for sent, said in (("0", "logged out by you"), ("1", "logged in")):
        path, text = page.evaluate(_POST, [f"/queues/{SUPPORT}/login/", token, sent])
        assert path == "/"
        assert said in text


def test_who_is_in_no_queue_loads_no_script_for_it(enter: Enter) -> None:
    zofia = enter("zofia")
    expect(zofia.page.locator("#my-queues, #queue-state, #status-queues")).to_have_count(0)
    loaded = zofia.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert not [name for name in loaded if "queue_lamps" in name]


def test_the_lines_and_the_menu_are_accessible_and_fit_a_narrow_window(enter: Enter) -> None:
    page = enter("jan").page
    for width in (1440, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.locator("#status-menu-button").click()
        assert violations(page) == []
        page.keyboard.press("Escape")
        assert violations(page) == []
        assert spills(page) == []
