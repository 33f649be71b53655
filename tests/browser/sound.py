"""Ears for the tests: how loud the other side is, what was played, and what a page's login gets of a sound file."""

import base64
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.sounds import heard

# The fake microphone beeps every second; a listener of 1.5 s cannot miss it, and need not hear it twice.
_LOUDNESS = """async (loud) => {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    const sound = document.querySelector('#call-card audio').srcObject;
    context.createMediaStreamSource(sound).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let loudest = 0;
    for (const end = performance.now() + 1500; performance.now() < end && loudest < loud; ) {
        analyser.getFloatTimeDomainData(samples);
        loudest = Math.max(loudest, ...samples.map(Math.abs));
        await new Promise(requestAnimationFrame);
    }
    await context.close();
    return loudest;
}"""

# Notes every sound that an audio element plays to its end.
NOTE_SOUNDS = """
window.soundsPlayed = [];
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
    this.addEventListener('ended', () => window.soundsPlayed.push({ url: this.currentSrc, seconds: this.duration }));
    return play.call(this);
};
"""

_FETCH = """async (url) => {
    const response = await fetch(url);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const body = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    return { status: response.status, body };
}"""

LOUD = 0.01
QUIET = 0.001


def loudest_heard(page: Page) -> float:
    """The loudest sample in up to 1.5 s of the call's sound, as this page plays it; 1 is full scale."""
    return float(page.evaluate(_LOUDNESS, LOUD))


@dataclass(frozen=True, slots=True)
class Recording:
    seconds: float
    loudness: float  # RMS of 16-bit samples


@dataclass(frozen=True, slots=True)
class PlayedSound:
    url: str
    seconds: float


def sounds_played(page: Page) -> list[PlayedSound]:
    """What `NOTE_SOUNDS` noted, in order."""
    return [PlayedSound(sound["url"], sound["seconds"]) for sound in page.evaluate("window.soundsPlayed")]


def fetched(page: Page, url: str) -> tuple[int, bytes]:
    """Status and body that the page's own login gets."""
    answer = page.evaluate(_FETCH, url)
    return answer["status"], base64.b64decode(answer["body"])


def recording(page: Page, url: str) -> Recording:
    return Recording(*heard(fetched(page, url)[1]))
