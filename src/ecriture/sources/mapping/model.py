"""A column mapping: what the columns of another program's file mean, as data."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum

from ecriture.core.settings import frozen_mapping


def _nothing() -> Mapping[str, str]:
    return frozen_mapping({})


class Form(StrEnum):
    """Whether each row is a unit, or rows of one number that follow each other are one."""

    WIDE = "wide"
    LONG = "long"


class Row(StrEnum):
    """What a row of a document is: a kind of documents.csv, or `taxes`, one amount for several taxes."""

    LINE = "line"
    DISCOUNT = "discount"
    TAX = "tax"
    TAXES = "taxes"
    TIP = "tip"
    SHIPPING = "shipping"
    ROUNDING = "rounding"


class Treatment(StrEnum):
    """What rows are that are no money of a customer, and so what a person does with them."""

    FEE = "fee"
    TRANSFER = "transfer"
    RESERVE = "reserve"
    LOAN = "loan"
    CHARGEBACK = "chargeback"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Condition:
    """What a row's text in a column must be, without capitals and accents; one of each that is given."""

    column: str
    one_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    empty: bool | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """How a text comes from a row: of the first column with one, of all joined, or the same for all; then translated.

    A text that `values` does not know is `otherwise` if there is one, else itself.
    """

    columns: tuple[str, ...] = ()
    joined: str | None = None
    text: str = ""
    values: Mapping[str, str] = field(default_factory=_nothing)
    otherwise: str | None = None

    def __bool__(self) -> bool:
        return bool(self.columns or self.text)


@dataclass(frozen=True, slots=True)
class Amount:
    """How an amount comes from a row: the sum of columns, less others, times a quantity; blank ones are zero."""

    columns: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    times: str = ""
    negated: bool = False

    def __bool__(self) -> bool:
        return bool(self.columns or self.less)

    @property
    def all_columns(self) -> tuple[str, ...]:
        return (*self.columns, *self.less, *([self.times] if self.times else []))


NO_TEXT, NO_AMOUNT = Text(), Amount()


@dataclass(frozen=True, slots=True)
class RowRule:
    """A row of a document from a row of the file. `once`: only from the first row of the document.

    No tax is on an `untaxed` one: a gift card, a deposit.
    """

    row: Row
    amount: Amount
    code: Text = NO_TEXT
    description: Text = NO_TEXT
    once: bool = False
    untaxed: bool = False
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentRule:
    """Documents from the rows that meet all conditions of `when`.

    `sum_totals`: the total is the sum over the document's rows. `negative_is_credit_note`: one that comes to less than zero
    is a credit note. `taxes_included`: the codes of the taxes that are in the amounts of its lines. `refunded` is what was
    given back of an invoice, on `refunded_on`.
    """

    document: Text
    date: Text
    rows: tuple[RowRule, ...]
    form: Form = Form.WIDE
    when: tuple[Condition, ...] = ()
    type: Text = NO_TEXT
    status: Text = NO_TEXT
    customer: Text = NO_TEXT
    total: Amount = NO_AMOUNT
    sum_totals: bool = False
    applies_to: Text = NO_TEXT
    currency: Text = NO_TEXT
    negative_is_credit_note: bool = False
    taxes_included: tuple[str, ...] = ()
    discount_after_tax: bool = False
    refunded: Amount = NO_AMOUNT
    refunded_on: Text = NO_TEXT


@dataclass(frozen=True, slots=True)
class PaymentRule:
    """Payments from the rows that meet all conditions of `when` and have an amount.

    Where `payment` is blank, the texts of the columns of `identity` are the payment's number, and a counter for equal ones.
    `document_separator` is what stands between the numbers of several documents in one cell.
    """

    date: Text
    amount: Amount
    payment: Text = NO_TEXT
    identity: tuple[str, ...] = ()
    form: Form = Form.WIDE
    when: tuple[Condition, ...] = ()
    type: Text = NO_TEXT
    status: Text = NO_TEXT
    document: Text = NO_TEXT
    document_separator: str = ""
    customer: Text = NO_TEXT
    method: Text = NO_TEXT
    fee: Amount = NO_AMOUNT
    rounding: Amount = NO_AMOUNT
    tip: Amount = NO_AMOUNT
    applied: Text = NO_TEXT
    bank_reference: Text = NO_TEXT
    currency: Text = NO_TEXT
    negative_is_refund: bool = False


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """Rows of which nothing is read: totals, what is no money yet, what another file has."""

    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class SetAside:
    """Rows that are money, but no customer's: they are listed with their sum and what to do."""

    treatment: Treatment
    when: tuple[Condition, ...]
    amount: Amount = NO_AMOUNT


