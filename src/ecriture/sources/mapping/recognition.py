"""Which mapping a file's header belongs to."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import BinaryIO

from ecriture.sources.mapping.header_words import VOCABULARY
from ecriture.sources.mapping.model import ColumnMapping
from ecriture.sources.mapping.reading import columns_of
from ecriture.sources.tables.encoding import find_encoding
from ecriture.sources.tables.faults import SpreadsheetFault
from ecriture.sources.tables.header import MOST_COLUMNS, ROWS_EXAMINED, Column, places_of
from ecriture.sources.tables.table import csv_records, is_spreadsheet

FIRST_ROWS = 40
"""So many rows are looked at to propose a mapping."""

Rows = Sequence[Sequence[str]]


def first_rows(stream: BinaryIO, most: int = FIRST_ROWS, known: Sequence[Column] = VOCABULARY) -> list[list[str]]:
    """The first rows of a CSV or XLSX file; of one that cannot be read, those before the mistake. The stream is rewound.

    The columns that are known tell which character divides a CSV.
    """
    rows: list[list[str]] = []
    with suppress(SpreadsheetFault, csv.Error):
        rows.extend(islice(_records(stream, known), most))
    stream.seek(0)
    return rows


def _records(stream: BinaryIO, known: Sequence[Column]) -> Iterator[list[str]]:
    if is_spreadsheet(stream):
        from ecriture.sources.tables.sheets import choose_sheet  # noqa: PLC0415 - only when there is one

        return choose_sheet(stream, lambda rows: any(len(row) > 2 for row in rows), rows=ROWS_EXAMINED).rows()
    encoding = find_encoding(stream)
    return iter(()) if encoding.fault else csv_records(stream, encoding.codec, known)


def recognise(header: Sequence[str], mappings: Iterable[ColumnMapping]) -> ColumnMapping | None:
    """The mapping of which a header has all needed columns, and most columns; columns that it does not name may be there.

    None where none fits, or two fit alike.
    """
    found = [(it, score) for it in mappings if (score := fit(header, it))]
    best = max((score for _, score in found), default=0)
    fitting = [it for it, score in found if score == best]
    return fitting[0] if len(fitting) == 1 else None


def recognised(rows: Rows, mappings: Sequence[ColumnMapping]) -> ColumnMapping | None:
    """The mapping that the first of some rows fits that fits one."""
    return next(filter(None, (recognise(row, mappings) for row in rows)), None)


def fit(header: Sequence[str], mapping: ColumnMapping) -> int:
    """How many columns of a mapping a header has; 0 where it lacks one that is needed."""
    columns = columns_of(mapping)
    places = places_of(header[:MOST_COLUMNS], columns)
    return len(places) if all(it.name in places for it in columns if it.needed) else 0


def mapping_for(stream: BinaryIO, mappings: Sequence[ColumnMapping], own: Sequence[Column]) -> ColumnMapping | None:
    """The mapping for a file by its header, wherever in the first rows that stands; None for a file in our own columns.

    Where none fits, the only mapping that there is: then its reading says what the file lacks.
    """
    known = [*own, *(column for mapping in mappings for column in columns_of(mapping))]
    rows = first_rows(stream, ROWS_EXAMINED, known) if mappings else []
    found = recognised(rows, mappings)
    needed = {column.name for column in own if column.needed}
    if found or len(mappings) != 1 or any(needed <= places_of(row[:MOST_COLUMNS], own).keys() for row in rows):
        return found
    return mappings[0]
