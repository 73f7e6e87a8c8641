"""What the cells of a workbook are as texts: numbers, days, and how places and characters are written."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache, reduce

from ecriture.core.amounts import FIFTEEN, NumberText

_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_WHOLE = re.compile("-?[1-9][0-9]*")


def _number(text: str) -> Decimal | None:
    try:
        return FIFTEEN.create_decimal(text.strip()) if _NUMBER.fullmatch(text.strip()) else None
    except ArithmeticError:
        return None


def number_text(text: str) -> NumberText:
    """The shortest decimal text of a number that is rounded to 15 digits, never with an exponent.

    A whole number keeps all its digits: two documents with long numbers must not become one.
    """
    number = _number(text)
    if number is None or _WHOLE.fullmatch(text):
        return NumberText(text)
    return NumberText(f"{number.normalize(FIFTEEN):f}" if number else "0")


# Of the formats that have no code of their own: days, with their Asian forms, and hours beyond 24.
_DATES = (*range(14, 23), *range(27, 37), 45, 47, *range(50, 59))
_BUILT_IN = {**{str(number): "date" for number in _DATES}, "46": "duration"}

# What a format shows as it stands: quoted, in brackets other than [h], after a sign.
_LITERAL = re.compile(r'"[^"]*"?|\[(?!(?:h+|m+|s+)\])[^\]]*\]?|[\\_*].', re.IGNORECASE | re.DOTALL)
_OF_DAYS = re.compile("[dmhys]", re.IGNORECASE)


def kind_of_format(code: str) -> str:
    """Whether a number format shows a `date`, a `duration`, or neither."""
    shown = _LITERAL.sub("", code).partition(";")[0]
    return "duration" if "[" in shown else "date" if _OF_DAYS.search(shown) else ""


def kinds_of_styles(elements: Iterable[tuple[str, Mapping[str, str], object]]) -> Iterator[str]:
    """Of each style of cells what it shows, from the elements `numFmt`, `cellStyleXfs`, `cellXfs` and `xf`."""
    known, of_cells = dict(_BUILT_IN), False
    for name, values, _ in elements:
        if name == "numFmt":
            known[values.get("numFmtId", "")] = kind_of_format(values.get("formatCode", ""))
        elif name != "xf":
            of_cells = name == "cellXfs"
        elif of_cells:
            yield known.get(values.get("numFmtId", ""), "")


@lru_cache(maxsize=1024)
def day_text(value: str, kind: str, first_day: date) -> str:
    """The day of a moment, since books know days and the hour comes from a till by accident; a time alone stays one."""
    days = _number(value)
    try:
        moment = timedelta(milliseconds=round((days or 0) * 86_400_000))
        if days is None or (days < 0 and kind == "date"):
            return number_text(value)
        if kind == "duration":
            return str(moment)
        return (first_day + moment).isoformat() if days >= 1 else f"{moment!s:0>8}"
    except OverflowError:
        return number_text(value)


# `_x0041_` is an A. What is half a letter, or a sign that no text has, stays as it is written.
_ESCAPED = re.compile("_x(?![Dd][89A-Fa-f]|00[01](?![9ADad]_)|[Ff]{3}[EFef])([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """A text in which characters may be written as their numbers."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


_REFERENCE = re.compile("([A-Za-z]{1,8})([1-9][0-9]{0,9})")


def place_of(reference: str) -> tuple[int, int]:
    """The row and the column of a cell. Raises ValueError for anything but letters and digits."""
    if (found := _REFERENCE.fullmatch(reference)) is None:
        raise ValueError("not a reference")
    return int(found[2]), _column(found[1])


@lru_cache(maxsize=512)
def _column(letters: str) -> int:
    return reduce(lambda column, letter: 26 * column + ord(letter) - 64, letters.upper(), 0)
