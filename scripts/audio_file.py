"""Samples become the small MP3 files of static/sounds: used by make_greetings.py, make_prompts.py and make_music.py."""

import io
from array import array
from pathlib import Path

import av
from av.audio.resampler import AudioResampler

SOUNDS = Path(__file__).resolve().parent.parent / "static/sounds"
RATE = 24_000
FULL_SCALE = 32_767


def write_mp3(path: Path, samples: "array[int]", *, bits_per_second: int) -> None:
    """Mono 16-bit samples at RATE, and a line that says what came of them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(mp3(samples, bits_per_second))
    print(f"{path.name}: {len(samples) / RATE:.1f} s, {path.stat().st_size} bytes")


def mp3(samples: "array[int]", bits_per_second: int) -> bytes:
    file = io.BytesIO()
    with av.open(file, mode="w", format="mp3") as target:
        stream = target.add_stream("libmp3lame", rate=RATE, layout="mono")
        stream.bit_rate = bits_per_second
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(samples))
        frame.sample_rate = RATE
        frame.planes[0].update(samples.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
        resampler = AudioResampler(format="s16p", layout="mono", rate=RATE, frame_size=stream.codec_context.frame_size)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            target.mux(stream.encode(part))
        target.mux(stream.encode(None))
    return file.getvalue()
