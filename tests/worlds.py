"""Hypothesis strategies for whole companies with books, small enough to read when one fails."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from hypothesis import settings
from hypothesis import strategies as st

from ecriture.core.documents import (
    Books,
    Document,
    DocumentKind,
    Payment,
    PaymentKind,
    PaymentRow,
    RowKey,
    RowKind,
    Status,
    UnitId,
    UnitKind,
)
from ecriture.core.settings import (
    Accounting,
    BankLines,
    DefaultAccounts,
    Detail,
    Extras,
    FiscalYear,
    Grouping,
    Item,
    Method,
    Opening,
    PaidSaleDate,
    Settings,
    frozen_mapping,
)
from ecriture.core.taxes import Tax
from small_books import COMPANY, accounting, accounts, extras

SOME = settings(max_examples=30)
"""Enough for each fault that was put into the core on purpose to be found by several tests."""
DAYS = tuple(date(2026, month, day) for month in (1, 2, 3) for day in (1, 15, 28))
CENTS = (100, 333, 1000, 11498)
OF_ROWS = (*CENTS, -100, -333, -1000, 0)
KEYS = (
    RowKey(RowKind.LINE),
    RowKey(RowKind.LINE, "CLEAN"),
    RowKey(RowKind.LINE, "OLD"),
    RowKey(RowKind.LINE, "NOBODY"),
    RowKey(RowKind.TAX, "GST"),
    RowKey(RowKind.TAX, "QST"),
    RowKey(RowKind.DISCOUNT),
    RowKey(RowKind.TIP),
    RowKey(RowKind.SHIPPING),
    RowKey(RowKind.ROUNDING),
)
NUMBERS = ("A", "B", "C", "D")
YEARS = (FiscalYear(date(2025, 2, 15), date(2026, 2, 14)), FiscalYear(date(2026, 2, 15), date(2027, 2, 14)))
REFUNDS = accounts(refund_debit="1203", refund_credit="1061")
STATUSES = st.sampled_from((Status.FINAL, Status.FINAL, Status.FINAL, Status.VOID, Status.DRAFT))
CUSTOMERS = st.sampled_from(("", "Lise", "Nguyễn"))


def days() -> st.SearchStrategy[date]:
    return st.sampled_from(DAYS)


def throughs() -> st.SearchStrategy[date]:
    return st.sampled_from((*DAYS, date(2026, 4, 30)))


@st.composite
def companies(draw: st.DrawFn) -> Settings:
    """The small company with every option that it may have; it never refuses an account or a date."""
    chosen = Accounting(
        only_when_paid=draw(st.booleans()),
        paid_sale_date=draw(st.sampled_from(PaidSaleDate)),
        grouping=draw(st.sampled_from(Grouping)),
        detail=draw(st.sampled_from(Detail)),
        bank_lines=draw(st.sampled_from(BankLines)),
        max_lines=draw(st.sampled_from((500, 4, 7))),
        start_date=draw(st.none() | days()),
        opening=draw(st.sampled_from(Opening)),
    )
    return replace(
        extras(draw(st.sampled_from((COMPANY, REFUNDS))), deposit=draw(st.sampled_from(("2450", "")))),
        accounting=chosen,
        language=draw(st.sampled_from(("fr", "en"))),
        lock_date=draw(st.none() | days()),
        fiscal_years=draw(st.sampled_from(((), YEARS))),
    )


@st.composite
def document(draw: st.DrawFn, number: str, keys: tuple[RowKey, ...], day: date) -> Document:
    kind = draw(st.sampled_from((DocumentKind.INVOICE, DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)))
    applies_to = draw(st.sampled_from(("", "A"))) if kind is DocumentKind.CREDIT_NOTE and number != "A" else ""
    kind = DocumentKind.INVOICE if number == "A" else kind
    drawn = [draw(st.sampled_from(OF_ROWS)) for _ in keys]
    amounts = tuple(-abs(it) if _is_discount(key) else it for key, it in zip(keys, drawn, strict=True))
    if kind is DocumentKind.CREDIT_NOTE and sum(amounts) < 0:
        amounts = tuple(0 if _is_discount(key) else abs(it) for key, it in zip(keys, drawn, strict=True))
    return Document(number, kind, draw(STATUSES), day, draw(CUSTOMERS), applies_to, keys, amounts)


def _is_discount(key: RowKey) -> bool:
    """Of which the reader refuses what adds to a document, as it does a credit note that comes to less than nothing."""
    return key.kind is RowKind.DISCOUNT


class Receipt(NamedTuple):
    """What several payments have in common."""

    kind: PaymentKind
    day: date
    method: str


RECEIPTS = st.builds(
    Receipt,
    st.sampled_from((PaymentKind.PAYMENT, PaymentKind.PAYMENT, PaymentKind.REFUND)),
    days(),
    st.sampled_from(("", "card", "cash", "unheard-of")),
)


@st.composite
def payment(draw: st.DrawFn, number: str, receipt: Receipt, totals: Mapping[str, int]) -> Payment:
    kind, day, method = receipt
    rows = tuple(draw(st.lists(payment_row(totals, kind), min_size=1, max_size=2)))
    status = draw(st.sampled_from((Status.FINAL, Status.FINAL, Status.FINAL, Status.VOID)))
    return Payment(number, kind, status, day, draw(CUSTOMERS), method, draw(st.sampled_from(("", "", "DEP-1"))), rows)


EXTRAS = ((0, 0, 0), (0, 0, 0), (0, 0, 0), (30, 0, 0), (0, 2, 0), (0, -1, 0), (0, 0, 50), (15, -2, 20), (-30, 0, 0))
"""Fee, rounding and tip of a payment's row."""


