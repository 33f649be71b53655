"""The sounds that Asterisk plays, as files it can read: WAV, 8 kHz, mono, 16 bits, below ASTERISK_SOUNDS_DIR.

NAME-LANGUAGE.wav   what is spoken, from static/sounds/NAME-LANGUAGE.mp3
music/music.wav     what is heard while waiting, in a folder of its own as Asterisk wants it
"""

import hashlib
import io
import os
import secrets
import tempfile
import wave
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from django.conf import settings
from django.db.models.fields.files import FieldFile

RATE = 8_000
MUSIC_FOLDER = "music"
_MUSIC = "music"
_SOUND = "sound:"  # how ARI is told that a file follows
_KEPT = "kept"
_KEPT_MAX = 300  # of a minute or so each: about 300 MB
_SHIPPED = ("static/sounds", "deploy/asterisk/sounds")
_SOURCES = ".sources"  # a folder beside them: of which file each was made


class UnplayableSoundError(Exception):
    """Bytes that hold no sound, or a file that is not there any more."""


def prepare_sounds(directory: Path) -> list[Path]:
    """Make every shipped sound that `directory` lacks or has from another release; which ones were made."""
    made = []
    for source in _shipped():
        target = directory / (f"{MUSIC_FOLDER}/{source.stem}.wav" if source.stem == _MUSIC else f"{source.stem}.wav")
        raw = source.read_bytes()
        mark = directory / _SOURCES / source.name
        digest = hashlib.sha256(raw).hexdigest()
        if target.exists() and mark.exists() and mark.read_text() == digest:
            continue
        write_atomically(target, wav_of(raw))
        write_atomically(mark, digest.encode())
        made.append(target)
    return made


def _shipped() -> Iterator[Path]:
    for folder in _SHIPPED:
        yield from sorted((settings.BASE_DIR / folder).glob("*.mp3"))


def kept_uri(sound: FieldFile) -> str:
    """A greeting of MEDIA_ROOT as ARI plays it; converted when it is needed first. UnplayableSoundError."""
    raw = _read(sound)
    path = settings.ASTERISK_SOUNDS_DIR / _KEPT / f"{hashlib.sha256(raw).hexdigest()}.wav"
    try:
        os.utime(path)
    except FileNotFoundError:
        _keep(path, raw)
        _forget_oldest(path.parent)
    return _uri(path)


def lent_uri(sound: FieldFile) -> str:
    """A message of MEDIA_ROOT as ARI plays it, for one hearer, who takes it back. UnplayableSoundError."""
    path = settings.ASTERISK_SOUNDS_DIR / _KEPT / f"{secrets.token_hex(16)}.wav"
    _keep(path, _read(sound))
    return _uri(path)


def take_back(uri: str) -> None:
    """Remove what was lent."""
    Path(uri.removeprefix(_SOUND) + ".wav").unlink(missing_ok=True)


def _read(sound: FieldFile) -> bytes:
    try:
        with sound.open("rb") as file:
            raw: bytes = file.read()
    except (OSError, ValueError) as error:
        raise UnplayableSoundError(str(error)) from error
    return raw


def _keep(path: Path, raw: bytes) -> None:
    write_atomically(path, wav_of(raw))
    path.parent.chmod(0o711)


def _uri(path: Path) -> str:
    return f"{_SOUND}{path.with_suffix('')}"


def _forget_oldest(folder: Path) -> None:
    by_age = sorted(folder.glob("[!.]*"), key=_used_at)
    for path in by_age[:-_KEPT_MAX]:
        path.unlink(missing_ok=True)


def _used_at(path: Path) -> float:
    with suppress(FileNotFoundError):  # another process forgets, too
        return path.stat().st_mtime
    return 0.0


def wav_of(sound: bytes) -> bytes:
    """Any sound as Asterisk plays it. Raises UnplayableSoundError."""
    file = io.BytesIO()
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
    try:
        with av.open(io.BytesIO(sound), mode="r") as source, wave.open(file, "wb") as target:
            target.setparams((1, 2, RATE, 0, "NONE", ""))
            for frame in source.decode(audio=0):
                frame.pts = None
                _write(target, resampler.resample(frame))
            _write(target, resampler.resample(None))
    except (av.FFmpegError, ValueError, IndexError) as error:
        raise UnplayableSoundError(str(error)) from error
    return file.getvalue()


def _write(target: wave.Wave_write, frames: list[AudioFrame]) -> None:
    for frame in frames:
        target.writeframes(bytes(frame.planes[0])[: frame.samples * 2])


def write_atomically(path: Path, content: bytes) -> None:
    """A reader sees the old file or the new one. Asterisk's own user may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(path)
