"""Reads the rows of an XLSX file as texts, with the zip reader and the XML parser of Python's own library.

Only the shared strings are kept. A sheet goes by block by block, twice: first to its end, to know that nothing is wrong
with it, then for its rows. What a file says of its own sizes is never believed.
"""

import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from posixpath import dirname, join, normpath
from typing import BinaryIO
from xml.parsers import expat

from ecriture.sources.tables.cell_text import STYLES, CellTexts, kinds_of_styles, place_of, unescaped

MOST_BYTES, MOST_PARTS = 64 << 20, 4096
"""The largest file: 100,000 documents of four rows and thirteen columns are 25 MB."""

MOST_XML, XML_AT_LEAST, XML_PER_BYTE = 400 << 20, 16 << 20, 50
"""What all parts may inflate to: 50 times the file, at least 16 MiB. Sheets inflate 5 to 20 times, a zip bomb 1000."""

MOST_SMALL_PART, MOST_STYLES, MOST_ELEMENTS = 2 << 20, 8 << 20, 100_000
"""Of a part that says what the others are, and of the styles. Excel has at most 65,490."""

MOST_CELLS, MOST_LETTERS, MOST_STRINGS = 10_000_000, 256 << 20, 128 << 20
"""The cells and the letters of a sheet, and the memory of the shared strings."""

EMPTY_PLACES, PLACES_PER_CELL = 1_000_000, 6
"""How much of the rectangle around the cells may be empty: it is handed on as empty texts."""

MOST_TEXT, MOST_TAG, MOST_DEPTH, BLOCK = 1 << 18, 1 << 20, 256, 1 << 18
DAMAGED, LARGE = "spreadsheet-damaged", "spreadsheet-large"

_Event = tuple[str, Mapping[str, str], str]
"""The start of an element, with its attributes, or its end (`/c`), with the text since the last tag."""

_STARTS = frozenset(("row", "c", "Relationship", "sheet", "workbookPr", "numFmt", "cellStyleXfs", "cellXfs", "xf"))
_ENDS = {name: f"/{name}" for name in ("c", "v", "f", "t", "si")}


