"""Codes in the field where one dials: a status with its end, and the own voicemail."""

import re

from playwright.sync_api import expect

from tests.browser.person import Enter


def test_a_status_and_the_own_voicemail_by_their_codes(enter: Enter) -> None:
    adam = enter("adam")
    field = adam.page.locator("#dial-field")
    field.fill("*33*30")
    field.press("Enter")
    adam.sees_lamp("101", "lunch")
    expect(adam.avatar).to_contain_text(re.compile(r"Lunch until \d"))
    expect(adam.card).to_be_hidden()

    field.fill("*97")
    field.press("Enter")
    expect(adam.page).to_have_url(re.compile(r"/voicemail/$"))
    expect(adam.page.locator("main h1")).to_have_text("Voicemail")
    expect(adam.card).to_be_hidden()

    # The phone is free for the next code.
    field.fill("*30")
    field.press("Enter")
    expect(adam.avatar).to_have_attribute("data-lamp", "available")
