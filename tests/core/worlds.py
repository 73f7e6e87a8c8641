"""Hypothesis strategies for whole companies with books, small enough to read when one fails."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from hypothesis import strategies as st
from small_books import COMPANY, accounting, accounts, extras

from ecriture.core.documents import (
    Books,
    Document,
    DocumentKind,
    Form,
    Payment,
    PaymentKind,
    PaymentRow,
    RowKey,
    RowKind,
    Status,
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

DAYS = tuple(date(2026, month, day) for month in (1, 2, 3) for day in (1, 15, 28))
CENTS = (100, 333, 1000, 11498)
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
NUMBERS = ("A", "B", "C")
YEARS = (FiscalYear(date(2025, 2, 15), date(2026, 2, 14)), FiscalYear(date(2026, 2, 15), date(2027, 2, 14)))
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
        extras(COMPANY, deposit=draw(st.sampled_from(("2450", "")))),
        accounting=chosen,
        language=draw(st.sampled_from(("fr", "en"))),
        lock_date=draw(st.none() | days()),
        fiscal_years=draw(st.sampled_from(((), YEARS))),
    )


@st.composite
def document(draw: st.DrawFn, number: str) -> Document:
    rows = draw(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(CENTS)), min_size=1, max_size=3))
    form = Form(tuple(key for key, _ in rows))
    kind = draw(st.sampled_from((DocumentKind.INVOICE, DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)))
    applies_to = draw(st.sampled_from(("", "A"))) if kind is DocumentKind.CREDIT_NOTE and number != "A" else ""
    kind = DocumentKind.INVOICE if number == "A" else kind
    amounts = tuple(cents for _, cents in rows)
    return Document(number, kind, draw(STATUSES), draw(days()), draw(CUSTOMERS), applies_to, form, amounts)


@st.composite
def payment(draw: st.DrawFn, number: str, totals: Mapping[str, int]) -> Payment:
    rows = tuple(draw(st.lists(payment_row(totals), min_size=1, max_size=2)))
    return Payment(
        number,
        draw(st.sampled_from((PaymentKind.PAYMENT, PaymentKind.PAYMENT, PaymentKind.REFUND))),
        draw(st.sampled_from((Status.FINAL, Status.FINAL, Status.FINAL, Status.VOID))),
        draw(days()),
        draw(CUSTOMERS),
        draw(st.sampled_from(("", "card", "cash", "unheard-of"))),
        draw(st.sampled_from(("", "", "DEP-1"))),
        rows,
    )


@st.composite
def payment_row(draw: st.DrawFn, totals: Mapping[str, int]) -> PaymentRow:
    """Mostly the whole of a document, so that many are paid."""
    number = draw(st.sampled_from(("", *totals)))
    whole = totals.get(number, 0)
    cents = whole if whole > 0 and draw(st.booleans()) else draw(st.sampled_from(CENTS))
    fee, rounding = draw(st.sampled_from(((0, 0), (0, 0), (30, 0), (0, 2), (0, -1))))
    return PaymentRow(number, cents - rounding, fee, rounding, draw(st.none() | st.none() | days()))


@st.composite
def some_books(draw: st.DrawFn) -> Books:
    """Up to three documents and four payments, all of them valid."""
    documents = {number: draw(document(number)) for number in draw(st.sets(st.sampled_from(NUMBERS)))}
    noted = {number for number, unit in documents.items() if unit.applies_to and "A" not in documents}
    documents = {n: unit._replace(applies_to="") if n in noted else unit for n, unit in documents.items()}
    totals = {number: unit.total_cents for number, unit in documents.items()}
    payments = {number: draw(payment(number, totals)) for number in draw(st.sets(st.sampled_from((*NUMBERS, "D"))))}
    # As read from a file: what is void, or a draft, has no amounts.
    return Books({n: weightless(u) for n, u in documents.items()}, {n: without_amounts(u) for n, u in payments.items()})


def weightless(unit: Document) -> Document:
    return unit if unit.status is Status.FINAL else unit._replace(form=Form(()), amounts=())


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
