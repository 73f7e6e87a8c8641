"""The strict reader of the files that `write` makes."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from ecriture.core.entries import JournalEntry, Line
from ecriture.targets.sage50_ca.write import DETAIL, HEADER, LAST_DATE


def _cents(amount: str) -> int:
    return int(amount.replace(".", ""))


def _lines(content: bytes) -> list[str]:
    """The lines without their ends. Raises ValueError for other line ends, or when the last is missing."""
    lines = content.decode("ascii").split("\r\n")
    if lines.pop():
        raise ValueError("the last line has no CR LF")
    return lines


def _read_detail(text: str) -> Line:
    if not (found := DETAIL.fullmatch(text)):
        raise ValueError(f"neither a header nor a detail: {text[:80]!r}")
    account, amount, comment = found.groups(default="")
    return Line(account, _cents(amount), comment)


def _read_entry(header: re.Match[str], lines: Sequence[str]) -> JournalEntry:
    month, day, year, source, comment = header.groups()
    if (entry_date := date(2000 + int(year), int(month), int(day))) > LAST_DATE:
        raise ValueError(f"{source}: the year {year} is not in 00 to 49")
    return JournalEntry(entry_date, source, comment, tuple(map(_read_detail, lines)))


def _entries(lines: Sequence[str]) -> Iterator[JournalEntry]:
    """One entry from each header to the next."""
    headers = {number: found for number, text in enumerate(lines) if (found := HEADER.fullmatch(text))}
    if lines and 0 not in headers:
        raise ValueError("the first line is not a header")
    for start, end in pairwise([*headers, len(lines)]):
        yield _read_entry(headers[start], lines[start + 1 : end])


def read(content: bytes) -> tuple[JournalEntry, ...]:
    """The entries of a file of this profile; none for no bytes. Raises ValueError for any other file."""
    return tuple(_entries(_lines(content)))
