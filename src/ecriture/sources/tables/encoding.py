"""Detects the encoding of a text file in one pass over its bytes, which also rejects hostile files."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

BLOCK = 1 << 20
"""A mebibyte without a line end is not a table; longer lines are never held in memory."""

LONG_LINE = 1 << 13

# Letters with accents, quotation marks, dashes, the euro: as Windows-1252 they would be `Ã©`, `â€™`, `Å“`. Each
# begins with one byte, which is found at the speed of memory.
_SEQUENCES_OF_UTF8 = tuple(
    map(
        re.compile,
        (rb"\xc3[\x80-\xbf]", rb"\xc2[\x80-\xbf]", rb"\xc5[\x92\x93\xb8]", rb"\xe2\x80[\x80-\xbf]", rb"\xe2\x82\xac"),
    )
)


class Encoding(NamedTuple):
    """A Python codec name, or the fault (`nul`, `line-long`, `encoding`) and its line in the text.

    Without `long_lines`, no line is longer than two times LONG_LINE.
    """

    codec: str
    fault: str = ""
    line: int = 0
    long_lines: bool = False


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    while block := stream.read(BLOCK):
        yield block


def find_encoding(stream: BinaryIO) -> Encoding:
    """Detects UTF-8 (with or without BOM) or Windows-1252; reads the stream from its start and rewinds it.

    If the bytes are UTF-8 in one place and not in another, the file is damaged: read as Windows-1252, its names would
    silently change. It has the fault `encoding`.
    """
    stream.seek(0)
    decoder, line, broken_line, long_lines = codecs.getincrementaldecoder("utf-8")(), 1, 0, False
    for block in _blocks(stream):
        if b"\0" in block:
            return Encoding("", "nul", line + _line_ends(block[: block.index(b"\0")]))
        if len(block) == BLOCK and b"\n" not in block and b"\r" not in block:
            return Encoding("", "line-long", line)
        if not broken_line and (place := _first_break(decoder, block)) >= 0:
            broken_line = line + _line_ends(block[:place])
        long_lines = long_lines or _has_long_line(block)
        line += _line_ends(block)
    if not broken_line and decoder.getstate()[0]:
        broken_line = line
    damaged = broken_line and not _is_windows(stream)
    stream.seek(0)
    if damaged:
        return Encoding("", "encoding", broken_line)
    return Encoding("cp1252" if broken_line else "utf-8-sig", long_lines=long_lines)


def _line_ends(text: bytes) -> int:
    """How many line ends a text has; some programs write CR alone."""
    return text.count(b"\n") or text.count(b"\r")


def _has_long_line(block: bytes) -> bool:
    return any(block.find(b"\n", at, at + LONG_LINE) < 0 for at in range(0, len(block) - LONG_LINE, LONG_LINE))


def _first_break(decoder: codecs.IncrementalDecoder, block: bytes) -> int:
    """The position where a block stops being UTF-8; -1 if it does not."""
    try:
        decoder.decode(block)
    except UnicodeDecodeError as error:
        return max(0, error.start)
    return -1


def _is_windows(stream: BinaryIO) -> bool:
    """Whether a whole stream that is not UTF-8 can be Windows-1252, with no part that can only be UTF-8."""
    stream.seek(0)
    try:
        return all(block.decode("cp1252") and not _has_utf8(block) for block in _blocks(stream))
    except UnicodeDecodeError:
        return False


def _has_utf8(block: bytes) -> bool:
    return any(sequence.search(block) for sequence in _SEQUENCES_OF_UTF8)