@st.composite
def payment_row(draw: st.DrawFn, totals: Mapping[str, int], kind: PaymentKind) -> PaymentRow:
    """Mostly the whole of a document, so that many are paid."""
    number = draw(st.sampled_from(("", *totals)))
    whole = totals.get(number, 0)
    cents = whole if whole > 0 and draw(st.booleans()) else draw(st.sampled_from(CENTS))
    fee, rounding, tip = draw(st.sampled_from(EXTRAS))
    fee = fee if kind is PaymentKind.REFUND else abs(fee)  # only of a refund it may be given back
    return PaymentRow(number, cents - rounding + tip, fee, rounding, tip, draw(st.none() | st.none() | days()))


@st.composite
def some_books(draw: st.DrawFn) -> Books:
    """Up to four documents and four payments, all of them valid. Several have the same rows, dates and methods."""
    of_rows = st.lists(st.sampled_from(KEYS), min_size=1, max_size=3).map(tuple)
    forms = st.sampled_from(draw(st.lists(st.tuples(of_rows, days()), min_size=1, max_size=2)))
    receipts = st.sampled_from(draw(st.lists(RECEIPTS, min_size=1, max_size=2)))
    some = st.lists(st.sampled_from(NUMBERS), unique=True)
    documents = {number: draw(document(number, *draw(forms))) for number in draw(some)}
    if "A" not in documents:
        documents = {n: unit._replace(applies_to="") for n, unit in documents.items()}
    totals = {number: unit.total_cents for number, unit in documents.items()}
    payments = {number: draw(payment(number, draw(receipts), totals)) for number in draw(some)}
    # As read from a file: what is void, or a draft, has no amounts.
    return Books({n: weightless(u) for n, u in documents.items()}, {n: without_amounts(u) for n, u in payments.items()})


def weightless(unit: Document) -> Document:
    return unit if unit.status is Status.FINAL else unit._replace(keys=(), amounts=())


def without_amounts(unit: Payment) -> Payment:
    shares = tuple(PaymentRow(share.document, 0) for share in unit.rows)
    return unit if unit.status is Status.FINAL else unit._replace(rows=shares)


class World(NamedTuple):
    """A company, its books, and how far an export of them goes."""

    company: Settings
    books: Books
    through: date


