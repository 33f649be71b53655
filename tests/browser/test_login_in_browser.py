"""The door: logging in and out, what happens to other windows, and the language that stays with the person."""

from playwright.sync_api import expect

from tests.browser.person import Enter


def test_whoever_is_not_logged_in_is_led_to_the_door_and_back_to_what_was_asked(enter: Enter) -> None:
    adam = enter("adam", log_in=False)

    adam.go("/calls/")
    expect(adam.page.locator("h1")).to_have_text("Log in")
    adam.page.locator("input[name=login]").fill("adam")
    adam.page.locator("input[name=password]").fill("wrong password")
    adam.page.locator("input[name=password]").press("Enter")
    expect(adam.page.locator("[role=alert]")).to_be_visible()
    expect(adam.page.locator("input[name=login]")).to_have_value("adam")
    adam.page.locator("input[name=password]").fill("lampfield")
    adam.page.locator("input[name=password]").press("Enter")

    expect(adam.page.locator("main h1")).to_have_text("Calls")
    adam.wait_until_live()


def test_logging_out_closes_the_sockets_of_every_window_of_the_session(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    other_window = adam.open_window("/calls/")
    elsewhere = enter("adam")

    adam.avatar.click()
    adam.page.get_by_role("menuitem", name="Log out").click()

    expect(adam.page.locator("h1")).to_have_text("Log in")
    expect(other_window.page.locator("h1")).to_have_text("Log in")
    elsewhere.wait_until_live()
    piotr.sees_registered("101")
    elsewhere.close_browser()
    piotr.sees_registered("101", False)


def test_a_chosen_language_stays_with_the_person_in_every_browser(enter: Enter) -> None:
    adam = enter("adam", path="/settings/profile/")
    adam.page.get_by_role("button", name="Polski").click()
    expect(adam.page.locator("html")).to_have_attribute("lang", "pl")
    expect(adam.page.locator("main h1")).to_have_text("Twój profil")
    expect(adam.page).to_have_url("/settings/profile/")

    in_another_browser = enter("adam")
    expect(in_another_browser.page.locator("html")).to_have_attribute("lang", "pl")
    expect(in_another_browser.page.locator(".rail")).to_contain_text("Połączenia")

    in_another_browser.follow("Ustawienia")
    in_another_browser.page.locator('main a[href="/settings/profile/"]').click()
    in_another_browser.page.get_by_role("button", name="English").click()
    expect(in_another_browser.page.locator("html")).to_have_attribute("lang", "en")


def test_the_browser_chooses_the_language_of_a_person_who_has_not(enter: Enter) -> None:
    piotr = enter("piotr", locale="pl-PL")

    expect(piotr.page.locator("html")).to_have_attribute("lang", "pl")
    expect(piotr.avatar).to_contain_text("Dostępny")
