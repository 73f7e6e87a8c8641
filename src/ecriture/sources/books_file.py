"""A file of documents or payments of whatever program: in our own columns, or read by the mapping that its header fits."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, BinaryIO, NamedTuple

from ecriture.core.documents import Document, Payment, Unit, UnitKind
from ecriture.core.problems import Problem
from ecriture.core.settings import Settings
from ecriture.sources import documents, payments
from ecriture.sources.mapping.model import ColumnMapping
from ecriture.sources.mapping.reading import divided, read_mapped
from ecriture.sources.mapping.recognition import first_rows, recognised
from ecriture.sources.tables.header import MOST_COLUMNS, ROWS_EXAMINED, Column, places_of
from ecriture.sources.units import NO_DOCUMENTS, NO_PAYMENTS, UnitsRead


class BooksRead(NamedTuple):
    """What a file has, and the mapping by which it was read; None for our own columns."""

    documents: UnitsRead[Document] = NO_DOCUMENTS
    payments: UnitsRead[Payment] = NO_PAYMENTS
    mapping: ColumnMapping | None = None
    several: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """The documents of each payment that names more than one in a cell."""

    def divided(self, others: Mapping[str, Document]) -> "BooksRead":
        """With those payments divided, by the file's own documents and these others."""
        known = {**others, **self.documents.units}
        units = divided(self.payments.units, self.several, known)
        return self._replace(payments=self.payments._replace(units=units))

    def renumbered(self, numbers: Mapping[str, str]) -> "BooksRead":
        """With other numbers for some payments."""
        payments = (it._replace(number=numbers.get(it.number, it.number)) for it in self.payments.units.values())
        several = {numbers.get(number, number): named for number, named in self.several.items()}
        read = self.payments._replace(units={it.number: it for it in payments})
        return self._replace(payments=read, several=several)

    @property
    def named_elsewhere(self) -> frozenset[str]:
        """The documents that are to divide payments, and are not in the file."""
        return frozenset(number for named in self.several.values() for number in named) - self.documents.units.keys()

    @property
    def undivided(self) -> list[Payment]:
        """The payments that name several documents still."""
        return [it for number in self.several if (it := self.payments.units.get(number)) and len(it.rows) == 1]

    @property
    def has_identity(self) -> bool:
        """Whether payments without a number are told apart by their columns: another choice of these renumbers them."""
        return self.mapping is not None and any(rule.identity for rule in self.mapping.payments)

    @property
    def numbers(self) -> dict[UnitKind, frozenset[str]]:
        """All numbers of the file by kind, also those with an error; of kinds that it has."""
        parts: tuple[tuple[UnitKind, UnitsRead[Any]], ...] = (
            (UnitKind.DOCUMENT, self.documents),
            (UnitKind.PAYMENT, self.payments),
        )
        return {kind: frozenset(read.units) | read.faulty for kind, read in parts if read.units}

    @property
    def units(self) -> list[Unit]:
        """The valid ones, documents first."""
        return [*self.documents.units.values(), *self.payments.units.values()]

    @property
    def problems(self) -> tuple[Problem, ...]:
        return (*self.documents.problems, *self.payments.problems)

    @property
    def origin(self) -> str:
        """The program whose numbers these are; empty for our own columns."""
        return self.mapping.source if self.mapping else ""


def read_books_file(stream: BinaryIO, name: str, settings: Settings, mappings: Sequence[ColumnMapping]) -> BooksRead:
    """Reads a file by its header: by the mapping that it fits, else as payments, else as documents, in our own columns.

    With one mapping alone, a file that is not in our own columns is read by it: then its problems say what it lacks.
    """
    rows = first_rows(stream, ROWS_EXAMINED)
    mapping = recognised(rows, mappings)
    if mapping is None and len(mappings) == 1 and not any(_has(rows, own) for own in (documents, payments)):
        (mapping,) = mappings
    if mapping is not None:
        found = read_mapped(stream, mapping, settings, file=name)
        return BooksRead(found.documents, found.payments, mapping, found.several)
    if _has(rows, payments):
        return BooksRead(payments=payments.read_payments(stream, file=name, currency=settings.currency))
    return BooksRead(documents.read_documents(stream, file=name, currency=settings.currency))


def is_known(stream: BinaryIO, mappings: Sequence[ColumnMapping]) -> bool:
    """Whether a file has our own columns, or those of one of the mappings."""
    rows = first_rows(stream, ROWS_EXAMINED)
    return recognised(rows, mappings) is not None or any(_has(rows, own) for own in (documents, payments))


def fits_one(stream: BinaryIO, mappings: Sequence[ColumnMapping]) -> bool:
    """Whether the header of a file fits one of the mappings."""
    return bool(mappings) and recognised(first_rows(stream, ROWS_EXAMINED), mappings) is not None


def _has(rows: Sequence[Sequence[str]], own: object) -> bool:
    columns: tuple[Column, ...] = own.COLUMNS  # type: ignore[attr-defined] # one of the two readers
    needed = {column.name for column in columns if column.needed}
    return any(needed <= places_of(row[:MOST_COLUMNS], columns).keys() for row in rows)
