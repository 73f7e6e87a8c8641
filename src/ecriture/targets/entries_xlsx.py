"""Entries as an Excel workbook with real numbers and dates."""

import io
from collections.abc import Sequence
from datetime import date
from itertools import chain

from ecriture.core.entries import JournalEntry
from ecriture.sources.tables.faults import SpreadsheetFault
from ecriture.sources.tables.workbook import Value, workbook
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

_WIDTHS = (12, 14, 44, 12, 34, 16, 16, 44)


def fit(entries: Sequence[JournalEntry]) -> Fitted:
    """Control characters become `?`, line ends those of a cell; blanks alone are nothing; long texts are cut."""
    return fit_texts(entries, _cell_text, cut=lambda text: _cell_text(cut_for_cell(text)))


def _cell_text(text: str) -> str:
    clean = printable(text.replace("\r\n", "\n").replace("\r", "\n"))
    return clean if clean.strip() else ""


def write(entries: Sequence[JournalEntry], options: WriteOptions) -> bytes:
    """One row a line, under a frozen header in the company's language; debits and credits are numbers."""
    columns = dict(zip(headings(options), _WIDTHS, strict=True))
    title = "Écritures" if options.language == "fr" else "Entries"
    return workbook(title, columns, map(_cells, rows_of(entries, options)))


def _cells(row: EntryRow | None) -> Sequence[Value]:
    if row is None:
        return ()
    debit, credit = (cents if cents > 0 else None for cents in (row.amount_cents, -row.amount_cents))
    return row.date, row.source, row.comment, row.account, row.account_name, debit, credit, row.line_comment


def read(data: bytes) -> tuple[JournalEntry, ...]:
    """The entries of such a workbook's first sheet, in either language. Raises ValueError for anything else."""
    from ecriture.sources.tables.spreadsheet import sheets_of  # noqa: PLC0415 - slow to load, and few runs need it

    try:
        records = chain.from_iterable(sheet.rows() for sheet in sheets_of(io.BytesIO(data))[:1])
        if not is_header(next(records, ())):
            raise ValueError("the header is not that of a table of entries")
        return entries_of(map(_row, records))
    except SpreadsheetFault as fault:
        raise ValueError(f"not a workbook of ours: {fault}") from fault


def _row(cells: Sequence[str]) -> EntryRow | None:
    """A row as texts. The reader gives a number without the zeros at its end."""
    wide = [*cells, *[""] * (8 - len(cells))] if cells else []
    return row_of([*wide[:5], *map(_with_cents, wide[5:7]), *wide[7:]])


def _with_cents(text: str) -> str:
    units, _, cents = text.partition(".")
    return f"{units}.{cents:0<2}" if units.isdecimal() else text


TARGET = Target(name="xlsx", suffix=".xlsx", write=write, read=read, fit=fit, first_date=date(1900, 3, 1))
