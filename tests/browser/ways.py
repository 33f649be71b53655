"""The ways that a call's sound may take on a machine with several networks, seen from a page."""

from tests.browser.person import Person

BACK_SECONDS = 5.0

WIFI, CABLE = ("wifi0", "10.99.1.1"), ("cable0", "10.99.2.1")

# Keeps each connection, to be looked at.
WATCHED = """
window.ways = [];
const Connection = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Connection {
    constructor(...given) { super(...given); window.ways.push(this); }
};
"""

_ADDRESSES = """async () => {
    const report = await window.ways.findLast(({ connectionState }) => connectionState !== 'closed').getStats();
    const transport = [...report.values()].find(({ type }) => type === 'transport');
    const pair = report.get(transport?.selectedCandidatePairId);
    return pair ? [report.get(pair.localCandidateId)?.address, report.get(pair.remoteCandidateId)?.address] : [];
}"""

# Whether the browser has found an address of this machine, sooner or later: it looks for new ones in its own time.
FINDS = """async ([address, patience]) => {
    for (const end = Date.now() + patience; Date.now() < end; ) {
        const probe = new RTCPeerConnection();
        probe.createDataChannel('probe');
        const found = new Promise((resolve) => probe.addEventListener('icecandidate', ({ candidate }) => {
            if (!candidate || candidate.address === address) resolve(Boolean(candidate));
        }));
        await probe.setLocalDescription();
        const isThere = await found;
        probe.close();
        window.ways.splice(window.ways.indexOf(probe), 1); // the call may have got another way meanwhile
        if (isThere) return true;
    }
    return false;
}"""

# The moment, in ms since the page began, at which sound has come again after none came for half a second.
HEARD_AGAIN = """async (patience) => {
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


def addresses(person: Person) -> set[str]:
    """Both ends of the way that carries the call."""
    return set(person.page.evaluate(_ADDRESSES))
