"""Reads the rows of an XLSX file as texts with calamine, after checking that the file is safe to read.

calamine is fast but trusts the file: two cells far apart make it allocate the whole rectangle between them, a number in
the shared strings decides how many it reserves, a text used a million times is copied a million times, and running out
of memory ends the process. So the parts are first inflated block by block (`_Archive`), scanned (`_Xml`, `_Strings`,
`_Sheet`), and then copied, still compressed, into a new archive (`_packed`) with one sheet and nothing else. The scans
never underestimate what calamine would need; they may overestimate it for unusual files.
"""

import codecs
import io
import re
import struct
import zipfile
import zlib
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, islice
from posixpath import dirname, join, normpath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, TypeVar
from xml.parsers import expat

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

Result = TypeVar("Result")

MOST_BYTES = 64 << 20
"""The largest file: 100,000 documents of four rows and thirteen columns are 25 MB."""

MOST_XML = 400 << 20
XML_AT_LEAST, XML_PER_BYTE = 16 << 20, 50
"""The maximum total uncompressed size: 400 MiB, or less for a small file (50 times its size, at least 16 MiB).

Normal sheets inflate 5 to 20 times, a zip bomb 1000 times.
"""

MOST_MEMORY = 768 << 20
BYTES_OF_CELL, BYTES_OF_PLACE, BYTES_OF_STRING = 40, 32, 24
"""What calamine needs of memory: for a cell that has a value, a place of the rectangle around them all, a string."""

EMPTY_PLACES, PLACES_PER_CELL = 1_000_000, 6
"""How much of a sheet may be empty: a small file gets little memory, whatever it says about its size."""

TEXT_AT_LEAST, TEXT_PER_BYTE = 32 << 20, 4
"""How far shared strings may grow by being used again, by the size of the sheet that uses them."""

MOST_STRINGS = 4_000_000
MOST_PARTS = 4096
MOST_SHEETS = 8
"""How many sheets with only empty cells are skipped before the one with content."""

MOST_DEPTH = 256
MOST_TOKEN = 1 << 20
"""The maximum length of a tag, a text between tags, a comment or a shared string. Excel's limit is 32,767 letters."""

MOST_ODD_TAGS = 1_000_000
"""The maximum number of tags in pieces whose tags must be read one by one, see `_Xml`."""

MOST_SMALL_PART = 2 << 20
MOST_STYLES, MOST_STYLE = 8 << 20, 2048
BLOCK = 1 << 18
SLICE = 1 << 14

DAMAGED, LARGE = "spreadsheet-damaged", "spreadsheet-large"


