"""A person's picture becomes files of our own: judged, turned upright, cropped and drawn anew, so that nothing of what
was sent but what can be seen is kept: no place it was taken at, no second file behind the first.
"""

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO

from PIL import Image, ImageOps

from presence.domain.picture_crop import Crop

BYTES_MAX = 5_000_000
PIXELS_MAX = 25_000_000  # what is opened takes four bytes for each, however small the file
SIDE_MIN = 32  # pixels; less is a dot
SIZES = (64, 256)  # pixels: a face beside a name; a face to look at
MEDIA_TYPE = "image/webp"

_FORMATS = ("GIF", "JPEG", "PNG", "WEBP")
_QUALITY = 82
# What Pillow raises at bytes that are no picture; which one, the bytes decide.
_UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, struct.error, zlib.error)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)  # the latter where warnings are errors


class PictureRefusedError(Exception):
    """`code`: too_large, too_many_pixels, too_small or unreadable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def picture_files(sent: bytes, crop: Crop) -> Mapping[int, bytes]:
    """The chosen square at each of our sizes."""
    if len(sent) > BYTES_MAX:
        raise PictureRefusedError("too_large")
    try:
        square = _square(sent, crop)
    except _BOMB as error:
        raise PictureRefusedError("too_many_pixels") from error
    except _UNREADABLE as error:
        raise PictureRefusedError("unreadable") from error
    return {size: _drawn_anew(square, size) for size in SIZES}


def _square(sent: bytes, crop: Crop) -> Image.Image:
    with Image.open(BytesIO(sent), formats=_FORMATS) as picture:
        if picture.width * picture.height > PIXELS_MAX:
            raise PictureRefusedError("too_many_pixels")
        if min(picture.size) < SIDE_MIN:
            raise PictureRefusedError("too_small")
        picture.load()  # of something that moves, the first picture
        upright = ImageOps.exif_transpose(picture)
        return upright.crop(crop.box(*upright.size)).convert("RGBA")


def _drawn_anew(square: Image.Image, size: int) -> bytes:
    """On white: what can be seen through would vanish on a dark page."""
    resized = square.resize((size, size), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", (size, size), "white")
    canvas.paste(resized, mask=resized)
    file = BytesIO()
    canvas.save(file, "WEBP", quality=_QUALITY, method=6)
    return file.getvalue()
