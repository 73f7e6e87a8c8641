"""The page of a tax return: its figures in words, and as many lines of each difference as can be read."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as say

from ecriture.core.advances import Nature
from ecriture.core.provinces import authority
from ecriture.core.tax_accounts import AccountCheck
from ecriture.core.tax_periods import month_after
from ecriture.core.tax_return import (
    CANADA,
    Amounts,
    Basis,
    Credits,
    Form,
    Group,
    Period,
    Source,
    bases_of,
    is_harmonised,
    total,
)
from ecriture.store import filing, models
from ecriture.store.catalogue import items_named
from ecriture.store.charts import accounts_named
from ecriture.store.filed import next_of
from ecriture.store.filing import Figures
from ecriture.store.models import Company
from ecriture.store.tax_returns import Prepared, Received
from ecriture.web import tax_words
from ecriture.web.program import Program
from ecriture.web.words import language

MOST_LINES = 100
"""So many lines of a difference are shown; the others are counted, and in the CSV."""
MOST_UNKNOWN = 50
QUARTER = 3


class LineShown(NamedTuple):
    number: str
    name: str
    cents: int | None
    is_sum: bool


class Step(NamedTuple):
    """A row between the documents and the lines of a form."""

    name: str
    cents: tuple[int, ...]
    """For each column: sales, and the taxes of each block."""
    is_sum: bool = False


class FormShown(NamedTuple):
    """A form: its lines, or the bases of the quick method."""

    name: str
    title: str
    figures: Figures
    lines: tuple[LineShown, ...]
    bases: tuple[tuple[str, tuple[Basis, ...]], ...]
    columns: tuple[str, ...]
    steps: tuple[Step, ...]
    """From the documents to the lines; empty where both are the same."""


class CheckShown(NamedTuple):
    check: AccountCheck
    name: str
    taxes: str
    lines: tuple[Any, ...]
    more: int


SUMS = frozenset({"101", "105", "108", "109", "205", "208", "209", "net"})


def shown(found: Prepared, typed: Credits) -> dict[str, Any]:
    """The context of a return."""
    figures = filing.figures_of(found, typed)
    sales = sorted(found.amounts.sales.items(), key=lambda it: (list(tax_words.SUPPLIES).index(it[0].supply), it[0]))
    return {
        "found": found,
        "period": found.period,
        "has_ended": filing.has_ended(found.period),
        "typed": typed,
        "forms": [_form(found, it) for it in figures],
        "sales": [(tax_words.group_name(group), cents) for group, cents in sales],
        "sales_cents": found.amounts.sales_cents,
        "taxes": [(tax_words.taxes_named([code]), cents) for code, cents in found.amounts.taxes.items()],
        "federal": _federal(found.amounts),
        "others": [(tax_words.taxes_named([code]), cents) for code, cents in found.others.items()],
        "checks": [*_checks(found)],
        "by_hand": _by_hand(found),
        "received": [*_received(found.company, found.received)],
        "left_cents": sum(it.receipt.left_cents(found.period.last) for it in found.received),
        "write_offs": [(it, _taxes_of(it.taxes)) for it in found.write_offs],
        "unknown": [*_unknown(found)],
        "more_unknown": max(0, len(found.unknown) - MOST_UNKNOWN),
        "natures": tax_words.NATURES.items(),
        "only_when_paid": found.settings.accounting.only_when_paid,
        "quick": found.company.quick_method,
        "program": Program(found.company).name,
    }


def _form(found: Prepared, figures: Figures) -> FormShown:
    lines = tuple(
        LineShown(number, str(tax_words.LINES[number]), cents, number in SUMS) for number, cents in figures.lines
    )
    form = figures.form
    columns = ("101", *(f"{hundred}03" for *_, hundred in form.blocks)) if form.blocks else ("sales", "tax")
    return FormShown(
        form.name,
        tax_words.form_name(form.name),
        figures,
        lines,
        tuple(_bases(found, figures)),
        tuple(say("Line %(number)s") % {"number": it} if it.isdigit() else str(tax_words.LINES[it]) for it in columns),
        _steps(found, figures),
    )


def _steps(found: Prepared, figures: Figures) -> tuple[Step, ...]:
    """From what the documents of the period say to the lines, where something else is in these."""
    of = {source: total(it.amounts for it in found.entries if it.source is source) for source in Source}
    between = (
        (say("Advances and lost deposits"), of[Source.ADVANCE]),
        (say("Changes of other returns, put in this one"), total(filing.read(it.amounts) for it in figures.moved)),
        (say("Changes put in another return"), figures.left_out.negated()),
    )
    steps = [(name, _columns(figures.form, amounts)) for name, amounts in between]
    if not any(any(cents) for _, cents in steps):
        return ()
    return (
        Step(say("Documents of the period"), _columns(figures.form, of[Source.DOCUMENT])),
        *(Step(name, cents) for name, cents in steps if any(cents)),
        Step(say("On the return"), _columns(figures.form, figures.amounts), is_sum=True),
    )


def _columns(form: Form, amounts: Amounts) -> tuple[int, ...]:
    blocks = [codes for _, codes, _ in form.blocks] or [form.codes]
    return amounts.sales_cents, *(sum(amounts.taxes.get(code, 0) for code in codes) for codes in blocks)


def _by_hand(found: Prepared) -> list[tuple[str, str, int]]:
    """The account, tax and amount of each tax of advances: no entry of the transfer has them."""
    advances = total(it.amounts for it in found.entries if it.source is Source.ADVANCE)
    taxes = found.settings.taxes
    return [
        (taxes[code].credit if code in taxes else "", tax_words.taxes_named([code]), cents)
        for code, cents in advances.taxes.items()
    ]


def _bases(found: Prepared, figures: Figures) -> Iterator[tuple[str, tuple[Basis, ...]]]:
    """Of the quick method, for each block of a form."""
    every = [entry.amounts for entry in found.entries]
    for _, codes, _ in figures.form.blocks if found.company.quick_method else ():
        bases = bases_of(codes, every)
        if bases:
            yield tax_words.taxes_named(codes), bases


def _federal(amounts: Amounts) -> tuple[int, int] | None:
    """GST and HST, where there are both."""
    federal = {code: cents for code, cents in amounts.taxes.items() if authority(code) == CANADA}
    harmonised = sum(cents for code, cents in federal.items() if is_harmonised(code))
    rest = sum(federal.values()) - harmonised
    return (rest, harmonised) if harmonised and rest else None


def _checks(found: Prepared) -> Iterator[CheckShown]:
    chart = accounts_named(found.company, {it.account for it in found.checks})
    for check in found.checks:
        account = chart.get(check.account)
        lines = tuple((it, tax_words.REASONS[it.why]) for it in check.differences[:MOST_LINES])
        more = max(0, len(check.differences) - MOST_LINES)
        yield CheckShown(
            check, account.named(language()) if account else "", tax_words.taxes_named(check.codes), lines, more
        )


def _received(company: Company, received: Iterable[Received]) -> Iterator[dict[str, Any]]:
    """Each receipt with its payment's row, and what is in it of taxes."""
    its = [*received][:MOST_LINES]
    rows = models.Payment.objects.filter(company=company, number__in={it.receipt.payment for it in its})
    pks = dict(rows.values_list("number", "pk"))
    for it in its:
        yield {
            "receipt": it.receipt,
            "pk": pks.get(it.receipt.payment),
            "base_cents": it.amounts.sales_cents,
            "taxes": _taxes_of(it.amounts.taxes),
            "nature": tax_words.NATURES[it.receipt.nature],
            "is_kept": it.receipt.nature is Nature.KEPT,
        }