class SpreadsheetFault(Exception):
    """The reason why a spreadsheet cannot be read: `spreadsheet-damaged` or `spreadsheet-large`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def records_of(stream: BinaryIO) -> Iterator[list[str]]:
    """The rows of the first visible sheet with content, as texts, from row 1 of the sheet.

    All rows are as wide as the first row with a text; a row with texts beyond that is longer. Raises SpreadsheetFault
    before the first row if the file is damaged, encrypted, too large, or not an XLSX file.
    """
    stream.seek(0)
    archive = _Archive(stream.read(MOST_BYTES + 1))
    book = _Book(archive)
    strings = _Strings()
    strings.scan(archive.pieces(book.strings, b"<si"))
    _check_styles(archive.pieces(book.styles, b"<xf"))
    scans = ((name, _scanned(archive, name, strings)) for name in book.sheets)
    opened = (_opened(archive, book, name, mend=scan.mend) for name, scan in scans if scan.cells)
    sheet = next((sheet for sheet in islice(opened, MOST_SHEETS) if sheet.start is not None), None)
    return _records(_rows(sheet)) if sheet else iter(())


# The archive


class _Part(NamedTuple):
    """A member of the archive, still compressed, with the checksum of its content."""

    raw: memoryview
    deflated: bool
    crc: int


NO_PART = _Part(memoryview(b""), deflated=False, crc=0)


class _Archive:
    """The parts of a zip file by case-insensitive name, with a limit on their total uncompressed size."""

    def __init__(self, data: bytes) -> None:
        # Python keeps half a kilobyte of every entry in the directory, and reads them all before one can say how many.
        if len(data) > MOST_BYTES or data.count(b"PK\x01\x02") > MOST_PARTS:
            raise SpreadsheetFault(LARGE)
        self._data = data
        self._entries = _entries(data)
        self._left = min(MOST_XML, max(XML_AT_LEAST, XML_PER_BYTE * len(data)))
        self._inflated: dict[str, tuple[int, int]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def part(self, name: str) -> _Part:
        """A part; empty if the archive does not have it."""
        if (entry := self._entries.get(name)) is None:
            return NO_PART
        if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise SpreadsheetFault(DAMAGED)
        head = self._data[entry.header_offset : entry.header_offset + 30] if entry.header_offset >= 0 else b""
        if len(head) < 30 or not head.startswith(b"PK\x03\x04"):
            raise SpreadsheetFault(DAMAGED)
        start = entry.header_offset + 30 + sum(struct.unpack("<HH", head[26:]))
        raw = memoryview(self._data)[start : start + entry.compress_size]
        return _Part(raw, entry.compress_type == zipfile.ZIP_DEFLATED, entry.CRC)

    def inflated(self, name: str) -> tuple[int, int]:
        """Of a part that was read to its end: its size, and its checksum when `_NOTHING_MERGED` stands before it."""
        return self._inflated.get(name, (0, 0))

    def blocks(self, name: str) -> Iterator[bytes]:
        """Inflates a part block by block, and checks its end and its checksum."""
        part, size, crc, other = self.part(name), 0, 0, zlib.crc32(_NOTHING_MERGED)
        left = self._left + self.inflated(name)[0]
        for block in _inflated(part):
            size, crc, other = size + len(block), zlib.crc32(block, crc), zlib.crc32(block, other)
            if size > left:
                raise SpreadsheetFault(LARGE)
            yield block
        if crc != part.crc:
            raise SpreadsheetFault(DAMAGED)
        self._left, self._inflated[name] = left - size, (size, other)

    def pieces(self, name: str, mark: bytes) -> Iterator[bytes]:
        """A part as XML text, see `_pieces`."""
        return _pieces(self.blocks(name), mark)

    def small(self, name: str) -> bytes:
        """The whole content of a small part."""
        text = bytearray()
        for block in self.blocks(name):
            text += block
            if len(text) > MOST_SMALL_PART:
                raise SpreadsheetFault(LARGE)
        return bytes(text)


def _entries(data: bytes) -> Mapping[str, zipfile.ZipInfo]:
    """The directory. Some programs write backslashes, some other cases of letters; calamine takes them, so do we."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {entry.filename.replace("\\", "/").lower(): entry for entry in archive.infolist()}
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        OSError,
        ValueError,
        EOFError,
        OverflowError,
        struct.error,
    ) as error:
        raise SpreadsheetFault(DAMAGED) from error


def _inflated(part: _Part) -> Iterator[bytes]:
    """What a part holds. Python's own zip reader stops where the directory says, a lie; this one goes to the end."""
    if not part.deflated:
        yield from (bytes(part.raw[at : at + BLOCK]) for at in range(0, len(part.raw), BLOCK))
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for at in range(0, len(part.raw), SLICE):
            rest: bytes | memoryview = part.raw[at : at + SLICE]
            while rest:
                yield inflater.decompress(rest, BLOCK)
                rest = inflater.unconsumed_tail
        yield inflater.flush()
    except zlib.error as error:
        raise SpreadsheetFault(DAMAGED) from error
    if not inflater.eof or inflater.unused_data:
        raise SpreadsheetFault(DAMAGED)


# The workbook: which parts are what


class _Book:
    """Finds the parts of the visible sheets, the shared strings and the styles."""

    def __init__(self, archive: _Archive) -> None:
        self._archive = archive
        home = next(iter(self._targets("", "_rels/.rels", "/officeDocument").values()), "")
        if home not in archive:
            raise SpreadsheetFault(DAMAGED)
        links = join(dirname(home), "_rels", home.rpartition("/")[2] + ".rels")
        self.strings = next(iter(self._targets(home, links, "/sharedStrings").values()), "")
        self.styles = next(iter(self._targets(home, links, "/styles").values()), "")
        self.since_1904 = False
        self.sheets = self._sheets(home, self._targets(home, links, "/worksheet"))

    def _targets(self, home: str, links: str, kind: str) -> dict[str, str]:
        """The parts of a kind that a part is linked with, by the name of the link."""
        found = _elements(self._archive.small(links), "Relationship")
        return {
            link.get("Id", ""): normpath(join("/", dirname(home), link.get("Target", ""))).lstrip("/").lower()
            for _, link in found
            if link.get("Type", "").endswith(kind)
        }

    def _sheets(self, home: str, targets: Mapping[str, str]) -> list[str]:
        sheets: dict[str, None] = {}
        for name, values in _elements(self._archive.small(home), "sheet", "workbookPr"):
            if name == "workbookPr":
                self.since_1904 = values.get("date1904") in ("1", "true")
            elif values.get("state", "visible") == "visible" and (target := targets.get(values.get("id", ""))):
                sheets[target] = None
        if not all(target in self._archive for target in sheets):
            raise SpreadsheetFault(DAMAGED)
        return list(sheets)


