"""Makes the spoken files of static/sounds at development time: our words, spoken by espeak-ng, softened, encoded.

The product only plays the files; running this again needs `espeak-ng`, the one program used beside PyAV.
"""

import io
import subprocess
import sys
from array import array

import av
from av.audio.resampler import AudioResampler

from scripts.audio_file import FULL_SCALE, RATE, SOUNDS, write_mp3

PEAK = 0.7
SILENCE_SECONDS = (0.3, 0.25)  # before and after

VOICES = {"en": ("en-gb-x-rp", 42), "pl": ("pl", 40)}  # espeak-ng's name, pitch
WORDS_A_MINUTE = 165

# File -> bits per second, language -> words. Nobody is named and nothing counted on: any box, queue or receptionist may
# play them.
PROMPTS = {
    "greeting": (
        32_000,
        {
            "en": "The person you are calling can't answer. Please leave a message after the tone. "
            "You have up to three minutes.",
            "pl": "Osoba, do której dzwonisz, nie może teraz odebrać. Zostaw wiadomość po sygnale. "
            "Możesz mówić do trzech minut.",
        },
    ),
    "menu-open": (
        24_000,
        {
            "en": "Welcome. Please choose whom you would like to reach. You can see the keys on your screen.",
            "pl": "Dzień dobry. Wybierz, z kim chcesz rozmawiać. Klawisze widać na ekranie.",
        },
    ),
    "menu-closed": (
        24_000,
        {
            "en": "Thank you for calling. We are closed at the moment.",
            "pl": "Dziękujemy za telefon. W tej chwili jesteśmy nieczynni.",
        },
    ),
    "place-more": (
        24_000,
        {
            "en": "At least ten callers are before you in the queue.",
            "pl": "Przed tobą w kolejce jest co najmniej dziesięć osób.",
        },
    ),
}
PLACES = {
    "en": (
        "You are number {} in the queue.",
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    ),
    "pl": (
        "Twoje miejsce w kolejce: {}.",
        (
            *("pierwsze", "drugie", "trzecie", "czwarte", "piąte"),
            *("szóste", "siódme", "ósme", "dziewiąte", "dziesiąte"),
        ),
    ),
}


def main() -> int:
    for name, (bits_per_second, languages) in PROMPTS.items():
        for language, words in languages.items():
            make(name, language, words, bits_per_second)
    for language, (sentence, numbers) in PLACES.items():
        for place, number in enumerate(numbers, 1):
            make(f"place-{place}", language, sentence.format(number), 24_000)
    return 0


def make(name: str, language: str, words: str, bits_per_second: int) -> None:
    samples = levelled(softened(spoken(words, language)))
    write_mp3(SOUNDS / f"{name}-{language}.mp3", samples, bits_per_second=bits_per_second)


def spoken(words: str, language: str) -> "array[int]":
    """What espeak-ng says, as mono 16-bit samples at RATE."""
    voice, pitch = VOICES[language]
    command = ["espeak-ng", "-v", voice, "-s", str(WORDS_A_MINUTE), "-p", str(pitch), "-g", "3", "--stdout", words]
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
    gain = PEAK * FULL_SCALE / max(map(abs, samples))
    before, after = (array("h", bytes(2 * round(seconds * RATE))) for seconds in SILENCE_SECONDS)
    return before + array("h", [round(sample * gain) for sample in samples]) + after


if __name__ == "__main__":
    sys.exit(main())
