"""Draws the icons of the installed app from static/icons/lampfield.svg, whose only shapes are rectangles."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

from PIL import Image, ImageDraw

ICONS = Path(__file__).resolve().parent.parent / "static/icons"
SIZES = (192, 512)
OVERSAMPLING = 8
# A system may cut a maskable icon down to a circle of 80 %: the lamps move into it, the ground fills the rest.
SAFE_SCALE = 0.8
COLOURS = 64


def main() -> None:
    svg = ElementTree.parse(ICONS / "lampfield.svg").getroot()
    shapes = [element.attrib for element in svg]
    side = float(svg.attrib["viewBox"].split()[2])
    for size in SIZES:
        save(drawn(shapes, side, size), f"lampfield-{size}.png")
    save(maskable(shapes, side, max(SIZES)), f"lampfield-maskable-{max(SIZES)}.png")


def drawn(shapes: list[dict[str, str]], side: float, size: int) -> Image.Image:
    large = Image.new("RGBA", (size * OVERSAMPLING,) * 2)
    pen = ImageDraw.Draw(large)
    scale = size * OVERSAMPLING / side
    for shape in shapes:
        x, y, width, height = (float(shape.get(key, 0)) * scale for key in ("x", "y", "width", "height"))
        pen.rounded_rectangle((x, y, x + width - 1, y + height - 1), float(shape["rx"]) * scale, shape["fill"])
    return large.resize((size, size), Image.Resampling.LANCZOS)


def maskable(shapes: list[dict[str, str]], side: float, size: int) -> Image.Image:
    ground, *lamps = shapes
    picture = Image.new("RGBA", (size, size), ground["fill"])
    inner = round(size * SAFE_SCALE)
    picture.alpha_composite(drawn(lamps, side, inner), ((size - inner) // 2,) * 2)
    return picture


def save(picture: Image.Image, name: str) -> None:
    picture.quantize(COLOURS, Image.Quantize.FASTOCTREE).save(ICONS / name, optimize=True)


if __name__ == "__main__":
    main()