def _elements(text: bytes, *names: str) -> list[tuple[str, dict[str, str]]]:
    """The elements with the given names, with their attributes, both without prefixes."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, values: dict[str, str]) -> None:
        if (local := name.rpartition(":")[2]) in names:
            found.append((local, {key.rpartition(":")[2]: value for key, value in values.items()}))

    if not text or b"\0" in text or b"<!DOCTYPE" in text:
        raise SpreadsheetFault(DAMAGED)
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.Parse(text, True)  # noqa: FBT003 - expat's own call takes it by place
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise SpreadsheetFault(DAMAGED) from error
    return found


# Looking through XML at the speed of the bytes


def _pieces(blocks: Iterable[bytes], mark: bytes) -> Iterator[bytes]:
    """A text in pieces that begin with a tag, where possible with `mark`; no tag or comment is cut in two."""
    rest = b""
    for block in blocks:
        text = rest + block
        cut = text.rfind(mark, max(0, len(text) - SLICE))
        cut = _outside_specials(text, cut if cut > 0 else max(0, text.rfind(b"<")))
        if len(text) - cut > MOST_TOKEN:
            raise SpreadsheetFault(LARGE)
        if cut:
            yield text[:cut]
        rest = text[cut:]
    yield rest


def _outside_specials(text: bytes, cut: int) -> int:
    """The position of a cut, moved to the start of a comment or CDATA section that it would split."""
    at = 0 if b"!" in text else -1
    while at >= 0 and 0 <= (at := text.find(b"<!", at)) < cut:
        end = _end_of_special(text, at)
        if not 0 < end <= cut:
            return at
        at = end
    return cut


def _end_of_special(text: bytes, at: int) -> int:
    """The end of a comment, CDATA section or instruction; -1 beyond the text. XLSX has no other `<!`."""
    for start, end in ((b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>")):
        if text.startswith(start, at):
            place = text.find(end, at + len(start))
            return place + len(end) if place >= 0 else -1
        if start.startswith(text[at : at + len(start)]):
            return -1
    raise SpreadsheetFault(DAMAGED)


_NOT_MARKS = bytes(set(range(256)) - set(b"<>\"'"))
_SLASH_TWICE = re.compile(rb"</[^<>]*/>")
_TAG = re.compile(rb"</[^<>\"']*+>|<(?![/!?])(?:[^<>\"'/]++|/(?!>)|\"[^\"]*+\"|'[^']*+')*+(/?)>")


def _is_plain(piece: bytes) -> bool:
    """Whether every `<` and `>` starts or ends a tag, all quotes are closed within tags, and there are no special sections.

    Such a tag reduces to `<>` once pairs of quotes are removed, and counting strings is counting tags.
    """
    if (b"!" in piece and b"<!" in piece) or (b"?" in piece and b"<?" in piece):
        return False
    marks = piece.translate(None, _NOT_MARKS).replace(b'""', b"").replace(b"''", b"")
    if b'<"' in marks or b"<'" in marks:
        return False
    angles = marks.translate(None, b"\"'")
    return angles == b"<>" * (len(angles) // 2)


class _Xml:
    """Looks through the pieces of a part: no entities, no UTF-16, no end of depth. `plain` says it of the last piece."""

    def __init__(self) -> None:
        self.depth = 0
        self.plain = True
        self.size = 0
        self._odd_tags = 0

    def look(self, piece: bytes) -> bytes:
        """Gives the piece back, without the declaration at the start of the file."""
        if b"\0" in piece:
            raise SpreadsheetFault(DAMAGED)
        if not self.size and piece.removeprefix(codecs.BOM_UTF8).startswith(b"<?xml"):
            piece = piece.partition(b"?>")[2]
        self.size += len(piece)
        self.plain = _is_plain(piece)
        self.depth += self._plain_depth(piece) if self.plain else self._odd_depth(piece)
        if self.depth > MOST_DEPTH:
            raise SpreadsheetFault(LARGE)
        return piece

    def _plain_depth(self, piece: bytes) -> int:
        alone = piece.count(b"/>")
        if alone and _SLASH_TWICE.search(piece):
            raise SpreadsheetFault(DAMAGED)
        return piece.count(b"<") - 2 * piece.count(b"</") - alone

    def _odd_depth(self, piece: bytes) -> int:
        """Tag by tag, for a piece with comments or with signs that need not be escaped and mostly are."""
        depth = at = 0
        while (at := piece.find(b"<", at)) >= 0:
            self._odd_tags += 1
            if self._odd_tags > MOST_ODD_TAGS:
                raise SpreadsheetFault(LARGE)
            if tag := _TAG.match(piece, at):
                depth += -1 if piece[at + 1] == ord("/") else not tag[1]
                at = tag.end()
            elif (at := _end_of_special(piece, at)) < 0:
                raise SpreadsheetFault(DAMAGED)
        return depth


def _check_styles(pieces: Iterator[bytes]) -> None:
    """Calamine reads the number format of a style anew for every style that uses it, so neither may be large."""
    xml = _Xml()
    for piece in map(xml.look, pieces):
        if xml.size > MOST_STYLES or max(map(len, piece.split(b"<"))) > MOST_STYLE:
            raise SpreadsheetFault(LARGE)


_STRING = re.compile(rb"<si(?=[\s/>])")
_COUNT = re.compile(rb"uniqueCount\s*=\s*[\"']([^\"']*)")


class _Strings:
    """How long each shared string is, in bytes of XML; `sure` while the places are certain to be calamine's."""

    def __init__(self) -> None:
        self.lengths = array("I")
        self.longest = 0
        self.sure = True
        self.size = 0

    def scan(self, pieces: Iterator[bytes]) -> None:
        xml = _Xml()
        for piece in map(xml.look, pieces):
            self._check_count(piece)
            self.sure &= xml.plain and not (b":" in piece and b":si" in piece)
            self._add(*_STRING.split(piece))
        self.size = xml.size

    @property
    def memory(self) -> int:
        return self.size + BYTES_OF_STRING * len(self.lengths)

    def _add(self, before: bytes, *strings: bytes) -> None:
        """Notes the strings of a piece. What stands before the first is the rest of the last one before, or the head."""
        if self.lengths:
            self.lengths[-1] += len(before)
            self.longest = max(self.longest, self.lengths[-1])
        self.sure &= not before if self.lengths else not strings or b"<sst" in before
        self.sure &= all(string.count(b"</si>") == 1 or string.startswith(b"/>") for string in strings)
        self.lengths.extend(map(len, strings))
        self.longest = max(self.longest, max(map(len, strings), default=0))
        if self.longest > MOST_TOKEN or len(self.lengths) > MOST_STRINGS:
            raise SpreadsheetFault(LARGE)

    @staticmethod
    def _check_count(piece: bytes) -> None:
        """Calamine reserves memory for as many strings as a number in the file says."""
        for count in _COUNT.findall(piece):
            if not count.isdigit() or len(count) > 9 or int(count) > MOST_STRINGS:
                raise SpreadsheetFault(LARGE)


