"""The desktop app's window: a phone of its own, with the way from each status to its configuration."""

import json
import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.clerk import Clerk
from tests.browser.held import Held
from tests.browser.person import PATIENCE_MS, Enter, Person
from tests.browser.server import Server
from tests.picture_cast import file_of, halves

WINDOW = {"width": 380, "height": 640}
MENU = "#status-menu"
# The keypad's script comes with its page.
PAD_IS_THERE = "async () => { await import(document.getElementById('pad').dataset.script); }"
IS_AMONG_FAVOURITES = """async ([number, patience]) => {
    for (const end = Date.now() + patience; Date.now() < end; ) {
        const page = await (await fetch("/app/")).text();
        if (page.includes(`data-extension="${number}"`)) return true;
    }
    return false;
}"""
# Only an installed app has this display mode, and nothing emulates it: its rules hold for every window here.
AS_INSTALLED = """() => {
    const open = (rules) => [...rules].forEach((rule) => {
        if (rule.media?.mediaText.includes('window-controls-overlay')) rule.media.mediaText = 'all';
        if (rule.styleSheet) open(rule.styleSheet.cssRules);
        if (rule.cssRules) open(rule.cssRules);
    });
    for (const sheet of document.styleSheets) open(sheet.cssRules);
}"""
FACE, TINY = file_of(halves()), file_of(halves(20, 20))


def open_app(enter: Enter, name: str, path: str = "/app/") -> Person:
    return enter(name, path=path, viewport=WINDOW)


def heading(page: Page) -> Locator:
    return page.locator("main h1")


def control(page: Page, name: str) -> Locator:
    return page.locator(f'#status-rules [name="{name}"]')


def test_the_way_from_a_status_to_its_configuration_and_a_rule_that_routes(enter: Enter, server: Server) -> None:
    adam = open_app(enter, "adam", "/app/keypad/")
    page = adam.page
    page.evaluate("window.unswapped = true")

    # By keys alone: the list, three down to Lunch, right to its ">", right once more.
    adam.avatar.focus()
    page.keyboard.press("Enter")
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    expect(heading(page)).to_contain_text("Lunch")
    expect(page).to_have_url(re.compile("/app/settings/status/lunch/$"))
    page.keyboard.press("ArrowLeft")
    expect(heading(page)).to_have_text("Keypad")
    expect(page.locator(f'{MENU} .status-rules[href$="/lunch/"]')).to_be_focused()

    page.locator(f'{MENU} .status-rules[href$="/lunch/"]').click()
    control(page, "no_answer-external-kind").select_option("system_extension")
    expect(control(page, "no_answer-external-number")).to_be_hidden()
    control(page, "no_answer-external-system").select_option("800")
    control(page, "no_answer-internal-kind").select_option("extension_voicemail")
    control(page, "no_answer-internal-extension").fill("102")
    page.locator("#status-rules button").click()
    expect(page.locator("#status-notices .notice-success")).to_be_visible()
    expect(page.locator(".rules-outcome")).to_contain_text("External: rings 20 s, then to 800")
    page.locator('[data-role="back"]').click()
    expect(heading(page)).to_have_text("Keypad")
    row = page.locator(f"{MENU} .status-row", has=page.locator('[data-status="lunch"]'))
    expect(row).to_contain_text("Internal: rings 20 s, then voicemail of 102")
    row.locator("[data-status]").click()

    expect(adam.avatar).to_have_attribute("data-status", "lunch")
    # It shows before the server has heard of it, and the router goes by what the server knows.
    expect(adam.avatar).to_contain_text("set in the desktop app")
    assert page.evaluate("window.unswapped")
    adam.wait_until_live()
    outside, inside = (
        json.loads(server.manage("explain_call", "--caller", caller, "--callee", "101", "--origin", origin, "--json"))
        for caller, origin in (("48221234567", "external"), ("103", "internal"))
    )
    assert outside["steps"][-1]["extension"] == "800"
    assert inside["steps"][-1]["destination"] == "102"
    assert inside["steps"][-1]["decision"] == "record_voicemail"


