"""Letters that an encoding lacks, in letters that it has."""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

PLAIN_LETTERS: Mapping[int, str] = MappingProxyType(
    str.maketrans(
        {
            "œ": "oe",
            "Œ": "OE",
            "æ": "ae",
            "Æ": "AE",
            "ø": "o",
            "Ø": "O",
            "ß": "ss",
            "€": "EUR",
            "–": "-",
            "—": "-",
            "…": "...",
        }
        | dict.fromkeys("«»“”’‘", "'")
    )
)
"""By code: what decomposing a letter does not give."""


def in_encoding(text: str, encoding: str) -> str:
    """A text in the letters of an encoding: without its accents where they are lacking, `?` for what has no likeness."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(letter if _is_in(letter, encoding) else _likeness(letter, encoding) for letter in text)
    return text


def _is_in(letter: str, encoding: str) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _likeness(letter: str, encoding: str) -> str:
    """Nothing for a combining mark by itself."""
    found = PLAIN_LETTERS.get(ord(letter)) or unicodedata.normalize("NFKD", letter)
    kept = "".join(one for one in found if not unicodedata.category(one).startswith("M"))
    if not kept and found:
        return ""
    return "".join(one if _is_in(one, encoding) else "?" for one in kept)
