"""What the readers of documents and of payments share: rows to units, choices, problems with their place."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import islice, repeat
from types import MappingProxyType
from typing import Any, BinaryIO, Generic, NamedTuple, Self, TypeVar

from ecriture.core.amounts import AmountReader, UnreadAmount
from ecriture.core.dates import DateReader, DayOrder, UnreadDate
from ecriture.core.documents import FINAL, Document, Payment, UnitKind
from ecriture.core.problems import Problem, Where
from ecriture.sources.tables.table import MOST_PROBLEMS, Chunk, Column, Tabular, open_table, plain_name

E = TypeVar("E", bound=StrEnum)
U = TypeVar("U", Document, Payment)
V = TypeVar("V")

Columns = tuple[Iterable[Any], ...]
"""Values of some columns, each column for itself."""

OwnColumns = tuple[Column, ...]
"""The columns of our own files of one kind."""

UnitColumns = Sequence[Sequence[Any]]
"""For each value of a unit, those of some units: first what is said once, in the order of the layout, then what each row
says for itself, a sequence for each unit. The second value is the status.
"""


class UnitsRead(NamedTuple, Generic[U]):
    """The valid units by number in the order of the file, the numbers of those with an error, and all problems."""

    units: Mapping[str, U]
    faulty: frozenset[str]
    problems: tuple[Problem, ...]
    span: tuple[date, date] | None
    """The first and the last date of all units that could be read; None without any."""
    called: Mapping[str, str] = MappingProxyType({})
    """How the file calls the columns that it has."""


NO_DOCUMENTS: UnitsRead[Document] = UnitsRead({}, frozenset(), (), None)
NO_PAYMENTS: UnitsRead[Payment] = UnitsRead({}, frozenset(), (), None)


class MappedRead(NamedTuple):
    """The documents and payments of a file, each with their problems; those of the file itself are among the first."""

    documents: UnitsRead[Document] = NO_DOCUMENTS
    payments: UnitsRead[Payment] = NO_PAYMENTS
    several: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """The documents of each payment that names more than one in a cell; see `mapping.reading.divided`."""


MOST_SPELLINGS = 256
"""So many ways to write the values of a column are learnt: each of them is one of a few words."""


class Unknown(NamedTuple):
    """A text that is none of a column's values."""

    text: str


class Choices(dict[str, "E | Unknown"], Generic[E]):
    """The texts of a column to its values, in English or French; a blank one is the first value."""

    def __init__(self, values: Iterable[E], **french: str) -> None:
        known = tuple(values)
        super().__init__({"": known[0]})
        self._values: dict[str, E] = {value.value: value for value in known}
        self.accepted = ", ".join(self._values)
        self._values |= {name: self._values[value] for name, value in french.items()}

    def __missing__(self, text: str) -> E | Unknown:
        if not text.strip():
            return self[""]
        value = self._values.get(plain_name(text))
        if value is None:
            return Unknown(text)
        if len(self) < MOST_SPELLINGS:
            self[text] = value
        return value


class Names(dict[str, str]):
    """Texts without the blanks around them, one object for all that are the same: names come back a hundred times."""

    LEARNED = 50_000

    def __missing__(self, text: str) -> str:
        bare = text.strip()
        if len(self) < self.LEARNED:
            self[text] = bare
        return bare


class Currencies(dict[str, str]):
    """The texts of a column to currencies; a blank one is the company's."""

    def __init__(self, own: str) -> None:
        super().__init__({"": own})

    def __missing__(self, text: str) -> str:
        return text.strip().upper() or self[""]


class Marks(NamedTuple):
    """What a whole file shows of how its amounts and dates are written, where that must be known; `""` where not."""

    decimal: str = ""
    order: str = ""


class Layout(NamedTuple):
    """The columns of a head, and those of them that may be anything unless the unit is final."""

    columns: tuple[str, ...]
    of_final: frozenset[str]


