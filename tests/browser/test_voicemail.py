"""A message from the greeting to the trash and back: spoken, announced, heard by its owner and by nobody else."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.clerk import Clerk
from tests.browser.person import VANISHED_MS, Enter, Person
from tests.browser.sound import NOTE_SOUNDS, fetched, recording, sounds_played

GREETING_MS = 20_000
ENGLISH_GREETING_SECONDS = 8.15
AUDIBLE = 300  # the fake microphone's beeps come to some 800


@pytest.fixture(autouse=True)
def _away_to_voicemail(clerk: Clerk) -> None:
    clerk.change_extension("102", status="away")
    clerk.set_rule("102", "away", "always", "voicemail")


def speak(caller: Person, seconds: int) -> None:
    """Wait for the beep, then let the fake microphone beep for this long."""
    expect(caller.card).to_have_attribute("data-voicemail-stage", "recording", timeout=GREETING_MS)
    left = re.compile("|".join(f"2:{60 - spoken:02}" for spoken in range(seconds, seconds + 5)))
    expect(caller.card.locator('[data-role="timer"]')).to_have_text(left)


def unheard(person: Person) -> Locator:
    return person.page.locator('.rail [data-role="unheard"]')


def messages(person: Person) -> Locator:
    return person.page.locator("#voicemail-box li")


def test_a_message_is_recorded_announced_and_heard_by_its_owner_only(enter: Enter) -> None:
    adam, piotr = enter("adam", script=NOTE_SOUNDS), enter("piotr")

    adam.call("102")
    expect(adam.card).to_contain_text("Piotr Adamiak is away · voicemail of Piotr Adamiak")
    expect(adam.card).to_have_attribute("data-voicemail-stage", "greeting")
    adam.sees_lamp("101", "talking")
    adam.sees_lamp("102", "away")
    speak(adam, 3)
    assert sounds_played(adam.page)[0].seconds == pytest.approx(ENGLISH_GREETING_SECONDS, abs=0.1)
    adam.act("hang-up")
    adam.sees_end("voicemail_left", "Your message is in the voicemail")

    expect(unheard(piotr)).to_contain_text("1")
    piotr.follow("Voicemail")
    message = messages(piotr)
    expect(message).to_have_count(1)
    expect(message).to_contain_text("Adam Nowak")
    url = message.locator("audio").get_attribute("src") or ""
    kept = recording(piotr.page, url)
    assert 2 <= kept.seconds <= 8
    assert kept.loudness > AUDIBLE
    adam.expect_complaints("404")
    assert fetched(adam.page, url)[0] == 404


def test_a_message_is_marked_deleted_and_brought_back(enter: Enter, clerk: Clerk) -> None:
    piotr = enter("piotr", path="/voicemail/")
    expect(piotr.page.locator("#voicemail-box")).to_contain_text("No messages.")

    clerk.leave_message("102", caller="101", seconds=2)
    piotr.reload()
    message = messages(piotr)
    expect(message).to_have_attribute("data-message-state", "new")
    expect(unheard(piotr)).to_contain_text("1")

    message.get_by_role("button", name="Mark as heard").click()
    expect(message).to_have_attribute("data-message-state", "heard")
    expect(unheard(piotr)).to_be_hidden()

    message.get_by_role("button", name="Delete the message from Adam Nowak").click()
    expect(message).to_contain_text("The message from Adam Nowak was deleted.")
    message.get_by_role("button", name="Undo").click()
    expect(message).to_have_attribute("data-message-state", "heard")
    piotr.reload()
    expect(messages(piotr)).to_have_count(1)


def test_a_message_played_to_its_end_is_heard(enter: Enter, clerk: Clerk) -> None:
    clerk.leave_message("102", caller="101", seconds=1)
    piotr = enter("piotr", path="/voicemail/")
    expect(unheard(piotr)).to_contain_text("1")

    messages(piotr).locator("audio").evaluate("(sound) => sound.play()")

    expect(messages(piotr)).to_have_attribute("data-message-state", "heard")
    expect(unheard(piotr)).to_be_hidden()


def test_a_caller_who_vanishes_leaves_what_was_said(enter: Enter, clerk: Clerk) -> None:
    clerk.record_greeting("102", seconds=1)
    adam, piotr = enter("adam"), enter("piotr", path="/voicemail/")

    adam.call("102")
    speak(adam, 3)
    adam.close_browser()

    expect(messages(piotr)).to_have_count(1, timeout=VANISHED_MS)
    kept = recording(piotr.page, messages(piotr).locator("audio").get_attribute("src") or "")
    assert kept.seconds > 1.5  # the last piece may have been on its way
    assert kept.loudness > AUDIBLE


def test_a_message_for_another_box_reaches_that_box(enter: Enter, clerk: Clerk) -> None:
    clerk.set_rule("102", "away", "always", "extension_voicemail", "100", set_on="desktop_app")
    clerk.record_greeting("100", seconds=1)
    adam, piotr, olga = enter("adam"), enter("piotr"), enter("olga")

    adam.call("102")
    expect(adam.card).to_contain_text("Piotr Adamiak is away · voicemail of Olga Zielińska")
    speak(adam, 1)
    adam.act("hang-up")

    expect(unheard(olga)).to_contain_text("1")
    expect(unheard(piotr)).to_be_hidden()
    olga.follow("Voicemail")
    expect(messages(olga)).to_contain_text("Adam Nowak")


def test_a_greeting_recorded_in_the_browser_is_what_callers_hear(enter: Enter) -> None:
    adam, piotr = enter("adam", script=NOTE_SOUNDS), enter("piotr", path="/settings/")
    greeting = piotr.page.locator("#greeting")

    greeting.get_by_role("button", name="Record a greeting").click()
    expect(greeting.locator('[data-role="recorder-time"]')).to_contain_text("0:02")
    greeting.get_by_role("button", name="Stop").click()
    expect(greeting).to_contain_text(re.compile(r"Recorded: 0:0[2-4]"))
    greeting.get_by_role("button", name="Save the greeting").click()
    expect(greeting).to_contain_text("Callers hear your own greeting")

    adam.call("102")
    speak(adam, 1)
    played = sounds_played(adam.page)[0]
    assert played.url.endswith("/greeting/")
    assert 2 <= played.seconds <= 4
    assert recording(piotr.page, "/voicemail/greeting/sound/").loudness > AUDIBLE
