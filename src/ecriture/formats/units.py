"""What the readers of documents and of payments share: choices, problems with their place, the second reading."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, BinaryIO, Generic, NamedTuple, TypeVar, cast

from ecriture.core.amounts import AmountReader, UnreadAmount
from ecriture.core.dates import DateReader, UnreadDate
from ecriture.core.documents import Status, UnitKind
from ecriture.core.problems import Problem, Where
from ecriture.formats.table import MOST_PROBLEMS, Table, plain_name

E = TypeVar("E", bound=StrEnum)
U = TypeVar("U")
R = TypeVar("R", bound="tuple[object, ...]")


class UnitsRead(NamedTuple, Generic[U]):
    """The valid units by number in the order of the file, the numbers of those with an error, and all problems."""

    units: Mapping[str, U]
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


class Reading(Generic[U]):
    """What is kept while a file is read. A unit with a fault is not among the units, only its number is kept."""

    def __init__(self, table: Table, *, file: str, kind: UnitKind, decimal: str = "") -> None:
        self.table = table
        self.file = file
        self.kind = kind
        self.amounts = AmountReader(decimal)
        self.dates = DateReader()
        self.names = Names()
        self.units: dict[str, U] = {}
        self.faulty: set[str] = set()
        self.problems: list[Problem] = []

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
        self.units.pop(number, None)
        self.fault(number, row, f"{self.kind}-duplicate", {"reason": "again"})
        return False

    def compare(self, number: str, head: R, later: Iterable[tuple[int, R]], layout: "Layout[R]") -> None:
        """A later row may repeat a value of the first, in any form; another value is a mistake."""
        if isinstance(head[0], Unknown) or isinstance(head[1], Unknown):
            return
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
        return UnitsRead(self.units, frozenset(self.faulty), (*self.table.problems, *self.problems))


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


def read_deciding(stream: BinaryIO, read: Callable[[BinaryIO, str], Reading[U]]) -> UnitsRead[U]:
    """Reads a file; once more with its decimal mark known, if amounts like `1,234` were met and the others decide them."""
    reading = read(stream, "")
    decided = reading.amounts.decided()
    if reading.amounts.met_ambiguous and decided:
        reading = read(stream, decided)
    return reading.result()
