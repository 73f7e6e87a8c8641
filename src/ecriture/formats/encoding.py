"""What kind of text a file is, found in one quick pass over its bytes that also keeps hostile files out."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

BLOCK = 1 << 20
"""A mebibyte without a line end is no table: nothing longer is ever held in memory as one line."""

_SEQUENCE_OF_UTF8 = re.compile(rb"\xc3[\x80-\xbf]")


class Encoding(NamedTuple):
    """A Python codec name, or why there is none (`nul`, `line-long`, `encoding`) and in which line of the text."""

    codec: str
    fault: str = ""
    line: int = 0


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    while block := stream.read(BLOCK):
        yield block


def find_encoding(stream: BinaryIO) -> Encoding:
    """UTF-8 (with or without its mark), else Windows-1252; reads the stream from its start and rewinds it.

    Bytes that are UTF-8 in one place and not in another are a damaged file: read as Windows-1252, its names
    would change in silence. So they have the fault `encoding`.
    """
    stream.seek(0)
    decoder, windows, line, sequences, broken_line = codecs.getincrementaldecoder("utf-8")(), True, 1, False, 0
    for block in _blocks(stream):
        if b"\0" in block:
            return Encoding("", "nul", line + block[: block.index(b"\0")].count(b"\n"))
        if len(block) == BLOCK and b"\n" not in block and b"\r" not in block:
            return Encoding("", "line-long", line)
        if not broken_line and (place := _first_break(decoder, block)) >= 0:
            broken_line = line + block[:place].count(b"\n")
        if broken_line:
            windows = windows and _is_windows(block)
        sequences = sequences or _SEQUENCE_OF_UTF8.search(block) is not None
        line += block.count(b"\n")
    stream.seek(0)
    if not broken_line and not decoder.getstate()[0]:
        return Encoding("utf-8-sig")
    return Encoding("cp1252") if windows and not sequences else Encoding("", "encoding", broken_line or line)


def _first_break(decoder: codecs.IncrementalDecoder, block: bytes) -> int:
    """Where a block stops being UTF-8; -1 when it does not."""
    try:
        decoder.decode(block)
    except UnicodeDecodeError as error:
        return max(0, error.start)
    return -1


def _is_windows(block: bytes) -> bool:
    try:
        block.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True
