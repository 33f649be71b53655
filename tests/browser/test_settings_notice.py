"""What others change shows at once where its owner looks: rules on their page, a status beside its setter's name."""

import re

from playwright.sync_api import Page, expect

from tests.browser.accessibility import spills, violations
from tests.browser.person import Enter

NOTICE = '[data-role="changed-elsewhere"]'


def give_sales(page: Page, rule: str, kind: str) -> None:
    """The operator changes the template of the department that Adam is in."""
    page.goto("/admin/templates/")
    page.get_by_role("link", name="Sales").click()
    page.select_option(f'[name="{rule}-kind"]', kind)
    page.click(".template-save button")
    expect(page.locator(".notice-success")).to_contain_text("It changes what happens to calls for 6 extensions.")


def test_an_open_page_of_rules_says_that_an_operator_changed_them_and_shows_them(enter: Enter) -> None:
    page = enter("adam", path="/settings/status/away/").page
    page.evaluate("window.unswapped = true")
    give_sales(enter("olga").page, "away-always-internal", "voicemail")
    expect(page.locator(NOTICE)).to_contain_text("Olga Zielińska changed these rules (operator panel).")
    page.click(f"{NOTICE} a")
    expect(page.locator(NOTICE)).to_be_hidden()
    expect(page.locator('[name="always-internal-kind"]')).to_have_value("voicemail")
    assert page.evaluate("window.unswapped")


def test_the_status_menu_follows_rules_that_an_operator_changed(enter: Enter) -> None:
    page = enter("adam").page
    give_sales(enter("olga").page, "away-always-internal", "voicemail")
    expect(page.locator('[data-status="away"] .status-outcome').first).to_have_text("Internal: voicemail")


def test_ones_own_save_is_no_news_to_its_page_but_is_to_another_window(enter: Enter) -> None:
    adam = enter("adam", path="/settings/status/away/")
    other = adam.open_window("/settings/status/away/")
    adam.page.select_option('[name="always-internal-kind"]', "voicemail")
    adam.page.click("#status-rules button")
    expect(other.page.locator(NOTICE)).to_contain_text("You changed these rules in another window.")
    expect(adam.page.locator("#status-notices")).to_contain_text("Saved.")
    expect(adam.page.locator(NOTICE)).to_be_hidden()


def test_a_status_set_by_an_operator_is_shown_with_her_name_until_its_owner_switches(enter: Enter) -> None:
    page = enter("adam").page
    line = page.locator("#status-menu-button [data-role=own-status-rest]")
    expect(line).to_have_text(re.compile(r"^since \d\d:\d\d$"))

    olgas = enter("olga", path="/admin/extensions/").page
    olgas.check('tr[data-extension="101"] [name=ids]')
    olgas.get_by_role("button", name="Set status").click()
    olgas.get_by_role("radio", name="Away").check()
    olgas.get_by_role("textbox", name="Note").fill("At the dentist's")
    olgas.get_by_role("button", name="Set status").click()

    expect(line).to_contain_text("set by Olga Zielińska in the operator panel at ")
    expect(page.locator("#status-menu-button")).to_have_attribute("data-status", "away")
    page.click("#status-menu-button")
    expect(page.locator("#status-menu [data-role=status-line]")).to_contain_text("At the dentist's")
    page.click('[role=menuitemradio][data-status="available"]')
    expect(line).to_contain_text("set in the web client at ")
    page.reload()
    expect(line).to_contain_text("set in the web client at ")


def test_the_pages_for_templates_and_people_are_accessible_and_fit_a_small_screen(enter: Enter) -> None:
    olga = enter("olga", path="/admin/templates/")
    for path in ("/admin/templates/", "/admin/templates/company/", "/admin/departments/", "/admin/extensions/new/"):
        olga.go(path)
        assert violations(olga.page) + spills(olga.page) == [], path
