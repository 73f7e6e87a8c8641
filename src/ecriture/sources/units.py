"""What the readers of documents and of payments share: choices, problems with their place, the second reading."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, BinaryIO, Generic, NamedTuple, TypeVar, cast

from ecriture.core.amounts import AmountReader, UnreadAmount
from ecriture.core.dates import DateReader, UnreadDate
from ecriture.core.documents import Document, Payment, Status, UnitKind
from ecriture.core.problems import Problem, Where
from ecriture.core.registers import Register
from ecriture.sources.tables.table import MOST_PROBLEMS, Chunk, Table, plain_name

E = TypeVar("E", bound=StrEnum)
U = TypeVar("U", Document, Payment)
C = TypeVar("C")
V = TypeVar("V")
R = TypeVar("R", bound="tuple[object, ...]")


class UnitsRead(NamedTuple, Generic[U]):
    """The valid units by number in the order of the file, the numbers of those with an error, and all problems."""

    units: Register[U]
    faulty: frozenset[str]
    problems: tuple[Problem, ...]


MOST_SPELLINGS = 256
"""So many ways to write the values of a column are learnt: each of them is one of a few words."""


class Unknown(NamedTuple):
    """A text that is none of a column's values."""

    text: str


class Choices(dict[str, "E | Unknown | None"], Generic[E]):
    """The texts of a column to its values, in English or French; None where it is blank."""

    def __init__(self, values: Iterable[E], **french: str) -> None:
        super().__init__({"": None})
        self._values: dict[str, E | None] = {value.value: value for value in values}
        self.accepted = ", ".join(self._values)
        self._values |= {name: self._values[value] for name, value in french.items()}
        self._values[""] = None

    def __missing__(self, text: str) -> E | Unknown | None:
        plain = plain_name(text)
        if plain not in self._values or (not plain and text.strip()):  # `?` has no letter, and is not blank
            return Unknown(text)
        value = self._values[plain]
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


Columns = tuple[Sequence[Any], ...]
"""Values of some columns, each column for itself."""


class Drafts(NamedTuple):
    """The units of a chunk as they were read: what their first rows say of each, and what all rows say for themselves."""

    numbers: Sequence[str]
    first_rows: Sequence[int]
    runs: Sequence[slice]
    """Where the rows of each unit stand in `own`."""
    heads: Columns
    own: Columns


