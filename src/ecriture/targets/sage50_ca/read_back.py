"""The strict reader of the files that `write` makes."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import repeat

from ecriture.core.documents import new
from ecriture.core.entries import JournalEntry, Line
from ecriture.targets.sage50_ca.write import ENTRY, LAST_DATE

_NO_COMMENT = re.compile(r"\r(?<=[0-9]\r)")


def _read_details(text: str) -> tuple[Line, ...]:
    """The lines of details of the profile, by columns: quotes stand around comments only, and numbers outside of them."""
    parts = _NO_COMMENT.sub(',""\r', text).split('"')
    numbers = "".join(parts[::2]).replace("\r\n", "").replace(".", "").split(",")
    fields = zip(numbers[:-1:2], map(int, numbers[1::2]), parts[1::2], strict=True)
    return tuple(map(new, repeat(Line), fields))


def _read_entry(found: re.Match[str]) -> JournalEntry:
    month, day, year, source, comment = found.group(1, 2, 3, 4, 5)
    if (entry_date := date(2000 + int(year), int(month), int(day))) > LAST_DATE:
        raise ValueError(f"{source}: the year {year} is not in 00 to 49")
    return JournalEntry(entry_date, source, comment, _read_details(found["details"]))


def _entries(text: str) -> Iterator[JournalEntry]:
    end = 0
    while end < len(text):
        if not (found := ENTRY.match(text, end)):
            raise ValueError(f"neither an entry nor one of its details: {text[end : end + 80]!r}")
        yield _read_entry(found)
        end = found.end()


def read(content: bytes) -> tuple[JournalEntry, ...]:
    """The entries of a file of this profile; none for no bytes. Raises ValueError for any other file."""
    return tuple(_entries(content.decode("ascii")))
