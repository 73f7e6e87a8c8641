"""Documents and payments, valid and frozen. What was merely read is a row (`ecriture.sources`) until it is checked."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class UnitKind(StrEnum):
    """In the order in which they stand in an entry: documents before payments."""

    DOCUMENT = "document"
    PAYMENT = "payment"


class DocumentKind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class PaymentKind(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"


class Status(StrEnum):
    FINAL = "final"
    DRAFT = "draft"
    VOID = "void"


class RowKind(StrEnum):
    LINE = "line"
    DISCOUNT = "discount"
    TAX = "tax"
    TIP = "tip"
    SHIPPING = "shipping"
    ROUNDING = "rounding"


FINAL, CREDIT_NOTE, REFUND = Status.FINAL, DocumentKind.CREDIT_NOTE, PaymentKind.REFUND
"""What each unit is asked: as attributes of their enumerations they would be searched for every time."""


class UnitId(NamedTuple):
    """Identity in the company: document `1001` and payment `1001` are two units."""

    kind: UnitKind
    number: str


class RowKey(NamedTuple):
    """What a row is: its kind, and the code of its item or tax (empty without one)."""

    kind: RowKind
    code: str = ""


class Form:
    """The keys of a document's rows, in order. Documents that look alike share one form, so that what depends
    on the keys alone is worked out once for all of them. Forms are compared by identity."""

    __slots__ = ("discounts", "keys")

    def __init__(self, keys: tuple[RowKey, ...]) -> None:
        self.keys = keys
        self.discounts = tuple(i for i, key in enumerate(keys) if key.kind is RowKind.DISCOUNT)

    def total(self, amounts: tuple[int, ...]) -> int:
        """The sum of a document's rows in cents; a discount reduces it."""
        if not self.discounts:
            return sum(amounts)
        return sum(amounts) - 2 * sum([amounts[i] for i in self.discounts])


def totals_of(forms: Sequence[Form], amounts: Sequence[tuple[int, ...]]) -> list[int]:
    """The sums of many documents in cents; without a discount among them, at the speed of `sum`."""
    if any(form.discounts for form in set(forms)):
        return [form.total(cents) for form, cents in zip(forms, amounts, strict=True)]
    return list(map(sum, amounts))


class Document(NamedTuple):
    """An invoice or a credit note. A credit note's amounts are written positive. `row` is its first row in the file."""

    number: str
    kind: DocumentKind
    status: Status
    date: date
    customer: str
    applies_to: str
    form: Form
    amounts: tuple[int, ...]
    row: int = 0

    @property
    def id(self) -> UnitId:
        return UnitId(UnitKind.DOCUMENT, self.number)

    @property
    def total_cents(self) -> int:
        return self.form.total(self.amounts)


class PaymentRow(NamedTuple):
    """A share of a payment: what the customer paid for one document (or none, `""`), and what was kept or rounded of it."""

    document: str
    amount_cents: int
    fee_cents: int = 0
    rounding_cents: int = 0
    applied: date | None = None

    @property
    def settled_cents(self) -> int:
        """What it takes off the document: the amount and the cash rounding."""
        return self.amount_cents + self.rounding_cents


class Payment(NamedTuple):
    """Money received (payment) or given back (refund); amounts are positive in both."""

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
        return UnitId(UnitKind.PAYMENT, self.number)

    @property
    def sign(self) -> int:
        """+1 for a payment, -1 for a refund."""
        return 1 if self.kind is PaymentKind.PAYMENT else -1


Unit = Document | Payment


class Books(NamedTuple):
    """What was read of a company: the valid units by number, in the order of the input, and the numbers of the others."""

    documents: Mapping[str, Document] = MappingProxyType({})
    payments: Mapping[str, Payment] = MappingProxyType({})
    faulty_documents: frozenset[str] = frozenset()
    faulty_payments: frozenset[str] = frozenset()


def faults_of(
    kind: DocumentKind, form: Form, amounts: tuple[int, ...], stated_cents: int | None
) -> list[tuple[str, dict[str, object]]]:
    """The codes and parameters of what is wrong with a document's amounts (P2). `stated_cents`: the total it says."""
    total_cents = form.total(amounts)
    faults: list[tuple[str, dict[str, object]]] = []
    if stated_cents is not None and stated_cents != total_cents:
        rows = tuple((key.kind.value, key.code, cents) for key, cents in zip(form.keys, amounts, strict=True))
        faults.append(("total-differs", {"rows": rows, "rows_cents": total_cents, "total_cents": stated_cents}))
    if total_cents < 0 and kind is DocumentKind.CREDIT_NOTE:
        faults.append(("credit-note-negative", {"total_cents": total_cents}))
    return faults


def invoice(
    number: str, day: date, rows: Iterable[tuple[RowKey, int]], *, customer: str = "", status: Status = Status.FINAL
) -> Document:
    """An invoice from (key, cents) pairs, for a program that holds invoices in its own form."""
    keys, amounts = zip(*rows, strict=True)
    return Document(number, DocumentKind.INVOICE, status, day, customer, "", Form(keys), amounts)
