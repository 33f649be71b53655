"""Settings > Status with its script: mirrored rules, suggested extensions, errors that find the reader, two windows."""

from playwright.sync_api import expect

from tests.browser.person import Enter

SAVE = "#status-rules button"


def control(name: str) -> str:
    return f'#status-rules [name="{name}"]'


def test_rules_that_shall_be_the_same_are_mirrored_until_one_is_made_to_differ(enter: Enter) -> None:
    page = enter("adam", path="/settings/status/away/").page
    page.check(control("same"))
    page.select_option(control("always-internal-kind"), "extension")
    page.fill(control("always-internal-extension"), "102")
    expect(page.locator(control("always-external-kind"))).to_have_value("extension")
    expect(page.locator(control("always-external-extension"))).to_have_value("102")

    page.select_option(control("always-external-kind"), "end_call")
    expect(page.locator(control("same"))).not_to_be_checked()
    page.click(SAVE)
    expect(page.locator(".rules-outcome")).to_have_text("Saved now: Internal: to 102 · External: the call ends")


def test_only_the_value_that_the_chosen_destination_needs_is_asked_for(enter: Enter) -> None:
    page = enter("adam", path="/settings/status/away/").page
    expect(page.locator(control("always-internal-number"))).to_be_hidden()
    page.select_option(control("always-internal-kind"), "external_number")
    expect(page.locator(control("always-internal-number"))).to_be_visible()
    expect(page.locator(control("always-internal-extension"))).to_be_hidden()
    expect(page.locator("#rule-always-internal")).to_contain_text("There is no outside line yet")


def test_extensions_are_suggested_while_a_name_is_typed(enter: Enter) -> None:
    page = enter("adam", path="/settings/status/away/").page
    page.select_option(control("always-internal-kind"), "extension")
    page.locator(control("always-internal-extension")).press_sequentially("adamiak")
    suggestion = page.locator("#extension-choices option")
    expect(suggestion).to_have_count(1)
    expect(suggestion).to_have_attribute("value", "102 Piotr Adamiak")
    page.fill(control("always-internal-extension"), "102 Piotr Adamiak")
    page.click(SAVE)
    expect(page.locator("#status-notices")).to_contain_text("Saved.")


def test_an_error_takes_the_focus_to_its_control_and_keeps_the_sockets(enter: Enter) -> None:
    adam = enter("adam", path="/settings/status/available/")
    adam.expect_complaints("422")
    page = adam.page
    page.evaluate("window.unswapped = true")
    page.fill(control("internal-seconds"), "4")
    page.click(SAVE)
    expect(page.locator(control("internal-seconds"))).to_be_focused()
    expect(page.locator("[data-role=error-summary]")).to_contain_text("from 5 to 120")
    assert page.evaluate("window.unswapped")
    adam.wait_until_live()


def test_the_second_of_two_windows_is_told_and_may_save_again(enter: Enter) -> None:
    adam = enter("adam", path="/settings/status/away/")
    second = adam.open_window("/settings/status/away/")
    second.expect_complaints("409")
    page = second.page
    page.select_option(control("always-internal-kind"), "extension")
    page.fill(control("always-internal-extension"), "103")

    adam.page.select_option(control("always-internal-kind"), "voicemail")
    adam.page.click(SAVE)
    expect(adam.page.locator("#status-notices")).to_contain_text("Saved.")

    page.click(SAVE)
    expect(page.locator("[data-role=conflict]")).to_be_focused()
    expect(page.locator("#rule-always-internal")).to_contain_text("Saved now: Forward to voicemail")
    expect(page.locator(control("always-internal-extension"))).to_have_value("103")
    page.click(SAVE)
    expect(page.locator(".rules-outcome")).to_contain_text("Internal: to 103")


def test_the_form_works_without_script(enter: Enter) -> None:
    adam = enter("adam", log_in=False, java_script_enabled=False)
    adam.expect_complaints("422")
    page = adam.page
    page.goto("/login/")
    page.fill("input[name=login]", "adam")
    page.fill("input[name=password]", "lampfield")
    page.press("input[name=password]", "Enter")
    page.goto("/settings/status/dnd/")
    page.check(control("same"))
    page.select_option(control("always-internal-kind"), "extension")
    page.fill(control("always-internal-extension"), "999")
    page.click(SAVE)
    expect(page.locator("[data-role=error-summary]")).to_contain_text("There is no extension 999.")
    page.fill(control("always-internal-extension"), "103")
    page.click(SAVE)
    expect(page.locator(".rules-outcome")).to_have_text("Saved now: To 103")
