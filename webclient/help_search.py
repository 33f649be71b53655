"""Which sections of the help answer a question: rare words weigh more, and endings and accents are forgiven."""

import re
import unicodedata
from functools import cache
from math import log

from webclient.help_sections import Section, sections

QUERY_LENGTH_MAX = 100
FOUND_MAX = 8
_LEFT_OUT_BELOW = 0.5  # of the best answer's weight
_STEM_LENGTH_MIN = 4
_ENDING_LENGTH = 2  # letters; "żółty" also finds "żółte"
_HEADING_WEIGHT = 2  # a word of the heading, or of a question that leads here, counts so much more


def search(query: str, language: str) -> list[Section]:
    """The best answer first; none where no word of the question stands anywhere."""
    stems = {_stem(word) for word in _words(query[:QUERY_LENGTH_MAX])}
    weighed = [(_weight(stems, index, language), section) for index, section in enumerate(sections(language))]
    best = max((weight for weight, _ in weighed), default=0.0)
    found = [(weight, section) for weight, section in weighed if weight and weight >= best * _LEFT_OUT_BELOW]
    return [section for _, section in sorted(found, key=lambda each: -each[0])][:FOUND_MAX]


def _weight(stems: set[str], index: int, language: str) -> float:
    text, heading = _index(language)[index]
    return sum(
        _rarity(stem, language) * (1 + _HEADING_WEIGHT * _has(heading, stem)) for stem in stems if _has(text, stem)
    )


def _rarity(stem: str, language: str) -> float:
    texts = [text for text, _ in _index(language)]
    return log((len(texts) + 1) / sum(_has(text, stem) for text in texts))


@cache
def _index(language: str) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """The words of each section, and of what stands above it."""
    return tuple(
        (frozenset(_words(f"{above} {section.text}")), frozenset(_words(above)))
        for section in sections(language)
        for above in (f"{section.title} {section.heading} {section.questions}",)
    )


def _has(words: frozenset[str], stem: str) -> bool:
    return any(word.startswith(stem) for word in words)


def _stem(word: str) -> str:
    return word if len(word) <= _STEM_LENGTH_MIN else word[: max(_STEM_LENGTH_MIN, len(word) - _ENDING_LENGTH)]


def _words(text: str) -> list[str]:
    """A single letter says nothing."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    return re.findall(r"\w\w+", "".join(each for each in plain if not unicodedata.combining(each)))
