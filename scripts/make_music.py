"""Makes static/sounds/music.mp3 at development time: what a caller hears while waiting. Our own tune, made of sines.

It begins from silence and has died away at its end, so that played again and again it breathes instead of clicking.
"""

import math
import sys
from array import array
from collections.abc import Callable

from scripts.audio_file import FULL_SCALE, RATE, SOUNDS, write_mp3

BITS_PER_SECOND = 40_000
PEAK = 0.34  # softer than a voice
BEAT = 0.75  # seconds
BAR = 4 * BEAT
BREATH = 1.3  # seconds in which the last notes die away

# A bar's bass and the notes above it, as MIDI numbers: F major, quietly moving, home at the end.
CHORDS = {
    "F": (41, (60, 64, 69, 72)),
    "Dm": (38, (60, 65, 69, 74)),
    "Bb": (46, (62, 65, 69, 74)),
    "C": (36, (62, 64, 67, 72)),
    "Am": (45, (60, 64, 67, 72)),
    "Gm": (43, (62, 65, 70, 74)),
}
BARS = ("F", "Dm", "Bb", "C", "F", "Am", "Bb", "C", "Dm", "Am", "Gm", "C", "F", "Bb", "C", "F")
FIGURE = (0, 1, 2, 3, 2, 1, 2, 1)  # which note of the chord each half beat plucks

# bar, beat, note, beats: one line over it all, with rests
MELODY = (
    *((1, 2, 77, 2), (2, 0, 76, 1), (2, 1, 74, 2), (3, 0, 72, 3)),
    *((5, 2, 79, 1), (5, 3, 77, 1), (6, 0, 77, 2), (6, 2, 74, 2), (7, 0, 76, 3)),
    *((8, 1, 81, 2), (8, 3, 79, 1), (9, 0, 79, 3), (10, 1, 77, 1), (10, 2, 74, 2), (11, 0, 76, 3)),
    *((12, 2, 77, 2), (13, 0, 74, 2), (13, 2, 77, 2), (14, 0, 76, 2), (14, 2, 79, 2), (15, 0, 77, 4)),
)

# Harmonics and their strengths, and how loud each voice is in the whole.
PAD = ((1, 1.0), (2, 0.16), (3, 0.05))
PLUCK = ((1, 1.0), (2, 0.32), (4, 0.08))
BASS = ((1, 1.0), (2, 0.28), (3, 0.08))
FLUTE = ((1, 1.0), (2, 0.1), (3, 0.06))

ECHOES = ((0.0297, 0.72), (0.0371, 0.70), (0.0411, 0.68), (0.0437, 0.66))  # seconds, what is left after each
ECHO_SHARE = 0.10

Envelope = Callable[[float], float]


def main() -> int:
    mix = [0.0] * round((len(BARS) * BAR + BREATH) * RATE)
    for bar, name in enumerate(BARS):
        play_bar(mix, bar * BAR, *CHORDS[name], is_last=bar == len(BARS) - 1)
    for bar, beat, note, beats in MELODY:
        play(mix, bar * BAR + beat * BEAT, note, FLUTE, 0.16, beats * BEAT + 0.3, swell(0.12, beats * BEAT, 0.3))
    write_mp3(SOUNDS / "music.mp3", levelled(with_room(mix)), bits_per_second=BITS_PER_SECOND)
    return 0


def play_bar(mix: list[float], start: float, bass: int, notes: tuple[int, ...], *, is_last: bool) -> None:
    play(mix, start, bass, BASS, 0.30, BAR, struck(0.04, 1.6, BAR))
    for note in notes:
        # Two pitches a hair apart beat slowly, which is what makes a pad warm.
        for detune in (-0.04, 0.04):
            play(mix, start, note + detune, PAD, 0.045, BAR + 0.8, swell(0.7, BAR, 0.8))
    for step, which in enumerate(FIGURE[:1] if is_last else FIGURE):
        play(mix, start + step * BEAT / 2, notes[which], PLUCK, 0.13, 1.8, struck(0.012, 0.55, 1.8))


def play(
    mix: list[float],
    start: float,
    note: float,
    harmonics: tuple[tuple[int, float], ...],
    loudness: float,
    seconds: float,
    envelope: Envelope,
) -> None:
    """Add one note to the mix."""
    first = round(start * RATE)
    count = min(round(seconds * RATE), len(mix) - first)
    turn = 2 * math.pi * 440 * 2 ** ((note - 69) / 12) / RATE
    for n in range(count):
        wave = sum(strength * math.sin(turn * harmonic * n) for harmonic, strength in harmonics)
        mix[first + n] += loudness * envelope(n / RATE) * wave


def swell(attack: float, hold: float, release: float) -> Envelope:
    """Rises in `attack` seconds, stays until `hold`, is gone `release` seconds later; rounded at each corner."""

    def at(seconds: float) -> float:
        rise = min(1.0, seconds / attack)
        fall = min(1.0, max(0.0, (hold + release - seconds) / release))
        return math.sin(rise * math.pi / 2) ** 2 * math.sin(fall * math.pi / 2) ** 2

    return at


def struck(attack: float, half_life: float, seconds_in_all: float) -> Envelope:
    """Rises softly and dies away like a string, to nothing at the end."""
    fading = swell(attack, seconds_in_all - 0.25, 0.25)
    return lambda seconds: fading(seconds) * 0.5 ** (seconds / half_life)


def with_room(dry: list[float]) -> list[float]:
    """The walls of a small room: four echoes that answer themselves, and the brightness taken off."""
    wet = [0.0] * len(dry)
    for seconds, remaining in ECHOES:
        delay = round(seconds * RATE)
        line = [0.0] * delay
        for n, sample in enumerate(dry):
            heard = line[n % delay]
            line[n % delay] = sample + remaining * heard
            wet[n] += ECHO_SHARE * heard
    soft, mixed = 0.0, []
    for direct, echo in zip(dry, wet, strict=True):
        soft += 0.5 * (direct + echo - soft)
        mixed.append(soft)
    return mixed


def levelled(samples: list[float]) -> "array[int]":
    """At its peak PEAK, from silence to silence."""
    gain = PEAK * FULL_SCALE / max(map(abs, samples))
    edge = round(0.3 * RATE)
    last = len(samples) - 1
    return array("h", [round(s * gain * min(1.0, n / edge, (last - n) / edge)) for n, s in enumerate(samples)])


if __name__ == "__main__":
    sys.exit(main())
