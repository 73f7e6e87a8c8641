"""Texts without capitals and accents, for comparison; and texts that every database and file takes."""

import re
from collections.abc import Sequence
from unicodedata import normalize

# Grave, acute, circumflex, tilde, macron, diaeresis, ring, caron, cedilla and ogonek. One by one they are found at once.
_MARKS = ("\u0300", "\u0301", "\u0302", "\u0303", "\u0304", "\u0308", "\u030a", "\u030c", "\u0327", "\u0328")
_BETWEEN = "\0"
_UNFIT = re.compile("[\x00\ud800-\udfff]")


def fold(text: str) -> str:
    """« À payer » is `a payer`, and « Œuvre » `oeuvre`."""
    if text.isascii():
        return text.lower()
    bare = normalize("NFKD", text.casefold()).replace("œ", "oe").replace("’", "'")
    for mark in _MARKS:
        bare = bare.replace(mark, "")
    return bare


def fold_all(texts: Sequence[str]) -> list[str]:
    """`fold` of each text. Folding all texts at once is much faster than one by one."""
    folded = fold(_BETWEEN.join(texts)).split(_BETWEEN)
    return folded if len(folded) == len(texts) else list(map(fold, texts))  # no text, or one contains the separator


def is_storable(text: str) -> bool:
    """Whether it has neither a NUL nor half of a surrogate pair, as of a byte that the system could not read."""
    return _UNFIT.search(text) is None


def storable(text: str) -> str:
    """The text with `\ufffd` for each character that is not storable."""
    return _UNFIT.sub("\ufffd", text)
