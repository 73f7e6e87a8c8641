"""Tables written as CSV (RFC 4180), in UTF-8 with its mark.

The mark is for Excel: without it, a double click on the file reads UTF-8 as Windows-1252, and "Débit" as "DÃ©bit". Scripts
know it (`utf-8-sig` in Python; pandas, R and LibreOffice by themselves). The comma is that of RFC 4180: an Excel set to
French (Canada) splits at semicolons on a double click, and finds the comma under Data, From Text/CSV. A line `sep=,` would
help Excel, but it makes it forget the mark, and scripts take it for the header.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable

# A spreadsheet runs a cell that begins like this as a formula, so an apostrophe is put before it, and taken off again. The
# apostrophe itself is here so that each guarded text can be told from one that had an apostrophe of its own. An Excel that
# splits at semicolons begins a cell after each, and after a line end too, since it knows no quotation marks within a cell.
_BEGINS = r"(?:\A|(?<=[;\r\n]))"
_RUN = r"(?=[=+\-@\t\r\n'＝＋－＠])"
_TO_GUARD = re.compile(_BEGINS + _RUN)
_GUARD = re.compile(f"{_BEGINS}'{_RUN}")


def csv_file(header: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return codecs.BOM_UTF8 + text.getvalue().encode()


def guarded(text: str) -> str:
    """A text protected from being run as a formula by a spreadsheet."""
    return _TO_GUARD.sub("'", text)


def unguarded(text: str) -> str:
    """The inverse of `guarded`."""
    return _GUARD.sub("", text)