def worlds() -> st.SearchStrategy[World]:
    return st.builds(World, companies(), some_books(), throughs())


def surroundings(found: Books, unit: Document | Payment) -> Books:
    """The unit, and all that names it, is named by it, names what it names, and so on: as small as its books can be."""
    units: list[Document | Payment] = [*found.documents.values(), *found.payments.values()]
    near, reached = {unit.id}, -1
    while len(near) > reached:
        reached = len(near)
        for other in units:
            around = {other.id, *(UnitId(UnitKind.DOCUMENT, number) for number in named_by(other))}
            if not near.isdisjoint(around):
                near |= around
    return Books(
        {number: it for number, it in found.documents.items() if it.id in near},
        {number: it for number, it in found.payments.items() if it.id in near},
    )


def named_by(unit: Document | Payment) -> set[str]:
    named = {unit.applies_to} if isinstance(unit, Document) else {row.document for row in unit.rows}
    return named - {""}


def without(found: Books, units: Collection[UnitId]) -> Books:
    """The books as a month's files may have them, which leave out what needs not be in them."""
    return Books(
        {number: it for number, it in found.documents.items() if it.id not in units},
        {number: it for number, it in found.payments.items() if it.id not in units},
    )


# Changes of settings

Change = Callable[[Settings], Settings]


def _tables() -> Mapping[str, Change]:
    items = {"CLEAN": Item("CLEAN", debit="1209", credit="4109"), "NOBODY": Item("NOBODY", credit="4150")}
    taxes = {"GST": Tax("GST", "1208", "2319"), "QST": Tax("QST", "", "2339")}
    methods = {"card": Method("card", "1099"), "unheard-of": Method("unheard-of", "1098")}
    return {
        "items": lambda company: replace(company, items=frozen_mapping(items)),
        "taxes": lambda company: replace(company, taxes=frozen_mapping(taxes)),
        "methods": lambda company: replace(company, methods=frozen_mapping(methods)),
        "lock_date": lambda company: replace(company, lock_date=date(2026, 2, 20)),
        "fiscal_years": lambda company: replace(company, fiscal_years=() if company.fiscal_years else YEARS),
        "language": lambda company: replace(company, language="en" if company.language == "fr" else "fr"),
        "name": lambda company: replace(company, name="Renommée inc."),
        "currency": lambda company: replace(company, currency="USD"),
    }


def _accounting() -> Mapping[str, Change]:
    def with_other(name: str) -> Change:
        return lambda company: accounting(company, **{name: _other(getattr(company.accounting, name))})

    others = ("paid_sale_date", "grouping", "detail", "bank_lines", "opening", "only_when_paid", "carry")
    return {
        **{name: with_other(name) for name in others},
        "target": lambda company: accounting(company, target="csv"),
        "max_lines": lambda company: accounting(company, max_lines=company.accounting.max_lines + 1),
        "source_prefix": lambda company: accounting(company, source_prefix="ZZ"),
        "linked_accounts": lambda company: accounting(company, linked_accounts=frozenset({"1201", "4000"})),
    }


def _other(value: StrEnum | bool) -> StrEnum | bool:
    """The next value of an enumeration, or the opposite."""
    if isinstance(value, bool):
        return not value
    members = list(type(value))
    return members[(members.index(value) + 1) % len(members)]


def _accounts() -> Mapping[str, Change]:
    def with_account(name: str) -> Change:
        return lambda company: accounts(company, **{name: "1777"})

    return {field.name: with_account(field.name) for field in fields(DefaultAccounts)}


def _extras() -> Mapping[str, Change]:
    def with_account(name: str) -> Change:
        return lambda company: extras(company, **{name: "5777"})

    return {field.name: with_account(field.name) for field in fields(Extras)}


CHANGES: Mapping[str, Change] = MappingProxyType({**_tables(), **_accounting(), **_accounts(), **_extras()})
"""For each setting that may change after an export, a change of it."""
