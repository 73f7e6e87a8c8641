"""The XML parts of a zip file, within bounds of memory and time: what a file says of its own sizes is never believed."""

import io
import re
import zipfile
from collections.abc import Collection, Iterator
from typing import cast
from xml.etree.ElementTree import Element, XMLPullParser

from ecriture.sources.tables.faults import DAMAGED, LARGE, SpreadsheetFault

MOST_BYTES, MOST_PARTS, BLOCK = 64 << 20, 4096, 1 << 18
"""The largest file: 100,000 documents of four rows and thirteen columns are 25 MB."""
MOST_XML, XML_AT_LEAST, XML_PER_BYTE, MOST_SMALL = 400 << 20, 16 << 20, 50, 2 << 20
"""What may be inflated: 50 times the file (sheets inflate 5 to 20 times, a zip bomb 1000) or 16 MiB; of a small part 2."""
MOST_DEPTH, MOST_WITHIN, MOST_BYTES_WITHIN = 256, 300_000, 4 << 20
"""The elements inside each other, and the elements and bytes of a row, a string or whatever else is kept as a whole."""

# Entities could grow without end; another encoding, UTF-16 among them, could hide their declaration.
_REFUSED = re.compile(rb"<!DOCTYPE|^[^<]*<\?xml[^>]*?encoding\s*=\s*.(?!utf-8|us-ascii)|\0", re.IGNORECASE)


def limit(size: int, most: int) -> None:
    if size > most:
        raise SpreadsheetFault(LARGE)


class Parts(dict[str, zipfile.ZipInfo]):
    """The parts of a zip file, read in blocks. Some programs write backslashes, or a part's name in other cases of letters."""

    def __init__(self, data: bytes) -> None:
        # Python keeps half a kilobyte of every entry in the directory, and reads them all before one can say how many.
        limit(max(len(data) - MOST_BYTES, data.count(b"PK\x01\x02") - MOST_PARTS), 0)
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self._left = min(MOST_XML, max(XML_AT_LEAST, XML_PER_BYTE * len(data)))
        super().__init__((part.filename.replace("\\", "/").lower(), part) for part in self._zip.infolist())

    def _blocks(self, name: str, most: int) -> Iterator[bytes]:
        """A part, up to where its data end, whatever the directory says. Its checksum is verified."""
        part = self[name.lower()]
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise SpreadsheetFault(DAMAGED)
        part.file_size = MOST_XML + BLOCK
        with self._zip.open(part) as inflated:
            while block := inflated.read(BLOCK):
                self._left, most = self._left - len(block), most - len(block)
                limit(0, min(self._left, most))
                yield block

    def elements(self, name: str, wanted: Collection[str], *, most: int = MOST_SMALL) -> Iterator[Element]:
        """The wanted elements of a part of at most so many bytes, each with all that is inside it, without prefixes."""
        parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
        path: list[Element] = []
        start, within, fed = b"", 0, 0
        for block in self._blocks(name, most):
            start = block if path else start + block
            if _REFUSED.search(start):
                raise SpreadsheetFault(DAMAGED)
            fed += len(block)
            limit(fed, MOST_BYTES_WITHIN)
            parser.feed(block)
            for event, element in cast("Iterator[tuple[str, Element]]", parser.read_events()):
                if event == "start":
                    path.append(element)
                    within += 1
                    limit(max(len(path) - MOST_DEPTH, within - MOST_WITHIN), 0)
                    continue
                path.pop()
                element.tag = element.tag.rpartition("}")[2]
                if element.tag in wanted:
                    yield element
                    within = fed = 0
                    del path[-1][:]
        parser.close()
