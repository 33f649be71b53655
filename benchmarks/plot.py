"""A line plot as the text of an SVG file, readable in light and dark and without seeing colours; no library needed."""

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape

Series = Mapping[str, Sequence[tuple[float, float]]]

_WIDTH, _HEIGHT = 840, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 86, 530, 48, 344  # the edges of the field that lines are drawn in
_TICKS_MIN = 3
_LEGEND_ROW = 22
_DASHES = ("", "7 4", "2 4", "10 4 2 4")
_LIGHT = ("#0550ae", "#bc4c00", "#1a7f37", "#8250df", "#57606a")
_DARK = ("#58a6ff", "#f0883e", "#3fb950", "#bc8cff", "#9ca3af")
_MARKS = (
    '<circle r="4"/>',
    '<rect x="-4" y="-4" width="8" height="8"/>',
    '<path d="M0-5 5 4H-5z"/>',
    '<path d="M0-5 5 0 0 5-5 0z"/>',
)


def line_plot(title: str, description: str, series: Series, x_label: str, y_label: str, log: str = "") -> str:
    """`series`: the points (x, y) of each line by its name; at least one in all.

    `log`: the axes that are logarithmic, "x", "y" or "xy"; on them every value is positive. `description` says what is
    seen, for whoever sees nothing.
    """
    xs, ys = zip(*(point for points in series.values() for point in points), strict=True)
    x_ticks, y_ticks = _ticks(xs, is_log="x" in log), _ticks(ys, is_log="y" in log)
    across = _scale(x_ticks, _LEFT, _RIGHT, is_log="x" in log)
    up = _scale(y_ticks, _BOTTOM, _TOP, is_log="y" in log)
    parts = [
        *_head(title, description),
        *(_x_tick(across(tick), tick) for tick in x_ticks),
        *(_y_tick(up(tick), tick) for tick in y_ticks),
        *_axes(x_label, y_label),
    ]
    for turn, (name, points) in enumerate(series.items()):
        parts.append(_line(turn, [(across(x), up(y)) for x, y in sorted(points)]))
        parts.append(_legend(turn, name))
    return "\n".join([*parts, "</svg>\n"])


def _head(title: str, description: str) -> list[str]:
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="t d">',
        f'<title id="t">{escape(title)}</title>',
        f'<desc id="d">{escape(description)}</desc>',
        "<style>",
        "svg { font: 13px system-ui, sans-serif; } text { fill: currentColor; }",
        ".title { font-size: 15px; font-weight: 600; } .line { fill: none; stroke-width: 2; }",
        ".grid { stroke: currentColor; stroke-opacity: 0.15; } .axis { stroke: currentColor; stroke-opacity: 0.6; }",
        _colours("#1f2328", "#fff", _LIGHT),
        f"@media (prefers-color-scheme: dark) {{ {_colours('#e6edf3', '#0d1117', _DARK)} }}",
        "</style>",
        f'<text class="title" x="16" y="26">{escape(title)}</text>',
    ]


def _colours(ink: str, paper: str, lines: Sequence[str]) -> str:
    of_lines = (f".c{turn} {{ color: {colour}; }}" for turn, colour in enumerate(lines))
    return " ".join([f"svg {{ color: {ink}; background: {paper}; }}", *of_lines])


def _axes(x_label: str, y_label: str) -> list[str]:
    middle = f"translate(20 {(_TOP + _BOTTOM) / 2:.0f}) rotate(-90)"
    return [
        f'<path class="axis" fill="none" d="M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}"/>',
        f'<text x="{(_LEFT + _RIGHT) / 2:.0f}" y="{_BOTTOM + 42}" text-anchor="middle">{escape(x_label)}</text>',
        f'<text transform="{middle}" text-anchor="middle">{escape(y_label)}</text>',
    ]


def _ticks(values: Sequence[float], *, is_log: bool) -> list[float]:
    """Round numbers from at most the least value, or 0, to at least the greatest."""
    least, greatest = min(values), max(values)
    if is_log:
        first, last = math.floor(math.log10(least) + 1e-9), math.ceil(math.log10(greatest) - 1e-9)
        powers = [10.0**power for power in range(first, max(last, first + 1) + 1)]
        if len(powers) >= _TICKS_MIN:
            return powers
        return [power * part for power in powers[:-1] for part in (1, 2, 5)] + powers[-1:]
    step = _round_step((greatest - min(least, 0)) or 1)
    first, last = math.floor(min(least, 0) / step), math.ceil(greatest / step - 1e-9)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def _round_step(span: float) -> float:
    """1, 2 or 5 times a power of ten, so that some five of them make `span`."""
    rough = span / 5
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * part for part in (1, 2, 5, 10) if power * part >= rough * 0.999)


def _scale(ticks: Sequence[float], start: float, end: float, *, is_log: bool) -> Callable[[float], float]:
    """From a value to its place between `start` and `end`."""

    def measure(value: float) -> float:
        return math.log10(value) if is_log else value

    first, last = measure(ticks[0]), measure(ticks[-1])
    return lambda value: start + (measure(value) - first) / (last - first) * (end - start)


def _x_tick(place: float, value: float) -> str:
    return (
        f'<path class="grid" d="M{place:.1f} {_TOP}V{_BOTTOM}"/>'
        f'<text x="{place:.1f}" y="{_BOTTOM + 20}" text-anchor="middle">{_words(value)}</text>'
    )


def _y_tick(place: float, value: float) -> str:
    return (
        f'<path class="grid" d="M{_LEFT} {place:.1f}H{_RIGHT}"/>'
        f'<text x="{_LEFT - 8}" y="{place + 4:.1f}" text-anchor="end">{_words(value)}</text>'
    )


def _words(value: float) -> str:
    return f"{value / 1e6:,.10g} M" if abs(value) >= 1e6 else f"{value:,.10g}"


def _line(turn: int, places: Sequence[tuple[float, float]]) -> str:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    marks = "".join(f'<g transform="translate({x:.1f} {y:.1f})">{_mark(turn)}</g>' for x, y in places)
    return f'<g class="{_colour(turn)}">{_stroke(turn, f"M{path}")}<g fill="currentColor">{marks}</g></g>'


def _legend(turn: int, name: str) -> str:
    """At the right, with the line's dashes and mark, so that it is found without its colour."""
    x, y = _RIGHT + 20, _TOP + 8 + turn * _LEGEND_ROW
    mark = f'<g transform="translate({x + 14} {y})" fill="currentColor">{_mark(turn)}</g>'
    return (
        f'<g class="{_colour(turn)}">{_stroke(turn, f"M{x} {y}h28")}{mark}</g>'
        f'<text x="{x + 36}" y="{y + 4}">{escape(name)}</text>'
    )


def _stroke(turn: int, path: str) -> str:
    dashes = _DASHES[(turn // len(_LIGHT)) % len(_DASHES)]
    return f'<path class="line" stroke="currentColor" stroke-dasharray="{dashes or "none"}" d="{path}"/>'


def _mark(turn: int) -> str:
    return _MARKS[turn % len(_MARKS)]


def _colour(turn: int) -> str:
    return f"c{turn % len(_LIGHT)}"
