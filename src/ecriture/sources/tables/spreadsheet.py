"""Reads the sheets of an XLSX file as rows of texts. Only the shared strings are kept; a sheet goes by row by row."""

import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from posixpath import dirname, join, normpath
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from ecriture.core.amounts import number_of_cell
from ecriture.sources.tables.cell_text import DAY, day_text, kind_of_format, text_in
from ecriture.sources.tables.faults import DAMAGED, LARGE, SpreadsheetFault
from ecriture.sources.tables.xml_parts import MOST_BYTES, MOST_XML, Parts, limit

MOST_COLUMNS, MOST_EMPTY_ROWS, MOST_LETTERS, MOST_STRINGS = 1024, 100_000, 256 << 20, 48 << 20
"""Of a sheet: its columns, empty rows and letters; and the bytes of the shared strings: four times that as texts, at most."""

_OF_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, ParseError, EOFError, OSError)
_OF_NONSENSE = (ArithmeticError, LookupError, NameError, RuntimeError, ValueError)  # openpyxl's, of an empty reference


@contextmanager
def _faults() -> Iterator[None]:
    """Whatever goes wrong in a file that is not sound is a SpreadsheetFault."""
    try:
        yield
    except MemoryError as error:
        raise SpreadsheetFault(LARGE) from error
    except (*_OF_DAMAGE, *_OF_NONSENSE) as error:
        raise SpreadsheetFault(DAMAGED) from error


def sheets_of(stream: BinaryIO) -> tuple["Sheet", ...]:
    """The sheets of an XLSX file in their order. Raises SpreadsheetFault if it is damaged, too large or another file."""
    with _faults():
        return tuple(_Book(Parts(stream.read(MOST_BYTES + 1))).sheets())


class Sheet:
    """A sheet by its name. `hidden_rows` counts those that were read although the program hides them, as a filter does."""

    def __init__(self, book: "_Book", name: str, part: str, *, is_hidden: bool) -> None:
        self.name, self.is_hidden, self.hidden_rows = name, is_hidden, 0
        self._book, self._part = book, part

    def rows(self) -> Iterator[list[str]]:
        """The texts of its rows, from row 1 to the last with a text, each up to its last text. Raises SpreadsheetFault."""
        number = above = letters = self.hidden_rows = 0
        with _faults():
            for row in self._book.parts.elements(self._part, ("row", "sheetData"), most=MOST_XML):
                before, number = number, int(row.get("r", number + 1))
                if number <= before or (row.tag == "sheetData" and len(row)):
                    raise ValueError("rows backwards, or cells outside rows")
                if row.tag == "row" and (texts := self._texts(number, row)):
                    letters += sum(map(len, texts))
                    limit(max(number - above - MOST_EMPTY_ROWS, letters - MOST_LETTERS), 0)
                    yield from ([] for _ in range(above + 1, number))
                    yield texts
                    above, self.hidden_rows = number, self.hidden_rows + (row.get("hidden") in ("1", "true"))

    def _texts(self, number: int, row: Element) -> list[str]:
        """The texts of a row. A cell without a reference stands beside the one before."""
        texts: list[str] = []
        column = 0
        for cell in row:
            at, column = coordinate_to_tuple(cell.attrib["r"]) if "r" in cell.attrib else (number, column + 1)
            if at != number:
                raise ValueError("a cell of another row")
            if (text := self._book.text(cell)).strip():
                limit(column, MOST_COLUMNS)
                texts += [""] * (column - len(texts))
                texts[column - 1] = text
        return texts


class _Book:
    """A workbook: what its values mean, by the shared strings and by what each style shows a number as."""

    def __init__(self, parts: Parts) -> None:
        self.parts, self._epoch = parts, WINDOWS_EPOCH
        self._home = next(iter(self._linked("", "/officeDocument").values()), "")
        strings, styles = (self._linked(self._home, kind).values() for kind in ("/sharedStrings", "/styles"))
        of_styles = next((parts.elements(part, ("numFmt", "cellXfs")) for part in styles if part in parts), ())
        of_strings = next((parts.elements(part, ("si",), most=MOST_STRINGS) for part in strings if part in parts), ())
        self._kinds, self._strings = [*_kinds_of(of_styles)], [*map(text_in, of_strings)]

    def _linked(self, home: str, kind: str) -> dict[str, str]:
        """The parts of a kind that a part is linked with, by the name of the link."""
        links = join(dirname(home), "_rels", home.rpartition("/")[2] + ".rels")
        return {
            link.get("Id", ""): normpath(join("/", dirname(home), link.get("Target", ""))).lstrip("/").lower()
            for link in self.parts.elements(links, ("Relationship",))
            if link.get("Type", "").endswith(kind)
        }

    def sheets(self) -> Iterator[Sheet]:
        parts = self._linked(self._home, "/worksheet")
        for it in self.parts.elements(self._home, ("workbookPr", "sheet")):
            values = {key.rpartition("}")[2]: value for key, value in it.items()}
            if values.get("date1904") in ("1", "true"):
                self._epoch = MAC_EPOCH
            if part := parts.pop(values.get("id", ""), ""):
                yield Sheet(self, values.get("name", ""), part, is_hidden=values.get("state", "visible") != "visible")

    def text(self, cell: Element) -> str:
        """The text of a cell, as a CSV file would have it; that of a formula without a result is the formula itself."""
        kind, style, value, formula = cell.get("t", "n"), cell.get("s", "0"), cell.findtext("v", ""), cell.findtext("f")
        if formula is not None and not value and (kind != "str" or cell.find("v") is None):
            return f"={formula}"
        match kind if value else "inlineStr":
            case "n" if style.isdecimal():  # Python would count a place below zero from a list's end
                shown = self._kinds[int(style)] if self._kinds else ""
                return day_text(value, self._epoch) if shown == DAY else number_of_cell(value, shown)
            case "s" if value.isdecimal():
                return self._strings[int(value)]
            case "b":
                return "no" if value in ("0", "false") else "yes"
            case "str" | "e" | "inlineStr" | "d":
                return text_in(cell)
        raise ValueError(kind)


def _kinds_of(styles: Iterable[Element]) -> Iterator[str]:
    known = {str(number): kind_of_format(code) for number, code in BUILTIN_FORMATS.items()}
    for it in styles:
        if it.tag == "numFmt":
            known[it.get("numFmtId", "")] = kind_of_format(it.get("formatCode", ""))
        yield from (known.get(style.get("numFmtId", ""), "") for style in it.iter("xf"))
