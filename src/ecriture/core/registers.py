"""The documents and the payments of some books, each kept column by column: many are looked at at once, at the speed of C.

A register is a mapping from numbers to units; a unit is made when it is asked for.
"""

from abc import abstractmethod
from array import array
from collections.abc import Collection, Iterable, Iterator, KeysView, Mapping, Sequence, ValuesView
from collections.abc import Set as AbstractSet
from datetime import date
from itertools import accumulate, chain, count, islice
from typing import Any, NamedTuple, Self, TypeVar

from ecriture.core.columns import chosen, together, tuples_of
from ecriture.core.documents import Document, DocumentKind, Form, Payment, PaymentKind, PaymentRow, Status

U = TypeVar("U", Document, Payment)


class DocumentColumns(NamedTuple):
    """The fields of documents, each for all of them."""

    numbers: Sequence[str]
    kinds: Sequence[DocumentKind]
    statuses: Sequence[Status]
    dates: Sequence[date]
    customers: Sequence[str]
    applies_to: Sequence[str]
    forms: Sequence[Form]
    amounts: Sequence[tuple[int, ...]]
    rows: Sequence[int]


class PaymentColumns(NamedTuple):
    """The fields of payments, each for all of them; of their shares only how many there are."""

    numbers: Sequence[str]
    kinds: Sequence[PaymentKind]
    statuses: Sequence[Status]
    dates: Sequence[date]
    customers: Sequence[str]
    methods: Sequence[str]
    bank_references: Sequence[str]
    share_counts: Sequence[int]
    rows: Sequence[int]


class ShareColumns(NamedTuple):
    """The fields of the shares of payments (`PaymentRow`), each for all of them, in the order of the payments."""

    documents: Sequence[str]
    amounts_cents: Sequence[int]
    fees_cents: Sequence[int]
    roundings_cents: Sequence[int]
    applied: Sequence[date | None]


class Register(Mapping[str, U]):
    """Units of one kind by number, in the order of the input. Units can be added, and none taken away."""

    def __init__(self, units: Iterable[U] = ()) -> None:
        """Raises ValueError when two have one number."""
        self.places: dict[str, int] = {}
        """Where each unit stands in the columns."""
        self.add(units)

    @classmethod
    def of(cls, units: Mapping[str, U]) -> Self:
        """A mapping of units as a register, which it may be already."""
        return units if isinstance(units, cls) else cls(units.values())

    def without(self, numbers: AbstractSet[str]) -> Self:
        """The units but those with some numbers."""
        if numbers.isdisjoint(self.places):
            return self
        return type(self)(unit for unit in self.units() if unit.number not in numbers)

    @abstractmethod
    def add(self, units: Iterable[U]) -> None:
        """Adds units, whose numbers must be new. Raises ValueError when they are not."""

    @abstractmethod
    def at(self, place: int) -> U:
        """The unit at a place."""

    @abstractmethod
    def some(self, places: Sequence[int]) -> Iterator[U]:
        """The units at some places, made together."""

    def units(self) -> Iterator[U]:
        """All units in their order."""
        return self.some(range(len(self)))

    def _take_places(self, numbers: Collection[str]) -> None:
        """Gives the next places to numbers that have none. Raises ValueError when one of them has."""
        first = len(self.places)
        self.places.update(zip(numbers, count(first), strict=False))
        if len(self.places) != first + len(numbers):
            raise ValueError("a number twice in a register")

    def __getitem__(self, number: str) -> U:
        return self.at(self.places[number])

    def __contains__(self, number: object) -> bool:
        return number in self.places

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def keys(self) -> KeysView[str]:
        return self.places.keys()

    def values(self) -> ValuesView[U]:
        return _Units(self)


class _Units(ValuesView[U]):
    """The units of a register, made all at once."""

    _mapping: Register[U]

    def __iter__(self) -> Iterator[U]:
        return self._mapping.units()


