"""A company's figures for its home page: sales and receipts by month, and what customers owe by age."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, Sum

from ecriture.core.documents import CREDIT_NOTE, FINAL, REFUND
from ecriture.core.methods import Methods
from ecriture.core.settings import Method
from ecriture.store import models
from ecriture.store.models import Company
from ecriture.store.settling import settled_in
from ecriture.store.waiting import Changed, changes_of

MONTHS = 12
AGES = (30, 60, 90)
"""The last days of an age but for the oldest; the last age has no end."""
KEPT = 500


class Month(NamedTuple):
    """A month, by its first day: final invoices less credit notes, and payments less refunds, taxes and tips among them."""

    first: date
    sold_cents: int
    received_cents: int


class Owed(NamedTuple):
    """What is open of final invoices that are so many days old at most; None without an end."""

    through: int | None
    cents: int
    documents: int


class Figures(NamedTuple):
    months: tuple[Month, ...]
    owed: tuple[Owed, ...]
    deposits_cents: int
    """What was received for no document, or for one that is not final: it is kept as the customer's."""

    @property
    def owed_cents(self) -> int:
        return sum(age.cents for age in self.owed)

    def __bool__(self) -> bool:
        return any((*self.months, *self.owed)) and bool(
            self.owed_cents or self.deposits_cents or any(it.sold_cents or it.received_cents for it in self.months)
        )


def figures_of(company: Company, today: date) -> Figures:
    """Worked out once for each change of the company, and each day."""
    changed = changes_of([company.pk]).get(company.pk)
    return _figures(company.pk, changed, today)


@lru_cache(KEPT)
def _figures(company: UUID, _changed: Changed | None, today: date) -> Figures:
    owed, deposits_cents = _owed(company, today)
    return Figures(tuple(_months(company, today)), owed, deposits_cents)


def _months(company: UUID, today: date) -> Iterator[Month]:
    """The last months through this one. By day and then by month: no database has the same words for a month."""
    firsts = [today.replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    found: dict[str, dict[date, int]] = {}
    written_off = _written_off(company, firsts[-1])
    for name, model, negative in (("sold", models.Document, CREDIT_NOTE), ("received", models.Payment, REFUND)):
        found[name] = defaultdict(int)
        no_money = Q(method__in=written_off) if written_off and model is models.Payment else Q(pk__in=())
        rows = model.objects.filter(company=company, status=FINAL, date__gte=firsts[-1], date__lte=today)
        rows = rows.exclude(no_money)
        for day, kind, cents in rows.order_by().values_list("date", "kind").annotate(cents=Sum("total_cents")):
            found[name][day.replace(day=1)] += -cents if kind == negative else cents
    for first in reversed(firsts):
        yield Month(first, found["sold"][first], found["received"][first])


def _written_off(company: UUID, first: date) -> list[str]:
    """The names of methods, as payments since a day write them, that are no money."""
    own = models.Method.objects.filter(company=company).values_list("name", "debit", "write_off")
    methods = Methods({name: Method(name, debit, gives_up) for name, debit, gives_up in own})
    if not any(gives_up for _, _, gives_up in own):
        return []
    used = models.Payment.objects.filter(company=company, date__gte=first).order_by().values_list("method", flat=True)
    return [name for name in used.distinct() if (found := methods.find(name)) is not None and found.write_off]


def _owed(company: UUID, today: date) -> tuple[tuple[Owed, ...], int]:
    """What is owed by the age of invoices, and deposits. One that is paid too much owes nothing, and is no deposit."""
    settled = settled_in(company)
    cents, counts = [0] * (len(AGES) + 1), [0] * (len(AGES) + 1)
    rows = models.Document.objects.filter(company=company, status=FINAL)
    for number, kind, day, total_cents in rows.values_list("number", "kind", "date", "total_cents").iterator():
        open_cents = total_cents - settled.pop(number, 0)
        if open_cents > 0 and kind != CREDIT_NOTE and day <= today:
            age = sum((today - day).days > last for last in AGES)
            cents[age] += open_cents
            counts[age] += 1
    return tuple(map(Owed, (*AGES, None), cents, counts)), sum(settled.values())