class SpreadsheetFault(Exception):
    """The reason why a spreadsheet cannot be read: `spreadsheet-damaged` or `spreadsheet-large`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def records_of(stream: BinaryIO) -> Iterator[list[str]]:
    """The rows of the first visible sheet with content, as texts, from row 1 of the sheet and its first column with a text.

    All rows are as wide as the first row with a text; a row with texts beyond that is longer. Raises SpreadsheetFault
    before the first row if the file is damaged, encrypted, too large, or not an XLSX file.
    """
    stream.seek(0)
    data = stream.read(MOST_BYTES + 1)
    # Python keeps half a kilobyte of every entry in the directory, and reads them all before one can say how many.
    if len(data) > MOST_BYTES or data.count(b"PK\x01\x02") > MOST_PARTS:
        raise SpreadsheetFault(LARGE)
    try:
        book = _Book(_Archive(data))
        found = ((sheet, book.first_column(sheet)) for sheet in book.sheets)
        return next((book.records(sheet, first) for sheet, first in found if first >= 0), iter(()))
    except MemoryError as error:
        raise SpreadsheetFault(LARGE) from error
    except (zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, EOFError, OSError) as error:
        raise SpreadsheetFault(DAMAGED) from error
    except (ArithmeticError, LookupError, RuntimeError, ValueError) as error:
        raise SpreadsheetFault(DAMAGED) from error


def _limit(size: int, most: int) -> None:
    if size > most:
        raise SpreadsheetFault(LARGE)


class _Archive:
    """The parts of a zip file. Some programs write backslashes, or a part's name in other cases of letters."""

    def __init__(self, data: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self._parts = {part.filename.replace("\\", "/").lower(): part for part in self._zip.infolist()}
        self._most = min(MOST_XML, max(XML_AT_LEAST, XML_PER_BYTE * len(data)))
        self._sizes: dict[str, int] = {}

    def _blocks(self, name: str, most: int) -> Iterator[bytes]:
        """A part, up to where its data end, whatever the directory says. Its checksum is verified."""
        part = self._parts[name.lower()]
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise SpreadsheetFault(DAMAGED)
        part.file_size, self._sizes[name] = MOST_XML + BLOCK, 0
        with self._zip.open(part) as inflated:
            while block := inflated.read(BLOCK):
                self._sizes[name] += len(block)
                _limit(self._sizes[name], most)
                _limit(sum(self._sizes.values()), self._most)
                yield block

    def events(self, part: str, most: int = MOST_XML) -> Iterator[_Event]:
        """What is told of an XML part, by names without prefixes. No entities, no UTF-16, nothing long or deep."""
        told: list[_Event] = []
        path: list[str] = []
        texts: list[str] = []

        def start(name: str, values: Mapping[str, str]) -> None:
            path.append(name.rpartition(":")[2])
            _limit(len(path), MOST_DEPTH)
            texts.clear()
            if path[-1] in _STARTS:
                told.append((path[-1], values, ""))

        def end(_: str) -> None:
            name = _ENDS.get(path.pop())
            if name and "rPh" not in path:  # which says how a Japanese text is pronounced
                told.append((name, {}, "".join(texts)))
            texts.clear()

        parser, fed = expat.ParserCreate("UTF-8"), 0
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = texts.append, _refuse
        for block in self._blocks(part, most):
            if b"\0" in block:
                _refuse()
            parser.Parse(block)
            fed += len(block)
            _limit(sum(map(len, texts)), MOST_TEXT)
            _limit(fed - parser.CurrentByteIndex, MOST_TAG)
            yield from told
            told.clear()
        parser.Parse(b"", True)  # noqa: FBT003 - expat's own call takes it by place
        yield from told

    def elements(self, part: str, *names: str, most: int = MOST_SMALL_PART) -> Iterator[tuple[str, dict[str, str]]]:
        """The elements of a small part that have one of the names, with their attributes without prefixes."""
        for count, (name, values, _) in enumerate(event for event in self.events(part, most) if event[0] in names):
            _limit(count, MOST_ELEMENTS)
            yield name, {key.rpartition(":")[2]: value for key, value in values.items()}

    def linked(self, home: str, kind: str) -> dict[str, str]:
        """The parts of a kind that a part is linked with, by the name of the link."""
        links = join(dirname(home), "_rels", home.rpartition("/")[2] + ".rels")
        return {
            link.get("Id", ""): normpath(join("/", dirname(home), link.get("Target", ""))).lstrip("/").lower()
            for _, link in self.elements(links, "Relationship")
            if link.get("Type", "").endswith(kind)
        }

    def first(self, home: str, kind: str) -> str:
        """The first of these parts that is there, or nothing."""
        return next((name for name in self.linked(home, kind).values() if name in self._parts), "")


def _refuse(*_: object) -> None:
    raise SpreadsheetFault(DAMAGED)


class _Book:
    """The visible sheets of a workbook, the shared strings, and the kind of number that each style shows."""

    def __init__(self, archive: _Archive) -> None:
        self._archive, self._first_day = archive, date(1899, 12, 30)
        home = archive.first(home="", kind="/officeDocument")
        self.sheets = dict.fromkeys(self._sheets(home))
        strings, styles = (archive.first(home, kind) for kind in ("/sharedStrings", "/styles"))
        kinds = kinds_of_styles(archive.elements(styles, *STYLES, most=MOST_STYLES) if styles else ())
        texts = _strings(archive.events(strings) if strings else ())
        self._cells = CellTexts(list(texts), list(kinds), self._first_day)

    def _sheets(self, home: str) -> Iterator[str]:
        targets = self._archive.linked(home, "/worksheet")
        for _, values in self._archive.elements(home, "sheet", "workbookPr"):
            if values.get("date1904") in ("1", "true"):
                self._first_day = date(1904, 1, 1)
            elif values.get("state", "visible") == "visible" and (target := targets.get(values.get("id", ""))):
                yield target

    def first_column(self, sheet: str) -> int:
        """The place of the first column with a text, -1 when there is none. All of the sheet is read."""
        return min((texts.index(next(filter(None, texts))) for _, texts in self._rows(sheet)), default=-1)

    def records(self, sheet: str, first_column: int) -> Iterator[list[str]]:
        """The rows of a sheet from row 1 to the last with a text."""
        width = above = 0
        for number, texts in self._rows(sheet):
            width = width or len(texts) - first_column
            yield from ([""] * width for _ in range(above + 1, number))
            yield texts[first_column:] + [""] * (width + first_column - len(texts))
            above = number

    def _rows(self, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """The rows that have a text, up to the last one, and their numbers."""
        number = last_column = letters = 0
        texts: list[str] = []
        for count, (row, column, text) in enumerate(self._texts(sheet), 1):
            letters, last_column = letters + len(text), max(last_column, column)
            _limit(row * last_column, EMPTY_PLACES + PLACES_PER_CELL * count)
            _limit(count, MOST_CELLS)
            _limit(letters, MOST_LETTERS)
            if row != number:
                if texts:
                    yield number, texts
                if row < number:
                    raise SpreadsheetFault(DAMAGED)
                number, texts = row, []
            texts.extend([""] * (column - len(texts)))
            texts[column - 1] = text
        if texts:
            yield number, texts

    def _texts(self, sheet: str) -> Iterator[tuple[int, int, str]]:
        """The texts of a sheet with their rows and columns. A cell without a reference stands beside the one before."""
        row = column = 0
        cell: Mapping[str, str] = {}
        value, formula, string = None, None, ""
        for name, values, text in self._archive.events(sheet):
            if name == "c":
                cell, value, formula, string = values, None, None, ""
                row, column = place_of(cell["r"]) if "r" in cell else (row or 1, column + 1)
            elif name == "row":
                row, column = int(values.get("r", row + 1)), 0
            elif name == "/v":
                value = text
            elif name == "/f":
                formula = text
            elif name == "/t":
                string += text  # a rich text is in pieces
                _limit(len(string), MOST_TEXT)
            elif name == "/c" and (shown := self._cells.text(cell, value, formula, string)).strip():
                yield row, column, shown


def _strings(events: Iterable[_Event]) -> Iterator[str]:
    """The shared strings; a rich one is in pieces."""
    text, memory = "", 0
    for name, _, piece in events:
        if name == "/t":
            text += piece
            _limit(len(text), MOST_TEXT)
        elif name == "/si":
            memory += sys.getsizeof(text)
            _limit(memory, MOST_STRINGS)
            yield unescaped(text)
            text = ""
