"""Tables that leave as CSV, row by row, however many there are: UTF-8 with its mark, and no cell that runs as a formula."""

import csv
import io
from collections.abc import Iterable
from typing import IO

from ecriture.core.money import plain
from ecriture.sources.tables.csv_file import guarded


class Cents(int):
    """An amount, written with two decimals."""

    def __str__(self) -> str:
        return plain(self)


def write_table(file: IO[bytes], header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Writes a table, and closes the file. An empty cell stands for None."""
    with io.TextIOWrapper(file, "utf-8-sig", newline="") as text:
        table = csv.writer(text, lineterminator="\r\n")
        table.writerow(header)
        table.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return guarded(value) if isinstance(value, str) else str(value)