class Reading(ABC, Generic[U]):
    """Makes units of the rows of a table. Of a unit with a fault only its number is kept.

    Rows of one unit follow each other. What is said once for a unit stands in its first row; a later row may repeat it.
    Columns are converted as a whole, because a Python call for each cell would be felt.
    """

    def __init__(
        self, table: Tabular, *, file: str, kind: UnitKind, layout: Layout, marks: Marks, currency: str
    ) -> None:
        self.table = table
        self.file = file
        self.kind = kind
        self.layout = layout
        self.currency = currency
        self.currencies = Currencies(currency)
        self.amounts = AmountReader(marks.decimal, currency)
        self.order = DayOrder(marks.order)
        self.dates = DateReader(self.order)
        self.names = Names()
        self.units: dict[str, U] = {}
        self.faulty: set[str] = set()
        self.problems: list[Problem] = []

    @abstractmethod
    def heads(self, texts: Mapping[str, Sequence[str]]) -> Columns:
        """What some rows say in the columns of the layout."""

    @abstractmethod
    def own(self, texts: Mapping[str, Sequence[str]]) -> Sequence[Sequence[Any]]:
        """What each row says for itself, a sequence for each value."""

    @abstractmethod
    def made(self, numbers: Sequence[str], rows: Iterable[int], values: UnitColumns) -> Iterable[U]:
        """The units, with the numbers of their first rows. Those that are doubtful may be anything."""

    @abstractmethod
    def doubtful(self, values: UnitColumns) -> Iterable[int]:
        """The places of the units that must be judged one by one."""

    @abstractmethod
    def judge(self, number: str, rows: Sequence[int], values: Sequence[Any]) -> None:
        """Notes the problems of a doubtful unit, or keeps it in another form. `rows` are the numbers of its rows."""

    def read(self) -> Self:
        for chunk in self.table.chunks():
            self._take(chunk)
        return self

    def _take(self, chunk: Chunk) -> None:
        """Keeps all units of a chunk at once, then looks at those with something to say, in their order."""
        numbers: Sequence[str] = chunk.first(self.kind)
        runs: Sequence[slice] = chunk.runs()
        firsts: dict[str, Sequence[str]] = {name: chunk.first(name) for name in self.layout.columns}
        heads: list[Sequence[Any]] = [*map(tuple, self.heads(firsts))]
        values: UnitColumns = [*heads, *(tuple(map(own.__getitem__, runs)) for own in self.own(chunk.texts))]
        units: dict[str, U] = dict(
            zip(numbers, self.made(numbers, map(chunk.rows.__getitem__, chunk.starts), values), strict=True)
        )
        doubtful, contradicting = {*self.doubtful(values)}, {*chunk.contradicting(firsts)}
        before: int = len(self.units)
        self.units |= units
        again = {*self._again(numbers, len(self.units) - before)}
        for place in sorted(doubtful | contradicting | again):
            number, rows = numbers[place], chunk.rows[runs[place]]
            if place in again:
                self.fault(number, rows[0], f"{self.kind}-duplicate", {"reason": "again"})
                continue
            if place in contradicting:
                self._compare(number, [column[place] for column in heads], chunk, runs[place])
            if place in doubtful:
                self.judge(number, rows, [column[place] for column in values])

    def _again(self, numbers: Sequence[str], added: int) -> Iterator[int]:
        """The places of the numbers that came before: neither of the two units can be trusted. `added`: how many did not."""
        if added < len(numbers):
            fresh = {*islice(reversed(self.units), added)}
            for place, number in enumerate(numbers):
                if number not in fresh:
                    yield place
                fresh.discard(number)

    def _compare(self, number: str, head: Sequence[Any], chunk: Chunk, place: slice) -> None:
        """A later row may repeat a value of the first, in any form; another value is a mistake."""
        if isinstance(head[0], Unknown) or isinstance(head[1], Unknown):
            return
        texts = {name: chunk.texts[name][place] for name in self.layout.columns}
        for column, told, values in zip(self.layout.columns, head, self.heads(texts), strict=True):
            if head[1] is FINAL or column not in self.layout.of_final:
                for row, text, again in zip(chunk.rows[place], texts[column], values, strict=True):
                    if text.strip() and again != told:
                        params = {"reason": "contradicts", "column": column}
                        self.fault(number, row, f"{self.kind}-duplicate", params)

    # Faults

    def fault(self, number: str, row: int, code: str, params: Mapping[str, object]) -> None:
        """Notes a mistake in a unit, which is not valid then."""
        if len(self.problems) < MOST_PROBLEMS:
            params = with_columns(code, self.table.with_name(params, row), self.table.called)
            self.problems.append(Problem(code, params, Where(self.file, row, self.kind, number)))
        self.faulty.add(number)

    def not_read(self, number: str, row: int, column: str, value: object) -> None:
        """Notes a value that could not be read, if it is one."""
        if isinstance(value, UnreadAmount | UnreadDate):
            reason = {"reason": value.reason} if value.reason else {}
            self.fault(number, row, value.code, {"column": column, "text": value.text, **reason})

    def unknown_in(self, number: str, row: int, head: Sequence[Any], choices: "Sequence[Choices[Any]]") -> None:
        """Notes the texts of `type` and `status` that are none of their values."""
        self.faulty.add(number)
        for column, value, known in zip(("type", "status"), head, choices, strict=False):
            if isinstance(value, Unknown):
                self.unknown_value(row, column, value.text, known.accepted)

    def unknown_value(self, row: int, column: str, text: str, accepted: str) -> None:
        self.table.unreadable(row, "value", column=column, value=text, accepted=accepted)

    def marks(self) -> Marks:
        """What must be known to read what was ambiguous, as far as the file shows it."""
        decimal = self.amounts.decided() if self.amounts.met_ambiguous else ""
        return Marks(decimal, self.order.decided() if self.order.met_ambiguous else "")

    def result(self) -> UnitsRead[U]:
        units = self.units
        if not self.faulty.isdisjoint(units):
            units = {number: unit for number, unit in units.items() if number not in self.faulty}
        problems = (*self.table.problems, *self.problems)
        return UnitsRead(units, frozenset(self.faulty), problems, self.dates.span, self.table.called)


OF_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "total-differs": ("row",),
        "document-unknown": ("document", "applies_to"),
        "document-not-final": ("document", "applies_to"),
    }
)
"""The columns that the remedy of a problem names."""


def with_columns(code: str, params: Mapping[str, object], called: Mapping[str, str]) -> Mapping[str, object]:
    """The parameters of a problem, with the names of its remedy's columns in the file."""
    columns = {column: called[column] for column in OF_COLUMNS.get(code, ()) if column in called}
    return {**params, "columns": columns} if columns else params


def values_of(texts: Sequence[str], known: Mapping[str, V]) -> Iterator[V]:
    """The values of a column's texts. One in which all are the same, often blank, is looked up once."""
    if texts and texts.count(texts[0]) == len(texts):
        return repeat(known[texts[0]], len(texts))
    return map(known.__getitem__, texts)


def read_file(
    stream: BinaryIO,
    columns: OwnColumns,
    reading_of: Callable[[Tabular, str, str, Marks], Reading[U]],
    *,
    file: str,
    currency: str,
) -> UnitsRead[U]:
    """Reads a file; once more if amounts like `1,234` or dates like `05/01/2026` were met and the others decide them."""

    def read(marks: Marks) -> Reading[U]:
        return reading_of(open_table(stream, file=file, columns=columns), file, currency, marks).read()

    reading = read(Marks())
    marks = reading.marks()
    return (read(marks) if any(marks) else reading).result()
