"""Which square of a picture a person chose, whatever its size; the page and the server reckon the same."""

from dataclasses import dataclass

ZOOM_MIN, ZOOM_MAX = 100, 400  # percent; at 100 the square is as large as the picture lets it be
PLACE_MIN, PLACE_MAX = 0, 100  # percent of the way the square can go: left or top, right or bottom
CENTRE = 50


@dataclass(frozen=True, slots=True)
class Crop:
    x: int = CENTRE
    y: int = CENTRE
    zoom: int = ZOOM_MIN

    def box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """(left, upper, right, lower) in pixels: a square of at least one, inside the picture."""
        side = max(1, round(min(width, height) * 100 / self.zoom))
        left = round((width - side) * self.x / 100)
        upper = round((height - side) * self.y / 100)
        return left, upper, left + side, upper + side
