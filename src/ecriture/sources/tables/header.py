"""Finds the header of a table: its first row, or one below titles, with the delimiter under which it has most known columns."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TextIO

from ecriture.sources.tables.encoding import BLOCK

MOST_COLUMNS, LONGEST_NAME = 256, 256
ROWS_EXAMINED = 10
DELIMITERS = ",;\t|"
MOST_SHOWN, LONGEST_SHOWN = 30, 60
"""How many names of columns a message lists, and how many letters of a text it shows."""


class Column(NamedTuple):
    """A column that a file may have, by its English and its French name, and by others."""

    name: str
    french: str = ""
    needed: bool = False
    others: tuple[str, ...] = ()


class Header(NamedTuple):
    """The row that has the names of the columns: its number in the file, and where each known column stands in it."""

    row: int
    names: Sequence[str]
    places: Mapping[str, int]
    above: Sequence[Sequence[str]] = ()
    """The rows before it."""

    @property
    def shown(self) -> str:
        """The names, short enough for a sentence."""
        names = [shown(name) for name in self.names if name.strip()]
        return ", ".join(names[:MOST_SHOWN]) + (", …" if len(names) > MOST_SHOWN else "")

    @property
    def titles(self) -> str:
        """The texts above it, except the delimiter that Excel is told in the first line."""
        texts = " ".join(
            cell.strip() for place, row in enumerate(self.above) if place or not is_sep(row) for cell in row
        )
        return shown(" ".join(texts.split()))

    def unused(self, columns: Sequence[Column]) -> Iterator[tuple[str, str]]:
        """The names of columns that are not read, each with the name that stands before it and means the same, or nothing."""
        known, used = _known(tuple(columns)), set(self.places.values())
        for place, name in enumerate(self.names):
            if place not in used and name.strip():
                same = self.places.get(known.get(plain_name(name), ""))
                yield name.strip(), "" if same is None else self.names[same].strip()


def shown(text: str) -> str:
    """The start of a text on one line."""
    bare = "".join(letter if letter.isprintable() else " " for letter in text[:LONGEST_SHOWN]).strip()
    return f"{bare}…" if len(text.strip()) > LONGEST_SHOWN else bare


def plain_name(text: str) -> str:
    """A header name without case, accents and blanks: `Imputé le` is `impute_le`."""
    letters = unicodedata.normalize("NFKD", text.strip().casefold())
    bare = "".join(letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter))
    return "_".join(bare.split())


@lru_cache(maxsize=32)
def _known(columns: tuple[Column, ...]) -> Mapping[str, str]:
    """The column that each plain name means."""
    return {
        plain_name(name): column.name
        for column in columns
        for name in (*column.others, column.french, column.name)
        if name
    }


def places_of(header: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Where each known column stands. Of two with one name, the one that is written as the column is ("GST", not "GST %")
    counts, else the first.
    """
    names = _known(tuple(columns))
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        if len(name) <= LONGEST_NAME and (known := names.get(plain_name(name))) is not None:
            first = places.setdefault(known, place)
            if name.strip() == known != header[first].strip():
                places[known] = place
    return places


def is_sep(row: Sequence[str]) -> bool:
    """Whether it is the line `sep=;`, which says the delimiter."""
    return "".join(row).strip().lower().startswith("sep=") and len(",".join(row)) < 9


def find_header(records: Iterable[list[str]], columns: Sequence[Column]) -> Header:
    """The first of the first rows with all needed columns, else the one with most known ones, else the first with a text.

    No row beyond the header is taken from the records when it has all needed columns.
    """
    needed = {column.name for column in columns if column.needed}
    rows: list[list[str]] = []
    best = Header(1, (), {})
    for number, row in enumerate(records, 1):
        if len(row) > MOST_COLUMNS:
            return Header(number, row, {}) if not best.places else best
        places = places_of(row, columns)
        if needed <= places.keys():
            return Header(number, row, places, rows)
        if len(places) > len(best.places) or (not best.names and any(map(str.strip, row))):
            best = Header(number, row, places)
        rows.append(row)
    return best


def find_delimiter(text: TextIO, columns: Sequence[Column]) -> str:
    """The delimiter of a CSV: the one that its first line names, else the one with which a row has most known columns.

    Where no column is known, it is the one with most columns, so that a message can list them.
    """
    found, most = DELIMITERS[0], (0, 0)
    for number in range(ROWS_EXAMINED):
        line = text.readline(BLOCK).strip("\r\n")
        if not number and is_sep([line]) and line.strip()[4:5] in tuple(DELIMITERS):
            return line.strip()[4:5]
        bare = line.replace('"', "")
        cells = {mark: bare.split(mark, MOST_COLUMNS) for mark in DELIMITERS}
        counts = {mark: (len(places_of(cells[mark], columns)), len(cells[mark])) for mark in DELIMITERS}
        mark = max(DELIMITERS, key=counts.__getitem__)
        if counts[mark] > most:
            found, most = mark, counts[mark]
    return found
