"""SPEC.md 4's acceptance story without a mouse: from the login to the end of the call, by keys alone."""

from playwright.sync_api import expect

from tests.browser.person import PASSWORD, Enter, Person


def log_in_by_keys(person: Person) -> None:
    person.go("/login/")
    keys = person.page.keyboard
    person.page.locator("input[name=login]").focus()
    keys.type(person.name)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(person.avatar).to_be_visible()
    person.wait_until_live()


def switch_by_keys(person: Person, digit: str) -> None:
    person.page.keyboard.press("Control+.")
    expect(person.page.locator("#status-menu")).to_be_visible()
    person.page.keyboard.press(digit)


def call_by_keys(person: Person, text: str) -> None:
    person.page.keyboard.press("/")
    person.page.keyboard.type(text)
    person.page.keyboard.press("Enter")


def test_the_acceptance_story_needs_no_mouse(enter: Enter) -> None:
    adam, piotr = people = [enter(name, log_in=False) for name in ("adam", "piotr")]
    for person in people:
        log_in_by_keys(person)

    switch_by_keys(piotr, "2")
    adam.sees_lamp("102", "away")
    expect(piotr.page.locator("#status-menu")).to_be_hidden()
    call_by_keys(adam, "adamiak")
    adam.sees_end("away", "Piotr Adamiak is away")

    switch_by_keys(piotr, "1")
    adam.sees_lamp("102", "available")
    call_by_keys(adam, "102")
    piotr.sees_call("ringing")
    adam.sees_lamp("102", "ringing")
    # After the switch the focus is at the avatar, where Space would open the menu: Escape is not what ends a call.
    piotr.page.keyboard.press("Escape")
    piotr.page.locator("main").focus()
    piotr.page.keyboard.press("Space")
    for person in people:
        person.sees_call("talking")
        person.sees_lamp("101", "talking")
        person.hears_more_and_more()

    adam.page.keyboard.press("Control+Shift+H")
    for person in people:
        person.sees_call("ended")
        person.sees_lamp("102", "available")


def test_one_among_many_is_found_and_called_without_a_mouse(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    page = adam.page
    row = page.locator(".person:not([hidden])", has_text="Adamiak").locator('[data-call-action="call"]')
    page.keyboard.press("/")
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    first = page.locator('.person:not([hidden]) [data-call-action="call"]').first
    expect(first).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Home")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#dial-field")).to_be_focused()
    for _ in range(page.locator(".person:not([hidden])").count()):
        page.keyboard.press("ArrowDown")
        if row.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    piotr.sees_call("ringing")
    piotr.act("decline")
