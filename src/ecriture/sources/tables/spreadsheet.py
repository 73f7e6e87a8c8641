"""Reads the rows of an XLSX file as texts, with the zip reader and the XML parser of Python's own library.

Only the shared strings are kept. A sheet goes by block by block, twice: first to its end, to know that nothing is wrong
with it, then for its rows. What a file says of its own sizes is never believed.
"""

import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import date
from posixpath import dirname, join, normpath
from typing import BinaryIO
from xml.parsers import expat

from ecriture.sources.tables.cell_text import day_text, kinds_of_styles, number_text, place_of, unescaped
from ecriture.sources.tables.xml_parts import DAMAGED, LARGE, MOST_BYTES, Parts, SpreadsheetFault, limit, refuse

__all__ = ("SpreadsheetFault", "records_of")

MOST_SMALL_PART, MOST_STYLES = 2 << 20, 8 << 20
"""Of a part that says what the others are, and of the styles."""
MOST_CELLS, MOST_LETTERS, MOST_STRINGS = 10_000_000, 256 << 20, 128 << 20
"""The cells and the letters of a sheet, and the memory of the shared strings."""
EMPTY_PLACES, PLACES_PER_CELL = 1_000_000, 6
"""How much of the rectangle around the cells may be empty: it is handed on as empty texts."""

_OF_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, EOFError, OSError)
_OF_NONSENSE = (ArithmeticError, LookupError, RuntimeError, ValueError)


def records_of(stream: BinaryIO) -> Iterator[list[str]]:
    """The rows of the first visible sheet with content, as texts, from row 1 of the sheet and its first column with a text.

    All rows are as wide as the first row with a text; a row with texts beyond that is longer. Raises SpreadsheetFault
    before the first row if the file is damaged, encrypted, too large, or not an XLSX file.
    """
    stream.seek(0)
    data = stream.read(MOST_BYTES + 1)
    try:
        book = _Book(Parts(data))
        firsts = ((sheet, min(map(_first_text, book.rows(sheet)), default=-1)) for sheet in book.sheets)
        return next((_records(book.rows(sheet), first) for sheet, first in firsts if first >= 0), iter(()))
    except MemoryError as error:
        raise SpreadsheetFault(LARGE) from error
    except (*_OF_DAMAGE, *_OF_NONSENSE) as error:
        raise SpreadsheetFault(DAMAGED) from error


def _first_text(row: tuple[int, list[str]]) -> int:
    return row[1].index(next(filter(None, row[1])))


def _records(rows: Iterator[tuple[int, list[str]]], first_column: int) -> Iterator[list[str]]:
    """The rows of a sheet from row 1 to the last with a text."""
    width = above = 0
    for number, texts in rows:
        width = width or len(texts) - first_column
        yield from ([""] * width for _ in range(above + 1, number))
        yield texts[first_column:] + [""] * (width + first_column - len(texts))
        above = number


class _Book:
    """The visible sheets of a workbook, the shared strings, and the kind of number that each style shows."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._first_day = parts, date(1899, 12, 30)
        home = self._first("", "/officeDocument")
        self.sheets = dict.fromkeys(self._sheets(home))
        strings, styles = self._first(home, "/sharedStrings"), self._first(home, "/styles")
        self._kinds = list(kinds_of_styles(parts.elements(styles, MOST_STYLES))) if styles else []
        self._strings = list(self._shared(strings)) if strings else []

    def _linked(self, home: str, kind: str) -> dict[str, str]:
        """The parts of a kind that a part is linked with, by the name of the link."""
        links = join(dirname(home), "_rels", home.rpartition("/")[2] + ".rels")
        return {
            values.get("Id", ""): normpath(join("/", dirname(home), values.get("Target", ""))).lstrip("/").lower()
            for _, values, _ in self._parts.elements(links, MOST_SMALL_PART)
            if values.get("Type", "").endswith(kind)
        }

    def _first(self, home: str, kind: str) -> str:
        """The first of these parts that is there, or nothing."""
        return next((part for part in self._linked(home, kind).values() if part in self._parts), "")

    def _sheets(self, home: str) -> Iterator[str]:
        """The visible sheets."""
        targets = self._linked(home, "/worksheet")
        for name, values, _ in self._parts.elements(home, MOST_SMALL_PART):
            if name == "workbookPr" and values.get("date1904") in ("1", "true"):
                self._first_day = date(1904, 1, 1)
            elif (
                name == "sheet"
                and values.get("state", "visible") == "visible"
                and (part := targets.get(values.get("id", "")))
            ):
                yield part

    def _shared(self, part: str) -> Iterator[str]:
        """The shared strings; a rich one is in pieces."""
        memory = 0
        for text in (texts.get("t", "") for name, _, texts in self._parts.elements(part) if name == "si"):
            memory += sys.getsizeof(text)
            limit(memory, MOST_STRINGS)
            yield unescaped(text)

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """The rows that have a text, up to the last one, and their numbers."""
        number = last_column = letters = 0
        texts: list[str] = []
        for count, (row, column, text) in enumerate(self._cells(sheet), 1):
            letters, last_column = letters + len(text), max(last_column, column)
            limit(row * last_column, EMPTY_PLACES + PLACES_PER_CELL * count)
            limit(max(count - MOST_CELLS, letters - MOST_LETTERS), 0)
            if row != number:
                if texts:
                    yield number, texts
                if row < number:
                    refuse()
                number, texts = row, []
            texts.extend([""] * (column - len(texts)))
            texts[column - 1] = text
        if texts:
            yield number, texts

    def _cells(self, sheet: str) -> Iterator[tuple[int, int, str]]:
        """The texts of a sheet with their rows and columns. A cell without a reference stands beside the one before."""
        row = column = 0
        for name, values, texts in self._parts.elements(sheet):
            if name == "row":
                row, column = int(values.get("r", row + 1)), 0
            elif name == "c":
                row, column = place_of(values["r"]) if "r" in values else (row or 1, column + 1)
                if (text := self._text(values.get("t", "n"), values.get("s", "0"), texts)).strip():
                    yield row, column, text

    def _text(self, kind: str, style: str, texts: Mapping[str, str]) -> str:
        """The text of a cell, as a CSV file would have it; that of a formula without a result is the formula itself."""
        value = texts.get("v")
        if "f" in texts and not value and (value is None or kind != "str"):
            return f"={texts['f']}"
        if value is None or kind in ("str", "e", "inlineStr"):
            return unescaped(texts.get("t", "") if value is None else value)
        return self._of_value(kind, style, value) if value else ""

    def _of_value(self, kind: str, style: str, value: str) -> str:
        match kind:
            case "n":
                place = _place_in_list(style)
                shown = self._kinds[place] if place < len(self._kinds) else ""
                return day_text(value, shown, self._first_day) if shown else number_text(value)
            case "s":
                return self._strings[_place_in_list(value)]
            case "b":
                return "no" if value in ("0", "false") else "yes"
            case "d":
                return value.partition("T")[0]
        raise ValueError(kind)


def _place_in_list(text: str) -> int:
    """A place in a list, which Python would count from its end if it were below zero. Raises ValueError."""
    if not text.strip().isdecimal():
        raise ValueError("not a place in a list")
    return int(text)
