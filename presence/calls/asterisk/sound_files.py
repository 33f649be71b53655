"""The sounds that Asterisk plays, as files it can read: WAV, 8 kHz, mono, 16 bits, below ASTERISK_SOUNDS_DIR.

NAME-LANGUAGE.wav   what is spoken, from static/sounds/NAME-LANGUAGE.mp3
music/music.wav     what is heard while waiting, in a folder of its own as Asterisk wants it
"""

import hashlib
import io
import os
import tempfile
import wave
from pathlib import Path

import av
from av.audio.resampler import AudioResampler
from django.conf import settings

RATE = 8_000
MUSIC_FOLDER = "music"
_MUSIC = "music"
_SOURCES = ".sources"  # a folder beside them: of which file each was made


def prepare_sounds(directory: Path) -> list[Path]:
    """Make every shipped sound that `directory` lacks or has from another release; which ones were made."""
    made = []
    for source in sorted((settings.BASE_DIR / "static/sounds").glob("*.mp3")):
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


def wav_of(sound: bytes) -> bytes:
    """Any sound as Asterisk plays it. av.FFmpegError: it is none."""
    file = io.BytesIO()
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(io.BytesIO(sound), mode="r") as source, wave.open(file, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(RATE)
        for frame in [*source.decode(audio=0), None]:
            for part in resampler.resample(frame):
                target.writeframes(bytes(part.planes[0])[: part.samples * 2])
    return file.getvalue()


def write_atomically(path: Path, content: bytes) -> None:
    """A reader sees the old file or the new one. Asterisk's own user may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(path)
