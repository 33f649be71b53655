"""Two calls in one window: one is heard, the other waits; answering, swapping and ending either."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.clerk import Clerk
from tests.browser.person import Enter, Person, talk
from tests.browser.sound import hears_music, hears_silence, hears_voice


@pytest.fixture(autouse=True)
def _adam_takes_a_second_call(clerk: Clerk) -> None:
    clerk.allow_second_call("101")


def line(person: Person, name: str) -> Locator:
    """The line of a call that is not in front."""
    return person.card.locator("#call-lines li", has_text=name)


def is_in_front(person: Person, name: str) -> None:
    expect(person.card.locator('[data-role="name"]')).to_have_text(name)


def test_a_second_call_is_answered_while_the_first_waits_and_both_are_swapped(enter: Enter) -> None:
    adam, piotr, anna = enter("adam"), enter("piotr"), enter("anna")
    talk(adam, piotr, "102")

    anna.call("101")
    waiting = line(adam, "Anna Kowalska")
    expect(waiting).to_contain_text("Incoming call")
    is_in_front(adam, "Piotr Adamiak")
    adam.hears_more_and_more()
    waiting.get_by_role("button", name="Answer Anna Kowalska, hold Piotr Adamiak").click()

    is_in_front(adam, "Anna Kowalska")
    expect(line(adam, "Piotr Adamiak")).to_contain_text("On hold")
    assert hears_voice(adam.page)
    assert hears_voice(anna.page)
    assert hears_music(piotr.page)
    assert hears_silence(piotr.page)

    adam.page.get_by_role("button", name="Back to Piotr Adamiak").click()
    is_in_front(adam, "Piotr Adamiak")
    assert hears_voice(piotr.page)
    assert hears_voice(adam.page)
    assert hears_music(anna.page)


def test_a_second_call_is_declined_and_the_first_goes_on(enter: Enter, clerk: Clerk) -> None:
    clerk.set_rule("101", "available", "busy", "end_call")
    adam, piotr, anna = enter("adam"), enter("piotr"), enter("anna")
    talk(adam, piotr, "102")
    anna.call("101")

    line(adam, "Anna Kowalska").get_by_role("button", name="Decline Anna Kowalska").click()

    anna.sees_end("declined", "Adam Nowak declined the call")
    expect(adam.card.locator("#call-lines")).to_be_hidden()
    adam.sees_call("talking")
    adam.hears_more_and_more()


def test_when_the_call_in_front_ends_the_other_comes_to_the_front(enter: Enter) -> None:
    adam, piotr, anna = enter("adam"), enter("piotr"), enter("anna")
    talk(adam, piotr, "102")
    talk(adam, anna, "103")
    expect(line(adam, "Piotr Adamiak")).to_contain_text("On hold")

    anna.act("hang-up")

    is_in_front(adam, "Piotr Adamiak")
    adam.sees_call("on_hold")
    adam.act("hold")
    adam.sees_call("talking")
    assert hears_voice(piotr.page)
    assert hears_voice(adam.page)


def test_each_call_is_muted_for_itself(enter: Enter) -> None:
    adam, piotr, anna = enter("adam"), enter("piotr"), enter("anna")
    talk(adam, piotr, "102")
    adam.act("mute")
    assert hears_silence(piotr.page)

    talk(adam, anna, "103")
    expect(adam.button("mute")).to_have_attribute("aria-pressed", "false")
    assert hears_voice(anna.page)

    adam.page.get_by_role("button", name="Back to Piotr Adamiak").click()
    is_in_front(adam, "Piotr Adamiak")
    expect(adam.button("mute")).to_have_attribute("aria-pressed", "true")
    assert hears_silence(piotr.page)


def test_a_reload_finds_both_calls_as_they_were(enter: Enter) -> None:
    adam, piotr, anna = enter("adam"), enter("piotr"), enter("anna")
    talk(adam, piotr, "102")
    talk(adam, anna, "103")

    adam.reload()

    is_in_front(adam, "Anna Kowalska")
    expect(adam.card).to_have_attribute("data-media", "connected")
    assert hears_voice(anna.page)
    adam.page.get_by_role("button", name="Back to Piotr Adamiak").click()
    is_in_front(adam, "Piotr Adamiak")
    adam.hears_more_and_more()
    assert hears_voice(piotr.page)
