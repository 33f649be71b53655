"""A call needs a microphone: what is wrong with it is said before anybody's phone rings."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.clerk import Clerk
from tests.browser.conftest import FAKE_PERMISSION, OpenChromium
from tests.browser.person import Enter

# What Chromium says on a computer that has none.
NO_MICROPHONE = """
navigator.mediaDevices.getUserMedia = async () => {
    throw new DOMException('Requested device not found', 'NotFoundError');
};
"""


@pytest.fixture
def refusing(open_chromium: OpenChromium) -> Iterator[Browser]:
    """A Chromium that gives nobody the microphone."""
    browser = open_chromium({FAKE_PERMISSION: f"{FAKE_PERMISSION}=deny"})
    yield browser
    browser.close()


def test_a_refused_microphone_is_said_before_the_call_with_what_to_do(
    enter: Enter, clerk: Clerk, refusing: Browser
) -> None:
    piotr, adam = enter("piotr"), enter("adam", browser=refusing)
    calls = clerk.count_calls()

    adam.call("102")

    adam.sees_end("mic_refused", "Allow it beside the address of this page, then try again.")
    piotr.sees_lamp("102", "available")
    assert clerk.count_calls() == calls


def test_a_missing_microphone_is_said_before_the_call(enter: Enter) -> None:
    adam = enter("adam", script=NO_MICROPHONE)

    adam.call("102")

    adam.sees_end("mic_missing", "No microphone was found. Connect one, then try again.")


def test_whoever_cannot_answer_without_a_microphone_rings_on(enter: Enter, refusing: Browser) -> None:
    adam, piotr = enter("adam"), enter("piotr", browser=refusing)
    adam.call("102")
    piotr.sees_call("ringing")

    piotr.act("answer")

    expect(piotr.card).to_contain_text("The browser does not let Lampfield use the microphone.")
    piotr.sees_call("ringing")
    piotr.sees_lamp("102", "ringing")
