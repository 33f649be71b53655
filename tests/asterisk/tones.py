"""Tones as G.711, and how much of what was heard is at a frequency."""

import math
import wave
from array import array
from functools import cache
from pathlib import Path

RATE = 8000
PACKET_SAMPLES = 160
PACKET_SECONDS = PACKET_SAMPLES / RATE

_LOUDNESS = 8000
# Below this mean of squares a phone's user hears nothing; a tone of ours has 32 million.
_SILENT_POWER = 10_000


def mulaw_value(code: int) -> int:
    """The sample that a u-law byte stands for (ITU-T G.711)."""
    code = ~code & 0xFF
    size = (((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)
    return 0x84 - size if code & 0x80 else size - 0x84


def alaw_value(code: int) -> int:
    """The sample that an A-law byte stands for (ITU-T G.711)."""
    code ^= 0x55
    segment, size = (code & 0x70) >> 4, (code & 0x0F) << 4
    size = size + 8 if segment == 0 else (size + 0x108) << (segment - 1)
    return size if code & 0x80 else -size


@cache
def decoding_table(codec: str) -> list[int]:
    value = {"PCMU": mulaw_value, "PCMA": alaw_value}[codec]
    return [value(code) for code in range(256)]


@cache
def tone_packets(codec: str, frequency: int) -> list[bytes]:
    """One second of a tone, in packets of 20 ms; it may be repeated without a click. Frequency 0 is silence."""
    by_value = sorted((value, code) for code, value in enumerate(decoding_table(codec)))
    step = 2 * math.pi * frequency / RATE
    codes = [_nearest(by_value, _LOUDNESS * math.sin(step * n)) for n in range(RATE)]
    return [bytes(codes[start : start + PACKET_SAMPLES]) for start in range(0, RATE, PACKET_SAMPLES)]


def write_tone(path: Path, frequency: int, seconds: int) -> None:
    """A WAV file as Asterisk plays it: one channel, 16 bits, RATE samples a second."""
    step = 2 * math.pi * frequency / RATE
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(array("h", (round(_LOUDNESS * math.sin(step * n)) for n in range(RATE * seconds))).tobytes())


def _nearest(by_value: list[tuple[int, int]], wanted: float) -> int:
    low, high = 0, len(by_value) - 1
    while low < high:
        middle = (low + high) // 2
        if by_value[middle][0] < wanted:
            low = middle + 1
        else:
            high = middle
    around = by_value[max(low - 1, 0) : low + 1]
    return min(around, key=lambda pair: abs(pair[0] - wanted))[1]


def is_silence(samples: list[int]) -> bool:
    return _power(samples) < _SILENT_POWER


def share_at(frequency: int, samples: list[int]) -> float:
    """The share of the energy that is at the frequency, 0 to 1, by Goertzel's algorithm."""
    total = sum(sample * sample for sample in samples)
    if is_silence(samples):
        return 0.0
    factor = 2 * math.cos(2 * math.pi * frequency / RATE)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + factor * last - before
    at_frequency = before * before + last * last - factor * before * last
    return min(1.0, 2 * at_frequency / (total * len(samples)))


def loudest(samples: list[int]) -> str:
    """What it sounds like, for the message of a failed test."""
    if is_silence(samples):
        return "silence"
    frequency = max(range(100, 3500, 20), key=lambda each: share_at(each, samples))
    return f"mostly {frequency} Hz ({share_at(frequency, samples):.0%} of it)"


def _power(samples: list[int]) -> float:
    return sum(sample * sample for sample in samples) / max(len(samples), 1)
