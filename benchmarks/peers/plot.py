"""Lines over a logarithmic number of sockets, as an SVG that reads in light and dark, by eye and by screen reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDTH, PANEL_HEIGHT = 940, 400
LEFT, RIGHT, TOP, BOTTOM = 110, 300, 56, 44
LABEL_GAP = 16
# One hue per line, told apart by dashes and a name at its end as well.
LIGHT = ("#1a1a1a", "#8a5a00", "#1b7f3b", "#4f9d2f", "#a03070", "#c02020", "#d85c00", "#2060c0", "#6b6b6b")
DARK = ("#f2f2f2", "#e0b050", "#5fd38a", "#a5dd80", "#f090c8", "#ff8080", "#ffa860", "#80b0ff", "#a8a8a8")
DASHES = ("2 3", "8 3", "10 3 2 3", "4 3", "1 4", "none", "none", "12 4", "6 6")


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    points: Sequence[tuple[int, float]]
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Scale:
    """Decades of a value -> places of the picture."""

    low: float
    high: float
    begin: float
    end: float

    def __call__(self, value: float) -> float:
        return self.begin + (log10(value) - self.low) / (self.high - self.low) * (self.end - self.begin)


def svg(title: str, description: str, panels: Sequence[Panel]) -> str:
    height = PANEL_HEIGHT * len(panels)
    body = "\n".join(drawn(panel, PANEL_HEIGHT * place) for place, panel in enumerate(panels))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="title description">\n'
        f'<title id="title">{escape(title)}</title>\n<desc id="description">{escape(description)}</desc>\n'
        f"{style()}\n{body}\n</svg>\n"
    )


def style() -> str:
    dark = " ".join(f".c{number} {{ --c: {colour} }}" for number, colour in enumerate(DARK))
    light = " ".join(f".c{number} {{ --c: {colour} }}" for number, colour in enumerate(LIGHT))
    dashes = " ".join(f".c{number} polyline {{ stroke-dasharray: {dash} }}" for number, dash in enumerate(DASHES))
    return (
        "<style>\n"
        "svg { --ink: #1a1a1a; --grid: #d5d5d5; font: 13px system-ui, sans-serif }\n"
        f"text {{ fill: var(--ink) }} .grid {{ stroke: var(--grid) }} .title {{ font-size: 15px; font-weight: 600 }}\n"
        f"{light}\n{dashes}\n"
        "polyline { fill: none; stroke: var(--c); stroke-width: 1.5 } circle { fill: var(--c) }\n"
        ".label { fill: var(--c) } .ours polyline { stroke-width: 3 } .ours .label { font-weight: 600 }\n"
        f"@media (prefers-color-scheme: dark) {{ svg {{ --ink: #f2f2f2; --grid: #444 }} {dark} }}\n"
        "</style>"
    )


def drawn(panel: Panel, offset: int) -> str:
    sockets = [x for line in panel.lines for x, _ in line.points]
    values = [y for line in panel.lines for _, y in line.points]
    across = Scale(log10(min(sockets)), log10(max(sockets)), LEFT, WIDTH - RIGHT)
    up = Scale(floor(log10(min(values))), ceil(log10(max(values))), offset + PANEL_HEIGHT - BOTTOM, offset + TOP)
    labels = spread([up(line.points[-1][1]) for line in panel.lines])
    parts = [f'<text class="title" x="{LEFT}" y="{offset + 28}">{escape(panel.title)}</text>']
    parts += [axis_across(across, x, offset) for x in sorted(set(sockets))]
    parts += [axis_up(up, 10**decade) for decade in range(int(up.low), int(up.high) + 1)]
    parts += [
        drawn_line(line, number, across, up, label)
        for number, (line, label) in enumerate(zip(panel.lines, labels, strict=True))
    ]
    return "\n".join(parts)


def axis_across(across: Scale, sockets: int, offset: int) -> str:
    x, bottom = across(sockets), offset + PANEL_HEIGHT - BOTTOM
    return (
        f'<line class="grid" x1="{x:.0f}" x2="{x:.0f}" y1="{offset + TOP}" y2="{bottom}"/>'
        f'<text x="{x:.0f}" y="{bottom + 20}" text-anchor="middle">{sockets:,}</text>'
    )


def axis_up(up: Scale, value: float) -> str:
    y = up(value)
    return (
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.0f}" y2="{y:.0f}"/>'
        f'<text x="{LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{value:,.{0 if value >= 1 else 1}f}</text>'
    )


def drawn_line(line: Line, number: int, across: Scale, up: Scale, label_y: float) -> str:
    places = [(across(x), up(y)) for x, y in line.points]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in places)
    return (
        f'<g class="c{number}{" ours" if line.is_ours else ""}"><polyline points="{points}"/>{dots}'
        f'<text class="label" x="{WIDTH - RIGHT + 12}" y="{label_y + 4:.1f}">{escape(line.name)}</text></g>'
    )


def spread(wanted: Sequence[float]) -> list[float]:
    """The same places, moved apart where labels would touch; upwards from the lowest."""
    places, free = dict.fromkeys(range(len(wanted)), 0.0), float("inf")
    for number in sorted(range(len(wanted)), key=lambda each: -wanted[each]):
        places[number] = min(wanted[number], free)
        free = places[number] - LABEL_GAP
    return [places[number] for number in range(len(wanted))]
