"""What others change shows at once where its owner looks: rules on their page, a status beside its setter's name."""

import re

from playwright.sync_api import Page, expect

from tests.browser.clerk import Clerk
from tests.browser.person import Enter, Person

NOTICE = '[data-role="changed-elsewhere"]'
CHANGED = "#last-change"
INTERNAL, EXTERNAL = '[name="always-internal-kind"]', '[name="always-external-kind"]'


def give_sales(page: Page, rule: str, kind: str) -> None:
    """The operator changes the template of the department that Adam is in."""
    page.goto("/admin/templates/")
    page.get_by_role("link", name="Sales").click()
    page.select_option(f'[name="{rule}-kind"]', kind)
    page.click(".template-save button")
    expect(page.locator(".notice-success")).to_contain_text("It changes what happens to calls for 6 extensions.")


def save(person: Person, kind: str) -> None:
    """The owner sends internal calls elsewhere while away."""
    person.page.select_option(INTERNAL, kind)
    person.page.click("#status-rules button")
    expect(person.page.locator("#rules-saved")).to_contain_text("Saved.")


def test_rules_that_an_operator_changed_show_on_the_open_page_at_once_and_the_page_says_who_it_was(
    enter: Enter,
) -> None:
    page = enter("adam", path="/settings/status/away/").page
    polish = enter("adam", path="/settings/status/away/", locale="pl-PL").page
    page.evaluate("window.unswapped = true")
    page.focus(EXTERNAL)

    give_sales(enter("olga").page, "away-always-internal", "voicemail")

    expect(page.locator(NOTICE)).to_have_text(
        re.compile(r"Olga Zielińska changed these rules \(operator panel, [\d:]+\)")
    )
    expect(page.locator(f"{NOTICE} a")).to_be_hidden()
    expect(page.locator(INTERNAL)).to_have_value("voicemail")
    expect(page.locator(EXTERNAL)).to_be_focused()
    expect(page.locator(CHANGED)).to_contain_text("Last changed by Olga Zielińska in the operator panel, ")
    expect(page.locator(".rules-outcome")).to_contain_text("Internal: voicemail")
    assert page.evaluate("window.unswapped")
    expect(polish.locator(NOTICE)).to_contain_text("Olga Zielińska: zmiana tych reguł (panel operatora, ")
    expect(polish.locator(CHANGED)).to_contain_text("Ostatnia zmiana: Olga Zielińska (panel operatora), ")


def test_what_was_typed_stays_until_its_owner_asks_for_the_new_rules(enter: Enter) -> None:
    adam = enter("adam", path="/settings/status/away/")
    adam.expect_complaints("409")
    page = adam.page
    page.select_option(INTERNAL, "extension")
    page.fill('[name="always-internal-extension"]', "103")

    give_sales(enter("olga").page, "away-always-internal", "voicemail")

    expect(page.locator(NOTICE)).to_contain_text("Olga Zielińska changed these rules (operator panel, ")
    expect(page.locator('[name="always-internal-extension"]')).to_have_value("103")
    page.click("#status-rules button")
    expect(page.locator("[data-role=conflict]")).to_be_focused()
    expect(page.locator('[name="always-internal-extension"]')).to_have_value("103")

    page.goto("/settings/status/away/")
    page.select_option(INTERNAL, "extension")
    give_sales(enter("olga").page, "away-always-internal", "end_call")
    page.click(f"{NOTICE} a")
    expect(page.locator(NOTICE)).to_be_hidden()
    expect(page.locator(INTERNAL)).to_have_value("end_call")


def test_the_status_menu_and_the_list_in_settings_follow_rules_that_an_operator_changed(enter: Enter) -> None:
    page = enter("adam", path="/settings/").page
    give_sales(enter("olga").page, "away-always-internal", "voicemail")
    expect(page.locator('[data-status="away"] .status-outcome').first).to_have_text("Internal: voicemail")
    expect(page.locator('#settings-statuses [data-lamp="away"]')).to_contain_text("Internal: voicemail")


