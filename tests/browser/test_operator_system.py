"""System extensions at the operator's browser: made by keyboard, moved, recorded, open to everyone."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import Survey
from tests.browser.clerk import Clerk
from tests.browser.person import Enter
from tests.browser.test_accessibility import LOOKS


def control(page: Page, name: str) -> Locator:
    return page.locator(f'#system-form [name="{name}"]')


def type_into(page: Page, name: str, text: str) -> None:
    """As somebody without a mouse: the control is reached by its focus and typed into."""
    control(page, name).focus()
    page.keyboard.type(text)


def test_a_receptionist_is_made_by_keyboard_and_the_router_knows_it(enter: Enter, clerk: Clerk) -> None:
    page = enter("olga", path="/admin/system/").page
    page.locator('a[href="/admin/system/new/digital_receptionist/"]').focus()
    page.keyboard.press("Enter")
    expect(control(page, "number")).to_be_visible()
    type_into(page, "number", "860")
    page.keyboard.press("Tab")
    page.keyboard.type("Front desk")
    for key, words, extension in (("1", "Adam", "101"), ("2", "Piotr", "102")):
        type_into(page, f"key-{key}-words", words)
        page.keyboard.press("Tab")
        page.keyboard.type("Forward to an internal")
        page.keyboard.press("Tab")
        page.keyboard.type(extension)
    control(page, "has_hours").focus()
    page.keyboard.press("Space")
    type_into(page, "hours-0", "8-12, 13-16")
    page.keyboard.press("Enter")
    expect(page.locator("[data-role=open-now]")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    assert clerk.facts_of_system("860") == {
        "keys": {"1": "extension:101", "2": "extension:102"},
        "hours": {"0": [["08:00:00", "12:00:00"], ["13:00:00", "16:00:00"]]},
        "closed": "end_call:",
    }


def members(page: Page) -> list[str]:
    shown = page.locator("[data-role=member-row]:not([hidden]) input[list]")
    return [shown.nth(place).input_value() for place in range(shown.count())]


def test_members_are_moved_taken_out_and_added(enter: Enter) -> None:
    page = enter("olga", path="/admin/system/810/").page
    expect(page.get_by_role("button", name="Add a member")).to_be_visible()
    before = members(page)
    assert len(before) > 2
    rows = page.locator("[data-role=member-row]:not([hidden])")
    rows.nth(0).get_by_role("button", name="Move down").press("Enter")
    assert members(page) == [before[1], before[0], *before[2:]]
    expect(page.locator("[data-role=member-news]")).to_have_text(f"{before[0]}: place 2")
    rows.nth(0).get_by_role("button", name="Take out").press("Enter")
    page.get_by_role("button", name="Add a member").press("Enter")
    page.keyboard.type("115")
    after = [before[0], *before[2:]]
    assert members(page) == [*after, "115"]
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    assert members(page)[:-1] == after
    assert members(page)[-1].startswith("115 ")
    # As it was, for the next test.
    rows.last.get_by_role("button", name="Take out").click()
    page.get_by_role("button", name="Add a member").click()
    page.keyboard.type(before[1])
    rows.last.get_by_role("button", name="Move up").click()
    for _ in range(len(before) - 3):
        page.keyboard.press("Enter")
    assert members(page) == before
    # "Saved." stands there from before.
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Save", exact=True).click()


def test_a_greeting_is_recorded_and_taken_back(enter: Enter) -> None:
    olga = enter("olga", path="/admin/system/850/")
    page = olga.page
    greeting = page.locator("section.greeting").first
    greeting.get_by_role("button", name="Record a greeting").click()
    expect(greeting.locator("[data-role=recorder-time]")).to_contain_text("0:01")
    greeting.get_by_role("button", name="Stop").click()
    expect(greeting.locator("[data-role=recorded]")).to_be_visible()
    greeting.get_by_role("button", name="Save the greeting").click()
    expect(greeting).to_contain_text("Callers hear your own sound")
    greeting.get_by_role("button", name="Delete this greeting").click()
    expect(greeting).to_contain_text("the greeting that comes with Lampfield")


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_of_system_extensions_are_open_to_everyone(enter: Enter, look: dict[str, str]) -> None:
    olga = enter("olga", path="/admin/system/", **look)
    survey = Survey(olga.page)
    survey.look("list")
    for path in ("800/", "850/", "800/delete/"):
        olga.go(f"/admin/system/{path}")
        olga.wait_until_live()
        survey.look(path)
    assert survey.findings == []


@pytest.mark.parametrize("look", LOOKS)
def test_a_refused_form_is_open_to_everyone(enter: Enter, look: dict[str, str]) -> None:
    olga = enter("olga", path="/admin/", **look)
    survey = Survey(olga.page)
    olga.go("/admin/system/new/digital_receptionist/")
    olga.wait_until_live()
    control(olga.page, "has_hours").check()
    type_into(olga.page, "hours-1", "16-8")
    control(olga.page, "key-1-kind").select_option("external_number")
    olga.expect_complaints("422")
    olga.page.locator(".system-save button").click()
    expect(olga.page.locator("[data-role=error-summary]")).to_be_visible()
    survey.look("refused")
    assert survey.findings == []
