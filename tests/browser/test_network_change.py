"""Wi-Fi to cable in the middle of a call: the address that carried the voices goes, and they are back in seconds."""

import logging

from playwright.sync_api import Browser, expect

from tests.browser.network import Network
from tests.browser.person import PATIENCE_MS, Enter, talk
from tests.browser.ways import BACK_SECONDS, CABLE, FINDS, HEARD_AGAIN, WATCHED, WIFI, addresses

log = logging.getLogger(__name__)


def test_voices_are_back_within_five_seconds_of_another_network(enter: Enter, wifi: Network, laptops: Browser) -> None:
    adam, piotr = people = [enter(name, browser=laptops, script=WATCHED) for name in ("adam", "piotr")]
    talk(adam, piotr, "102")
    wifi.plug(*CABLE)
    for person in people:
        assert person.page.evaluate(FINDS, [CABLE[1], PATIENCE_MS])
        assert addresses(person) == {WIFI[1]}
        person.page.evaluate(f"window.back = null; void ({HEARD_AGAIN})(15_000).then((back) => (window.back = back))")

    wifi.unplug(WIFI[0])

    for person in people:
        person.page.wait_for_function("() => window.back !== null")
        silence = person.page.evaluate("window.back")
        log.info("%s heard nothing for %.1f s", person.name, silence)
        assert silence < BACK_SECONDS
        person.hears_more_and_more()
        assert addresses(person) == {CABLE[1]}
        expect(person.card).to_have_attribute("data-media", "connected")
    adam.act("hang-up")
    piotr.sees_end("completed")


# As a lid that was closed does it: the page's clock jumps, and both of its connections have died without a word.
_SLEEP = """() => {
    const now = Date.now;
    Date.now = () => now() + 120_000; // longer than a hidden page may be late by itself
}"""


def test_a_computer_that_slept_mends_its_line_and_its_call_at_once(enter: Enter) -> None:
    adam, piotr = enter("adam", script=WATCHED), enter("piotr", script=WATCHED)
    talk(adam, piotr, "102")
    sockets = adam.sockets_opened
    descriptions = "window.ways.at(-1).localDescription.sdp"
    before = adam.page.evaluate(descriptions)

    adam.page.evaluate(_SLEEP)

    adam.page.wait_for_function("(before) => window.ways.at(-1).localDescription?.sdp !== before", arg=before)
    adam.wait_until_live()
    assert adam.sockets_opened > sockets
    for person in (adam, piotr):
        expect(person.card).to_have_attribute("data-media", "connected")
        person.hears_more_and_more()
        person.sees_call("talking")