def _taxes_of(taxes: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(tax_words.taxes_named([code]), cents) for code, cents in taxes.items() if cents]


def _unknown(found: Prepared) -> Iterator[tuple[str, str, int]]:
    """Items of which nobody said what a sale without tax is: code, name, cents; those without an item have no code."""
    named = items_named(found.company, [code for code in found.unknown if code])
    for code, cents in sorted(found.unknown.items())[:MOST_UNKNOWN]:
        yield (code, named[code].name if code in named else "", cents) if code in named else ("", code, cents)


# Periods


def proposed(company: Company) -> Period:
    """The first period that was not filed after a filed one; else the last whole quarter."""
    return next_of(company) or quarter_before(timezone.localdate())


def quarter_before(day: date) -> Period:
    first = date(day.year, day.month - (day.month - 1) % QUARTER, 1)
    return Period(month_after(first, -QUARTER), first - timedelta(days=1))


def months_before(day: date) -> tuple[Period, Period, Period]:
    """The last whole month, quarter and year."""
    first = day.replace(day=1)
    month = Period(month_after(first, -1), first - timedelta(days=1))
    return month, quarter_before(day), Period(date(day.year - 1, 1, 1), date(day.year - 1, 12, 31))


def sale_names(amounts: Amounts) -> list[tuple[str, int]]:
    return [(tax_words.group_name(Group(*group)), cents) for group, cents in sorted(amounts.sales.items())]