_DIGITS, _LETTERS = b"0123456789", bytes(range(65, 91)) + bytes(range(97, 123))
# A cell as most programs write it: its reference first, then attributes that do not affect its position.
_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"(?: (?:s|t|cm|vm|ph)="[^"<>]*+")*+>')
_EMPTY_CELL = re.compile(rb'<c r="[A-Z]+[0-9]+"(?: (?:s|t|cm|vm|ph)="[^"<>]*+")*+ ?/>')
# Whatever calamine may take for a reference, unless the tag is certainly that of an empty cell.
_ANY_REFERENCE = re.compile(rb"r\s*=\s*[\"']([A-Za-z]+[0-9]+)(?![0-9]|[\"'](?:[^<>\"']|\"[^<>\"]*+\")*+/>)")
_REFERENCE = re.compile(rb"r\s*=\s*[\"']([A-Za-z]+[0-9]+)")
_ANY_ROW = re.compile(rb"r\s*=\s*[\"'][A-Za-z]*([0-9]+)")
_ANY_CELL = re.compile(rb"<(?:[^\s<>/]*:)?c(?=[\s/>])")
_PLACELESS = re.compile(rb"<(?:[^\s<>/]*:)?c(?=[\s/>])(?! r=\"[A-Z])")
_EMPTY_ROW = re.compile(rb"<(?:[^\s<>/]*:)?row(?:\s[^<>]*)?/>")
_ROW_END = re.compile(rb"</(?:[^\s<>/]*:)?row\s*>")
_SHARED = re.compile(rb"t\s*=\s*[\"']s[\"']")
_PLAIN_SHARED = re.compile(rb't="s"><v>([0-9]+)</v></c>')


