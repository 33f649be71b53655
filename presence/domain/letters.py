"""Names as people look for them and put them in order, whatever a database thinks of letters."""

import unicodedata

# A letter of its own stands behind all words with the letter it is made from: "{" and "|" come after "z".
_POLISH = str.maketrans(
    {"ą": "a{", "ć": "c{", "ę": "e{", "ł": "l{", "ń": "n{", "ó": "o{", "ś": "s{", "ź": "z{", "ż": "z|"}
)
_PLAIN = str.maketrans({"ł": "l", "Ł": "l"})


def plain(text: str) -> str:
    """Lower case without accents: what a search compares."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFD", text.translate(_PLAIN))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()


def in_polish_order(text: str) -> str:
    """A key that sorts as a Polish dictionary does; foreign accents count for nothing."""
    return plain(text.casefold().translate(_POLISH))