def test_profile_and_help_are_in_the_window_and_a_refusal_stays_there(enter: Enter) -> None:
    adam = open_app(enter, "adam", "/app/settings/")
    page = adam.page
    page.evaluate("window.unswapped = true")
    page.locator("main").get_by_role("link", name="Your profile").click()
    expect(heading(page)).to_have_text("Your profile")
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page).to_have_url(re.compile("/app/settings/profile/$"))
    page.locator("[name=picture]").set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": TINY})
    adam.expect_complaints("422")
    page.get_by_role("button", name="Save the picture").click()
    expect(page.locator("#picture-form .errorlist")).to_contain_text("This picture is too small")
    page.locator("[name=picture]").set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": FACE})
    page.get_by_role("button", name="Save the picture").click()
    expect(page.locator("img#my-avatar")).to_be_visible()

    page.locator("main").get_by_role("link", name="Help").click()
    expect(heading(page)).to_have_text("Picture, theme and sounds")
    page.locator("main").get_by_role("link", name="Your profile").click()
    expect(heading(page)).to_have_text("Your profile")
    page.locator('[data-role="back"]').click()
    expect(heading(page)).to_have_text("Settings")
    page.locator("main").get_by_role("link", name="Help").click()
    page.get_by_role("searchbox", name="What would you like to know?").fill("MP3")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("region", name="Answers to").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/app/help/voicemail/#"))
    with page.context.expect_page() as opened:
        page.locator("main").get_by_role("link", name="Settings").click()
    expect(opened.value.locator("#settings-voicemail-email")).to_be_in_viewport()
    expect(page).to_have_url(re.compile("/app/help/voicemail/#"))
    assert page.evaluate("window.unswapped")


def test_a_status_switched_in_the_app_is_seen_by_a_colleague_and_in_the_own_web_client(enter: Enter) -> None:
    adam, piotr = open_app(enter, "adam"), enter("piotr")
    web_client = adam.open_window("/")

    adam.switch_status("business_trip")

    piotr.sees_lamp("101", "business_trip")
    expect(web_client.avatar).to_have_attribute("data-status", "business_trip")
    expect(adam.avatar).to_contain_text("Business Trip")
    expect(adam.page.locator(MENU)).to_be_hidden()


def test_a_favourite_is_remembered_shows_a_lamp_and_is_one_click_from_a_call(enter: Enter, clerk: Clerk) -> None:
    adam, piotr = open_app(enter, "adam"), open_app(enter, "piotr")
    page = adam.page
    expect(page.locator("main .empty")).to_contain_text("Nobody here yet")
    page.locator("#dial-field").press_sequentially("adamiak")
    expect(page).to_have_url(re.compile(r"\?q=adamiak$"))
    expect(page.locator("main .person")).to_have_count(1)
    star = page.locator(".person-star")
    with page.expect_response("**/app/favourites/") as answer:
        star.click()
    assert answer.value.status == 204
    expect(star).to_have_attribute("aria-pressed", "true")
    page.go_back()
    adam.reload()
    adam.wait_until_live()
    expect(heading(page)).to_have_text("Favourites")
    piotr.switch_status("lunch")
    adam.sees_lamp("102", "lunch")
    piotr.switch_status("available")
    adam.sees_lamp("102", "available")

    adam.call("102")
    piotr.sees_call("ringing")
    adam.sees_lamp("102", "ringing")
    # The card stands below the page, never on it.
    card, main = piotr.card.bounding_box(), piotr.page.locator("main").bounding_box()
    assert card
    assert main
    assert main["y"] + main["height"] <= card["y"] + 1
    piotr.act("answer")
    for person in (adam, piotr):
        person.sees_call("talking")
        person.hears_more_and_more()
    adam.follow("Calls")
    adam.hears_more_and_more()
    piotr.act("hang-up")
    adam.sees_call("ended")
    entry = page.locator("#call-log .call-entry").first
    expect(entry).to_contain_text("Piotr Adamiak")
    entry.locator('[data-call-action="call"]').click()
    piotr.sees_call("ringing")


def test_a_star_that_the_server_does_not_keep_goes_out_again(enter: Enter) -> None:
    adam = open_app(enter, "adam", "/app/people/")
    adam.expect_complaints("503")
    star = adam.row("102").locator(".person-star")
    adam.page.route("**/app/favourites/", lambda route: route.fulfill(status=503))
    star.click()
    expect(adam.page.locator(".toast-error")).to_be_visible()
    expect(star).to_have_attribute("aria-pressed", "false")

    adam.page.unroute("**/app/favourites/")
    with adam.page.expect_response("**/app/favourites/"):
        star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    adam.reload()
    expect(star).to_have_attribute("aria-pressed", "true")


