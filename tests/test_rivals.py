"""What is said of others stands somewhere: no statement without its source, no source without a statement."""

import re

from benchmarks.rivals import RIVALS, SOURCES


def test_every_statement_names_its_source_and_every_source_is_named() -> None:
    statements = [words for theirs in RIVALS.values() for words in theirs.values()]
    assert [words for words in statements if not re.search(r"\[\d+\]$", words)] == []
    named = {int(number) for words in statements for number in re.findall(r"\[(\d+)\]", words)}
    assert named == set(range(1, len(SOURCES) + 1))
