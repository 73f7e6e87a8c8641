"""Entries as a CSV table, for a spreadsheet or a script."""

import csv
import io
from collections.abc import Iterator, Sequence

from ecriture.core.entries import JournalEntry
from ecriture.core.money import plain
from ecriture.sources.tables.csv_file import csv_file, guarded, unguarded
from ecriture.targets.entry_rows import (
    EntryRow,
    cut_for_cell,
    entries_of,
    fit_texts,
    headings,
    is_header,
    printable,
    row_of,
    rows_of,
)
from ecriture.targets.registry import Fitted, Target, WriteOptions


def fit(entries: Sequence[JournalEntry]) -> Fitted:
    """Control characters become `?`, and texts too long for a cell are cut."""
    return fit_texts(entries, printable, cut=cut_for_cell)


def write(entries: Sequence[JournalEntry], options: WriteOptions) -> bytes:
    """One row a line, under a header in the company's language. UTF-8 with its mark, RFC 4180."""
    return csv_file(headings(options), map(_cells, rows_of(entries, options)))


def _cells(row: EntryRow | None) -> tuple[str, ...]:
    if row is None:
        return ("",) * 8
    debit, credit = (plain(cents) if cents > 0 else "" for cents in (row.amount_cents, -row.amount_cents))
    texts = map(guarded, (row.source, row.comment, row.account, row.account_name))
    return row.date.isoformat(), *texts, debit, credit, guarded(row.line_comment)


def read(data: bytes) -> tuple[JournalEntry, ...]:
    """The entries of such a table, in either language. Raises ValueError for anything else."""
    records = _records(data.decode("utf-8-sig"))
    if not is_header(next(records, ())):
        raise ValueError("the header is not that of a table of entries")
    return entries_of(map(_row, records))


def _records(text: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error as error:
        raise ValueError(f"not a CSV: {error}") from error


def _row(cells: Sequence[str]) -> EntryRow | None:
    return row_of([unguarded(cell) for cell in cells])


TARGET = Target(name="csv", suffix=".csv", write=write, read=read, fit=fit)
