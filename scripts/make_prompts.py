"""Makes the spoken files of static/sounds, and of deploy/asterisk/sounds for telephones, at development time.

Our words, spoken by espeak-ng, softened, encoded. The product only plays the files; running this again needs
`espeak-ng`, the one program used beside PyAV. With names as arguments it makes only these.
"""

import io
import math
import subprocess
import sys
from array import array
from collections.abc import Iterator

import av
from av.audio.resampler import AudioResampler

from scripts import phone_prompts
from scripts.audio_file import FULL_SCALE, RATE, SOUNDS, write_mp3

PHONE_SOUNDS = SOUNDS.parent.parent / "deploy/asterisk/sounds"
PEAK = 0.7
SILENCE_SECONDS = (0.3, 0.25)  # before and after
SILENCE_SECONDS_OF_PIECE = (0.02, 0.05)
PHONE_BITS_PER_SECOND = 16_000
TONE_HZ, TONE_SECONDS = 1_000, 0.4

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


def main(wanted: set[str]) -> int:
    for name, language, words, bits_per_second in prompts():
        if not wanted or name in wanted:
            write_mp3(SOUNDS / f"{name}-{language}.mp3", said(words, language), bits_per_second=bits_per_second)
    for language in VOICES:
        for name, words in phone_prompts.sentences(language).items():
            if not wanted or name in wanted:
                make_for_phone(f"{name}-{language}", said(words, language))
        for name, words in phone_prompts.pieces(language).items():
            if not wanted or name in wanted:
                make_for_phone(f"{name}-{language}", said_as_piece(words, language))
    if not wanted or "beep" in wanted:
        make_for_phone("beep", levelled(tone(), SILENCE_SECONDS_OF_PIECE))
    return 0


def prompts() -> Iterator[tuple[str, str, str, int]]:
    """Name, language, words and bits per second of what a browser plays."""
    for name, (bits_per_second, languages) in PROMPTS.items():
        for language, words in languages.items():
            yield name, language, words, bits_per_second
    for language, (sentence, numbers) in PLACES.items():
        for place, number in enumerate(numbers, 1):
            yield f"place-{place}", language, sentence.format(number), 24_000


def make_for_phone(name: str, samples: "array[int]") -> None:
    write_mp3(PHONE_SOUNDS / f"{name}.mp3", samples, bits_per_second=PHONE_BITS_PER_SECOND)


def said(words: str, language: str) -> "array[int]":
    return levelled(softened(spoken(words, language)))


def said_as_piece(words: str, language: str) -> "array[int]":
    """So that the next piece follows at once."""
    return levelled(trimmed(softened(spoken(words, language))), SILENCE_SECONDS_OF_PIECE)


def tone() -> "array[int]":
    """After which a message is spoken."""
    count = round(TONE_SECONDS * RATE)
    edge = RATE // 100
    return array(
        "h",
        [
            round(math.sin(2 * math.pi * TONE_HZ * n / RATE) * min(1.0, n / edge, (count - n) / edge) * FULL_SCALE)
            for n in range(count)
        ],
    )


def trimmed(samples: "array[int]") -> "array[int]":
    """Without the synthesizer's own silence at both ends."""
    quiet = max(map(abs, samples)) // 50
    loud = [n for n, sample in enumerate(samples) if abs(sample) > quiet]
    return samples[loud[0] : loud[-1] + 1]


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


def levelled(samples: "array[int]", pause: tuple[float, float] = SILENCE_SECONDS) -> "array[int]":
    """As loud as telephones are, with a breath of so many seconds before and after."""
    gain = PEAK * FULL_SCALE / max(map(abs, samples))
    before, after = (array("h", bytes(2 * round(seconds * RATE))) for seconds in pause)
    return before + array("h", [round(sample * gain) for sample in samples]) + after


if __name__ == "__main__":
    sys.exit(main(set(sys.argv[1:])))
