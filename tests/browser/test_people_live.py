"""People: found by what is typed, shown as last chosen, and honest when the connection is lost."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.accessibility import violations
from tests.browser.person import RECONNECT_MS, Enter, Person
from tests.browser.server import Server


def shown(person: Person) -> Locator:
    return person.page.locator(".person:not([hidden])")


def test_typing_filters_by_name_without_accents_or_by_the_beginning_of_a_number(enter: Enter) -> None:
    adam = enter("adam")
    everyone = shown(adam).count()

    adam.page.keyboard.press("/")
    expect(adam.page.locator("#dial-field")).to_be_focused()
    adam.page.keyboard.type("wojc")
    expect(shown(adam)).to_have_count(1)
    expect(shown(adam)).to_contain_text("Katarzyna Wójcik")
    expect(adam.page.locator("main [role=status]")).to_have_text("1 found")

    adam.page.locator("#dial-field").fill("12")
    expect(shown(adam)).to_have_count(9)
    adam.page.locator("#dial-field").fill("nobody at all")
    expect(adam.page.locator("main")).to_contain_text("Nobody has such a name or number.")

    adam.page.keyboard.press("Escape")
    expect(shown(adam)).to_have_count(everyone)


def test_enter_on_a_name_leads_to_the_first_call_button(enter: Enter) -> None:
    adam = enter("adam")

    adam.page.keyboard.press("/")
    adam.page.keyboard.type("adamiak")
    adam.page.keyboard.press("Enter")

    expect(adam.row("102").locator('[data-call-action="call"]')).to_be_focused()


def test_the_view_and_the_order_are_remembered(enter: Enter) -> None:
    adam = enter("adam")
    departments = adam.page.locator(".departments")
    expect(departments).to_have_attribute("data-view", "list")
    sales = adam.page.locator(".department", has_text="Sales").locator(".person-last-name")
    expect(sales.first).to_have_text("Nowak")

    adam.page.get_by_role("button", name="Field").click()
    adam.page.get_by_role("button", name="Surname").click()
    expect(departments).to_have_attribute("data-view", "field")
    expect(sales.first).to_have_text("Adamiak")

    adam.follow("Calls")
    adam.follow("People")
    expect(departments).to_have_attribute("data-view", "field")
    adam.reload()
    expect(departments).to_have_attribute("data-view", "field")
    expect(sales.first).to_have_text("Adamiak")
    expect(adam.page.get_by_role("button", name="Field")).to_have_attribute("aria-pressed", "true")


def test_lamps_are_live_in_the_field_too(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    adam.page.get_by_role("button", name="Field").click()

    piotr.switch_status("dnd")

    adam.sees_lamp("102", "dnd")
    expect(adam.row("102")).to_be_visible()


def test_a_lost_connection_turns_every_lamp_grey_until_it_is_back(enter: Enter, server: Server) -> None:
    adam = enter("adam")
    adam.expect_lost_server()
    rows = adam.page.locator("main [data-extension]")
    known = rows.count()

    server.stop()
    expect(adam.page.locator("html")).to_have_attribute("data-connection", "lost")
    expect(adam.page.locator('main [data-extension][data-lamp="unknown"]')).to_have_count(known)
    expect(adam.avatar).to_have_attribute("data-lamp", "unknown")
    expect(adam.row("102")).to_contain_text(re.compile(r"as of \d\d:\d\d"))
    expect(adam.page.locator("#connection-banner")).to_contain_text("No connection since")
    adam.page.emulate_media(reduced_motion="reduce")  # a theme that fades in has every contrast on its way
    for theme in ("light", "dark"):
        adam.page.emulate_media(color_scheme=theme)
        assert violations(adam.page) == [], theme

    server.start()
    expect(adam.page.locator("html")).to_have_attribute("data-connection", "live", timeout=RECONNECT_MS)
    expect(adam.page.locator('main [data-extension][data-lamp="unknown"]')).to_have_count(0)
    expect(adam.page.locator("#connection-banner")).to_be_hidden()
    adam.sees_lamp("101", "available")
    adam.wait_until_live()


def test_a_colleague_who_comes_and_goes_is_registered_and_no_longer(enter: Enter) -> None:
    adam = enter("adam")
    adam.sees_registered("121", False)
    expect(adam.row("121")).to_contain_text("no phone")

    zofia = enter("zofia")
    adam.sees_registered("121")

    zofia.close_browser()
    adam.sees_registered("121", False)
