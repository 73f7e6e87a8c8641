"""What a document or payment wants in the ledger and what was transferred of it, line by line, as its page shows it."""

from collections.abc import Iterable, Iterator
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from django.db.models import Min, Sum
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.accounts import Chart
from ecriture.core.dates import Calendar
from ecriture.core.postings import Part
from ecriture.store import models
from ecriture.store.batches import LIVE, is_debit
from ecriture.store.models import Company
from ecriture.store.standing import Looked
from ecriture.web.entries import Side, name_in
from ecriture.web.words import Words, setting_label

WHY: Words = MappingProxyType(
    {
        "new": _("new"),
        "applied": _("applied"),
        "correction": _("correction"),
        "void": _("void"),
        "carried": _("carried"),
        "remap": _("moved to today’s accounts"),
    }
)


class LedgerLine(NamedTuple):
    """A debit or credit of a unit: its own date, the open day on which it is entered, and why this account."""

    own_date: date
    open_date: date
    account: str
    name: str
    cents: int
    why: str
    batch: int = 0

    @property
    def amount(self) -> Side:
        return Side(self.cents)


class Ledger(NamedTuple):
    """What a unit wants as it now stands; what live batches hold of it; and what is still to be transferred.

    Where nothing was transferred yet, the last is the first, and empty here.
    """

    wanted: tuple[LedgerLine, ...]
    transferred: tuple[LedgerLine, ...]
    pending: tuple[LedgerLine, ...]


def ledger_of(company: Company, looked: Looked, number: str) -> Ledger:
    want, settings, chart = looked.wants.get(number), looked.planned.inputs.settings, looked.planned.inputs.chart
    transferred = tuple(_transferred(company, looked.kind, number, chart))
    if want is None:
        return Ledger((), transferred, ())
    calendar = Calendar.of(settings)
    pending = tuple(_lines(want.pending, calendar, chart)) if transferred else ()
    return Ledger(tuple(_lines(want.parts, calendar, chart)), transferred, pending)


class PlainLine(NamedTuple):
    """A debit or credit of a unit, without words."""

    own_date: date
    open_date: date
    account: str
    cents: int
    rule: str


def _lines(parts: Iterable[Part], calendar: Calendar, chart: Chart) -> Iterator[LedgerLine]:
    return in_words(plain_lines(parts, calendar), chart)


def in_words(plain: Iterable[PlainLine], chart: Chart) -> Iterator[LedgerLine]:
    for own, opened, account, cents, rule in plain:
        yield LedgerLine(own, opened, account, name_in(chart, account), cents, reason(rule))


def plain_lines(parts: Iterable[Part], calendar: Calendar) -> Iterator[PlainLine]:
    """Summed by own date, account and rule, in the order of the rows."""
    found: dict[tuple[date, str, str], int] = {}
    for part in parts:
        for choice, cents, _row in part.postings():
            key = part.own_date, choice.account, choice.setting
            found[key] = found.get(key, 0) + cents
    for (own, account, rule), cents in sorted(found.items(), key=lambda it: it[0][0]):
        if cents:
            yield PlainLine(own, calendar[own].open, account, cents, rule)


def reason(rule: str) -> str:
    """The setting that chose an account, in words."""
    return say("the account that an earlier batch used") if rule == "recorded" else setting_label(rule)


def _transferred(company: Company, kind: str, number: str, chart: Chart) -> Iterator[LedgerLine]:
    """By batch and account, as far as the days and reasons are the same; debits and credits apart."""
    rows = models.BatchPosting.objects.filter(
        company=company, unit_number=number, unit_kind=kind, batch__state__in=LIVE
    )
    same = "batch__number", "own_date", "open_date", "account", "why", "is_debit"
    summed = rows.annotate(is_debit=is_debit()).order_by().values_list(*same)
    ordered = summed.annotate(cents=Sum("amount_cents"), first=Min("position")).order_by("batch__number", "first")
    for batch, own, opened, account, why, _debit, cents, _first in ordered:
        yield LedgerLine(own, opened, account, name_in(chart, account), int(cents), str(WHY[why]), batch)
