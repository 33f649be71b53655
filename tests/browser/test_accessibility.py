"""Every page and state, light and dark, English and Polish: nothing for axe to find, nothing to push sideways."""

import pytest
from playwright.sync_api import expect

from benchmarks.front_ends import shapes
from tests.browser.accessibility import Survey
from tests.browser.clerk import Clerk
from tests.browser.person import Enter

# Light and dark differ by colours only, the languages by length of words: two passes meet all four.
LOOKS = [
    pytest.param({"color_scheme": "light", "locale": "en-GB"}, id="light-en"),
    pytest.param({"color_scheme": "dark", "locale": "pl-PL"}, id="dark-pl"),
]

SEEN_AT_A_GLANCE = 0.05  # of the pixels of a lamp


def test_the_survey_finds_what_is_wrong(enter: Enter) -> None:
    adam = enter("adam")
    survey = Survey(adam.page)
    adam.page.evaluate(
        """() => {
            const [nameless, pale, wide] = ['button', 'p', 'div'].map((tag) => document.createElement(tag));
            pale.textContent = 'hardly to be seen';
            Object.assign(pale.style, { color: '#ccc', background: '#fff' });
            wide.style.inlineSize = '400px';
            wide.textContent = 'too wide';
            document.querySelector('#main').append(nameless, pale, wide);
        }"""
    )

    survey.look("spoilt")

    findings = "\n".join(survey.findings)
    assert "spoilt: button-name: <button>" in findings
    assert "spoilt: color-contrast: <p" in findings
    assert "spoilt at 320 px: <div" in findings


@pytest.mark.parametrize("look", LOOKS)
def test_the_door_is_open_to_everyone(enter: Enter, look: dict[str, str]) -> None:
    adam = enter("adam", log_in=False, **look)
    survey = Survey(adam.page)

    adam.go("/login/")
    survey.look("login")
    adam.page.locator("input[name=login]").fill("nobody")
    adam.page.locator("input[name=password]").fill("nothing")
    adam.page.locator("input[name=password]").press("Enter")
    expect(adam.page.locator("[role=alert]")).to_be_visible()
    survey.look("login refused")

    assert survey.findings == []


@pytest.mark.parametrize("look", LOOKS)
def test_people_menu_and_call_card_are_open_to_everyone(enter: Enter, look: dict[str, str]) -> None:
    adam, piotr = enter("adam", **look), enter("piotr")
    page, survey = adam.page, Survey(adam.page)

    survey.look("people, list")
    page.locator("[data-people-view=field]").click()
    survey.look("people, field")
    page.locator("[data-people-view=list]").click()
    page.locator("#dial-field").fill("nobody at all")
    survey.look("people, nobody found")
    page.locator("#dial-field").fill("")
    adam.avatar.click()
    survey.look("status menu")
    page.keyboard.press("Escape")

    adam.dial("999")
    adam.sees_end("unknown_number")
    survey.look("call that failed")
    piotr.call("101")
    adam.sees_call("ringing")
    survey.look("ringing")
    adam.act("answer")
    adam.sees_call("talking")
    expect(adam.card).to_have_attribute("data-media", "connected")
    adam.act("mute")
    survey.look("talking, muted")

    assert survey.findings == []


