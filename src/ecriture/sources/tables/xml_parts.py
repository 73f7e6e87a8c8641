"""The XML parts of a zip file, within bounds of memory and time: what a file says of its own sizes is never believed.

A part goes by in blocks. The zip reader and the XML parser are those of Python's own library.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from xml.parsers import expat

MOST_BYTES, MOST_PARTS, BLOCK = 64 << 20, 4096, 1 << 18
"""The largest file: 100,000 documents of four rows and thirteen columns are 25 MB."""
MOST_XML, XML_AT_LEAST, XML_PER_BYTE = 400 << 20, 16 << 20, 50
"""What all parts may inflate to: 50 times the file, at least 16 MiB. Sheets inflate 5 to 20 times, a zip bomb 1000."""
MOST_TEXT, MOST_TAG, MOST_DEPTH, MOST_ELEMENTS = 1 << 18, 1 << 20, 256, 100_000
"""The letters of an element's texts and of a tag, the elements inside each other, and those of a small part."""
DAMAGED, LARGE = "spreadsheet-damaged", "spreadsheet-large"

Element = tuple[str, Mapping[str, str], Mapping[str, str]]
"""The name of an element, its attributes, and the texts of `v`, `f` and `t` inside it."""

_WITH_TEXTS, _TEXTS = frozenset(("c", "si")), frozenset(("v", "f", "t"))
_PLAIN = frozenset(("row", "Relationship", "sheet", "workbookPr", "numFmt", "cellStyleXfs", "cellXfs", "xf"))


class SpreadsheetFault(Exception):
    """The reason why a spreadsheet cannot be read: `spreadsheet-damaged` or `spreadsheet-large`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def limit(size: int, most: int) -> None:
    if size > most:
        raise SpreadsheetFault(LARGE)


def refuse(*_: object) -> None:
    raise SpreadsheetFault(DAMAGED)


class Parts:
    """The parts of a zip file. Some programs write backslashes, or a part's name in other cases of letters."""

    def __init__(self, data: bytes) -> None:
        # Python keeps half a kilobyte of every entry in the directory, and reads them all before one can say how many.
        limit(max(len(data) - MOST_BYTES, data.count(b"PK\x01\x02") - MOST_PARTS), 0)
        self._zip, self._sizes = zipfile.ZipFile(io.BytesIO(data)), dict[str, int]()
        self._parts = {part.filename.replace("\\", "/").lower(): part for part in self._zip.infolist()}
        self._most = min(MOST_XML, max(XML_AT_LEAST, XML_PER_BYTE * len(data)))

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def _blocks(self, name: str, most: int) -> Iterator[bytes]:
        """A part, up to where its data end, whatever the directory says. Its checksum is verified."""
        part = self._parts[name.lower()]
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            refuse()
        part.file_size, self._sizes[name] = MOST_XML + BLOCK, 0
        with self._zip.open(part) as inflated:
            while block := inflated.read(BLOCK):
                self._sizes[name] += len(block)
                limit(max(self._sizes[name] - most, sum(self._sizes.values()) - self._most), 0)
                yield block

    def elements(self, part: str, most: int = MOST_XML) -> Iterator[Element]:
        """What an XML part tells, by names without prefixes. No entities, no UTF-16, nothing long or deep."""
        told: list[Element] = []
        path: list[str] = []
        texts: list[str] = []
        pieces: dict[str, list[str]] = {}
        within: Mapping[str, str] = {}

        def start(name: str, values: Mapping[str, str]) -> None:
            nonlocal within
            path.append(name.rpartition(":")[2])
            limit(len(path), MOST_DEPTH)
            texts.clear()
            if path[-1] in _WITH_TEXTS:
                within = values
                pieces.clear()
            elif path[-1] in _PLAIN:
                told.append((path[-1], {key.rpartition(":")[2]: value for key, value in values.items()}, {}))

        def end(_: str) -> None:
            if (name := path.pop()) in _WITH_TEXTS:
                told.append((name, within, {kind: "".join(of_kind) for kind, of_kind in pieces.items()}))
            elif name in _TEXTS and "rPh" not in path:  # which says how a Japanese text is pronounced
                pieces.setdefault(name, []).append("".join(texts))
            texts.clear()

        parser, fed, elements = expat.ParserCreate("UTF-8"), 0, 0
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = texts.append, refuse
        for block in self._blocks(part, most):
            if b"\0" in block:
                refuse()
            parser.Parse(block)
            fed += len(block)
            limit(sum(map(len, texts)) + sum(len(text) for of_kind in pieces.values() for text in of_kind), MOST_TEXT)
            limit(fed - parser.CurrentByteIndex, MOST_TAG)
            elements += len(told)
            limit(elements if most < MOST_XML else 0, MOST_ELEMENTS)
            yield from told
            told.clear()
        parser.Parse(b"", True)  # noqa: FBT003 - expat's own call takes it by place
        yield from told