def test_ones_own_save_is_no_news_to_its_page_but_shows_in_another_window(enter: Enter) -> None:
    adam = enter("adam", path="/settings/status/away/")
    other = adam.open_window("/settings/status/away/")
    save(adam, "voicemail")
    expect(other.page.locator(NOTICE)).to_contain_text("You changed these rules in another window (web client, ")
    expect(other.page.locator(INTERNAL)).to_have_value("voicemail")
    expect(other.page.locator("#rules-saved")).to_be_empty()
    expect(adam.page.locator(NOTICE)).to_be_hidden()


def test_app_web_client_and_operator_panel_show_each_others_rules(enter: Enter, clerk: Clerk) -> None:
    clerk.change_extension("101", mobile_number="+48600100200")
    web, olga = enter("adam", path="/settings/status/away/"), enter("olga", path="/admin/extensions/101/")
    rule = olga.page.locator('[name="away-always-internal-kind"]')
    app = web.open_window("/app/settings/status/away/")
    save(app, "mobile")
    expect(web.page.locator(NOTICE)).to_contain_text("You changed these rules in another window (desktop app, ")
    expect(web.page.locator(INTERNAL)).to_contain_text("Switch to mobile (set in the desktop app)")
    expect(web.page.locator(CHANGED)).to_contain_text("Last changed by you in the desktop app, ")
    expect(olga.page.locator(NOTICE)).to_contain_text("Adam Nowak changed these settings (desktop app, ")
    expect(olga.page.locator(CHANGED)).to_contain_text("Last changed by Adam Nowak in the desktop app, ")
    expect(rule).to_have_value("mobile")
    save(web, "voicemail")
    expect(app.page.locator(NOTICE)).to_contain_text("You changed these rules in another window (web client, ")
    expect(app.page.locator(INTERNAL)).to_have_value("voicemail")
    expect(app.page.locator(CHANGED)).to_contain_text("Last changed by you in the web client, ")
    expect(rule).to_have_value("voicemail")


def test_an_operator_sees_the_owners_change_in_the_open_tab_and_loses_nothing_typed(enter: Enter) -> None:
    adam, olga = enter("adam", path="/settings/status/away/"), enter("olga", path="/admin/extensions/101/")
    page = olga.page
    page.get_by_role("tab", name="Forwarding rules").click()
    page.focus('[name="away-always-internal-kind"]')

    save(adam, "voicemail")

    expect(page.locator(NOTICE)).to_contain_text("Adam Nowak changed these settings (web client, ")
    expect(page.locator('[name="away-always-internal-kind"]')).to_have_value("voicemail")
    expect(page.locator('[name="away-always-internal-kind"]')).to_be_focused()
    expect(page.locator("#tab-rules")).to_be_visible()
    expect(page.locator(CHANGED)).to_contain_text("Last changed by Adam Nowak in the web client, ")

    page.fill('[name="lunch-internal-seconds"]', "33")
    save(adam, "end_call")
    expect(page.locator(f"{NOTICE} a")).to_be_visible()
    expect(page.locator('[name="lunch-internal-seconds"]')).to_have_value("33")
    expect(page.locator('[name="away-always-internal-kind"]')).to_have_value("voicemail")
    page.click(f"{NOTICE} a")
    expect(page.locator('[name="away-always-internal-kind"]')).to_have_value("end_call")


def test_two_operators_see_each_others_edits(enter: Enter, clerk: Clerk) -> None:
    """One of them has no extension, and so no phone."""
    clerk.make_operator("helper")
    helper = enter("helper", log_in=False)
    helper.carry_session(clerk.open_session("helper"))
    helper.go("/admin/extensions/101/")
    olga = enter("olga", path="/admin/extensions/101/").page
    olga.fill("[name=mobile_number]", "600100200")
    olga.get_by_role("button", name="Preview the changes").click()
    olga.click("[data-role=confirm]")
    expect(helper.page.locator(NOTICE)).to_contain_text("Olga Zielińska changed these settings (operator panel, ")
    expect(helper.page.locator("[name=mobile_number]")).to_have_value("600 100 200")


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
