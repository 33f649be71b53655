"""Text in cells of a table that a spreadsheet will open: written so that it runs nothing, read back as it was.

A spreadsheet takes a cell that begins with one of `STARTERS` for a formula, and E.164 numbers begin with one of them.
An apostrophe before it says "text"; what begins with an apostrophe itself gets a second one.
"""

STARTERS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # the last four: full-width forms that some accept too
_APOSTROPHE = "'"


def guarded(text: str) -> str:
    """`text` that no spreadsheet takes for a formula."""
    return _APOSTROPHE + text if _needs_guard(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given; any other text stays as it is."""
    rest = text.removeprefix(_APOSTROPHE)
    return rest if rest != text and _needs_guard(rest) else text


def _needs_guard(text: str) -> bool:
    return text[:1] == _APOSTROPHE or text.lstrip()[:1] in STARTERS or text[:1] in STARTERS
