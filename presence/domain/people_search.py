"""Who is meant by what somebody types, and who comes first: the number itself, then the beginning of a name."""

from collections.abc import Sequence
from enum import IntEnum

from presence.domain.letters import plain


class Closeness(IntEnum):
    """How well a person answers a search; less is closer."""

    NUMBER = 0
    NUMBER_BEGINS = 1
    NAME_BEGINS = 2  # every word begins a word of the name
    NAME_CONTAINS = 3


def words_of(typed: str) -> list[str]:
    """What is looked for: every word must be found, in any order."""
    return plain(typed).split()


def closeness(words: Sequence[str], number: str, name: str) -> Closeness | None:
    """None: not this one."""
    typed_number = "".join(words)
    if number.startswith(typed_number):
        return Closeness.NUMBER if number == typed_number else Closeness.NUMBER_BEGINS
    text = plain(name)
    if not all(word in text or number.startswith(word) for word in words):
        return None
    begins = text.replace("-", " ").split()
    if all(any(part.startswith(word) for part in (*begins, number)) for word in words):
        return Closeness.NAME_BEGINS
    return Closeness.NAME_CONTAINS
