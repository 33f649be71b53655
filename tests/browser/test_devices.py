"""Microphone, speaker and ringer: chosen and tried on their page, used by calls, lost and found in the middle."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.clerk import Clerk
from tests.browser.devices import (
    COMPUTER,
    NO_DEVICES_FOR_INSECURE_PAGES,
    WITHOUT_OUTLETS,
    hears_from,
    speaks_into,
)
from tests.browser.person import Enter, Person, talk

PAGE = "/settings/devices/"


def choice(person: Person, role: str) -> Locator:
    return person.page.locator(f'select[data-device="{role}"]')


def choose(person: Person, role: str, name: str) -> None:
    expect(choice(person, role)).to_be_enabled()
    choice(person, role).select_option(label=name)


def notice(person: Person) -> Locator:
    return person.card.locator('[data-role="notice"]')


def test_what_is_chosen_is_kept_for_one_person_and_used_in_calls(enter: Enter, clerk: Clerk) -> None:
    adam, piotr = enter("adam", script=COMPUTER, path=PAGE), enter("piotr", script=COMPUTER, path=PAGE)
    expect(choice(adam, "microphone").locator("option")).to_have_text(
        ["Default", "Built-in microphone", "Blue headset"]
    )
    choose(adam, "microphone", "Blue headset")
    choose(adam, "speaker", "Blue headset")
    choose(piotr, "ringer", "Built-in speaker")

    adam.reload()
    adam.wait_until_live()
    expect(choice(adam, "microphone")).to_have_value("headset-mic")
    adam.follow("People")
    adam.call("102")
    piotr.sees_call("ringing")
    piotr.page.wait_for_function("() => window.outlets.includes('built-in-speaker')")
    piotr.act("answer")
    adam.sees_call("talking")
    speaks_into(adam.page, "headset-mic")
    hears_from(adam.page, "headset-speaker")
    speaks_into(piotr.page, "default")
    adam.act("hang-up")
    adam.sees_call("ended")

    adam.carry_session(clerk.open_session("anna"))
    adam.go(PAGE)
    adam.wait_until_live()
    expect(choice(adam, "microphone")).to_be_enabled()
    expect(choice(adam, "microphone")).to_have_value("")


def test_a_headset_may_go_and_come_back_in_the_middle_of_a_call(enter: Enter) -> None:
    adam, piotr = enter("adam", script=COMPUTER, path=PAGE), enter("piotr")
    choose(adam, "microphone", "Blue headset")
    choose(adam, "speaker", "Blue headset")
    adam.follow("People")
    talk(adam, piotr, "102")
    hears_from(adam.page, "headset-speaker")

    adam.page.evaluate("window.gone = window.unplug('Blue headset')")

    expect(notice(adam)).to_have_text("Blue headset is not connected: the call goes on with the default device.")
    speaks_into(adam.page, "default")
    hears_from(adam.page, "")
    adam.hears_more_and_more()
    piotr.hears_more_and_more()
    adam.follow("Settings")
    adam.page.get_by_role("link", name="Choose and test devices").click()
    expect(choice(adam, "microphone").locator("option:checked")).to_have_text("Blue headset (not connected)")

    adam.page.evaluate("window.plug(window.gone)")

    expect(notice(adam)).to_have_text("Blue headset is connected again, and used.")
    speaks_into(adam.page, "headset-mic")
    hears_from(adam.page, "headset-speaker")
    expect(choice(adam, "microphone").locator("option:checked")).to_have_text("Blue headset")

    choose(adam, "microphone", "Built-in microphone")
    choose(adam, "speaker", "Built-in speaker")

    speaks_into(adam.page, "built-in-mic")
    hears_from(adam.page, "built-in-speaker")
    piotr.hears_more_and_more()
    adam.page.evaluate("window.opened.at(-1).track.dispatchEvent(new Event('mute'))")
    expect(notice(adam)).to_contain_text("The computer has muted your microphone")
    adam.page.evaluate("window.opened.at(-1).track.dispatchEvent(new Event('unmute'))")
    expect(notice(adam)).to_be_hidden()


def test_the_microphones_level_is_seen_and_said(enter: Enter) -> None:
    adam = enter("adam", path=PAGE)

    adam.page.get_by_role("button", name="Show the level").click()

    adam.page.wait_for_function("() => document.querySelector('#devices meter').value > 0.02")
    expect(adam.page.locator('[data-role="level-words"]')).to_have_text(re.compile("quiet|good|too loud"))
    adam.page.get_by_role("button", name="Stop showing it").click()
    expect(adam.page.locator('[data-role="level-words"]')).to_be_empty()
    for name in ("Test the speaker", "Test the ringer"):
        adam.page.get_by_role("button", name=name).click()
        expect(adam.page.locator('[data-role="told"]')).to_contain_text("The test sound plays")


def test_a_refused_microphone_is_said_and_may_be_allowed_without_a_reload(enter: Enter) -> None:
    adam = enter("adam", script=COMPUTER + "window.isRefused = true;", path=PAGE)
    expect(choice(adam, "microphone")).to_be_disabled()

    adam.page.get_by_role("button", name="Allow the microphone").click()
    expect(adam.page.get_by_role("alert").filter(has_text="does not let Lampfield use the microphone")).to_be_visible()

    adam.page.evaluate("window.isRefused = false")
    adam.page.get_by_role("button", name="Try again").click()

    expect(choice(adam, "microphone")).to_be_enabled()
    expect(adam.page.locator('[data-role="problem"]')).to_be_hidden()
    speaks_into(adam.page, "default")


def test_a_browser_that_chooses_no_speaker_says_so(enter: Enter) -> None:
    adam = enter("adam", script=WITHOUT_OUTLETS, path=PAGE)

    expect(choice(adam, "microphone")).to_be_enabled()
    for role in ("speaker", "ringer"):
        expect(choice(adam, role)).to_be_hidden()
    expect(adam.page.get_by_text("This browser plays it on the computer's default device")).to_have_count(2)
    expect(adam.page.get_by_text("This browser plays it on the computer's default device").first).to_be_visible()


def test_an_insecure_page_says_what_it_needs(enter: Enter) -> None:
    adam = enter("adam", script=NO_DEVICES_FOR_INSECURE_PAGES, path=PAGE)

    expect(adam.page.get_by_role("alert").filter(has_text="Open this page with https.")).to_be_visible()
