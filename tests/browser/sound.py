"""Ears for the tests: how loud the other side is, what was played, and what a sound file holds."""

import array
import base64
import io
import math
import wave
from dataclasses import dataclass

import av
from playwright.sync_api import Page

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
    const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}"""

LOUD = 0.01
QUIET = 0.001
RATE = 48_000


def loudest_heard(page: Page) -> float:
    """The loudest sample in up to 1.5 s of the call's sound, as this page plays it; 1 is full scale."""
    return float(page.evaluate(_LOUDNESS, LOUD))


@dataclass(frozen=True, slots=True)
class Recording:
    seconds: float
    rms: float  # 1 is full scale


def fetch_recording(page: Page, url: str) -> Recording:
    """A sound as the page's own login gets it, decoded."""
    return decode(base64.b64decode(page.evaluate(_FETCH, url)))


def decode(sound: bytes) -> Recording:
    samples = array.array("h")
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(io.BytesIO(sound), mode="r") as container:
        for frame in container.decode(audio=0):
            for part in resampler.resample(frame):
                samples.frombytes(bytes(part.planes[0])[: part.samples * 2])
    rms = math.sqrt(sum(sample * sample for sample in samples) / len(samples)) / 32768
    return Recording(seconds=len(samples) / RATE, rms=rms)


def a_second_of_tone() -> bytes:
    """A greeting that does not keep the tests waiting."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        wave_form = (round(8000 * math.sin(2 * math.pi * 440 * n / 8000)) for n in range(8000))
        sound.writeframes(array.array("h", wave_form).tobytes())
    return file.getvalue()
