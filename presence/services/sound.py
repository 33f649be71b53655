"""Sound as browsers record it -> WebM/Opus that every browser plays and can seek in. Knows bytes, no rows."""

import io
from collections.abc import Iterator
from contextlib import closing, suppress

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Disposition

_OPUS_RATE = 48_000
_OPUS_BITS_PER_SECOND = 32_000
_MP3_RATE = 24_000
_MP3_BITS_PER_SECOND = 32_000


class UnreadableSoundError(Exception):
    """These bytes hold no sound that can be decoded."""


class TooLongError(Exception):
    """The sound goes on for longer than is allowed."""


def webm_of_recording(raw: bytes) -> tuple[bytes, float]:
    """A recording, whole or cut off anywhere, as seekable WebM/Opus, and its seconds. Opus is not encoded again."""
    with closing(_opened(raw)) as source:
        stream = _audio_stream(source)
        if stream.codec_context.name != "opus":
            return _encoded(_frames(source, stream))
        return _remuxed(source, stream)


def webm_of_upload(raw: bytes, *, seconds_max: float) -> tuple[bytes, float]:
    """An uploaded sound, decoded to its end and encoded afresh. Nothing of the upload's own container remains."""
    with closing(_opened(raw)) as source:
        if any(not picture.disposition & Disposition.attached_pic for picture in source.streams.video):
            raise UnreadableSoundError("a film, not a sound")
        stream = _audio_stream(source)
        return _encoded(_frames(source, stream), seconds_max=seconds_max)


def mp3_of(raw: bytes) -> bytes:
    """A kept recording as every mail program plays it. Raises UnreadableSoundError."""
    file = io.BytesIO()
    samples = 0
    with closing(_opened(raw)) as source, closing(av.open(file, mode="w", format="mp3")) as target:
        resampler = AudioResampler(format="s16p", layout="mono", rate=_MP3_RATE)
        voice = target.add_stream("libmp3lame", rate=_MP3_RATE, layout="mono")
        voice.bit_rate = _MP3_BITS_PER_SECOND
        for frame in _frames(source, _audio_stream(source)):
            frame.pts = None
            samples += _encode(target, voice, resampler.resample(frame))
        samples += _encode(target, voice, resampler.resample(None))
        if not samples:
            raise UnreadableSoundError("not one frame of sound")
        target.mux(voice.encode(None))
    return file.getvalue()


def _opened(raw: bytes) -> InputContainer:
    try:
        return av.open(io.BytesIO(raw), mode="r")
    except (av.FFmpegError, ValueError) as error:
        raise UnreadableSoundError(str(error)) from error


def _audio_stream(source: InputContainer) -> AudioStream:
    if not source.streams.audio:
        raise UnreadableSoundError("no sound in the file")
    return source.streams.audio[0]


def _remuxed(source: InputContainer, stream: AudioStream) -> tuple[bytes, float]:
    file = io.BytesIO()
    first: int | None = None
    end = 0.0
    with closing(av.open(file, mode="w", format="webm")) as target:
        copy = target.add_stream_from_template(stream)
        for packet in _packets(source, stream):
            if packet.pts is None or packet.time_base is None:
                continue
            first = packet.pts if first is None else first
            packet.pts -= first
            packet.dts = packet.pts
            end = float((packet.pts + (packet.duration or 0)) * packet.time_base)
            packet.stream = copy
            target.mux(packet)
    if first is None:
        raise UnreadableSoundError("not one packet of sound")
    return file.getvalue(), end


def _packets(source: InputContainer, stream: AudioStream) -> "Iterator[Packet[AudioStream]]":
    # A recording that was cut off ends in the middle of something: what comes before it counts.
    with suppress(av.FFmpegError):
        yield from source.demux(stream)


def _frames(source: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    for packet in _packets(source, stream):
        with suppress(av.FFmpegError):
            yield from stream.codec_context.decode(packet)


def _encoded(frames: Iterator[AudioFrame], *, seconds_max: float | None = None) -> tuple[bytes, float]:
    file = io.BytesIO()
    resampler = AudioResampler(format="s16", layout="mono", rate=_OPUS_RATE)
    samples = 0
    with closing(av.open(file, mode="w", format="webm")) as target:
        voice = target.add_stream("libopus", rate=_OPUS_RATE, layout="mono")
        voice.bit_rate = _OPUS_BITS_PER_SECOND
        for frame in frames:
            frame.pts = None
            samples += _encode(target, voice, resampler.resample(frame))
            if seconds_max is not None and samples > seconds_max * _OPUS_RATE:
                raise TooLongError
        samples += _encode(target, voice, resampler.resample(None))
        if not samples:
            raise UnreadableSoundError("not one frame of sound")
        target.mux(voice.encode(None))
    return file.getvalue(), samples / _OPUS_RATE


def _encode(target: OutputContainer, voice: AudioStream, frames: list[AudioFrame]) -> int:
    for frame in frames:
        target.mux(voice.encode(frame))
    return sum(frame.samples for frame in frames)
