"""Writes workbooks: the same bytes for the same values, on any day and computer."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from ecriture.core.money import plain

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

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

Value = date | str | int | None
"""Of a cell: a day, a text, an amount in cents, nothing."""


def workbook(title: str, columns: Mapping[str, int], rows: Iterable[Sequence[Value]]) -> bytes:
    """A sheet with a frozen header: the names of the columns, each with its width."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to load, and few runs need it

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDEFGHIJ", columns.values(), strict=False):
        sheet.column_dimensions[letter].width = width
    sheet.append([_bold(sheet, name) for name in columns])
    for row in rows:
        sheet.append([_cell_of(sheet, value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return packed(unpacked(buffer.getvalue()) | {"docProps/core.xml": _CORE_PROPERTIES})


def _cell(sheet: WriteOnlyWorksheet, value: date | str, number_format: str = "") -> Cell:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - see above

    # openpyxl's stubs know `datetime` only; it takes a date as well.
    cell = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]
    if number_format:
        cell.number_format = number_format
    return cell


def _bold(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    from openpyxl.styles import Font  # noqa: PLC0415 - see above

    cell = _cell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _cell_of(sheet: WriteOnlyWorksheet, value: Value) -> Cell | None:
    match value:
        case None | "":
            return None
        case date():
            return _cell(sheet, value, "yyyy-mm-dd")
        case int():
            return _amount(sheet, value)
    # Whatever the text looks like: openpyxl alone would make `=1+1` a formula and `#N/A` an error.
    cell = _cell(sheet, _ESCAPE.sub("_x005F_", value))
    cell.data_type = "s"
    return cell


def _amount(sheet: WriteOnlyWorksheet, cents: int) -> Cell:
    """The digits themselves are written: no binary fraction comes between the cents and the file."""
    cell = _cell(sheet, plain(cents), "#,##0.00")
    cell.data_type = "n" if abs(cents) <= _MOST_CENTS else "s"
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