@pytest.mark.parametrize("look", LOOKS)
def test_calls_voicemail_and_settings_are_open_to_everyone(enter: Enter, clerk: Clerk, look: dict[str, str]) -> None:
    clerk.leave_message("101", caller="102", seconds=1)
    clerk.set_rule("101", "away", "always", "mobile", set_on="operator_panel")
    adam = enter("adam", **look)
    adam.expect_complaints("422")
    page, survey = adam.page, Survey(adam.page)
    adam.dial("999")
    adam.sees_end("unknown_number")
    adam.act("dismiss")

    for path in (
        "/calls/",
        "/voicemail/",
        "/settings/",
        "/settings/devices/",
        "/settings/status/available/",
        "/settings/status/away/",
    ):
        adam.go(path)
        adam.wait_until_live()
        for details in page.locator("main details").all():
            details.locator("summary").click()
        survey.look(path)

    adam.go("/settings/status/available/")
    page.locator("[name=internal-seconds]").fill("4")
    page.locator("[name=busy-external-kind]").select_option("extension")
    page.locator("[name=busy-external-extension]").fill("101")
    page.locator("#status-rules button").click()
    expect(page.locator("[data-role=error-summary]")).to_be_visible()
    survey.look("rules with errors")
    page.locator("[name=internal-seconds]").fill("30")
    page.locator("[name=busy-external-kind]").select_option("voicemail")
    page.locator("#status-rules button").click()
    expect(page.locator("#status-notices .notice-success")).to_be_visible()
    survey.look("rules saved")

    assert survey.findings == []


@pytest.mark.parametrize("look", LOOKS)
def test_the_desktop_app_is_open_to_everyone(enter: Enter, clerk: Clerk, look: dict[str, str]) -> None:
    clerk.leave_message("101", caller="102", seconds=1)
    clerk.set_rule("101", "away", "always", "extension", "102")
    adam, piotr = enter("adam", path="/app/", **look), enter("piotr")
    adam.expect_complaints("422")
    page, survey = adam.page, Survey(adam.page)

    survey.look("no favourites")
    adam.go("/app/people/")
    adam.wait_until_live()
    page.locator(".person-star").first.click()
    settings = ("settings/", "settings/devices/", "settings/profile/")
    texts = ("help/", "help/?q=status", "help/lamps/")
    for path in ("people/", "people/?q=zzz", "", "keypad/", "calls/", "voicemail/", *settings, *texts):
        adam.go(f"/app/{path}")
        adam.wait_until_live()
        survey.look(f"/app/{path}")
    adam.go("/app/")
    adam.wait_until_live()
    page.locator("[popovertarget=lamp-legend]").click()
    survey.look("app, legend")
    page.keyboard.press("Escape")
    adam.avatar.click()
    survey.look("app, status menu")
    page.locator('.status-rules[href$="/away/"]').click()
    expect(page.locator('[data-role="back"]')).to_be_visible()
    page.locator("[name=always-external-kind]").select_option("mobile")
    page.locator("#status-rules button").click()
    expect(page.locator("[data-role=error-summary]")).to_be_visible()
    survey.look("app, rules with errors")
    piotr.call("101")
    adam.sees_call("ringing")
    survey.look("app, ringing")
    adam.act("answer")
    adam.sees_call("talking")
    adam.act("keypad")
    survey.look("app, talking")

    assert survey.findings == []


def test_no_two_lamps_look_alike_where_the_system_allows_no_colours(enter: Enter) -> None:
    differences = shapes(enter("adam", forced_colors="active").page)
    assert {pair: share for pair, share in differences.items() if share < SEEN_AT_A_GLANCE} == {}


def test_ringing_lamps_blink_once_a_second_and_not_for_those_who_want_no_motion(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    adam.call("102")
    piotr.sees_lamp("102", "ringing")

    blinking = "() => document.getAnimations().filter((a) => a.effect.getComputedTiming().iterations === Infinity)"
    periods = piotr.page.evaluate(f"({blinking})().map((a) => a.effect.getComputedTiming().duration)")
    assert set(periods) == {1000}
    piotr.page.emulate_media(reduced_motion="reduce")
    assert piotr.page.evaluate(f"({blinking})().length") == 0
    piotr.page.emulate_media(reduced_motion="no-preference")

    piotr.follow("Settings")
    piotr.page.get_by_label("Ringing lamps do not blink").check()
    piotr.follow("People")
    piotr.sees_lamp("102", "ringing")
    assert piotr.page.evaluate(f"({blinking})().length") == 0