@dataclass(frozen=True, slots=True)
class Payouts:
    """Which rows one payout brought: their net amounts sum to it. `total` are the rows that are payouts themselves.

    Where the file has no such rows, `gross` less `fee` must sum to `net`.
    """

    payout: Text
    net: Amount
    gross: Amount = NO_AMOUNT
    fee: Amount = NO_AMOUNT
    total: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided of a document: its taxes, by their codes or with their amounts; when it was refunded."""

    taxes: tuple[str, ...] = ()
    tax_amounts: Mapping[str, str] = field(default_factory=_nothing)
    refunded: date | None = None
    credit_note: bool = False


UNDECIDED = Decision()


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided for all documents of which the taxes fit no rates, and for some by their number in the file."""

    taxes: tuple[str, ...] = ()
    documents: Mapping[str, Decision] = field(default_factory=lambda: frozen_mapping({}))


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What the columns of a program's file mean.

    `source` is the name of the program, `prefix` stands before its numbers. `needed` are columns that a file must have
    besides those without which nothing can be read, `optional` those that it may lack all the same; `aliases` are other
    names of columns.
    """

    name: str = ""
    source: str = ""
    prefix: str = ""
    checked_against: str = ""
    date_order: str = ""
    decimal: str = ""
    needed: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: frozen_mapping({}))
    leave_out: tuple[LeaveOut, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    documents: tuple[DocumentRule, ...] = ()
    payments: tuple[PaymentRule, ...] = ()
    payouts: Payouts | None = None
    decisions: Decisions = field(default_factory=Decisions)

    def columns(self) -> Iterator[tuple[str, bool]]:
        """All columns that it names, each with whether a file must have it; some come again."""
        yield from ((column, True) for column in self.needed)
        for part in (*self.leave_out, *self.set_aside, *self.documents, *self.payments, *filter(None, [self.payouts])):
            yield from ((column, needed and column not in self.optional) for column, needed in _columns_of(part))


_NEEDED = frozenset({"document", "date", "amount", "payment", "payout", "net"})
"""What nothing can be read without, where a rule has it from one column alone."""


def _columns_of(part: object) -> Iterator[tuple[str, bool]]:
    for it in fields(part):  # type: ignore[arg-type]  # a part is one of the types above
        value = getattr(part, it.name)
        if isinstance(value, Text | Amount):
            needed = it.name in _NEEDED and not _is_optional(part, it.name)
            yield from ((column, needed and len(value.columns) == 1) for column in value.columns)
            if isinstance(value, Amount):
                yield from ((column, needed) for column in value.all_columns[len(value.columns) :])
        elif it.name == "identity":
            yield from ((column, False) for column in value)
        elif it.name == "rows":
            yield from _columns_of_rows(value)
        elif isinstance(value, tuple):
            yield from ((one.column, True) for one in value if isinstance(one, Condition))


def _is_optional(part: object, name: str) -> bool:
    """A payment may be of no document, and have its number from other columns; what is set aside may have no amount."""
    if isinstance(part, PaymentRule):
        return name == "document" or (name == "payment" and bool(part.identity))
    return isinstance(part, SetAside)


def _columns_of_rows(rows: Iterable[RowRule]) -> Iterator[tuple[str, bool]]:
    """Those of the rows of a document: only the amount of its first line is needed."""
    line = next((it for it in rows if it.row is Row.LINE), None)
    for row in rows:
        yield from ((column, needed and row is line) for column, needed in _columns_of(row))
