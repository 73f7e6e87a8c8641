"""Reads a program's file by a mapping: into rows of our own columns, which go through our own readers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import BinaryIO, TypeVar

from ecriture.core.amounts import AmountReader
from ecriture.core.dates import DateReader, DayOrder
from ecriture.core.documents import Document, Payment, PaymentRow
from ecriture.core.problems import Problem, Where
from ecriture.core.settings import Settings
from ecriture.sources import documents, payments
from ecriture.sources.mapping.cells import Amounts, Block, Tests
from ecriture.sources.mapping.model import ColumnMapping
from ecriture.sources.mapping.money import Numbers, Receipts
from ecriture.sources.mapping.payouts import Sums
from ecriture.sources.mapping.sales import Means, Sales
from ecriture.sources.mapping.sheets import Faults, MappedTable
from ecriture.sources.mapping.taxes import Codes, Splitter
from ecriture.sources.tables.header import Column, plain_name, shown
from ecriture.sources.tables.table import Table, odd_keys, open_table
from ecriture.sources.units import MappedRead, Marks, UnitsRead

U = TypeVar("U", Document, Payment)


NO_NAME = "\n"
"""Of the column of numbers: a row that is the header again is known by all its texts, and left out before."""


def columns_of(mapping: ColumnMapping) -> tuple[Column, ...]:
    """The columns that a mapping reads, with their other names; two names that differ by capitals are one column."""
    found: dict[str, Column] = {}
    for name, needed in mapping.columns():
        known = found.get(plain_name(name))
        others = tuple(mapping.aliases.get(name, ()))
        found[plain_name(name)] = (
            Column(name, needed=needed, others=others)
            if known is None
            else known._replace(needed=known.needed or needed)
        )
    return tuple(found.values())


def read_mapped(
    stream: BinaryIO, mapping: ColumnMapping, settings: Settings, *, file: str = "export.csv"
) -> MappedRead:
    """The documents and payments of a file; the stream is read from its start, twice if need be."""
    found = _Reading(stream, mapping, settings, file, Marks(mapping.decimal, mapping.date_order))
    marks = found.marks()
    if any(marks):
        decided = Marks(mapping.decimal or marks.decimal, mapping.date_order or marks.order)
        found = _Reading(stream, mapping, settings, file, decided)
    return found.result()


class _Aside:
    """The rows that are set aside for one treatment."""

    def __init__(self, tests: Tests, amounts: Amounts) -> None:
        self.tests, self.amounts = tests, amounts
        self.rows: list[int] = []
        self.cents = 0

    def take(self, block: Block, places: Sequence[int]) -> None:
        amounts = self.amounts.of(block)
        for place in places:
            cents = amounts[place]
            self.rows.append(block.numbers[place])
            self.cents += cents if isinstance(cents, int) else 0


class _Reading:
    """One reading of a file, with what is known of how it writes amounts and dates."""

    def __init__(self, stream: BinaryIO, mapping: ColumnMapping, settings: Settings, file: str, marks: Marks) -> None:
        self._mapping, self._settings, self._file, self._marks = mapping, settings, file, marks
        self._amounts = AmountReader(marks.decimal, settings.currency)
        self._order = DayOrder(marks.order)
        self._table = open_table(stream, file=file, columns=columns_of(mapping), foreign=True)
        self._faults = Faults(file, [], set(), set())
        means = Means(
            prefix=mapping.prefix,
            amounts=self._amounts,
            dates=DateReader(self._order),
            codes=Codes(settings),
            splitter=Splitter(settings),
            decisions=mapping.decisions,
            faults=self._faults,
            odd=odd_keys(NO_NAME, is_workbook=self._table.is_ragged),
        )
        numbers = Numbers()
        self._sales = [Sales(rule, means) for rule in mapping.documents]
        self._receipts = [Receipts(rule, means, numbers) for rule in mapping.payments]
        self._rules: tuple[Sales | Receipts, ...] = (*self._sales, *self._receipts)
        self._left_out = [Tests(it.when) for it in mapping.leave_out]
        self._aside = [_Aside(Tests(it.when), Amounts(it.amount, self._amounts)) for it in mapping.set_aside]
        self._sums = Sums(mapping.payouts, self._amounts) if mapping.payouts else None
        self._unmapped: dict[tuple[str, str], list[int]] = {}
        self._known = _spelled(mapping, self._table)
        self._read()

    def _read(self) -> None:
        for numbers, texts, lengths in self._table.foreign_rows():
            block = Block(numbers, {name: texts[column] for name, column in self._known.items() if column in texts})
            self._take(block, self._kept(block, texts, lengths))
        for sales in self._sales:
            sales.close()
        if self._sums is not None:
            self._sums.judge(self._faults, [it.of_row for it in self._receipts])

    def _kept(self, block: Block, texts: Mapping[str, Sequence[str]], lengths: Sequence[int]) -> list[int]:
        """The places of the rows that are read: not blank, not the header again, not left out."""
        columns = [*texts.values()]
        header = tuple(map(self._table.called.get, texts))
        kept: Sequence[int] = range(len(block.numbers))
        for tests in self._left_out:
            out = [*tests.met(block)]
            kept = [place for place in kept if not out[place]]
        first = columns[0] if columns else ()
        kept = [
            place
            for place in kept
            if (first[place].strip() and first[place] != header[0]) or _says(columns, place, header)
        ]
        width = self._table.width
        for place in kept:
            if lengths[place] != width and not (self._table.is_ragged and lengths[place] < width):
                self._table.unreadable(block.numbers[place], "columns", found=lengths[place], expected=width)
        return kept

    def _take(self, block: Block, kept: Sequence[int]) -> None:
        """Hands rows to the rules that take them."""
        if self._sums is not None:
            self._sums.take(block, kept)
        left = set(kept)
        for aside in self._aside:
            met = [*aside.tests.met(block)]
            places = [place for place in kept if place in left and met[place]]
            aside.take(block, places)
            left.difference_update(places)
        rest, taken = [place for place in kept if place in left], set[int]()
        if self._sums is not None and self._sums.total is not None:
            met = [*self._sums.total.met(block)]
            rest = [place for place in rest if not met[place]]
        for rule in self._rules:
            met = [*rule.tests.met(block)]
            places = [place for place in rest if met[place]]
            rule.take(block, places)
            taken.update(places)
        for place in rest:
            if place not in taken:
                self._note_unmapped(block, place)

    def _note_unmapped(self, block: Block, place: int) -> None:
        """A row that no rule takes, with the first column by which rules choose."""
        tests = next((rule.tests.tests for rule in self._rules if rule.tests.tests), ())
        column = tests[0].column if tests else ""
        value = shown(block.column(column)[place]) if column else ""
        self._unmapped.setdefault((column, value), []).append(block.numbers[place])

    def marks(self) -> Marks:
        """What must be known to read what was ambiguous, as far as the file shows it and it is not known yet."""
        decimal = self._amounts.decided() if self._amounts.met_ambiguous and not self._marks.decimal else ""
        return Marks(decimal, self._order.decided() if self._order.met_ambiguous and not self._marks.order else "")

    # What came of it

    def result(self) -> MappedRead:
        problems = [*self._table.problems, *self._said()]
        sold = [*(it.sheet for it in self._sales), *(it.credit_notes for it in self._sales)]
        paid = [*(it.sheet for it in self._receipts), *(it.refunds for it in self._sales)]
        currency, file = self._settings.currency, self._file
        fields = [column.name for column in documents.COLUMNS]
        table = MappedTable(file, [it for it in sold if it.rows], fields, problems)
        sales = documents.documents_of(table, file=file, currency=currency, marks=self._marks)
        fields = [column.name for column in payments.COLUMNS]
        table = MappedTable(file, [it for it in paid if it.rows], fields, ())
        receipts = payments.payments_of(table, file=file, currency=currency, marks=self._marks)
        several = {number: named for it in self._receipts for number, named in it.several.items()}
        return MappedRead(_without(sales, self._faults.documents), _without(receipts, self._faults.payments), several)

    def _said(self) -> Iterator[Problem]:
        """What the rows as a whole are to be told of."""
        for (column, value), rows in self._unmapped.items():
            params = {
                "reason": "unmapped" if value else "unmapped-blank",
                "column": column,
                "value": value,
                "count": len(rows),
            }
            yield Problem("row-unreadable", params, Where(self._file, rows[0]))
        yield from self._faults.problems
        for rule, aside in zip(self._mapping.set_aside, self._aside, strict=True):
            if aside.rows:
                params = {"reason": rule.treatment.value, "count": len(aside.rows), "amount_cents": aside.cents}
                yield Problem("row-set-aside", params, Where(self._file, aside.rows[0]))


def divided(
    payments: Mapping[str, Payment], several: Mapping[str, tuple[str, ...]], documents: Mapping[str, Document]
) -> dict[str, Payment]:
    """The payments, each that names several documents with a row for each: where it pays exactly what they come to.

    A tip, a fee and a rounding stay in the first row. Any other stays as it is, and is a problem: a person divides it.
    """
    found = dict(payments)
    for number, named in several.items():
        payment = payments.get(number)
        totals = [documents[it].total_cents for it in named if it in documents]
        if payment is None or len(payment.rows) != 1 or len(totals) < len(named):
            continue
        [row] = payment.rows
        if sum(totals) == row.settled_cents and min(totals) > 0:
            first = row._replace(document=named[0], amount_cents=row.amount_cents - sum(totals[1:]))
            others = map(PaymentRow, named[1:], totals[1:], repeat(0), repeat(0), repeat(0), repeat(row.applied))
            found[number] = payment._replace(rows=(first, *others))
    return found


def _spelled(mapping: ColumnMapping, table: Table) -> dict[str, str]:
    """Each column as the mapping writes it, with the name under which the table has it."""
    known = {plain_name(name): name for name in table.found}
    return {name: known[plain_name(name)] for name, _ in mapping.columns() if plain_name(name) in known}


def _says(columns: Sequence[Sequence[str]], place: int, header: Sequence[str | None]) -> bool:
    """Whether a row is neither blank nor the header again."""
    row = [column[place] for column in columns]
    return any(map(str.strip, row)) and row != [*header]


def _without(read: UnitsRead[U], faulty: Iterable[str]) -> UnitsRead[U]:
    """What was read, without the units that the mapping found at fault."""
    left_out = frozenset(faulty)
    units = {number: unit for number, unit in read.units.items() if number not in left_out}
    return read._replace(units=units, faulty=read.faulty | left_out)
