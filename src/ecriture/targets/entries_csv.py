"""Entries as a CSV table, for a spreadsheet or a script."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence

from ecriture.core.entries import JournalEntry
from ecriture.core.money import plain
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

# The mark is for Excel: without it, a double click on the file reads UTF-8 as Windows-1252, and "Débit" as "DÃ©bit".
# Scripts know it (`utf-8-sig` in Python; pandas, R and LibreOffice by themselves). The comma is that of RFC 4180: an
# Excel set to French (Canada) splits at semicolons on a double click, and finds the comma under Data, From Text/CSV.
# A line `sep=,` would help Excel, but it makes it forget the mark, and scripts take it for the header.
_MARK = codecs.BOM_UTF8

# A spreadsheet runs a cell that begins like this as a formula. The apostrophe itself is here so that each guarded text
# can be told from one that had an apostrophe of its own.
_GUARDED = tuple("=+-@\t\r\n'＝＋－＠")


def fit(entries: Sequence[JournalEntry]) -> Fitted:
    """Control characters become `?`, and texts too long for a cell are cut."""
    return fit_texts(entries, printable, cut=cut_for_cell)


def write(entries: Sequence[JournalEntry], options: WriteOptions) -> bytes:
    """One row a line, under a header in the company's language. UTF-8 with its mark, RFC 4180."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings(options))
    writer.writerows(map(_cells, rows_of(entries, options)))
    return _MARK + text.getvalue().encode()


def _cells(row: EntryRow | None) -> tuple[str, ...]:
    if row is None:
        return ("",) * 8
    debit, credit = (plain(cents) if cents > 0 else "" for cents in (row.amount_cents, -row.amount_cents))
    texts = map(_guarded, (row.source, row.comment, row.account, row.account_name))
    return row.date.isoformat(), *texts, debit, credit, _guarded(row.line_comment)


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_GUARDED) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_GUARDED) else text


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
    return row_of([_unguarded(cell) for cell in cells])


TARGET = Target(name="csv", suffix=".csv", write=write, read=read, fit=fit)
