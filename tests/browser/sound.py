"""Ears for the tests: how loud the other side is, what was played, and what a page's login gets of a sound file."""

import base64
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.person import PATIENCE_MS
from tests.sounds import heard

# Listens to the call until a sample is loud or, for silence, until 1.5 s were quiet: the fake microphone beeps once a
# second. What was said before somebody muted may still be on its way.
_LISTEN = """async ({ isVoiceWanted, loud, patience }) => {
    const end = performance.now() + patience;
    const audio = document.querySelector('#call-card audio');
    while (!audio.srcObject && performance.now() < end) await new Promise(requestAnimationFrame);
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(audio.srcObject).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let [isHeard, lastLoud] = [false, performance.now()];
    while (!isHeard && performance.now() < end) {
        await new Promise(requestAnimationFrame);
        analyser.getFloatTimeDomainData(samples);
        const isLoud = samples.some((sample) => Math.abs(sample) > loud);
        if (isLoud) lastLoud = performance.now();
        isHeard = isVoiceWanted ? isLoud : performance.now() - lastLoud > 1500;
    }
    await context.close();
    return isHeard;
}"""

# The same of what the company plays to whoever waits: it has begun, and it is not silence.
_LISTEN_TO_MUSIC = """async ({ loud, patience }) => {
    const music = document.querySelector('#call-card audio[data-role="music"]');
    const end = performance.now() + patience;
    while (music.paused || music.currentTime === 0) {
        if (performance.now() > end) return false;
        await new Promise(requestAnimationFrame);
    }
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(music.captureStream()).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let isHeard = false;
    while (!isHeard && performance.now() < end) {
        await new Promise(requestAnimationFrame);
        analyser.getFloatTimeDomainData(samples);
        isHeard = samples.some((sample) => Math.abs(sample) > loud);
    }
    await context.close();
    return isHeard;
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

_HAS_PLAYED = """async ([file, patience]) => {
    for (const end = Date.now() + patience; Date.now() < end; await new Promise(requestAnimationFrame))
        if (window.soundsPlayed.some(({ url }) => url.includes(file))) return true;
    return false;
}"""

_FETCH = """async (url) => {
    const response = await fetch(url);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const body = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    return { status: response.status, body };
}"""

LOUD = 0.01  # 1 is full scale


def hears_voice(page: Page) -> bool:
    """Whether this page plays the other side's beeps, sooner or later."""
    return bool(page.evaluate(_LISTEN, {"isVoiceWanted": True, "loud": LOUD, "patience": PATIENCE_MS}))


def hears_silence(page: Page) -> bool:
    """Whether the other side falls silent, sooner or later."""
    return bool(page.evaluate(_LISTEN, {"isVoiceWanted": False, "loud": LOUD, "patience": PATIENCE_MS}))


def hears_music(page: Page) -> bool:
    """Whether this page plays the music of whoever waits."""
    return bool(page.evaluate(_LISTEN_TO_MUSIC, {"loud": LOUD, "patience": PATIENCE_MS}))


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


def has_played(page: Page, file: str, patience: int = PATIENCE_MS) -> bool:
    """Whether this page plays `file` to its end, sooner or later; it was opened with `NOTE_SOUNDS`."""
    return bool(page.evaluate(_HAS_PLAYED, [file, patience]))


def fetched(page: Page, url: str) -> tuple[int, bytes]:
    """Status and body that the page's own login gets."""
    answer = page.evaluate(_FETCH, url)
    return answer["status"], base64.b64decode(answer["body"])


def recording(page: Page, url: str) -> Recording:
    return Recording(*heard(fetched(page, url)[1]))
