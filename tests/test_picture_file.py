"""What becomes of a file that is sent as a picture: a square of our own making, or a refusal with its reason."""

import struct
import zlib

import pytest
from PIL import Image

from presence.domain.picture_crop import Crop
from presence.services.picture_file import BYTES_MAX, SIZES, PictureRefusedError, picture_files
from tests.picture_cast import BLUE, GREEN, RED, colour_at, file_of, halves, opened

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><script>alert(1)</script></svg>'
WHERE = "Warszawa, 52.23 N"


def png_that_claims(width: int, height: int) -> bytes:
    """A file of some bytes whose head promises a picture of any size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_offered_format_becomes_two_webp_squares(kind: str) -> None:
    files = picture_files(file_of(halves(), kind), Crop())
    assert {size: (opened(file).format, opened(file).size) for size, file in files.items()} == {
        64: ("WEBP", (64, 64)),
        256: ("WEBP", (256, 256)),
    }
    assert set(files) == set(SIZES)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixels_becomes_a_plain_picture(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    files = picture_files(file_of(Image.new(mode, (80, 80)), kind), Crop())
    assert opened(files[64]).mode == "RGB"


def test_what_can_be_seen_through_is_white() -> None:
    files = picture_files(file_of(Image.new("RGBA", (64, 64), (255, 0, 0, 0))), Crop())
    assert colour_at(files[256], 0.5, 0.5) == "white"


def test_of_something_that_moves_the_first_picture_is_kept() -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in (RED, BLUE, GREEN)]
    for kind in ("GIF", "WEBP", "PNG"):
        moving = file_of(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
        kept = opened(picture_files(moving, Crop())[256])
        assert getattr(kept, "n_frames", 1) == 1
        assert colour_at(file_of(kept), 0.5, 0.5) == "red"


@pytest.mark.parametrize(
    ("orientation", "red_is_at"),
    [(1, (0.1, 0.5)), (2, (0.9, 0.5)), (3, (0.9, 0.5)), (6, (0.5, 0.1)), (8, (0.5, 0.9))],
)
def test_a_picture_taken_sideways_stands_upright(orientation: int, red_is_at: tuple[float, float]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    sent = file_of(halves(200, 200), "JPEG", exif=exif)
    assert colour_at(picture_files(sent, Crop())[256], *red_is_at) == "red"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_where_it_was_taken_is_not_kept(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = WHERE
    options = {"exif": exif} | ({"comment": WHERE} if kind == "JPEG" else {})
    sent = file_of(halves(), kind, **options)
    assert WHERE.encode() in sent
    for file in picture_files(sent, Crop()).values():
        assert WHERE.encode() not in file
        assert not opened(file).getexif()
        assert b"EXIF" not in file


def test_a_second_file_behind_the_picture_is_not_kept() -> None:
    sent = file_of(halves(), "GIF") + b"<script>alert(1)</script>"
    assert all(b"script" not in file for file in picture_files(sent, Crop()).values())


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "unreadable"),
        (b"hello", "unreadable"),
        (SVG, "unreadable"),
        (b"GIF89a" + SVG, "unreadable"),
        (b"%PDF-1.7\n%%EOF", "unreadable"),
        (file_of(halves(), "BMP"), "unreadable"),
        (file_of(halves(), "TIFF"), "unreadable"),
        (file_of(halves(), "PNG")[:-60], "unreadable"),
        (file_of(halves(), "JPEG")[:300], "unreadable"),
        (file_of(halves(), "WEBP")[:60], "unreadable"),
        (file_of(halves(31, 200)), "too_small"),
        (png_that_claims(5_001, 5_000), "too_many_pixels"),
        (png_that_claims(10_000, 10_000), "too_many_pixels"),
        (png_that_claims(60_000, 60_000), "too_many_pixels"),
        (b"\x89PNG" + b"\0" * BYTES_MAX, "too_large"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_reason(sent: bytes, code: str) -> None:
    with pytest.raises(PictureRefusedError) as refusal:
        picture_files(sent, Crop())
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("crop", "box"),
    [
        (Crop(), (50, 0, 150, 100)),
        (Crop(x=0), (0, 0, 100, 100)),
        (Crop(x=100), (100, 0, 200, 100)),
        (Crop(x=100, y=100, zoom=200), (150, 50, 200, 100)),
        (Crop(x=50, y=50, zoom=400), (88, 38, 113, 63)),
    ],
)
def test_the_square_is_the_chosen_part(crop: Crop, box: tuple[int, int, int, int]) -> None:
    assert crop.box(200, 100) == box


@pytest.mark.parametrize("size", [(32, 32), (33, 4000), (4000, 33), (101, 37)])
@pytest.mark.parametrize("crop", [Crop(x, y, zoom) for x in (0, 33, 100) for y in (0, 67, 100) for zoom in (100, 333)])
def test_the_square_never_leaves_the_picture(size: tuple[int, int], crop: Crop) -> None:
    left, upper, right, lower = crop.box(*size)
    assert 0 <= left < right <= size[0]
    assert 0 <= upper < lower <= size[1]
    assert right - left == lower - upper


def test_the_chosen_part_is_what_is_kept() -> None:
    sent = file_of(halves())
    assert colour_at(picture_files(sent, Crop(x=0))[64], 0.9, 0.5) == "red"
    assert colour_at(picture_files(sent, Crop(x=100))[64], 0.1, 0.5) == "blue"
