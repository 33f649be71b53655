"""Makes static/sounds/greeting-*.mp3 at development time: our own words, spoken by espeak-ng, softened and encoded.

The product only plays the files; running this again needs `espeak-ng`, the one program used beside PyAV.
"""

import io
import subprocess
import sys
from array import array
from pathlib import Path

import av
from av.audio.resampler import AudioResampler

SOUNDS = Path(__file__).resolve().parent.parent / "static/sounds"
RATE = 24_000
BITS_PER_SECOND = 32_000
PEAK = 0.7
SILENCE_SECONDS = (0.3, 0.25)  # before and after

# Language -> voice, words per minute, pitch, sentences. Nobody is named: any box may play them.
GREETINGS = {
    "en": (
        "en-gb-x-rp",
        165,
        42,
        "The person you are calling can't answer. Please leave a message after the tone. You have up to three minutes.",
    ),
    "pl": (
        "pl",
        165,
        40,
        "Osoba, do której dzwonisz, nie może teraz odebrać. Zostaw wiadomość po sygnale. Możesz mówić do trzech minut.",
    ),
}


def main() -> int:
    SOUNDS.mkdir(parents=True, exist_ok=True)
    for language, (voice, speed, pitch, words) in GREETINGS.items():
        samples = softened(spoken(words, voice=voice, speed=speed, pitch=pitch))
        path = SOUNDS / f"greeting-{language}.mp3"
        path.write_bytes(mp3(levelled(samples)))
        print(f"{path.name}: {len(samples) / RATE:.1f} s, {path.stat().st_size} bytes")
    return 0


def spoken(words: str, *, voice: str, speed: int, pitch: int) -> "array[int]":
    """What espeak-ng says, as mono 16-bit samples at RATE."""
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(pitch), "-g", "3", "--stdout", words]
    wav = subprocess.run(command, check=True, capture_output=True).stdout
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
    samples = array("h")
    with av.open(io.BytesIO(wav), mode="r") as source:
        for frame in [*source.decode(audio=0), None]:
            for part in resampler.resample(frame):
                samples.frombytes(bytes(part.planes[0])[: part.samples * 2])
    return samples


def softened(samples: "array[int]") -> "array[int]":
    """A gentle low-pass: the synthesizer's hiss goes, the voice stays."""
    soft, before = array("h"), 0.0
    for sample in samples:
        before += 0.62 * (sample - before)
        soft.append(round(before))
    return soft


def levelled(samples: "array[int]") -> "array[int]":
    """As loud as telephones are, with a breath before and after."""
    gain = PEAK * 32_767 / max(map(abs, samples))
    before, after = (array("h", bytes(2 * round(seconds * RATE))) for seconds in SILENCE_SECONDS)
    return before + array("h", [round(sample * gain) for sample in samples]) + after


def mp3(samples: "array[int]") -> bytes:
    file = io.BytesIO()
    with av.open(file, mode="w", format="mp3") as target:
        voice = target.add_stream("libmp3lame", rate=RATE, layout="mono")
        voice.bit_rate = BITS_PER_SECOND
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(samples))
        frame.sample_rate = RATE
        frame.planes[0].update(samples.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
        resampler = AudioResampler(format="s16p", layout="mono", rate=RATE, frame_size=voice.codec_context.frame_size)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            target.mux(voice.encode(part))
        target.mux(voice.encode(None))
    return file.getvalue()


if __name__ == "__main__":
    sys.exit(main())
