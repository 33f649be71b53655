"""The operator panel at the browser: sort, select, edit many at once, see who is skipped, and undo it all."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import Survey
from tests.browser.clerk import Clerk
from tests.browser.person import Enter, Person
from tests.browser.test_accessibility import LOOKS

KIND = "available-no_answer-external-kind"
EXTENSION = "available-no_answer-external-extension"
SECONDS = "available-external-seconds"


def control(page: Page, name: str) -> Locator:
    return page.locator(f'#extension-edit [name="{name}"]')


def open_list(enter: Enter, **look: str) -> Person:
    """Olga at the list, whose script has come."""
    olga = enter("olga", path="/admin/", **look)
    expect(olga.page.locator("[data-role=tick-page]")).to_be_visible()
    return olga


def column(page: Page, name: str) -> list[str]:
    return page.locator(f".extension-table .cell-{name}").all_inner_texts()


def sort_by(page: Page, code: str, direction: str) -> None:
    page.locator(f'[data-sort="{code}"]').click()
    expect(page.locator(f'th[aria-sort="{direction}"] [data-sort="{code}"]')).to_be_visible()


def tick(page: Page, number: str, *, shift: bool = False) -> None:
    box = page.locator(f'tr[data-extension="{number}"] [name=ids]')
    box.click(modifiers=["Shift"] if shift else [])


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def test_the_list_sorts_by_number_and_by_department(enter: Enter) -> None:
    page = open_list(enter).page
    assert column(page, "number")[:3] == ["100", "101", "102"]
    sort_by(page, "number", "descending")
    assert column(page, "number")[:3] == ["128", "127", "126"]
    sort_by(page, "department", "ascending")
    departments = column(page, "department")
    assert departments == sorted(departments)
    assert column(page, "number")[:2] == ["120", "121"]


def test_lamps_of_the_list_are_live(enter: Enter) -> None:
    olga, adam = open_list(enter), enter("adam")
    olga.sees_registered("101")
    adam.switch_status("away")
    olga.sees_lamp("101", "away")
    expect(olga.row("101").locator("[data-role=words]")).to_have_text("Away")


def test_many_are_selected_by_a_range_by_the_page_and_by_the_filter(enter: Enter) -> None:
    page = open_list(enter).page
    selected = page.locator("[data-role=selected]")
    tick(page, "101")
    tick(page, "104", shift=True)
    expect(selected).to_have_text("Selected: 4")
    tick(page, "103")
    expect(selected).to_have_text("Selected: 3")
    page.locator("[data-role=tick-page]").click()
    expect(selected).to_have_text("Selected: 23")
    page.locator("[data-role=tick-page]").click()
    expect(selected).to_have_text("Selected: 0")
    expect(page.get_by_role("button", name="Edit", exact=True)).to_be_disabled()
    page.locator("[data-role=all-matching]").check()
    expect(selected).to_have_text("Selected: 23")


def test_twelve_are_edited_with_a_preview_that_names_the_skipped_and_an_undo(enter: Enter, clerk: Clerk) -> None:
    clerk.set_rule("105", "available", "busy", "extension", "104")
    page = open_list(enter).page
    tick(page, "101")
    tick(page, "114", shift=True)
    expect(page.locator("[data-role=selected]")).to_have_text("Selected: 12")
    page.get_by_role("button", name="Edit", exact=True).click()
    expect(page.locator("main h1")).to_have_text("Edit 12 extensions")
    open_tab(page, "Forwarding rules")
    expect(control(page, "away-always-internal-kind")).to_contain_text("Leave as is (End call)")
    control(page, KIND).select_option("extension")
    control(page, EXTENSION).fill("105")
    control(page, SECONDS).fill("15")
    page.get_by_role("button", name="Preview the changes").click()

    expect(page.locator("[data-role=counts]")).to_have_text("Change: 10 · Skipped: 2 · Already so: 0")
    expect(page.locator('[data-skipped="105"]')).to_contain_text("this is their own number")
    expect(page.locator('[data-skipped="104"]')).to_contain_text("104 Tomasz Wiśniewski → 105 Katarzyna Wójcik")
    changes = page.locator('[data-planned="101"] .planned-change')
    expect(changes).to_have_count(2)
    expect(changes.first).to_contain_text("Forward to an internal number: 105 Katarzyna Wójcik")
    expect(changes.last).to_contain_text("15 s")
    page.locator("[data-role=confirm]").click()
    expect(page.locator("main h1")).to_have_text("Saved for 10 extensions")
    assert clerk.own_settings("101") == {
        "available.no_answer.external": "extension:105",
        "available.external.seconds": 15,
    }
    assert clerk.own_settings("104") == {}

    page.locator("[data-role=undo]").click()
    expect(page.locator("main h1")).to_have_text("Undone for 10 extensions")
    assert all(clerk.own_settings(number) == {} for number in ("101", "102", "103", "104", "114"))


def test_an_error_opens_its_tab_and_takes_the_focus(enter: Enter) -> None:
    olga = enter("olga", path="/admin/extensions/102/")
    olga.expect_complaints("422")
    page = olga.page
    open_tab(page, "Forwarding rules")
    control(page, SECONDS).fill("4")
    open_tab(page, "General")
    control(page, "mobile_number").fill("600 100 200")
    page.get_by_role("button", name="Preview the changes").click()
    expect(control(page, SECONDS)).to_be_focused()
    expect(control(page, SECONDS)).to_have_value("4")
    open_tab(page, "General")
    expect(control(page, "mobile_number")).to_have_value("600 100 200")
    page.locator("[data-role=error-summary] a").click()
    expect(control(page, SECONDS)).to_be_focused()


def test_tabs_are_moved_through_by_arrows(enter: Enter) -> None:
    page = enter("olga", path="/admin/extensions/102/").page
    tabs = page.get_by_role("tab")
    tabs.first.focus()
    page.keyboard.press("ArrowRight")
    expect(tabs.nth(1)).to_be_focused()
    expect(page.locator("#tab-rules")).to_be_visible()
    expect(page.locator("#tab-general")).to_be_hidden()
    page.keyboard.press("End")
    expect(tabs.last).to_be_focused()


def test_without_scripts_the_forms_still_edit(enter: Enter, clerk: Clerk) -> None:
    olga = enter("olga", log_in=False, java_script_enabled=False)
    olga.carry_session(clerk.open_session("olga"))
    olga.go("/admin/")
    page = olga.page
    tick(page, "101")
    tick(page, "102")
    page.get_by_role("button", name="Edit", exact=True).click()
    control(page, "voicemail_on").select_option("no")
    page.get_by_role("button", name="Preview the changes").click()
    page.locator("[data-role=confirm]").click()
    expect(page.locator("main h1")).to_have_text("Saved for 2 extensions")


@pytest.mark.parametrize("look", LOOKS)
def test_the_panel_is_open_to_everyone(enter: Enter, look: dict[str, str]) -> None:
    olga = open_list(enter, **look)
    olga.expect_complaints("422")
    page, survey = olga.page, Survey(olga.page)
    survey.look("list")
    tick(page, "104")
    tick(page, "106", shift=True)
    survey.look("list with a selection")
    page.locator(".selection-bar .button-primary").click()
    expect(page.locator("#extension-edit")).to_be_visible()
    for tab in page.get_by_role("tab").all():
        tab.click()
        survey.look(f"edit, {tab.inner_text()}")
    page.get_by_role("tab").nth(1).click()
    control(page, KIND).select_option("extension")
    control(page, EXTENSION).fill("999")
    page.locator(".edit-actions button").click()
    expect(page.locator("[data-role=error-summary]")).to_be_visible()
    survey.look("errors")
    control(page, EXTENSION).fill("105")
    page.locator(".edit-actions button").click()
    expect(page.locator("[data-role=counts]")).to_be_visible()
    survey.look("preview")
    page.locator("[data-role=confirm]").click()
    expect(page.locator("[data-role=undo]")).to_be_visible()
    survey.look("done")
    olga.go("/admin/extensions/104/")
    olga.wait_until_live()
    survey.look("one")
    olga.go("/admin/")
    tick(page, "104")
    page.locator('button[formaction$="/status/"]').click()
    expect(page.locator("#operator-status-form")).to_be_visible()
    survey.look("set status")
    assert survey.findings == []
