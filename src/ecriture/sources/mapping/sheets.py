"""Rows in our own columns that a mapping made, each with the row of the file that it came from, for the readers of units."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ecriture.core.money import plain
from ecriture.core.problems import Problem, Where
from ecriture.sources.mapping.cells import Cents, Unread
from ecriture.sources.tables.table import CHUNK, MOST_PROBLEMS, Chunk, Tabular


class Sheet:
    """The rows of one rule; rows of a unit follow each other, and `starts` are the places of their first ones."""

    def __init__(self, columns: Sequence[str], called: Mapping[str, str]) -> None:
        self.columns = columns
        self.called = dict(called)
        """How the file calls the columns that come from one of its own."""
        self.rows: list[tuple[str, ...]] = []
        self.numbers: list[int] = []
        self.starts: list[int] = []
        self.origins: dict[tuple[int, str, str], str] = {}
        """By row, our column, and text: the file's column of an amount that was not read."""

    def amount(self, row: int, column: str, cents: Cents | None) -> str:
        """The text of an amount for our readers; what was not read is handed on as it is."""
        if isinstance(cents, Unread):
            self.origins[row, column, cents.text.strip()] = cents.column
            return cents.text
        return "" if cents is None else plain(cents)

    def begin(self) -> None:
        """The next row is the first one of a unit."""
        self.starts.append(len(self.rows))

    def add(self, number: int, row: tuple[str, ...]) -> None:
        self.numbers.append(number)
        self.rows.append(row)

    def chunks(self, names: Iterable[str]) -> Iterator[Chunk]:
        """The rows by column, some units at a time; blank texts for the columns of `names` that it has not."""
        absent = [name for name in names if name not in self.columns]
        ends = [*self.starts[1:], len(self.rows)]
        first = 0
        while first < len(self.starts):
            start, last = self.starts[first], first
            while last + 1 < len(ends) and ends[last + 1] - start <= CHUNK:
                last += 1
            end = ends[last]
            texts: dict[str, Sequence[str]] = dict(
                zip(self.columns, zip(*self.rows[start:end], strict=True), strict=True)
            )
            texts.update(dict.fromkeys(absent, ("",) * (end - start)))
            yield Chunk(self.numbers[start:end], texts, [it - start for it in self.starts[first : last + 1]])
            first = last + 1


class MappedTable(Tabular):
    """Sheets one after the other, as one table."""

    def __init__(self, file: str, sheets: Sequence[Sheet], columns: Iterable[str], problems: Iterable[Problem]) -> None:
        super().__init__(file)
        self._sheets = sheets
        self._columns = tuple(columns)
        self._origins: Mapping[tuple[int, str, str], str] = {}
        self.problems.extend(problems)

    def chunks(self) -> Iterator[Chunk]:
        for sheet in self._sheets:
            self.called, self._origins = sheet.called, sheet.origins
            yield from sheet.chunks(self._columns)
        if self._sheets:
            self.called = self._sheets[0].called

    def unreadable(self, row: int, reason: str, **params: object) -> None:
        """A word that is none of a column's values is missing in the mapping, not wrong in the file."""
        if reason == "value":
            reason, column = "mapped", str(params["column"])
            params["column"] = self.called.get(column, column)
        super().unreadable(row, reason, **params)

    def with_name(self, params: Mapping[str, object], row: int) -> Mapping[str, object]:
        place = (row, str(params.get("column")), str(params.get("text", "")).strip())
        called = self._origins.get(place)
        if called:
            return {**params, "called": called}
        if not _of_amounts(params):
            return super().with_name(params, row)
        column = str(params.get("column", ""))
        own = {"column": self.called.get(column, column)} if column else {}
        return {**params, **own, "mapped": True}


def _of_amounts(params: Mapping[str, object]) -> bool:
    """Whether a problem is about amounts that do not agree or are below zero: the mapping may say them wrongly."""
    return "rows_cents" in params or {"amount_cents", "column"} <= params.keys()


class Faults(NamedTuple):
    """The problems that a mapping finds, and the numbers of the units that cannot be used because of them."""

    file: str
    problems: list[Problem]
    documents: set[str]
    payments: set[str]

    def note(self, row: int, code: str, params: Mapping[str, object], kind: str = "", number: str = "") -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(code, params, Where(self.file, row, kind, number)))
        if kind:
            (self.documents if kind == "document" else self.payments).add(number)
