"""The public call page as a visitor without an account sees and hears it."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accessibility import Survey
from tests.browser.clerk import Clerk
from tests.browser.conftest import FAKE_PERMISSION, OpenChromium
from tests.browser.person import VANISHED_MS, Enter, Person
from tests.browser.sound import hears_silence, hears_voice, recording

GREETING_MS = 20_000
AUDIBLE = 300  # the fake microphone's beeps come to some 800


def visit(enter: Enter, path: str = "/visit/102/", **options: object) -> Person:
    """A visitor at the public call page, without a login."""
    visitor = enter("visitor", log_in=False, **options)
    visitor.go(path)
    expect(visitor.page.locator("#visit-form")).to_be_visible()
    return visitor


def call(visitor: Person, name: str = "Jan Gość") -> None:
    visitor.page.locator("input[name=name]").fill(name)
    visitor.page.locator("#visit-form button").click()


def test_a_visitor_calls_somebody_who_is_available_and_both_hear(enter: Enter) -> None:
    piotr, visitor = enter("piotr"), visit(enter)

    call(visitor)
    piotr.sees_call("ringing")
    expect(piotr.card).to_contain_text("Jan Gość")
    expect(piotr.card).to_contain_text("external")
    expect(piotr.card).to_contain_text("not verified")
    piotr.sees_lamp("102", "ringing")
    visitor.sees_call("dialling")
    piotr.act("answer")

    visitor.sees_call("talking")
    for person in (piotr, visitor):
        person.hears_more_and_more()
        assert hears_voice(person.page)
    visitor.act("mute")
    assert hears_silence(piotr.page)
    visitor.act("mute")
    assert hears_voice(piotr.page)

    visitor.act("hang-up")
    visitor.sees_end("completed", "The call has ended")
    piotr.sees_lamp("102", "available")
    piotr.follow("Calls")
    expect(piotr.page.locator("#call-log")).to_contain_text("Jan Gość")
    expect(piotr.page.locator("#call-log")).to_contain_text("not verified")


def test_a_visitor_meets_the_external_rule_while_a_colleague_meets_the_internal_one(enter: Enter, clerk: Clerk) -> None:
    clerk.change_extension("102", status="away")
    clerk.set_rule("102", "away", "always", "extension", "103", origin="external")
    clerk.set_rule("102", "away", "always", "end_call", origin="internal")
    adam, anna, visitor = enter("adam"), enter("anna"), visit(enter)

    call(visitor)
    adam.call("102")

    adam.sees_end("away", "Piotr Adamiak is away")
    anna.sees_call("ringing")
    expect(anna.card).to_contain_text("Jan Gość")
    anna.act("answer")
    visitor.sees_call("talking")
    visitor.hears_more_and_more()
    anna.hears_more_and_more()
    # The visitor asked for a number and is told of nobody.
    expect(visitor.page.locator("body")).not_to_contain_text("Anna")
    expect(visitor.page.locator("body")).not_to_contain_text("Piotr")


def test_a_visitor_leaves_a_message_in_the_voicemail(enter: Enter, clerk: Clerk) -> None:
    clerk.change_extension("102", status="away")
    clerk.set_rule("102", "away", "always", "voicemail")
    clerk.record_greeting("102", seconds=1)
    piotr, visitor = enter("piotr", path="/voicemail/"), visit(enter)

    call(visitor)
    expect(visitor.card).to_have_attribute("data-voicemail-stage", "recording", timeout=GREETING_MS)
    left = re.compile("|".join(f"2:{60 - spoken:02}" for spoken in range(3, 8)))
    expect(visitor.card.locator('[data-role="timer"]')).to_have_text(left)
    visitor.act("hang-up")
    visitor.sees_end("voicemail_left", "Your message is in the voicemail")

    message = piotr.page.locator("#voicemail-box li")
    expect(piotr.page.locator('.rail [data-role="unheard"]')).to_contain_text("1")
    piotr.reload()
    expect(message).to_contain_text("Jan Gość")
    kept = recording(piotr.page, message.locator("audio").get_attribute("src") or "")
    assert 2 <= kept.seconds <= 8
    assert kept.loudness > AUDIBLE


def test_a_number_that_does_not_exist_sounds_like_one_that_cannot_be_reached(enter: Enter) -> None:
    visitor = visit(enter, "/visit/999/")

    call(visitor)

    visitor.sees_end("unavailable", "999 can't be reached now. Try again later.")
    visitor.act("dismiss")
    expect(visitor.page.locator("input[name=name]")).to_have_value("Jan Gość")


def test_a_page_that_is_closed_takes_its_call_with_it(enter: Enter) -> None:
    piotr, visitor = enter("piotr"), visit(enter)
    call(visitor)
    piotr.sees_call("ringing")

    visitor.close_browser()

    piotr.sees_call("ended", timeout=VANISHED_MS)
    piotr.sees_lamp("102", "available", timeout=VANISHED_MS)


def test_a_connection_that_breaks_does_not_end_the_call(enter: Enter) -> None:
    piotr, visitor = enter("piotr"), visit(enter)
    visitor.expect_lost_server()
    call(visitor)
    piotr.sees_call("ringing")
    piotr.act("answer")
    visitor.sees_call("talking")
    visitor.hears_more_and_more()

    opened = visitor.sockets_opened
    visitor.page.context.set_offline(True)
    visitor.page.context.set_offline(False)

    visitor.hears_more_and_more()
    piotr.hears_more_and_more()
    assert visitor.sockets_opened >= opened
    visitor.sees_call("talking")
    piotr.act("hang-up")
    visitor.sees_end("completed")


def test_a_name_is_asked_for_and_shown_as_text(enter: Enter) -> None:
    piotr, visitor = enter("piotr"), visit(enter)
    visitor.expect_complaints("422")

    call(visitor, " ")
    expect(visitor.page.locator('[data-role="name-error"]')).to_have_text(
        "Write your name, so that it is clear who calls."
    )
    expect(visitor.page.locator("input[name=name]")).to_be_focused()

    call(visitor, "<img src=x onerror=alert(1)>")
    piotr.sees_call("ringing")
    expect(piotr.card).to_contain_text("<img src=x onerror=alert(1)>")


def test_calling_all_the_time_is_limited_in_words(enter: Enter) -> None:
    visitor = visit(enter, "/visit/999/")
    visitor.expect_complaints("429")
    for _ in range(6):
        call(visitor)
        visitor.sees_end("unavailable")
        visitor.act("dismiss")

    call(visitor)

    expect(visitor.page.locator('[data-role="visit-notice"]')).to_have_text(
        "Too many calls in a short time. Try again in 1 minute."
    )


@pytest.fixture
def deaf_chromium(open_chromium: OpenChromium) -> Browser:
    return open_chromium(instead={FAKE_PERMISSION: "--deny-permission-prompts"})


def test_a_refused_microphone_is_explained_before_anybody_is_called(enter: Enter, deaf_chromium: Browser) -> None:
    visitor = visit(enter, browser=deaf_chromium, permissions=[])

    call(visitor)

    expect(visitor.page.locator('[data-role="visit-notice"]')).to_contain_text("allow the microphone, then call again")
    expect(visitor.card).to_be_hidden()


def test_a_visitor_chooses_with_a_key_is_held_with_music_and_talks_again(enter: Enter) -> None:
    adam, visitor = enter("adam"), visit(enter, "/visit/850/")
    music = visitor.card.locator('audio[data-role="music"]')

    call(visitor)
    visitor.card.get_by_role("button", name="Sales").click()
    adam.sees_call("ringing")
    adam.act("answer")
    visitor.sees_call("talking")
    visitor.hears_more_and_more()

    adam.act("hold")
    expect(visitor.card).to_contain_text("On hold. Please wait.")
    expect(music).to_have_js_property("paused", False)
    adam.act("hold")
    expect(music).to_have_js_property("paused", True)
    visitor.hears_more_and_more()
    adam.hears_more_and_more()


def test_a_link_shows_the_person_and_hides_the_number(enter: Enter) -> None:
    piotr = enter("piotr", path="/settings/link/")
    piotr.page.get_by_role("button", name="Make a link").click()
    link = piotr.page.locator("#visit-link").input_value()
    visitor = visit(enter, link.removeprefix(piotr.address))

    expect(visitor.page.locator("h1")).to_have_text("Call Piotr Adamiak")
    call(visitor)
    piotr.sees_call("ringing")
    piotr.act("answer")
    visitor.sees_call("talking")
    visitor.hears_more_and_more()
    assert "102" not in visitor.page.content()


def test_without_script_the_page_says_what_calling_needs(enter: Enter) -> None:
    visitor = enter("visitor", log_in=False, java_script_enabled=False)
    visitor.go("/visit/102/")
    expect(visitor.page.locator("main")).to_contain_text("Calling needs a modern browser with JavaScript.")


@pytest.mark.parametrize(
    "look",
    [
        pytest.param({"color_scheme": "light", "locale": "en-GB"}, id="light-en"),
        pytest.param({"color_scheme": "dark", "locale": "pl-PL"}, id="dark-pl"),
    ],
)
def test_the_call_page_is_open_to_everyone(enter: Enter, clerk: Clerk, look: dict[str, str]) -> None:
    piotr, visitor = enter("piotr"), visit(enter, **look)
    survey = Survey(visitor.page)
    visitor.expect_complaints("422|404")

    survey.look("form")
    call(visitor, " ")
    expect(visitor.page.locator('[data-role="name-error"]')).to_be_visible()
    survey.look("form refused")
    call(visitor)
    piotr.sees_call("ringing")
    survey.look("dialling")
    piotr.act("answer")
    visitor.sees_call("talking")
    visitor.act("keypad")
    survey.look("talking, keypad")
    visitor.act("hang-up")
    visitor.sees_call("ended")
    survey.look("ended")
    visitor.go("/visit/102/button/")
    survey.look("button")
    visitor.go("/v/neverwaslink/")
    survey.look("nothing here")

    assert survey.findings == []


@pytest.mark.parametrize(
    "look",
    [
        pytest.param({"color_scheme": "light", "locale": "en-GB"}, id="light-en"),
        pytest.param({"color_scheme": "dark", "locale": "pl-PL"}, id="dark-pl"),
    ],
)
def test_the_page_of_ones_own_link_is_open_to_everyone(enter: Enter, look: dict[str, str]) -> None:
    piotr = enter("piotr", path="/settings/link/", **look)
    survey = Survey(piotr.page)
    survey.look("no link")
    piotr.page.locator('main button[value="renew"]').click()
    expect(piotr.page.locator("#visit-link")).to_be_visible()
    survey.look("link")
    piotr.page.locator('[data-copy="visit-link"]').click()
    expect(piotr.page.locator('[data-role="copied"]').first).not_to_be_empty()
    survey.look("copied")

    assert survey.findings == []
