"""Ringing, answering, declining, cancelling, muting and dialling, as both sides see it."""

import pytest
from playwright.sync_api import expect

from tests.browser.clerk import Clerk
from tests.browser.person import Enter, talk
from tests.browser.sound import hears_silence, hears_voice


def test_every_window_of_the_callee_rings_and_the_first_to_answer_has_the_call(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    piotrs_other_window = piotr.open_window("/calls/")

    adam.call("102")
    piotr.sees_call("ringing")
    piotrs_other_window.sees_call("ringing")
    expect(piotrs_other_window.page).to_have_title("Adam Nowak is calling")

    piotrs_other_window.act("answer")
    piotrs_other_window.sees_call("talking")
    piotr.sees_end("answered_elsewhere", "Answered in another window")
    expect(piotr.button("hang-up")).to_be_hidden()
    adam.hears_more_and_more()
    piotrs_other_window.hears_more_and_more()


def test_a_declined_call_follows_the_busy_rule(enter: Enter, clerk: Clerk) -> None:
    clerk.set_rule("102", "available", "busy", "extension", "103")
    adam, piotr, anna = enter("adam"), enter("piotr"), enter("anna")

    adam.call("102")
    piotr.act("decline")

    piotr.sees_end("declined", "You declined the call")
    anna.sees_call("ringing")
    expect(adam.card).to_contain_text("Piotr Adamiak declined the call · forwarded to Anna Kowalska")


def test_a_caller_who_cancels_leaves_a_missed_call(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")

    adam.call("102")
    piotr.sees_call("ringing")
    adam.act("hang-up")

    adam.sees_call("ended")
    piotr.sees_end("cancelled", "Missed call")
    piotr.sees_lamp("101", "available")
    piotr.sees_lamp("102", "available")
    piotr.act("call")
    adam.sees_call("ringing")


def test_someone_who_mutes_is_not_heard_until_they_unmute(enter: Enter) -> None:
    adam, piotr = enter("adam"), enter("piotr")
    talk(adam, piotr, "102")
    assert hears_voice(adam.page)

    piotr.act("mute")
    expect(piotr.button("mute")).to_have_attribute("aria-pressed", "true")
    assert hears_silence(adam.page)
    adam.hears_more_and_more()
    assert hears_voice(piotr.page)

    piotr.act("mute")
    expect(piotr.button("mute")).to_have_attribute("aria-pressed", "false")
    assert hears_voice(adam.page)


def test_a_number_typed_into_the_bar_is_dialled_from_any_page(enter: Enter) -> None:
    adam, piotr = enter("adam", path="/settings/"), enter("piotr")

    adam.dial("102")

    piotr.sees_call("ringing")
    expect(adam.card).to_contain_text("Piotr Adamiak")
    expect(adam.page.locator("#dial-field")).to_have_value("")


@pytest.mark.parametrize(
    ("number", "reason", "words"),
    [
        ("999", "unknown_number", "There is no number 999"),
        ("101", "refused_own_number", "This is your own number."),
        ("*99", "refused_bad_number", "This can't be called: *99"),
    ],
)
def test_a_number_that_cannot_be_called_is_refused_in_words(enter: Enter, number: str, reason: str, words: str) -> None:
    adam = enter("adam")

    adam.dial(number)

    adam.sees_end(reason, words)
    adam.sees_lamp("101", "available")


def test_whoever_has_two_calls_cannot_make_a_third(enter: Enter) -> None:
    adam, piotr, anna = enter("adam"), enter("piotr"), enter("anna")
    talk(adam, piotr, "102")
    talk(adam, anna, "103")

    adam.call("104")

    expect(adam.card).to_contain_text("You have too many calls. End one of them first.")
    adam.sees_call("talking")
    adam.hears_more_and_more()
    adam.sees_lamp("104", "available")


def test_a_call_to_someone_in_a_call_meets_their_busy_rule(enter: Enter, clerk: Clerk) -> None:
    clerk.set_rule("102", "available", "busy", "end_call")
    adam, piotr, anna = enter("adam"), enter("piotr"), enter("anna")
    talk(adam, piotr, "102")

    anna.call("102")

    anna.sees_end("busy", "Piotr Adamiak is on another call")
    piotr.sees_call("talking")
    piotr.hears_more_and_more()


def test_a_call_button_pressed_before_the_phone_is_connected_calls_as_soon_as_it_is(enter: Enter) -> None:
    piotr = enter("piotr")
    adam = enter("adam")
    adam.page.reload(wait_until="domcontentloaded")
    adam.call("102")
    piotr.sees_call("ringing")
    adam.sees_call("dialling")
