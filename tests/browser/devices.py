"""A computer whose devices the tests plug in and pull out: what no fake device of Chromium lets anybody do."""

from playwright.sync_api import Page

from tests.browser.person import PATIENCE_MS

# A microphone and a speaker that are built in, and a headset with both. The sound itself is Chromium's fake device's.
COMPUTER = """
window.plugged = [
    { kind: 'audioinput', deviceId: 'default', label: 'Default' },
    { kind: 'audioinput', deviceId: 'built-in-mic', label: 'Built-in microphone' },
    { kind: 'audioinput', deviceId: 'headset-mic', label: 'Blue headset' },
    { kind: 'audiooutput', deviceId: 'default', label: 'Default' },
    { kind: 'audiooutput', deviceId: 'built-in-speaker', label: 'Built-in speaker' },
    { kind: 'audiooutput', deviceId: 'headset-speaker', label: 'Blue headset' },
];
window.opened = [];
window.outlets = [];
window.isRefused = false;
const isThere = (kind, id) => window.plugged.some((device) => device.kind === kind && device.deviceId === id);
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.enumerateDevices = async () =>
    window.plugged.map((device) => (window.isRefused ? { ...device, deviceId: '', label: '' } : device));
navigator.mediaDevices.getUserMedia = async ({ audio }) => {
    if (window.isRefused) throw new DOMException('Permission denied', 'NotAllowedError');
    const wished = audio.deviceId?.ideal;
    const stream = await open({ audio: true });
    const device = isThere('audioinput', wished) ? wished : 'default';
    window.opened.push({ device, track: stream.getAudioTracks()[0] });
    return stream;
};
for (const { prototype } of [HTMLMediaElement, AudioContext]) {
    Object.defineProperty(prototype, 'sinkId', { get() { return this.outlet ?? ''; } });
    prototype.setSinkId = async function (id) {
        if (id && !isThere('audiooutput', id)) throw new DOMException('Requested device not found', 'NotFoundError');
        this.outlet = id;
        window.outlets.push(id);
    };
}
window.unplug = (name) => {
    const gone = window.plugged.filter(({ label }) => label === name);
    window.plugged = window.plugged.filter(({ label }) => label !== name);
    for (const { device, track } of window.opened)
        if (gone.some(({ deviceId }) => deviceId === device) && track.readyState === 'live') {
            track.stop();
            track.dispatchEvent(new Event('ended'));
        }
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    return gone;
};
window.plug = (devices) => {
    window.plugged.push(...devices);
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
};
"""

# A browser that plays everything where the computer plays it.
WITHOUT_OUTLETS = """
delete HTMLMediaElement.prototype.setSinkId;
delete AudioContext.prototype.setSinkId;
"""

NO_DEVICES_FOR_INSECURE_PAGES = "Object.defineProperty(navigator, 'mediaDevices', { value: undefined });"

_SPEAKS = """([device, isLive]) => {
    const last = window.opened.at(-1);
    return last?.device === device && (last.track.readyState === 'live') === isLive;
}"""


def speaks_into(page: Page, device: str) -> None:
    """The microphone opened last is this one, sooner or later, and it is open."""
    page.wait_for_function(_SPEAKS, arg=[device, True], timeout=PATIENCE_MS)


def hears_from(page: Page, device: str) -> None:
    """The call sounds there, sooner or later; empty: the default device."""
    page.wait_for_function(
        "(device) => document.querySelector('#call-card audio').sinkId === device", arg=device, timeout=PATIENCE_MS
    )
