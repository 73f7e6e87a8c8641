"""Payments and refunds: one row per document that a payment is for; the rows of a payment are consecutive."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import repeat
from operator import gt
from typing import Any, BinaryIO

from ecriture.core.amounts import UnreadAmount
from ecriture.core.dates import DateReader, UnreadDate
from ecriture.core.documents import FINAL, REFUND, Payment, PaymentKind, PaymentRow, Status, UnitKind, new
from ecriture.sources.tables.table import Column, Tabular
from ecriture.sources.units import (
    Choices,
    Columns,
    Layout,
    Marks,
    Reading,
    UnitColumns,
    UnitsRead,
    Unknown,
    read_file,
    values_of,
)

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
    Column("tip", "pourboire"),
    Column("applied", "imputé_le"),
    Column("bank_reference", "référence_bancaire"),
    Column("currency", "devise"),
)
HEAD = ("type", "status", "date", "customer", "method", "bank_reference", "currency")
"""The columns that may be empty after a payment's first row."""

OWN = ("document", "amount", "fee", "rounding", "tip", "applied")
"""The columns that each row has for itself."""

LAYOUT = Layout(HEAD, frozenset({"date", "currency"}))
KINDS = Choices(PaymentKind, paiement="payment", remboursement="refund")
STATUSES = Choices((Status.FINAL, Status.VOID), annule="void")

Amount = int | UnreadAmount
Row = tuple[str, Amount, Amount, Amount, Amount, "date | UnreadDate | None"]
"""The values of OWN, or what stands for one that could not be read."""


def read_payments(stream: BinaryIO, *, file: str = "payments.csv", currency: str = "CAD") -> UnitsRead[Payment]:
    """The payments of a CSV or XLSX file; the stream is read from its start, twice if need be."""
    return read_file(stream, COLUMNS, _Payments, file=file, currency=currency)


def payments_of(table: Tabular, *, file: str, currency: str, marks: Marks) -> UnitsRead[Payment]:
    """The payments of a table in our own columns, of which it is known how its amounts and dates are written."""
    return _Payments(table, file, currency, marks).read().result()


class _Payments(Reading[Payment]):
    def __init__(self, table: Tabular, file: str, currency: str, marks: Marks) -> None:
        super().__init__(table, file=file, kind=UnitKind.PAYMENT, layout=LAYOUT, marks=marks, currency=currency)
        self.applied = DateReader(self.order)
        self.is_odd = False
        """Whether an amount or date of the file so far is unread, or one of the chunk below zero or less than its tip.

        Then each unit of the chunk is judged.
        """

    def heads(self, texts: Mapping[str, Sequence[str]]) -> Columns:
        return (
            values_of(texts["type"], KINDS),
            values_of(texts["status"], STATUSES),
            values_of(texts["date"], self.dates),
            *(values_of(texts[name], self.names) for name in ("customer", "method", "bank_reference")),
            values_of(texts["currency"], self.currencies),
        )

    def own(self, texts: Mapping[str, Sequence[str]]) -> tuple[Sequence[Row]]:
        amounts = self.amounts.column(texts["amount"])
        fees, roundings, tips = (self.amounts.optional_column(texts[name], 0) for name in ("fee", "rounding", "tip"))
        applied = [self.applied[text] if text and text.strip() else None for text in texts["applied"]]
        documents = map(str.strip, texts["document"])
        said = zip(documents, amounts, fees, roundings, tips, applied, strict=True)
        rows = tuple(map(new, repeat(PaymentRow), said))
        self.is_odd = (
            self.amounts.met_unread
            or UnreadDate in set(map(type, applied))
            or min((*amounts, *fees, *tips)) < 0  # type: ignore[operator]  # all are read
            or any(map(gt, tips, amounts))
        )
        return (rows,)

    def made(self, numbers: Sequence[str], rows: Iterable[int], values: UnitColumns) -> Iterable[Payment]:
        kinds, statuses, days, customers, methods, references, _, said = values
        fields = zip(numbers, kinds, statuses, days, customers, methods, references, said, rows, strict=True)
        return map(new, repeat(Payment), fields)

    def doubtful(self, values: UnitColumns) -> Iterable[int]:
        kinds, statuses, days, _, _, _, currencies, _ = values
        if self.is_odd:
            return range(len(kinds))
        return [
            place
            for place, (kind, status, day, currency) in enumerate(zip(kinds, statuses, days, currencies, strict=True))
            if status is not FINAL or type(day) is UnreadDate or type(kind) is Unknown or currency != self.currency
        ]

    def judge(self, number: str, rows: Sequence[int], values: Sequence[Any]) -> None:
        kind, status, *_ = values
        if type(kind) is Unknown or type(status) is Unknown:
            self.unknown_in(number, rows[0], values, (KINDS, STATUSES))
        elif status is not FINAL:
            self.keep_void(number, rows[0], values)
        else:
            self.note_faults(number, rows, values)

    def note_faults(self, number: str, rows: Sequence[int], values: Sequence[Any]) -> None:
        """Notes what could not be read of a payment, and the amounts that cannot be."""
        kind, _, day, _, _, _, currency, said = values
        self.not_read(number, rows[0], "date", day)
        if currency != self.currency:
            self.fault(
                number, rows[0], "currency-foreign", {"currency": currency, "company": self.currency, "payment": True}
            )
        for row, its in zip(rows, said, strict=True):
            for column, value in zip(OWN, its, strict=True):
                self.not_read(number, row, column, value)
            self.note_negative(number, row, its, is_refund=kind is REFUND)

    def note_negative(self, number: str, row: int, values: Row, *, is_refund: bool) -> None:
        """Only a rounding may be below zero, and the fee of a refund; no tip may be above its amount."""
        _, amount, fee, _, tip, _ = values
        for column, value in (("amount", amount), ("fee", 0 if is_refund else fee), ("tip", tip)):
            if isinstance(value, int) and value < 0:
                self.fault(number, row, "amount-negative", {"column": column, "amount_cents": value})
        if isinstance(tip, int) and isinstance(amount, int) and 0 <= amount < tip:
            self.fault(number, row, "tip-above-amount", {"amount_cents": amount, "tip_cents": tip})

    def keep_void(self, number: str, row: int, values: Sequence[Any]) -> None:
        """Takes in a void payment: it wants nothing, so its amounts, and even its date, may be anything.

        The documents that it names say whose it was.
        """
        kind, status, day, customer, method, reference, _, said = values
        known = date.min if isinstance(day, UnreadDate) else day
        named = tuple(PaymentRow(document, 0) for document, *_ in said)
        self.units[number] = Payment(number, kind, status, known, customer, method, reference, named, row)
