"""People of a company too large for one page: the server finds as somebody types, a click opens a department."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.accessibility import spills, violations
from tests.browser.clerk import Clerk
from tests.browser.person import Enter, Person

MORE_THAN_A_PAGE = 1_000


@pytest.fixture
def factory(clerk: Clerk) -> None:
    clerk.open_factory(MORE_THAN_A_PAGE)


def shown(person: Person) -> Locator:
    return person.page.locator(".person:not([hidden])")


def test_whoever_is_not_on_the_page_is_found_by_typing(enter: Enter, factory: None) -> None:
    adam = enter("adam")
    own_department = shown(adam).count()
    assert own_department < MORE_THAN_A_PAGE

    adam.page.keyboard.press("/")
    adam.page.keyboard.type("worker 99")
    expect(shown(adam)).to_have_count(19)  # 99, 199 to 899, 990 to 999
    expect(adam.page.locator("main [role=status]")).to_have_text("19 found")
    expect(adam.page.locator("#dial-field")).to_be_focused()

    adam.page.keyboard.press("Escape")
    expect(shown(adam)).to_have_count(own_department)

    adam.page.keyboard.press("/")
    adam.page.keyboard.type("worker 99")
    adam.page.keyboard.press("Enter")  # before the answer has come
    expect(adam.row("50099").locator('[data-call-action="call"]')).to_be_focused()


def test_a_click_opens_another_department_with_live_lamps(enter: Enter, factory: None) -> None:
    adam, olga = enter("adam", color_scheme="dark", locale="pl-PL"), enter("olga")
    expect(adam.row("100")).to_have_count(0)
    assert violations(adam.page) + spills(adam.page) == []

    adam.page.locator(".department", has_text="Reception").get_by_role("link").click()
    expect(adam.row("100")).to_be_visible()
    olga.switch_status("lunch")
    adam.sees_lamp("100", "lunch")
