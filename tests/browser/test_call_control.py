"""What can be done with a call that is on: hold, transfer, park and fetch, keys; as all sides see and hear it."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.accessibility import Survey
from tests.browser.clerk import Clerk
from tests.browser.person import Enter, Person, talk
from tests.browser.sound import hears_music, hears_silence, hears_voice
from tests.browser.test_accessibility import LOOKS


def choose(person: Person, typed: str, number: str) -> Locator:
    """Open the transfer panel, look for a colleague and tick them; the panel."""
    person.act("transfer")
    panel = person.page.locator("#call-transfer")
    panel.get_by_role("searchbox").fill(typed)
    panel.locator(f'.choice[data-extension="{number}"]').click()
    return panel


def hear_each_other(*people: Person) -> None:
    for person in people:
        person.sees_call("talking")
        person.hears_more_and_more()
        assert hears_voice(person.page)


def test_whoever_is_held_hears_music_and_nobody_until_the_call_is_resumed(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    talk(adam, piotr, "102")

    adam.act("hold")

    adam.sees_call("on_hold")
    expect(adam.button("hold")).to_have_attribute("aria-pressed", "true")
    expect(adam.card).to_contain_text("On hold")
    expect(piotr.card).to_contain_text("On hold by Adam Nowak")
    assert hears_music(piotr.page)
    assert hears_silence(piotr.page)
    assert adam.page.evaluate("document.querySelector('#call-card audio').srcObject") is None

    adam.act("hold")
    hear_each_other(adam, piotr)
    expect(piotr.card).to_have_attribute("data-call-state", "talking")
    assert piotr.page.evaluate("document.querySelector('#call-card audio[data-role=music]').paused")


def test_a_reload_on_either_side_leaves_a_call_on_hold(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    talk(adam, piotr, "102")
    adam.act("hold")
    adam.sees_call("on_hold")

    adam.reload()
    adam.sees_call("on_hold")
    expect(adam.card).to_have_attribute("data-media", "connected")
    piotr.reload()
    expect(piotr.card).to_contain_text("On hold by Adam Nowak")
    piotr.page.mouse.click(640, 300)
    assert hears_music(piotr.page)

    adam.act("hold")
    hear_each_other(adam, piotr)


def test_a_call_is_handed_over_without_asking(enter: Enter) -> None:
    adam, piotr, anna = enter("adam"), enter("piotr"), enter("anna")
    talk(adam, piotr, "102")

    panel = choose(adam, "kowal", "103")
    expect(panel.locator('.choice[data-extension="103"]')).to_have_attribute("data-lamp", "available")
    panel.get_by_role("button", name="Transfer now").click()

    adam.sees_end("transferred", "The call was transferred")
    anna.sees_call("ringing")
    expect(anna.card).to_contain_text("Piotr Adamiak")
    expect(anna.card).to_contain_text("transferred by Adam Nowak")
    piotr.sees_call("dialling")
    anna.act("answer")
    hear_each_other(anna, piotr)
    adam.sees_lamp("101", "available")
    adam.sees_lamp("103", "talking")


def test_a_colleague_is_asked_first_and_then_connected(enter: Enter) -> None:
    adam, piotr, anna = enter("adam"), enter("piotr"), enter("anna")
    talk(adam, piotr, "102")

    choose(adam, "103", "103").get_by_role("button", name="Ask first").click()
    anna.act("answer")
    hear_each_other(adam, anna)
    expect(piotr.card).to_contain_text("On hold by Adam Nowak")
    assert hears_music(piotr.page)

    adam.act("join")
    adam.sees_end("transferred")
    hear_each_other(anna, piotr)
    expect(anna.card).to_contain_text("Piotr Adamiak")
    expect(piotr.card).to_contain_text("Anna Kowalska")
    anna.act("hang-up")
    piotr.sees_end("completed")


def test_a_colleague_who_does_not_want_the_call_leaves_it_where_it_was(enter: Enter) -> None:
    adam, piotr, anna = enter("adam"), enter("piotr"), enter("anna")
    talk(adam, piotr, "102")
    choose(adam, "103", "103").get_by_role("button", name="Ask first").click()
    anna.act("answer")
    anna.sees_call("talking")

    adam.page.get_by_role("button", name="Back to Piotr Adamiak").click()
    expect(adam.card.locator('[data-role="name"]')).to_have_text("Piotr Adamiak")
    hear_each_other(adam, piotr)
    adam.page.get_by_role("button", name="Hang up on Anna Kowalska").click()

    anna.sees_end("completed")
    adam.hears_more_and_more()


def test_a_number_that_leads_nowhere_keeps_the_call(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    talk(adam, piotr, "102")

    adam.act("transfer")
    panel = adam.page.locator("#call-transfer")
    panel.get_by_role("searchbox").fill("nobody at all")
    expect(panel.locator(".choice")).to_have_count(0)
    panel.get_by_role("button", name="Transfer now").click()
    expect(panel.locator("[role=alert]")).to_have_text("Choose a colleague, or type a number.")
    panel.get_by_role("searchbox").fill("999")
    expect(panel.locator(".choice")).to_have_count(1)
    panel.get_by_role("button", name="Transfer now").click()

    expect(adam.card).to_contain_text("This can't be called: 999")
    hear_each_other(adam, piotr)


def test_the_transfer_panel_works_without_a_mouse(enter: Enter) -> None:
    adam, piotr, anna = enter("adam"), enter("piotr"), enter("anna")
    talk(adam, piotr, "102")
    keyboard = adam.page.keyboard

    adam.button("transfer").focus()
    keyboard.press("Enter")
    expect(adam.page.locator("#transfer-field")).to_be_focused()
    keyboard.press("Escape")
    expect(adam.page.locator("#call-transfer")).to_be_hidden()
    expect(adam.button("transfer")).to_be_focused()
    keyboard.press("Enter")
    keyboard.type("kowalska")
    expect(adam.page.locator("#call-transfer .choice")).to_have_count(1)
    keyboard.press("Enter")
    expect(adam.page.get_by_role("button", name="Transfer now")).to_be_focused()
    keyboard.press("Enter")

    anna.sees_call("ringing")


def test_a_parked_call_waits_for_anybody_to_fetch_it(enter: Enter) -> None:
    adam, piotr, anna = enter("adam"), enter("piotr"), enter("anna")
    talk(adam, piotr, "102")

    adam.act("park")

    adam.sees_end("parked", "The call is parked")
    expect(adam.page.locator("#toasts")).to_contain_text("Parked in 1: Piotr Adamiak. Fetch with *71.")
    expect(piotr.card).to_contain_text("Parked by Adam Nowak")
    assert hears_music(piotr.page)
    strip = anna.page.locator("#parked")
    expect(strip).to_contain_text("Piotr Adamiak")
    expect(strip).to_contain_text("parked by Adam Nowak")
    strip.get_by_role("button", name="Fetch Piotr Adamiak from 1").click()
    hear_each_other(anna, piotr)
    expect(strip).to_be_hidden()
    expect(adam.page.locator("#parked")).to_be_hidden()


def test_a_parked_call_is_fetched_with_a_code(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    talk(adam, piotr, "102")
    adam.act("park")
    expect(adam.page.locator("#parked")).to_be_visible()
    adam.reload()
    expect(adam.page.locator("#parked")).to_contain_text("Piotr Adamiak")

    adam.dial("*71")

    hear_each_other(adam, piotr)
    expect(adam.page.locator("#parked")).to_be_hidden()


def test_keys_are_pressed_by_mouse_and_by_keyboard_while_talking(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    talk(adam, piotr, "102")

    adam.act("keypad")
    keypad = adam.page.locator("#call-keypad")
    keypad.get_by_role("button", name="5", exact=True).click()
    adam.page.keyboard.type("7*0#")

    expect(keypad.locator("output")).to_have_text("57*0#")
    adam.act("keypad")
    expect(keypad).to_be_hidden()
    adam.hears_more_and_more()


def test_the_receptionists_keys_stand_on_the_card(enter: Enter) -> None:
    adam, olga = enter("adam"), enter("olga")

    adam.dial("850")
    menu = adam.card.locator('[data-role="menu"]')
    expect(menu.get_by_role("button")).to_have_count(3)
    menu.get_by_role("button").first.focus()
    adam.page.keyboard.press("9")
    expect(menu).to_contain_text("That key is not in use.")
    menu.get_by_role("button", name="0 Reception").click()

    olga.sees_call("ringing")
    expect(menu).to_be_hidden()


@pytest.mark.parametrize("how", ["mouse", "keyboard", "code"])
def test_a_call_that_rings_at_a_colleague_of_the_department_is_picked_up(enter: Enter, how: str) -> None:
    anna, piotr, adam = enter("anna"), enter("piotr"), enter("adam")
    anna.call("102")
    piotr.sees_call("ringing")
    button = adam.row("102").locator('[data-call-action="pick-up"]')
    expect(button).to_be_visible()
    expect(button).to_have_accessible_name("Pick up the call for Piotr Adamiak, 102")
    expect(anna.row("102").locator('[data-call-action="pick-up"]')).to_have_count(0)

    if how == "mouse":
        button.click()
    elif how == "keyboard":
        button.focus()
        adam.page.keyboard.press("Enter")
    else:
        adam.dial("**102")

    hear_each_other(adam, anna)
    expect(adam.card).to_contain_text("Anna Kowalska")
    piotr.sees_end("picked_up", "picked up the call")
    expect(button).to_be_hidden()


def test_a_call_for_a_group_says_so(enter: Enter) -> None:
    anna, adam = enter("anna"), enter("adam")

    anna.dial("810")

    adam.sees_call("ringing")
    expect(adam.card).to_contain_text("Anna Kowalska")
    expect(adam.card).to_contain_text("for: Sales team")
    adam.act("answer")
    hear_each_other(adam, anna)


def test_the_focus_stays_in_the_card_while_its_buttons_come_and_go(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    adam.call("102")
    piotr.sees_call("ringing")

    piotr.button("answer").focus()
    piotr.page.keyboard.press("Enter")
    piotr.sees_call("talking")
    assert piotr.page.evaluate("Boolean(document.activeElement.closest('#call-card'))")
    piotr.button("hang-up").focus()
    piotr.page.keyboard.press("Enter")
    piotr.sees_call("ended")
    piotr.button("dismiss").focus()
    piotr.page.keyboard.press("Enter")
    expect(piotr.card).to_be_hidden()
    assert piotr.page.evaluate("document.activeElement !== document.body")


@pytest.mark.parametrize("look", LOOKS)
def test_the_card_and_its_panels_are_open_to_everyone(enter: Enter, clerk: Clerk, look: dict[str, str]) -> None:
    clerk.allow_second_call("101")
    adam, piotr, anna = enter("adam", **look), enter("piotr"), enter("anna")
    survey = Survey(adam.page)

    adam.dial("850")
    expect(adam.card.locator('[data-role="menu"]')).to_be_visible()
    survey.look("a receptionist's menu")
    adam.act("hang-up")
    adam.sees_call("ended")
    talk(adam, piotr, "102")
    adam.act("keypad")
    survey.look("keypad")
    adam.act("transfer")
    expect(adam.page.locator("#call-transfer .choice").first).to_be_visible()
    survey.look("transfer panel")
    anna.call("101")
    expect(adam.card.locator("#call-lines li")).to_have_count(1)
    survey.look("two lines, one rings")
    adam.card.locator('#call-lines [data-call-action="answer"]').click()
    expect(adam.card.locator('#call-lines [data-call-action="swap"]')).to_be_visible()
    survey.look("two lines, one on hold")
    adam.act("park")
    expect(adam.page.locator("#parked")).to_be_visible()
    survey.look("a parked call")

    assert survey.findings == []