class Documents(Register[Document]):
    """The documents of some books."""

    def __init__(self, units: Iterable[Document] = ()) -> None:
        self._lists = _lists(DocumentColumns)
        self.columns = DocumentColumns(*self._lists)
        super().__init__(units)

    def add(self, units: Iterable[Document]) -> None:
        self.extend(DocumentColumns(*_transposed(units, Document)))

    def extend(self, columns: DocumentColumns) -> None:
        """Adds documents, whose numbers must be new. Raises ValueError when they are not."""
        self._take_places(columns.numbers)
        _extend(self._lists, columns)

    def at(self, place: int) -> Document:
        return Document._make([column[place] for column in self._lists])

    def some(self, places: Sequence[int]) -> Iterator[Document]:
        return tuples_of(Document, *[chosen(column, places) for column in self._lists])


class Payments(Register[Payment]):
    """The payments of some books. The shares of all of them stand in columns of their own."""

    def __init__(self, units: Iterable[Payment] = ()) -> None:
        self._lists, self._share_lists = _lists(PaymentColumns), _lists(ShareColumns)
        self._firsts = array("q")
        """Where the first share of each payment stands."""
        self.columns = PaymentColumns(*self._lists)
        self.shares = ShareColumns(*self._share_lists)
        super().__init__(units)

    def add(self, units: Iterable[Payment]) -> None:
        *heads, shares, rows = _transposed(units, Payment)
        columns = PaymentColumns._make([*heads, [*map(len, shares)], rows])
        self.extend(columns, ShareColumns(*_transposed(chain.from_iterable(shares), PaymentRow)))

    def extend(self, columns: PaymentColumns, shares: ShareColumns) -> None:
        """Adds payments, whose numbers must be new, and their shares. Raises ValueError when they are not."""
        self._take_places(columns.numbers)
        firsts = accumulate(columns.share_counts, initial=len(self.shares.documents))
        self._firsts.extend(islice(firsts, len(columns.numbers)))
        _extend(self._lists, columns)
        _extend(self._share_lists, shares)

    def at(self, place: int) -> Payment:
        *heads, share_count, row = [column[place] for column in self._lists]
        first = self._firsts[place]
        shares = [column[first : first + share_count] for column in self._share_lists]
        return Payment._make([*heads, tuple(tuples_of(PaymentRow, *shares)), row])

    def some(self, places: Sequence[int]) -> Iterator[Payment]:
        if not isinstance(places, range) or not places:
            return map(self.at, places)
        *heads, share_counts, rows = [chosen(column, places) for column in self._lists]
        first = self._firsts[places[0]]
        last = first + sum(share_counts)
        shares = tuples_of(PaymentRow, *[column[first:last] for column in self._share_lists])
        return tuples_of(Payment, *heads, (tuple(islice(shares, many)) for many in share_counts), rows)

    def with_one_share(self, places: Sequence[int]) -> Sequence[int]:
        """Those of some places at which payments have one share."""
        share_counts = chosen(self.columns.share_counts, places)
        if share_counts.count(1) == len(share_counts):
            return places
        return [place for place, many in zip(places, share_counts, strict=True) if many == 1]

    def first_shares(self, places: Sequence[int]) -> ShareColumns:
        """The first share of each payment at some places; each must have one."""
        firsts = together(chosen(self._firsts, places))
        return ShareColumns._make([chosen(column, firsts) for column in self._share_lists])


def _lists(columns: type[NamedTuple]) -> tuple[list[Any], ...]:
    return tuple([] for _ in columns._fields)


def _extend(lists: Iterable[list[Any]], columns: Iterable[Sequence[Any]]) -> None:
    for kept, added in zip(lists, columns, strict=True):
        kept.extend(added)


def _transposed(tuples: Iterable[tuple[Any, ...]], kind: type[Any]) -> list[Sequence[Any]]:
    """Named tuples of one kind as columns; empty ones when there are none."""
    return list(zip(*tuples, strict=True)) or [()] * len(kind._fields)
