"""Payments and refunds: one row per document that a payment is for; the rows of a payment are consecutive."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain, groupby
from operator import itemgetter
from typing import BinaryIO, NamedTuple

from ecriture.core.amounts import UnreadAmount
from ecriture.core.dates import UnreadDate
from ecriture.core.documents import Payment, PaymentKind, PaymentRow, Status, UnitKind
from ecriture.formats.table import Chunk, Column, Table, open_table
from ecriture.formats.units import Choices, Reading, Texts, UnitsRead, filled, read_deciding

COLUMNS = (
    Column("payment", "paiement", needed=True),
    Column("type"),
    Column("status", "statut"),
    Column("date", needed=True),
    Column("document"),
    Column("customer", "client"),
    Column("method", "mode"),
    Column("amount", "montant", needed=True),
    Column("fee", "frais"),
    Column("rounding", "arrondi"),
    Column("applied", "imputé_le"),
    Column("bank_reference", "référence_bancaire"),
)
HEAD = ("type", "status", "date", "customer", "method", "bank_reference")
"""The columns that may be empty after a payment's first row."""

OWN = ("document", "amount", "fee", "rounding", "applied")
"""The columns that each row has for itself."""

BLANK: Texts = ("",) * len(HEAD)
KINDS = Choices(PaymentKind, PaymentKind.PAYMENT, paiement="payment", remboursement="refund")
STATUSES = Choices((Status.FINAL, Status.VOID), Status.FINAL, annule="void")

TextRow = tuple[str, int, Texts, Texts]
"""A row as read: the payment's number, the row in the file, the texts of HEAD and of OWN."""


class Head(NamedTuple):
    """The values of HEAD, or what stands for one that could not be read."""

    kind: PaymentKind | None
    status: Status | None
    date: date | UnreadDate
    customer: str
    method: str
    bank_reference: str


def read_payments(stream: BinaryIO, *, file: str = "payments.csv") -> UnitsRead[Payment]:
    """The payments of a CSV or XLSX file; the stream is read from its start, twice if need be."""

    def read(stream: BinaryIO, decimal: str) -> Reading[Payment]:
        reading = _Payments(open_table(stream, file=file, columns=COLUMNS), file, decimal)
        reading.read()
        return reading

    return read_deciding(stream, read)


class _Payments(Reading[Payment]):
    def __init__(self, table: Table, file: str, decimal: str) -> None:
        super().__init__(table, file=file, kind=UnitKind.PAYMENT, decimal=decimal)

    def read(self) -> None:
        for number, group in groupby(chain.from_iterable(map(self.rows_of, self.table.chunks())), itemgetter(0)):
            _, rows, heads, owns = zip(*group, strict=True)
            self.take(number, rows, heads, owns)

    def rows_of(self, chunk: Chunk) -> Iterator[TextRow]:
        texts = chunk.texts
        heads = zip(*(texts[name] for name in HEAD), strict=True)
        owns = zip(*(texts[name] for name in OWN), strict=True)
        return zip(map(str.strip, texts["payment"]), chunk.rows, heads, owns, strict=True)

    def take(self, number: str, rows: Sequence[int], heads: Sequence[Texts], owns: Sequence[Texts]) -> None:
        """Takes a payment in, or notes its problems."""
        if self.comes_back(number, rows[0]):
            return
        head = self.head(heads[0])
        if head.kind is None or head.status is None:
            self.unknown_values(number, rows[0], heads[0])
            return
        if heads.count(BLANK) != len(heads) - 1:
            self.contradictions(number, rows, heads, head)
        if head.status is Status.FINAL:
            self.keep(number, rows, head, head.kind, owns)
        elif number not in self.faulty:
            self.units[number] = _weightless(number, rows[0], head, head.kind, owns)

    def head(self, texts: Texts) -> Head:
        kind, status, day, customer, method, reference = texts
        return Head(KINDS[kind], STATUSES[status], self.dates[day], customer.strip(), method.strip(), reference.strip())

    def keep(self, number: str, rows: Sequence[int], head: Head, kind: PaymentKind, owns: Sequence[Texts]) -> None:
        """Takes in a payment of which everything could be read and nothing is below zero."""
        self.not_read(number, rows[0], "date", head.date)
        shares = tuple([self.share(number, row, texts) for row, texts in zip(rows, owns, strict=True)])
        if number not in self.faulty and not isinstance(head.date, UnreadDate):
            self.units[number] = Payment(
                number, kind, Status.FINAL, head.date, head.customer, head.method, head.bank_reference, shares, rows[0]
            )

    def share(self, number: str, row: int, texts: Texts) -> PaymentRow:
        """One row; what could not be read of it is noted, and counts as nothing."""
        document, amount, fee, rounding, applied = texts
        day = self.dates[applied] if applied and applied.strip() else None
        if isinstance(day, UnreadDate):
            self.not_read(number, row, "applied", day)
            day = None
        return PaymentRow(
            document.strip(),
            self.cents(number, row, "amount", amount),
            self.cents(number, row, "fee", fee) if fee and fee.strip() else 0,
            self.cents(number, row, "rounding", rounding) if rounding and rounding.strip() else 0,
            day,
        )

    def cents(self, number: str, row: int, column: str, text: str) -> int:
        """An amount; only a rounding may be below zero."""
        amount = self.amounts[text]
        if isinstance(amount, UnreadAmount):
            self.not_read(number, row, column, amount)
            return 0
        if amount < 0 and column != "rounding":
            self.fault(number, row, "amount-negative", {"column": column, "amount_cents": amount})
        return amount

    def contradictions(self, number: str, rows: Sequence[int], heads: Sequence[Texts], head: Head) -> None:
        """A later row may repeat a value of the first, in any form; another value is a mistake."""
        for row, texts in zip(rows[1:], heads[1:], strict=True):
            again = self.head(filled(texts, heads[0]))
            for column, first, later in zip(HEAD, head, again, strict=True):
                if first != later and (head.status is Status.FINAL or column != "date"):
                    self.fault(number, row, "payment-duplicate", {"reason": "contradicts", "column": column})

    def unknown_values(self, number: str, row: int, texts: Texts) -> None:
        """Notes the texts that are none of a column's values."""
        for column, text, choices in (("type", texts[0], KINDS), ("status", texts[1], STATUSES)):
            if choices[text] is None:
                self.unknown_value(row, column, text, choices.accepted)
        self.faulty.add(number)


def _weightless(number: str, row: int, head: Head, kind: PaymentKind, owns: Sequence[Texts]) -> Payment:
    """A void payment wants nothing: its amounts, and even its date, may be anything; the documents say whose it was."""
    day = date.min if isinstance(head.date, UnreadDate) else head.date
    shares = tuple(PaymentRow(document.strip(), 0) for document, *_ in owns)
    return Payment(number, kind, Status.VOID, day, head.customer, head.method, head.bank_reference, shares, row)
