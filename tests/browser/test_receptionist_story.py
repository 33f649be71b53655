"""From the digital receptionist by a key to a ring group, and where nobody answers to a message with sound in it."""

import pytest
from playwright.sync_api import expect

from tests.browser.clerk import Clerk
from tests.browser.person import PATIENCE_MS, Enter
from tests.browser.sound import NOTE_SOUNDS, has_played, hears_voice, recording, sounds_played
from tests.browser.test_voicemail import AUDIBLE, GREETING_MS, messages, speak, unheard

RECEPTIONIST, SALES_KEY, SALES = "850", "2", "810"
SHIPPED_GREETING_SECONDS = 7.0
GROUP_RINGS_SECONDS = 5


def test_a_caller_chooses_sales_and_the_first_to_answer_has_the_call(enter: Enter) -> None:
    anna, adam, piotr = enter("anna"), enter("adam"), enter("piotr")

    anna.dial(RECEPTIONIST)
    anna.card.locator(f'[data-role="menu"] [data-key="{SALES_KEY}"]').click()
    for member in (adam, piotr):
        member.sees_call("ringing")
        expect(member.card).to_contain_text("Anna Kowalska")
        expect(member.card).to_contain_text("Sales team")
    piotr.act("answer")

    adam.sees_end("answered_elsewhere")
    for person in (anna, piotr):
        person.sees_call("talking")
        person.hears_more_and_more()
        assert hears_voice(person.page)


def test_a_caller_hears_the_greeting_chooses_and_leaves_a_message_that_can_be_heard(enter: Enter, clerk: Clerk) -> None:
    clerk.record_greeting("101", seconds=1)
    clerk.ring_group_for(SALES, GROUP_RINGS_SECONDS)
    anna, adam, piotr = enter("anna", script=NOTE_SOUNDS), enter("adam"), enter("piotr")

    anna.dial(RECEPTIONIST)
    menu = anna.card.locator('[data-role="menu"]')
    expect(menu.get_by_role("button")).to_have_text(["0 Reception", "1 Support", "2 Sales"])
    assert has_played(anna.page, "/menu/", GREETING_MS)
    assert sounds_played(anna.page)[0].seconds == pytest.approx(SHIPPED_GREETING_SECONDS, abs=0.2)
    menu.get_by_role("button").first.focus()
    anna.page.keyboard.press(SALES_KEY)

    adam.sees_call("ringing")
    piotr.sees_call("ringing")
    expect(anna.card).to_have_attribute(
        "data-voicemail-stage", "greeting", timeout=GROUP_RINGS_SECONDS * 1000 + PATIENCE_MS
    )
    adam.sees_end("no_answer")
    piotr.sees_end("no_answer")
    speak(anna, 3)
    anna.act("hang-up")
    anna.sees_end("voicemail_left")

    expect(unheard(adam)).to_contain_text("1")
    expect(unheard(piotr)).to_be_hidden()
    adam.follow("Voicemail")
    expect(messages(adam)).to_contain_text("Anna Kowalska")
    kept = recording(adam.page, messages(adam).locator("audio").get_attribute("src") or "")
    assert 2 <= kept.seconds <= 8
    assert kept.loudness > AUDIBLE