class _Sheet:
    """The size of calamine's rectangle for a sheet, and the length of all shared strings used in it.

    `placeless` tells that some cells have no reference; their possible positions are computed only with `places`.
    """

    def __init__(self, strings: _Strings, *, places: bool = False) -> None:
        self.cells = self.letters = self.last_row = self.last_column = 0
        self.placeless = self.mend = False
        self._xml, self._strings, self._places = _Xml(), strings, places
        self._row = self._in_row = self._widest = 0
        self._rows = int(places)

    def scan(self, pieces: Iterator[bytes]) -> None:
        for piece in map(self._xml.look, pieces):
            self._add_cells(piece)
            if self._places:
                self._add_places(piece)
            self._add_letters(piece)
            self.mend = self.mend or _mended(piece) != piece
            self._check_memory()
        if self.area > EMPTY_PLACES + PLACES_PER_CELL * self.cells:
            raise SpreadsheetFault(LARGE)

    @property
    def area(self) -> int:
        """A cell without a reference stands beside the one before, a row without a number below the one before."""
        return (max(self._row, self.last_row) + self._rows) * (self.last_column + self._widest)

    def _check_memory(self) -> None:
        memory = BYTES_OF_CELL * self.cells + BYTES_OF_PLACE * self.area + self.letters + self._strings.memory
        if memory > MOST_MEMORY or self.letters > max(TEXT_AT_LEAST, TEXT_PER_BYTE * self._xml.size):
            raise SpreadsheetFault(LARGE)

    def _add_cells(self, piece: bytes) -> None:
        references = _CELL.findall(piece)
        empty = len(_EMPTY_CELL.findall(piece)) if b"/>" in piece else 0
        if piece.count(b"<c") != len(references) + empty or (b":" in piece and b":c" in piece):
            references = _ANY_REFERENCE.findall(piece)
            self.placeless = self.placeless or _PLACELESS.search(piece) is not None
            self.cells += len(_ANY_CELL.findall(piece)) - empty
        else:
            self.cells += len(references)
        self._add_references(references)

    def _add_references(self, references: Sequence[bytes]) -> None:
        joined = b" ".join(references)
        self.last_row = max(self.last_row, *map(_number, {b"0", *joined.translate(None, _LETTERS).split()}))
        self.last_column = max(self.last_column, *map(_column, {b"", *joined.translate(None, _DIGITS).split()}))

    def _add_places(self, piece: bytes) -> None:
        """Where cells without a reference could stand: after empty ones too. Only plain pieces say when a row ends."""
        self._add_references(_REFERENCE.findall(piece))
        rows = _ROW_END.split(piece) if self._xml.plain else [piece]
        counts = [len(_ANY_CELL.findall(row)) for row in rows]
        counts[0] += self._in_row
        self._in_row, self._widest = counts[-1], max(self._widest, *counts)
        self._rows += len(rows) - 1 + len(_EMPTY_ROW.findall(piece)) if self._xml.plain else piece.count(b"row")
        self._row = max(self._row, *map(_number, {b"0", *_ANY_ROW.findall(piece)}))

    def _add_letters(self, piece: bytes) -> None:
        """A number that is none is calamine's string 0, so whatever is not read here for certain is the longest."""
        shared = len(_SHARED.findall(piece)) if b'"s"' in piece or b"'s'" in piece else 0
        places = _PLAIN_SHARED.findall(piece) if self._strings.sure and shared else ()
        try:
            self.letters += sum(map(self._strings.lengths.__getitem__, map(_number, places)))
        except IndexError as error:
            raise SpreadsheetFault(DAMAGED) from error
        self.letters += self._strings.longest * (shared - len(places))