def test_a_star_is_kept_though_its_giver_leaves_before_the_answer(enter: Enter) -> None:
    adam = open_app(enter, "adam", "/app/people/")
    star = adam.row("102").locator(".person-star")
    held = Held(adam.page, "**/app/favourites/")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    request = held.first()
    adam.go("/app/keypad/")
    request.continue_()
    assert adam.page.evaluate(IS_AMONG_FAVOURITES, ["102", PATIENCE_MS])


def test_by_keys_alone_somebody_is_found_and_called_and_a_number_is_dialled(enter: Enter) -> None:
    adam, piotr, anna = open_app(enter, "adam"), enter("piotr"), enter("anna")
    page = adam.page

    # Enter does not wait for the answer to what was typed, and never calls somebody whom it does not name.
    page.keyboard.press("/")
    page.keyboard.type("piotr adam")
    page.keyboard.press("Enter")
    piotr.sees_call("ringing")
    adam.act("hang-up")
    adam.sees_call("ended")

    page.locator("#dial-field").fill("kowal")
    expect(page.locator("main .person").first).to_have_attribute("data-extension", "103")
    expect(page.locator('[data-role="search-result"]')).to_have_text("1 person found")
    page.locator("#dial-field").press("ArrowDown")
    expect(adam.row("103").locator('[data-call-action="call"]')).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#dial-field")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    anna.sees_call("ringing")
    adam.act("hang-up")
    adam.sees_call("ended")

    page.locator("#dial-field").press("Escape")
    expect(page.locator("#people-found")).to_have_attribute("data-looked-for", "")
    adam.follow("Keypad")
    expect(heading(page)).to_be_focused()
    page.evaluate(PAD_IS_THERE)
    page.keyboard.press("Enter")
    expect(page.locator("#pad-error")).to_have_text("Type a number first.")
    page.locator("main h1").focus()
    page.keyboard.type("1039")
    page.keyboard.press("Backspace")
    expect(page.locator("#pad-number")).to_have_value("103")
    expect(page.locator("#pad-error")).to_be_empty()
    page.keyboard.press("Enter")
    anna.sees_call("ringing")
    adam.act("hang-up")
    adam.sees_call("ended")
    adam.dial("102")
    piotr.sees_call("ringing")


def test_keys_of_the_pad_are_clicked_one_by_one(enter: Enter) -> None:
    adam, piotr = open_app(enter, "adam", "/app/keypad/"), enter("piotr")
    page = adam.page
    page.evaluate(PAD_IS_THERE)
    for key in ("1", "0", "9", "2"):
        page.locator(f'[data-pad-key="{key}"]').click()
        if key == "9":
            page.locator('[data-pad-action="delete"]').click()
    expect(page.locator("#pad-number")).to_have_value("102")
    page.locator(".pad-call").click()
    piotr.sees_call("ringing")
    expect(page.locator("#pad-number")).to_have_value("")


def test_how_a_call_sounds_is_read_in_a_window_of_any_width(enter: Enter) -> None:
    adam = open_app(enter, "adam", "/app/settings/devices/")
    adam.page.get_by_role("button", name="Call the echo test").click()
    adam.card.locator('[data-call-action="quality"]').click()
    figures = adam.card.locator('[data-role="quality-figures"]')
    expect(figures).to_contain_text("jitter")
    for width in (320, 480, 1280):
        adam.page.set_viewport_size({"width": width, "height": 640})
        assert adam.card.evaluate("card => card.scrollWidth <= card.clientWidth"), width
        assert figures.evaluate("figures => figures.clientWidth") >= 150, width
    adam.act("hang-up")


def test_the_installed_window_is_moved_by_its_bar_and_not_by_what_stands_in_it(enter: Enter) -> None:
    adam = open_app(enter, "adam")
    adam.page.evaluate(AS_INSTALLED)
    region = "element => getComputedStyle(element).getPropertyValue('app-region')"
    assert adam.page.locator(".bar").evaluate(region) == "drag"
    for inside in ("#status-menu-button", "#dial-form", ".app-settings"):
        assert adam.page.locator(inside).evaluate(region) == "no-drag", inside
    adam.avatar.click()
    expect(adam.choice("lunch")).to_be_visible()
