"""Real sound for tests: tones made and heard with PyAV, as a browser would send and play them."""

import io
import math
from array import array
from functools import cache

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from django.db.models.fields.files import FieldFile

RATE = 48_000


@cache
def tone(seconds: float, *, format: str = "webm", codec: str = "libopus") -> bytes:  # noqa: A002 - PyAV's own word
    """A 440 Hz tone as a file of this format."""
    file = io.BytesIO()
    with av.open(file, mode="w", format=format) as target:
        voice = target.add_stream(codec, rate=RATE, layout="mono")
        assert isinstance(voice, AudioStream)
        resampler = AudioResampler(
            format=voice.format.name, layout="mono", rate=RATE, frame_size=voice.codec_context.frame_size
        )
        for frame in [*resampler.resample(_frame(seconds)), *resampler.resample(None)]:
            target.mux(voice.encode(frame))
        target.mux(voice.encode(None))
    return file.getvalue()


def live_recording(seconds: float) -> bytes:
    """WebM as MediaRecorder writes it: not knowing when it will end, so without duration, index or sizes."""
    whole = io.BytesIO(tone(seconds))
    file = io.BytesIO()
    options = {"live": "1", "cluster_time_limit": "1000"}
    with av.open(whole, mode="r") as source, av.open(file, mode="w", format="webm", options=options) as target:
        copy = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = copy
                target.mux(packet)
    return file.getvalue()


def video() -> bytes:
    """One second of a picture, without sound."""
    file = io.BytesIO()
    with av.open(file, mode="w", format="webm") as target:
        picture = target.add_stream("libvpx", rate=10)
        picture.width = picture.height = 64
        picture.pix_fmt = "yuv420p"
        for _ in range(10):
            target.mux(picture.encode(av.VideoFrame(64, 64, "yuv420p")))
        target.mux(picture.encode(None))
    return file.getvalue()


def pieces(recording: bytes, count: int) -> list[bytes]:
    """The recording cut as it would arrive, anywhere."""
    size = math.ceil(len(recording) / count)
    return [recording[start : start + size] for start in range(0, len(recording), size)]


def heard(sound: bytes) -> tuple[float, float]:
    """Seconds and loudness (RMS of 16-bit samples) of what a player hears."""
    samples = samples_of(sound)
    return len(samples) / RATE, math.sqrt(sum(sample * sample for sample in samples) / max(1, len(samples)))


def samples_of(sound: bytes) -> "array[int]":
    """Mono, 16 bits, RATE a second."""
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
    samples = array("h")
    with av.open(io.BytesIO(sound), mode="r") as source:
        for frame in [*source.decode(audio=0), None]:
            for part in resampler.resample(frame):
                samples.frombytes(bytes(part.planes[0])[: part.samples * 2])
    return samples


def stored(file: FieldFile) -> bytes:
    """What the storage holds."""
    with file.open("rb") as opened:
        content: bytes = opened.read()
    return content


def stated_seconds(sound: bytes) -> float | None:
    """How long the file itself says it is; None when it does not say."""
    with av.open(io.BytesIO(sound), mode="r") as source:
        return source.duration / 1_000_000 if source.duration else None


def _frame(seconds: float) -> av.AudioFrame:
    count = round(seconds * RATE)
    waves = array("h", (round(9_000 * math.sin(2 * math.pi * 440 * i / RATE)) for i in range(RATE // 40)))  # 11, whole
    samples = (waves * (count // len(waves) + 1))[:count]
    frame = av.AudioFrame(format="s16", layout="mono", samples=len(samples))
    frame.sample_rate = RATE
    frame.planes[0].update(samples.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
    return frame
