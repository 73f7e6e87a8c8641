"""From an account and a month down to entries, and to the postings of documents and payments; of batches not cancelled."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Sum

from ecriture.core.documents import UnitId, UnitKind
from ecriture.store import models
from ecriture.store.batches import LIVE, credited, debited
from ecriture.store.models import Company
from ecriture.store.proof import Month

PAGE = 100


class MonthSum(NamedTuple):
    first: date
    debit_cents: int
    credit_cents: int
    balance_cents: int
    """At the end of the month, as transferred."""


class Moved(NamedTuple):
    """A posting, and the keys under which its unit's accounts are recorded that name this one."""

    unit: UnitId
    customer: str
    own_date: date
    open_date: date
    cents: int
    why: str
    source: str
    keys: tuple[str, ...]


def accounts_of(company: Company) -> list[str]:
    """The accounts that something was transferred to, by number."""
    rows = models.BatchSum.objects.filter(company=company, batch__state__in=LIVE)
    return [*rows.order_by("account").values_list("account", flat=True).distinct()]


def months_of(company: Company, account: str) -> list[MonthSum]:
    """The months in which something was entered on an account, the latest first."""
    rows = models.BatchSum.objects.filter(company=company, account=account, batch__state__in=LIVE)
    sides = Sum("debit_cents"), Sum("credit_cents")
    by_day = rows.order_by("dated").values_list("dated").annotate(debit=sides[0], credit=sides[1])
    found: dict[date, list[int]] = {}
    for day, debit, credit in by_day:
        of_month = found.setdefault(day.replace(day=1), [0, 0])
        of_month[0] += int(debit)
        of_month[1] += int(credit)
    months, balance = [], 0
    for first, (debit, credit) in found.items():
        balance += debit - credit
        months.append(MonthSum(first, debit, credit, balance))
    return months[::-1]


def _postings(company: Company, account: str, month: Month) -> Any:
    """Those of entries dated in a month: an entry is dated in the month of its open dates."""
    rows = models.BatchPosting.objects.filter(company=company, account=account, batch__state__in=LIVE)
    return rows.filter(open_date__range=month)


def entries_of_month(company: Company, account: str, month: Month) -> list[tuple[int, str, date, int, int]]:
    """Batch, source, date, debits and credits of each entry of a month that touches an account."""
    rows = _postings(company, account, month).order_by().values_list("batch_id", "entry")
    summed = rows.annotate(debit=debited(), credit=credited())
    sums = {(batch, entry): (int(debit), int(credit)) for batch, entry, debit, credit in summed}
    return [
        (head.batch.number, head.source, head.dated, *sums[head.batch_id, head.number])
        for head in _heads(company, month)
        if (head.batch_id, head.number) in sums
    ]


def _heads(company: Company, month: Month) -> Any:
    rows = models.BatchEntry.objects.filter(company=company, dated__range=month, batch__state__in=LIVE)
    return (
        rows.select_related("batch")
        .defer("batch__content", "batch__entries", "batch__layout")
        .order_by("dated", "source")
    )


def moved_in(company: Company, account: str, month: Month, page: int) -> list[Moved]:
    """The postings of a month on a page, and one more if there is another page; by day, documents first."""
    columns = (
        "unit_kind",
        "unit_number",
        "customer",
        "own_date",
        "open_date",
        "amount_cents",
        "why",
        "batch_id",
        "entry",
    )
    order = "open_date", "unit_kind", "unit_number", "batch_id", "position"
    first = (page - 1) * PAGE
    rows = [*_postings(company, account, month).order_by(*order).values_list(*columns)[first : first + PAGE + 1]]
    sources = {(it.batch_id, it.number): it.source for it in _heads(company, month)}
    keys = _keys(company, account, {(batch, number) for _, number, *_, batch, _ in rows})
    return [
        Moved(
            UnitId(UnitKind(kind), number), customer, own, opened, cents, why,
            sources.get((batch, entry), ""), keys.get((batch, kind, number), ()),
        )
        for kind, number, customer, own, opened, cents, why, batch, entry in rows
    ]  # fmt: skip


def _keys(
    company: Company, account: str, units: set[tuple[Any, str]]
) -> Mapping[tuple[Any, str, str], tuple[str, ...]]:
    rows = models.BatchRecord.objects.filter(
        company=company, unit_number__in={number for _, number in units}, batch__in={batch for batch, _ in units}
    )
    found = rows.values_list("batch_id", "unit_kind", "unit_number", "accounts__accounts")
    return {
        (batch, kind, number): tuple(key for key, its in accounts.items() if its == account)
        for batch, kind, number, accounts in found
    }
