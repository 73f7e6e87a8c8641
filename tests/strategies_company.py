"""Hypothesis strategies for the settings of a company."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

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
from ecriture.core.taxes import Rate, Tax
from ecriture.targets.registry import TARGETS

LETTERS = st.sampled_from("aé0 ='\"\\#[]{}.,-+$«»\u00a0\u202f’œ") | st.characters(
    exclude_categories=["C", "Z"], codec="utf-8"
)
TEXTS = st.text(LETTERS, max_size=8)
NAMES = st.text(LETTERS | st.characters(codec="utf-8"), max_size=8) | st.sampled_from(["GST", "0012", "a.b"])
ACCOUNTS = st.sampled_from(["", "1201", "0100"]) | st.text(
    st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=15
)
PERCENTS = st.decimals(0, 100, places=3) | st.sampled_from(
    [Decimal(0), Decimal(100), Decimal("9.975"), Decimal("1E+1")]
)
DAYS = st.none() | st.dates()


@st.composite
def fiscal_years(draw: st.DrawFn) -> tuple[FiscalYear, ...]:
    days = sorted(draw(st.sets(st.dates(), max_size=6)))
    return tuple(FiscalYear(first, last) for first, last in zip(days[::2], days[1::2], strict=False))


@st.composite
def rates(draw: st.DrawFn) -> tuple[Rate, ...]:
    days = sorted(draw(st.sets(st.dates() | st.just(date.min), max_size=3)))
    return tuple(Rate(day, draw(PERCENTS)) for day in days)


@st.composite
def companies(draw: st.DrawFn) -> Settings:
    names = st.lists(NAMES.filter(str.strip), max_size=3, unique=True)
    taxes = (st.builds(Tax, st.just(name), ACCOUNTS, ACCOUNTS, rates()) for name in draw(names))
    items = (
        st.builds(
            *(Item, st.just(code), TEXTS, ACCOUNTS, ACCOUNTS, DAYS, TEXTS),
            st.none() | st.frozensets(TEXTS, max_size=3),
        )
        for code in draw(names)
    )
    methods = (st.builds(Method, st.just(name), ACCOUNTS) for name in draw(names))
    return Settings(
        name=draw(TEXTS),
        language=draw(st.sampled_from(["fr", "en"])),
        currency=draw(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3)),
        fiscal_years=draw(fiscal_years()),
        lock_date=draw(DAYS),
        accounting=draw(
            st.builds(
                Accounting,
                target=st.sampled_from(TARGETS),
                only_when_paid=st.booleans(),
                paid_sale_date=st.sampled_from(PaidSaleDate),
                grouping=st.sampled_from(Grouping),
                detail=st.sampled_from(Detail),
                bank_lines=st.sampled_from(BankLines),
                max_lines=st.integers(2, 1_000_000),
                source_prefix=st.text("AZ09", min_size=1, max_size=3),
                linked_accounts=st.frozensets(ACCOUNTS.filter(bool), max_size=3),
                start_date=DAYS,
                opening=st.sampled_from(Opening),
                carry=st.booleans(),
            )
        ),
        accounts=draw(st.builds(DefaultAccounts, *[ACCOUNTS] * 6)),
        taxes=frozen_mapping({tax.code: tax for tax in map(draw, taxes)}),
        items=frozen_mapping({item.code: item for item in map(draw, items)}),
        methods=frozen_mapping({method.name: method for method in map(draw, methods)}),
        extras=draw(st.builds(Extras, *[ACCOUNTS] * 6)),
    )