class Reading(ABC, Generic[U, C]):
    """What is kept while a file is read. Of a unit with a fault only its number is kept.

    The units of a chunk are taken all at once, by column, because a call for each would be felt; those in which
    something is odd are looked at one by one.
    """

    units: Register[U]

    def __init__(self, table: Table, *, file: str, kind: UnitKind, layout: "Layout[Any]", decimal: str = "") -> None:
        self.table = table
        self.file = file
        self.kind = kind
        self.layout = layout
        self.amounts = AmountReader(decimal)
        self.dates = DateReader()
        self.names = Names()
        self.faulty: set[str] = set()
        self.problems: list[Problem] = []

    @abstractmethod
    def heads(self, texts: Mapping[str, Sequence[str]]) -> Columns:
        """What some rows say in the columns of the layout, each column converted as a whole."""

    @abstractmethod
    def own(self, texts: Mapping[str, Sequence[str]]) -> Columns:
        """What the rows say for themselves."""

    @abstractmethod
    def made(self, drafts: Drafts) -> tuple[C, Collection[int]]:
        """The drafts as columns of units, and the places of those in which something is odd: there they may be anything."""

    @abstractmethod
    def keep(self, drafts: Drafts, columns: C, places: slice) -> None:
        """Takes the units at some places in, which is one at least."""

    @abstractmethod
    def take(self, number: str, rows: Sequence[int], head: Any, own: Columns) -> None:  # noqa: ANN401 - as the layout
        """Takes one unit in, or notes its problems."""

    def read(self) -> None:
        for chunk in self.table.chunks():
            drafts, says_more = self._drafts(chunk), chunk.says_more(self.layout.columns)
            columns, odd_ones = self.made(drafts)
            all_odd = says_more or not self._are_new(drafts.numbers)
            odd: Collection[int] = range(len(drafts.numbers)) if all_odd else odd_ones
            first = 0
            for place in (*sorted(odd), len(drafts.numbers)):
                if first < place:
                    self.keep(drafts, columns, slice(first, place))
                if place in odd:
                    self._take_odd(chunk, drafts, place, says_more=says_more)
                first = place + 1

    def _take_odd(self, chunk: Chunk, drafts: Drafts, place: int, *, says_more: bool) -> None:
        number, run = drafts.numbers[place], drafts.runs[place]
        rows, head = chunk.rows[run], tuple([column[place] for column in drafts.heads])
        if self.is_new(number, rows[0]):
            if says_more:
                later = self.heads({name: chunk.texts[name][run] for name in self.layout.columns})
                self.compare(number, head, zip(rows, zip(*later, strict=True), strict=True))
            self.take(number, rows, head, tuple([column[run] for column in drafts.own]))

    def _drafts(self, chunk: Chunk) -> Drafts:
        return Drafts(
            chunk.first(self.kind),
            [chunk.rows[start] for start in chunk.starts],
            chunk.runs(),
            self.heads({name: chunk.first(name) for name in self.layout.columns}),
            self.own(chunk.texts),
        )

    def _are_new(self, numbers: Sequence[str]) -> bool:
        """Whether all of some numbers come for the first time."""
        apart = len(set(numbers)) == len(numbers) and self.faulty.isdisjoint(numbers)
        return apart and self.units.keys().isdisjoint(numbers)

    def fault(self, number: str, row: int, code: str, params: Mapping[str, object]) -> None:
        """Notes a mistake in a unit, which is not valid then."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(code, params, Where(self.file, row, self.kind, number)))
        self.faulty.add(number)

    def not_read(self, number: str, row: int, column: str, value: object) -> None:
        """Notes a value that could not be read, if it is one."""
        if isinstance(value, UnreadAmount | UnreadDate):
            self.fault(number, row, value.code, {"column": column, "text": value.text})

    def is_new(self, number: str, row: int) -> bool:
        """Whether a number comes for the first time; if not it is noted, and neither of the two can be trusted."""
        if number not in self.units and number not in self.faulty:
            return True
        self.fault(number, row, f"{self.kind}-duplicate", {"reason": "again"})
        return False

    def compare(self, number: str, head: R, later: Iterable[tuple[int, R]]) -> None:
        """A later row may repeat a value of the first, in any form; another value is a mistake."""
        if isinstance(head[0], Unknown) or isinstance(head[1], Unknown):
            return
        layout = self.layout
        told = filled(head, layout.defaults, layout.blank)
        for row, values in later:
            for column, first, again in zip(layout.columns, told, filled(values, told, layout.blank), strict=True):
                if first != again and (told[1] is Status.FINAL or column not in layout.of_final):
                    params = {"reason": "contradicts", "column": column}
                    self.fault(number, row, f"{self.kind}-duplicate", params)

    def unknown_in(self, number: str, row: int, head: "tuple[object, ...]", choices: Sequence["Choices[Any]"]) -> None:
        """Notes the texts of `type` and `status` that are none of their values."""
        self.faulty.add(number)
        for column, value, known in zip(("type", "status"), head, choices, strict=False):
            if isinstance(value, Unknown):
                self.unknown_value(row, column, value.text, known.accepted)

    def unknown_value(self, row: int, column: str, text: str, accepted: str) -> None:
        self.table.unreadable(row, "value", column=column, value=text, accepted=accepted)

    def result(self) -> UnitsRead[U]:
        return UnitsRead(
            self.units.without(self.faulty), frozenset(self.faulty), (*self.table.problems, *self.problems)
        )


def values_of(texts: Sequence[str], known: Mapping[str, V]) -> list[V]:
    """The values of a column's texts; a column with the same in each row, often nothing, is looked up once."""
    if texts and texts.count(texts[0]) == len(texts):
        return [known[texts[0]]] * len(texts)
    return list(map(known.__getitem__, texts))


def cut(columns: Iterable[Sequence[Any]], places: slice) -> Iterator[Any]:
    """The same places of each column."""
    return (column[places] for column in columns)


class Layout(NamedTuple, Generic[R]):
    """The columns of a head (the second is the status), one in which all are blank, and what a blank one means.

    The columns `of_final` may be anything unless the unit is final.
    """

    columns: tuple[str, ...]
    blank: R
    defaults: R
    of_final: frozenset[str]


def filled(later: R, first: R, blank: R) -> R:
    """The head of a later row, with the values of the first in the place of blank ones."""
    values = zip(later, first, blank, strict=True)
    return cast("R", tuple([above if value == nothing else value for value, above, nothing in values]))


def read_deciding(stream: BinaryIO, read: Callable[[BinaryIO, str], Reading[U, Any]]) -> UnitsRead[U]:
    """Reads a file; once more with its decimal mark known, if amounts like `1,234` were met and the others decide them."""
    reading = read(stream, "")
    decided = reading.amounts.decided()
    if reading.amounts.met_ambiguous and decided:
        reading = read(stream, decided)
    return reading.result()