def _number(digits: bytes) -> int:
    """A number, capped: one of more than nine digits is too large for any use."""
    return int(digits) if len(digits) <= 9 else 10**9


def _column(letters: bytes) -> int:
    """Column A is 1."""
    column = 0
    for letter in letters.upper()[:8]:
        column = 26 * column + letter - 64
    return column


def _scanned(archive: _Archive, name: str, strings: _Strings) -> _Sheet:
    """The bounds of a sheet. Raises SpreadsheetFault if calamine must not read it."""
    sheet = _Sheet(strings)
    sheet.scan(archive.pieces(name, b"<c "))
    if sheet.placeless:
        sheet = _Sheet(strings, places=True)
        sheet.scan(archive.pieces(name, b"<c "))
    return sheet


# Handing on to calamine

# python-calamine gives an error (#N/A) and a formula without a result as an empty cell, and an amount that is missing
# in silence is worse than one that cannot be read. So the first becomes a text, and the second the formula's own.
_ERROR_CELL = re.compile(rb'(<c(?: (?:r|s|cm|vm|ph)="[^"<>]*+")*+ t=")e(")')
_FORMULA = re.compile(
    rb'<c((?: (?:r|s|cm|vm|ph)="[^"<>]*+")*+)><f(?: [^<>]*+)?>([^<]*+)</f>(?:<v ?/>|<v></v>)?(?=</c>)'
)

# Found before any other, this ends calamine's second walk through the sheet, for merged cells, where it begins.
_NOTHING_MERGED = b"<mergeCells></mergeCells>"
_STORED_BLOCK = b"\0" + struct.pack("<HH", len(_NOTHING_MERGED), 0xFFFF - len(_NOTHING_MERGED)) + _NOTHING_MERGED

_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


class _Member(NamedTuple):
    """A part as it is written: its bytes in the archive, and the size and checksum of what they inflate to."""

    chunks: tuple[bytes | memoryview, ...]
    deflated: bool
    size: int
    crc: int


def _mended(piece: bytes) -> bytes:
    if b't="e"' in piece:
        piece = _ERROR_CELL.sub(rb"\1str\2", piece)
    return _FORMULA.sub(rb'<c\1 t="str"><v>=\2</v>', piece) if b"</f>" in piece else piece


def _sheet_member(archive: _Archive, name: str, *, mend: bool) -> _Member:
    """A sheet as it is in the file, or mended. A stored block before a deflated stream makes one stream of both."""
    if mend:
        return _deflated(chain((_NOTHING_MERGED,), map(_mended, archive.pieces(name, b"<c "))))
    part, (size, crc) = archive.part(name), archive.inflated(name)
    start = _STORED_BLOCK if part.deflated else _NOTHING_MERGED
    return _Member((start, part.raw), part.deflated, size + len(_NOTHING_MERGED), crc)


def _deflated(pieces: Iterable[bytes]) -> _Member:
    deflater, chunks, size, crc = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS), [], 0, 0
    for piece in pieces:
        chunks.append(deflater.compress(piece))
        size, crc = size + len(piece), zlib.crc32(piece, crc)
    return _Member((*chunks, deflater.flush()), deflated=True, size=size, crc=crc)


def _stored(text: str) -> _Member:
    data = text.encode()
    return _Member((data,), deflated=False, size=len(data), crc=zlib.crc32(data))


def _links(target: str, kind: str) -> _Member:
    link = f'<Relationship Id="rId1" Type="{_KINDS}/{kind}" Target="{target}"/>'
    return _stored(f'{_XML}<Relationships xmlns="{_LINKS}">{link}</Relationships>')


def _workbook(*, since_1904: bool) -> _Member:
    settings = f'<workbookPr date1904="{int(since_1904)}"/>'
    sheets = '<sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets>'
    return _stored(f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_KINDS}">{settings}{sheets}</workbook>')


