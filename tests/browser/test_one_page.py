"""Pages come and go in one frame: addresses, titles, Back and reload work, and the frame stays the same."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Enter

# address, where the rail stands, heading, title
PAGES = [
    ("/calls/", "Calls", "Calls", "Calls · Lampfield"),
    ("/voicemail/", "Voicemail", "Voicemail", "Voicemail · Lampfield"),
    ("/settings/", "Settings", "Settings", "Settings · Lampfield"),
    (
        "/settings/status/away/",
        "Settings",
        "What happens to calls: Away",
        "Away · Settings · Lampfield",
    ),
    ("/", "People", "People", "People · Lampfield"),
]


def is_at(page: Page, address: str, rail: str, heading: str, title: str) -> None:
    expect(page).to_have_url(address)
    expect(page.locator("main h1")).to_have_text(heading)
    expect(page).to_have_title(title)
    current = page.locator(".rail [aria-current=page]")
    expect(current).to_have_count(1)
    expect(current).to_contain_text(rail)


def open_by_click(page: Page, address: str) -> None:
    page.locator(f'.rail a[href="{address}"], main a[href="{address}"]').first.click()


def test_pages_change_within_the_same_frame_and_back_and_forward_retrace_them(enter: Enter) -> None:
    adam = enter("adam")
    page = adam.page
    avatar = adam.avatar.element_handle()
    card = adam.card.element_handle()
    sockets = adam.sockets_opened

    for known in PAGES:
        open_by_click(page, known[0])
        is_at(page, *known)
    for known in reversed(PAGES[:-1]):
        page.go_back()
        is_at(page, *known)
    for known in PAGES[1:]:
        page.go_forward()
        is_at(page, *known)

    assert adam.avatar.evaluate("(now, before) => now === before", avatar)
    assert adam.card.evaluate("(now, before) => now === before", card)
    assert adam.sockets_opened == sockets
    expect(page.locator("html")).to_have_attribute("data-connection", "live")


@pytest.mark.parametrize("known", PAGES, ids=[address for address, *_ in PAGES])
def test_a_page_is_the_same_after_a_reload(enter: Enter, known: tuple[str, str, str, str]) -> None:
    adam = enter("adam", path=known[0])
    is_at(adam.page, *known)

    adam.reload()

    is_at(adam.page, *known)
    adam.wait_until_live()


def test_a_page_that_was_clicked_open_takes_the_focus_to_its_heading(enter: Enter) -> None:
    adam = enter("adam")

    adam.follow("Calls")

    expect(adam.page.locator("main h1")).to_be_focused()


def test_lamps_painted_on_a_page_that_comes_back_are_those_of_now(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    adam.follow("Calls")
    piotr.switch_status("lunch")
    expect(piotr.avatar).to_have_attribute("data-lamp", "lunch")

    adam.page.go_back()

    adam.sees_lamp("102", "lunch")


def test_an_unknown_address_says_so_and_leads_back(enter: Enter) -> None:
    adam = enter("adam")
    adam.expect_complaints("404")

    adam.go("/nothing/here/")

    expect(adam.page.locator("h1")).to_be_visible()
    adam.page.locator('main a[href="/"]').click()
    expect(adam.page.locator("main h1")).to_have_text("People")
