"""Which sheet of a workbook is read: the first visible one that has what is looked for. What is left out is said."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from ecriture.core.problems import Problem, Where
from ecriture.sources.tables.header import shown
from ecriture.sources.tables.spreadsheet import Sheet, sheets_of

MOST_NAMED = 10
"""So many sheets that are not read are named; all are counted."""


class Chosen:
    """The sheet that is read; None in a workbook without a text. `others` are the sheets with texts that are not read."""

    def __init__(self, sheet: Sheet | None, others: Sequence[Sheet]) -> None:
        self._sheet, self._others = sheet, others

    def rows(self) -> Iterator[list[str]]:
        """Raises SpreadsheetFault, also after some rows."""
        return self._sheet.rows() if self._sheet else iter(())

    def problems(self, file: str) -> Iterator[Problem]:
        """What a person may not expect: complete when all rows have been read."""
        if self._sheet and self._others:
            names = tuple(shown(sheet.name) for sheet in self._others[:MOST_NAMED])
            params = {"sheet": shown(self._sheet.name), "others": names, "count": len(self._others)}
            yield Problem("sheets-unread", params, Where(file))
        if self._sheet and self._sheet.hidden_rows:
            yield Problem("rows-hidden", {"count": self._sheet.hidden_rows}, Where(file))


def choose_sheet(stream: BinaryIO, fits: Callable[[Sequence[list[str]]], bool], *, rows: int) -> Chosen:
    """The first visible sheet whose first rows fit, else the first with a text. Raises SpreadsheetFault."""
    with_text = [sheet for sheet in sheets_of(stream) if any(map(any, sheet.rows()))]
    visible = [sheet for sheet in with_text if not sheet.is_hidden]
    fitting = (sheet for sheet in visible if fits([*islice(sheet.rows(), rows)]))
    sheet = next(fitting, visible[0] if visible else None)
    return Chosen(sheet, [other for other in with_text if other is not sheet])
