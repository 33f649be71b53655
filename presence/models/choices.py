"""Model choices made from the vocabulary, never typed again."""

from enum import StrEnum


def codes(words: type[StrEnum]) -> list[tuple[str, str]]:
    """Django choices whose stored code and label are the word's code; pages translate by `presence.labels`."""
    return [(word.value, word.value) for word in words]
