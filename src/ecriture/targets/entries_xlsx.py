"""Entries as an Excel workbook with real numbers and dates."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from ecriture.core.entries import JournalEntry
from ecriture.core.money import plain
from ecriture.sources.tables.spreadsheet import SpreadsheetFault, records_of
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

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

_WIDTHS = (12, 14, 44, 12, 34, 16, 16, 44)

# The first day that a zip archive can name.
_NO_TIME = (1980, 1, 1, 0, 0, 0)

# Excel keeps 15 digits of a number. An amount with more stands as text, rather than lose its cents.
_MOST_CENTS = 10**15 - 1

# `_x0041_` means "A" in a cell; its first character is written like that itself when a text has such letters.
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

# openpyxl writes the time of saving here. A file that depends on the clock cannot be compared with another.
_CORE_PROPERTIES = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" \
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Ecriture</dc:creator></cp:coreProperties>"""


def fit(entries: Sequence[JournalEntry]) -> Fitted:
    """Control characters become `?`, line ends those of a cell; blanks alone are nothing; long texts are cut."""
    return fit_texts(entries, _cell_text, cut=lambda text: _cell_text(cut_for_cell(text)))


def _cell_text(text: str) -> str:
    clean = printable(text.replace("\r\n", "\n").replace("\r", "\n"))
    return clean if clean.strip() else ""


def write(entries: Sequence[JournalEntry], options: WriteOptions) -> bytes:
    """One row a line, under a frozen header in the company's language; debits and credits are numbers."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to load, and few runs need it

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Écritures" if options.language == "fr" else "Entries")
    _lay_out(sheet)
    sheet.append([bold_cell(sheet, name) for name in headings(options)])
    for row in rows_of(entries, options):
        sheet.append(_cells(sheet, row))
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    """The bytes of a workbook: the same for the same cells, on any day and computer."""
    buffer = io.BytesIO()
    workbook.save(buffer)
    return packed(unpacked(buffer.getvalue()) | {"docProps/core.xml": _CORE_PROPERTIES})


def _lay_out(sheet: WriteOnlyWorksheet) -> None:
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDEFGH", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width  # type: ignore[attr-defined]  # unknown to the stubs


def _cells(sheet: WriteOnlyWorksheet, row: EntryRow | None) -> list[Cell | None]:
    if row is None:
        return []
    sides = (_amount(sheet, cents) for cents in (row.amount_cents, -row.amount_cents))
    texts = (text_cell(sheet, text) for text in (row.source, row.comment, row.account, row.account_name))
    return [_cell(sheet, row.date, "yyyy-mm-dd"), *texts, *sides, text_cell(sheet, row.line_comment)]


def _cell(sheet: WriteOnlyWorksheet, value: date | str, number_format: str = "") -> Cell:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - see above

    # openpyxl's stubs know `datetime` only; it takes a date as well.
    cell = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]
    if number_format:
        cell.number_format = number_format
    return cell


def bold_cell(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    from openpyxl.styles import Font  # noqa: PLC0415 - see above

    cell = _cell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def text_cell(sheet: WriteOnlyWorksheet, text: str) -> Cell | None:
    """A cell of text, whatever the text looks like: openpyxl alone would make `=1+1` a formula and `#N/A` an error."""
    if not text:
        return None
    cell = _cell(sheet, _ESCAPE.sub("_x005F_", text))
    cell.data_type = "s"
    return cell


def _amount(sheet: WriteOnlyWorksheet, cents: int) -> Cell | None:
    """The digits themselves are written: no binary fraction comes between the cents and the file."""
    if cents <= 0:
        return None
    cell = _cell(sheet, plain(cents), "#,##0.00")
    cell.data_type = "n" if cents <= _MOST_CENTS else "s"
    return cell


def packed(parts: Mapping[str, bytes]) -> bytes:
    """An archive of some parts: the same bytes for the same parts, on any day and computer.

    It is not compressed, because different versions of zlib compress to different bytes.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            part = zipfile.ZipInfo(name, _NO_TIME)
            part.create_system = 0
            archive.writestr(part, content)
    return buffer.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """The parts of an archive that was just written."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read(data: bytes) -> tuple[JournalEntry, ...]:
    """The entries of such a workbook's first sheet, in either language. Raises ValueError for anything else."""
    try:
        records = records_of(io.BytesIO(data))
        if not is_header(next(records, ())):
            raise ValueError("the header is not that of a table of entries")
        return entries_of(map(_row, records))
    except SpreadsheetFault as fault:
        raise ValueError(f"not a workbook of ours: {fault.reason}") from fault


def _row(cells: Sequence[str]) -> EntryRow | None:
    """A row as texts. The reader gives a whole number without decimals, any other as its two decimals."""
    return row_of([*cells[:5], *(f"{text}.00" if text.isdecimal() else text for text in cells[5:7]), *cells[7:]])


TARGET = Target(name="xlsx", suffix=".xlsx", write=write, read=read, fit=fit, first_date=date(1900, 3, 1))
