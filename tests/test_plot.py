"""What a benchmark draws is an SVG that can be read: named, described, and its points where they belong."""

import re
from xml.etree import ElementTree as ET

from benchmarks.plot import line_plot

SVG = "{http://www.w3.org/2000/svg}"
LINES = {"ours <daphne>": [(10_000.0, 400.0), (100.0, 4.0)], "theirs": [(1_000.0, 40.0)]}


def drawn(log: str) -> ET.Element:
    return ET.fromstring(line_plot("Sockets & lamps", "Ours is straight.", LINES, "sockets", "ms", log))


def words(svg: ET.Element) -> list[str]:
    return [str(text.text) for text in svg.iter(f"{SVG}text")]


def places(svg: ET.Element) -> list[tuple[float, float]]:
    """Of the marks on the lines, in the order of their lines; a legend's have whole numbers."""
    moved = (str(group.get("transform")) for group in svg.iter(f"{SVG}g") if group.get("transform"))
    found = (re.fullmatch(r"translate\((\d+\.\d) (\d+\.\d)\)", place) for place in moved)
    return [(float(match[1]), float(match[2])) for match in found if match]


def test_a_plot_says_what_it_shows_to_whoever_cannot_see_it() -> None:
    svg = drawn("xy")
    assert (svg.findtext(f"{SVG}title"), svg.findtext(f"{SVG}desc")) == ("Sockets & lamps", "Ours is straight.")
    assert {"ours <daphne>", "theirs", "sockets", "ms"} <= set(words(svg))


def test_on_logarithmic_axes_what_grows_alike_lies_on_one_straight_line() -> None:
    (x1, y1), (x3, y3), (x2, y2) = places(drawn("xy"))
    assert (x1 + x3) / 2 == x2
    assert abs((y1 + y3) / 2 - y2) < 0.1
    assert {"100", "1,000", "10,000", "1", "10"} <= set(words(drawn("xy")))


def test_on_plain_axes_zero_is_where_the_axes_meet() -> None:
    svg = drawn("")
    (x1, _), (x3, y3), _ = places(svg)
    assert (x3 - 86) / (x1 - 86) > 99
    assert abs(y3 - 48) < 0.1
    assert {"0", "2,000", "10,000", "100", "400"} <= set(words(svg))