def _packed(members: Mapping[str, _Member]) -> io.BytesIO:
    """Writes a zip archive. Python's own writer cannot copy a compressed part unchanged."""
    file, directory = io.BytesIO(), b""
    for name, member in members.items():
        place, sizes = file.tell(), (member.crc, sum(map(len, member.chunks)), member.size, len(name), 0)
        head = struct.pack("<HHHHHIIIHH", 20, 0, 8 * member.deflated, 0, 0x21, *sizes)
        directory += b"PK\x01\x02\x14\0" + head + struct.pack("<HHHII", 0, 0, 0, 0, place) + name.encode()
        file.writelines((b"PK\x03\x04", head, name.encode(), *member.chunks))
    end = (0, 0, len(members), len(members), len(directory), file.tell(), 0)
    file.write(directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", *end))
    file.seek(0)
    return file


def _opened(archive: _Archive, book: _Book, name: str, *, mend: bool) -> "CalamineSheet":
    """Reads a sheet that passed the checks with calamine."""
    members = {
        "_rels/.rels": _links("xl/workbook.xml", "officeDocument"),
        "xl/_rels/workbook.xml.rels": _links("worksheets/sheet1.xml", "worksheet"),
        "xl/workbook.xml": _workbook(since_1904=book.since_1904),
        "xl/worksheets/sheet1.xml": _sheet_member(archive, name, mend=mend),
    }
    for path, source in (("xl/sharedStrings.xml", book.strings), ("xl/styles.xml", book.styles)):
        if source in archive:
            part = archive.part(source)
            members[path] = _Member((part.raw,), part.deflated, archive.inflated(source)[0], part.crc)
    return _harmless(lambda: _read(_packed(members)))


def _read(file: BinaryIO) -> "CalamineSheet":
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - two megabytes that a CSV does not need

    sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
    if sheet.start is not None:
        # A duration of a million years fails only when its row is built: better now than after a thousand good rows.
        deque(sheet.iter_rows(), maxlen=0)
    return sheet


def _harmless(act: Callable[[], Result]) -> Result:
    """Calls calamine. A Rust panic arrives as a BaseException whose class cannot be imported."""
    try:
        return act()
    except (KeyboardInterrupt, SystemExit):
        raise
    except MemoryError as error:
        raise SpreadsheetFault(LARGE) from error
    except BaseException as error:
        raise SpreadsheetFault(DAMAGED) from error


# Texts


def _rows(sheet: "CalamineSheet") -> Iterator[Sequence[object]]:
    """The rows from row 1 of the sheet on."""
    rows = sheet.iter_rows()
    while (row := _harmless(lambda: next(rows, None))) is not None:
        yield row


def _records(rows: Iterator[Sequence[object]]) -> Iterator[list[str]]:
    """Texts of one width: that of the first row with a text, and of the blank ones above it, which keep their numbers."""
    width = 0
    for number, row in enumerate(rows):
        texts = [cell if type(cell) is str else _text(cell) for cell in row]
        if not width and (width := _width(texts)):
            yield from ([""] * width for _ in range(number))
        if width:
            del texts[max(width, _width(texts) if len(texts) > width else 0) :]
            yield texts


def _width(texts: list[str]) -> int:
    """The number of columns up to the last text."""
    return next((place for place in range(len(texts), 0, -1) if not _is_blank(texts[place - 1])), 0)


def _is_blank(text: str) -> bool:
    return not text or text.isspace()


# A yes-or-no is `yes` or `no`, as our own tables write it, whatever the language of the program that made the file. Of
# a time of day only the date stays: books know days, and the hour comes from a till or a calendar by accident.
_TEXTS: Mapping[type, Callable[[Any], str]] = MappingProxyType(
    {
        bool: lambda cell: "yes" if cell else "no",
        datetime: lambda cell: cell.date().isoformat(),
        date: date.isoformat,
        time: time.isoformat,
        timedelta: str,
        type(None): lambda _: "",
    }
)


def _text(cell: object) -> str:
    """The text of a non-text cell, as a CSV file would have it."""
    known = _TEXTS.get(type(cell))
    return known(cell) if known else number_text(repr(cell))


def number_text(text: str) -> str:
    """Formats a binary number, given as Python's shortest text, as a person would have typed it.

    Whole numbers have no decimals (an account), numbers within a billionth of a cent have two (0.1 + 0.2 is 0.30); none
    has an exponent.
    """
    whole, _, decimals = text.partition(".")
    if decimals.isdigit() and len(decimals) <= 2 and whole != "-0":
        return f"{whole}.{decimals:0<2}" if decimals.strip("0") else whole
    number = Decimal(text)
    if not number.is_finite():
        return text
    if number == number.to_integral_value():
        return f"{number.to_integral_value() + 0:f}"
    cents = number.quantize(Decimal("0.01"))
    return f"{(cents if abs(number - cents) <= Decimal('1e-9') else number) + 0:f}"
