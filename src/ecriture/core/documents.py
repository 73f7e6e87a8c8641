"""Documents and payments, valid and frozen. What was merely read is a row (`ecriture.sources`) until it is checked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Word(StrEnum):
    """A word of the files. Hashed as its text: that of an enumeration is a Python call, felt where units are looked up."""

    __hash__ = str.__hash__


class UnitKind(Word):
    """In the order in which they stand in an entry: documents before payments."""

    DOCUMENT = "document"
    PAYMENT = "payment"


class DocumentKind(Word):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class PaymentKind(Word):
    PAYMENT = "payment"
    REFUND = "refund"


class Status(Word):
    FINAL = "final"
    DRAFT = "draft"
    VOID = "void"


class RowKind(Word):
    LINE = "line"
    DISCOUNT = "discount"
    TAX = "tax"
    TIP = "tip"
    SHIPPING = "shipping"
    ROUNDING = "rounding"


DOCUMENT, PAYMENT = UnitKind.DOCUMENT, UnitKind.PAYMENT
FINAL = Status.FINAL
INVOICE, CREDIT_NOTE = DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE
REFUND = PaymentKind.REFUND
LINE, DISCOUNT, TAX, SHIPPING = RowKind.LINE, RowKind.DISCOUNT, RowKind.TAX, RowKind.SHIPPING
"""What each unit and row is asked: as attributes of their enumerations they are searched for every time (Python 3.11)."""


new = tuple.__new__
"""Makes a named tuple from a tuple of all its fields, in a third of the time that its own constructor takes."""


class UnitId(NamedTuple):
    """Identity in the company: document `1001` and payment `1001` are two units."""

    kind: UnitKind
    number: str


class RowKey(NamedTuple):
    """What a row is: its kind, and the code of its item or tax (empty without one)."""

    kind: RowKind
    code: str = ""


class Document(NamedTuple):
    """An invoice or a credit note. `row` is its first row in the file.

    Each row has a key and an amount in cents, as it counts in the total: of a discount it is negative. A credit note's
    amounts are written positive.
    """

    number: str
    kind: DocumentKind
    status: Status
    date: date
    customer: str
    applies_to: str
    keys: tuple[RowKey, ...]
    amounts: tuple[int, ...]
    row: int = 0

    @property
    def id(self) -> UnitId:
        return new(UnitId, (DOCUMENT, self.number))

    @property
    def total_cents(self) -> int:
        return sum(self.amounts)


class PaymentRow(NamedTuple):
    """A row of a payment: what the customer paid for one document (or for none, `""`), in cents.

    The fee is what the processor kept of it, the rounding what cash left of it, the tip the part of it that is a tip.
    """

    document: str
    amount_cents: int
    fee_cents: int = 0
    rounding_cents: int = 0
    tip_cents: int = 0
    applied: date | None = None

    @property
    def settled_cents(self) -> int:
        """What it takes off its document."""
        return self.amount_cents + self.rounding_cents - self.tip_cents


class Payment(NamedTuple):
    """Money received (payment) or given back (refund); amounts are positive in both. `row` is its first row in the file."""

    number: str
    kind: PaymentKind
    status: Status
    date: date
    customer: str
    method: str
    bank_reference: str
    rows: tuple[PaymentRow, ...]
    row: int = 0

    @property
    def id(self) -> UnitId:
        return new(UnitId, (PAYMENT, self.number))

    @property
    def total_cents(self) -> int:
        """What the customer paid or got back in all."""
        return sum([row.amount_cents for row in self.rows])

    @property
    def sign(self) -> int:
        """+1 for a payment, -1 for a refund."""
        return -1 if self.kind is REFUND else 1


Unit = Document | Payment


class Books(NamedTuple):
    """What was read of a company: the valid units by number, in the order of the input, and the numbers of the others."""

    documents: Mapping[str, Document] = MappingProxyType({})
    payments: Mapping[str, Payment] = MappingProxyType({})
    faulty_documents: frozenset[str] = frozenset()
    faulty_payments: frozenset[str] = frozenset()
    span: tuple[date, date] | None = None
    """The first and the last readable date of all units, drafts and faulty ones included; None without any."""
    silent: frozenset[UnitId] = frozenset()
    """Units that the store adds so that others get the right dates: they are not planned, and nothing is said of them."""
    partial: frozenset[UnitId] = frozenset()
    """Those of the silent ones of which the documents that they name were not loaded: these are taken to be there."""
    by_hand: frozenset[str] = frozenset()
    """Documents that a person entered here, for whom the place of supply and the items answered which taxes there are."""

    @property
    def units(self) -> "list[Unit]":
        """All of them, documents first."""
        return [*self.documents.values(), *self.payments.values()]


def signed(key: RowKey, cents: int) -> int:
    """The amount of a row as it counts in the total, from the amount as written: a discount reduces it."""
    return -cents if key.kind is DISCOUNT else cents


def faults_of(
    kind: DocumentKind, keys: Sequence[RowKey], amounts: Sequence[int], stated_cents: int | None
) -> Iterator[tuple[str, dict[str, object]]]:
    """The codes and parameters of what is wrong with a document's amounts (P2). `stated_cents`: the total it says."""
    total_cents = sum(amounts)
    if stated_cents is not None and stated_cents != total_cents:
        rows = tuple((key.kind.value, key.code, signed(key, cents)) for key, cents in zip(keys, amounts, strict=True))
        yield "total-differs", {"rows": rows, "rows_cents": total_cents, "total_cents": stated_cents}
    if total_cents < 0 and kind is CREDIT_NOTE:
        yield "credit-note-negative", {"total_cents": total_cents}


def invoice(
    number: str, day: date, rows: Iterable[tuple[RowKey, int]], *, customer: str = "", status: Status = FINAL
) -> Document:
    """An invoice from rows as written (a discount positive), for a program that holds invoices in its own form."""
    keys, written = zip(*rows, strict=True)
    amounts = tuple(map(signed, keys, written))
    return Document(number, INVOICE, status, day, customer, "", keys, amounts)
