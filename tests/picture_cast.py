"""Pictures for tests: made here, so that every byte of them is known."""

from io import BytesIO
from typing import Any

from PIL import Image

RED, BLUE, GREEN = (255, 0, 0), (0, 0, 255), (0, 128, 0)


def halves(width: int = 200, height: int = 100) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    return picture


def file_of(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


def colour_at(content: bytes, x: float, y: float) -> str:
    """The nearest of the test's colours, at a fraction of the picture's width and height."""
    picture = opened(content).convert("RGB")
    pixel = picture.getpixel((int(x * (picture.width - 1)), int(y * (picture.height - 1))))
    assert isinstance(pixel, tuple)
    colours = {"red": RED, "blue": BLUE, "green": GREEN, "white": (255, 255, 255)}
    return min(colours, key=lambda name: sum((a - b) ** 2 for a, b in zip(colours[name], pixel, strict=True)))
