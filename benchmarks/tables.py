"""What was measured, as the tables of the documents."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")
Lines = Sequence[tuple[str, Callable[[T], str]]]


def markdown(rows: Sequence[Sequence[str]], others: str = "---:") -> str:
    """The first row is the head, the first column words; all others are figures, or words where `others` is "---"."""
    head, *rest = rows
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---", *(others for _ in head[1:])], *rest))


def by_column(first: str, columns: Mapping[str, T], lines: Lines[T]) -> str:
    """A column for each that was measured, a line for each of its figures; `first` stands above the lines' words."""
    return markdown([[first, *columns], *([words, *map(cell, columns.values())] for words, cell in lines)])
