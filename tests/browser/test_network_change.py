"""Wi-Fi to cable in the middle of a call: the address that carried the voices goes, and they are back in seconds."""

import logging
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import OpenChromium
from tests.browser.network import Network
from tests.browser.person import PATIENCE_MS, Enter, Person, talk

log = logging.getLogger(__name__)

BACK_SECONDS = 5.0

WIFI, CABLE = ("wifi0", "10.99.1.1"), ("cable0", "10.99.2.1")
LOOPBACK_FLAG = "--allow-loopback-in-peer-connection"

# Keeps each connection, to be looked at.
WATCHED = """
window.ways = [];
const Connection = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Connection {
    constructor(...given) { super(...given); window.ways.push(this); }
};
"""

_ADDRESSES = """async () => {
    const report = await window.ways.at(-1).getStats();
    const transport = [...report.values()].find(({ type }) => type === 'transport');
    const pair = report.get(transport?.selectedCandidatePairId);
    return pair ? [report.get(pair.localCandidateId)?.address, report.get(pair.remoteCandidateId)?.address] : [];
}"""

# Whether the browser has found an address of this machine, sooner or later: it looks for new ones in its own time.
_FINDS = """async ([address, patience]) => {
    for (const end = Date.now() + patience; Date.now() < end; ) {
        const probe = new RTCPeerConnection();
        probe.createDataChannel('probe');
        const found = new Promise((resolve) => probe.addEventListener('icecandidate', ({ candidate }) => {
            if (!candidate || candidate.address === address) resolve(Boolean(candidate));
        }));
        await probe.setLocalDescription();
        const isThere = await found;
        probe.close();
        window.ways.pop();
        if (isThere) return true;
    }
    return false;
}"""

# The moment, in ms since the page began, at which sound has come again after none came for half a second.
_HEARD_AGAIN = """async (patience) => {
    const heard = async () => (await window.lampfieldPhone.stats())?.bytesReceived ?? 0;
    let [bytes, since] = [await heard(), performance.now()];
    for (const end = Date.now() + patience; Date.now() < end; await new Promise((go) => setTimeout(go, 50))) {
        const now = await heard();
        if (now === bytes) continue;
        if (performance.now() - since > 500) return (performance.now() - since) / 1000;
        [bytes, since] = [now, performance.now()];
    }
    return null;
}"""


@pytest.fixture
def wifi(network: Network) -> Iterator[Network]:
    """The tests' network with a Wi-Fi, which is the only way for voices."""
    network.plug(*WIFI)
    yield network
    for name, _ in (WIFI, CABLE):
        network.unplug(name)


@pytest.fixture
def laptops(wifi: Network, open_chromium: OpenChromium) -> Iterator[Browser]:
    """A Chromium that talks by real ways only, as everybody's does."""
    browser = open_chromium({LOOPBACK_FLAG: "--disable-gpu"})
    yield browser
    browser.close()


def addresses(person: Person) -> set[str]:
    """Both ends of the way that carries the call."""
    return set(person.page.evaluate(_ADDRESSES))


def test_voices_are_back_within_five_seconds_of_another_network(enter: Enter, wifi: Network, laptops: Browser) -> None:
    adam, piotr = people = [enter(name, browser=laptops, script=WATCHED) for name in ("adam", "piotr")]
    talk(adam, piotr, "102")
    wifi.plug(*CABLE)
    for person in people:
        assert person.page.evaluate(_FINDS, [CABLE[1], PATIENCE_MS])
        assert addresses(person) == {WIFI[1]}
        person.page.evaluate(f"window.back = null; void ({_HEARD_AGAIN})(15_000).then((back) => (window.back = back))")

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
    Date.now = () => now() + 60_000;
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
