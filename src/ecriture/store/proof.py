"""What a month's proof shows beside the control: what is left of it, its batches, taxes and deposits; who looked at it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils import timezone

from ecriture.core.batches import BatchState
from ecriture.core.control import BANK
from ecriture.core.dates import month_end
from ecriture.core.documents import UnitId, UnitKind
from ecriture.core.problems import Problem
from ecriture.core.sales import KeptBack
from ecriture.store import audit, models
from ecriture.store.batches import LIVE
from ecriture.store.control import Control, controlled_in
from ecriture.store.locking import locked_company
from ecriture.store.models import Company, Membership
from ecriture.store.transfer import plan
from ecriture.store.units import chunks


class Month(NamedTuple):
    """A calendar month by its first and its last day."""

    first: date
    last: date


def month_of(day: date) -> Month:
    return Month(day.replace(day=1), month_end(day))


# What is left


class Left(NamedTuple):
    """A document or payment of before a month's end that is not transferred: why it is kept back, or only not sent yet."""

    unit: UnitId
    day: date
    customer: str
    kept_back: KeptBack | None
    problems: tuple[Problem, ...] = ()


def left_of(company: Company, month: Month) -> list[Left]:
    """What has something pending with an own date up to the end of a month, or is kept back."""
    through = month.last
    if company.lock_date is not None and company.lock_date >= through:
        through = company.lock_date + timedelta(days=1)
    planned = plan(company, through)
    kept = {UnitId(it.kind, it.number): it for it in planned.plan.kept_back}
    pending = {
        it.want.unit.id for it in planned.plan.units() if any(part.own_date <= month.last for part in it.want.pending)
    }
    units = {it.id: it for it in planned.inputs.books.units}
    said: dict[UnitId, list[Problem]] = defaultdict(list)
    for problem in planned.plan.problems:
        if problem.stops and problem.where.kind:
            said[UnitId(UnitKind(problem.where.kind), problem.where.number)].append(problem)
    found = [
        Left(it, units[it].date, units[it].customer, kept.get(it), tuple(said.get(it, ())))
        for it in pending | kept.keys()
        if it in units and units[it].date <= month.last
    ]
    return sorted(found, key=lambda it: (it.unit.kind, it.day, it.unit.number))


# What was transferred


class EntryOf(NamedTuple):
    """An entry of a month, of a batch that is not cancelled."""

    batch: int
    state: BatchState
    source: str
    dated: date
    debit_cents: int
    confirmed_at: Any
    confirmed_by: str


def entries_in(company: Company, month: Month) -> list[EntryOf]:
    rows = models.BatchEntry.objects.filter(company=company, dated__range=month, batch__state__in=LIVE)
    of_batch = "batch__number", "batch__state", "source", "dated", "debit_cents"
    confirmed = "batch__confirmed_at", "batch__confirmed_by_name"
    found = rows.order_by("dated", "source").values_list(*of_batch, *confirmed)
    return [EntryOf(number, BatchState(state), *others) for number, state, *others in found]


class AccountSum(NamedTuple):
    """What was transferred to an account: debits and credits of some days, and the balance at their end."""

    account: str
    debit_cents: int
    credit_cents: int
    balance_cents: int


def sums_of(company: Company, role: str, month: Month) -> list[AccountSum]:
    """Of the accounts that units used for something, in a month and up to its end."""
    of_company = models.BatchSum.objects.filter(company=company, batch__state__in=LIVE)
    accounts = models.BatchSum.objects.filter(company=company, role=role).order_by().values("account")
    rows = of_company.filter(account__in=accounts.distinct(), dated__lte=month.last)
    is_in = Q(dated__gte=month.first)
    found = rows.order_by("account").values_list("account").annotate(
        debit=Sum("debit_cents", filter=is_in, default=0), credit=Sum("credit_cents", filter=is_in, default=0),
        balance=Sum(F("debit_cents") - F("credit_cents")),
    )  # fmt: skip
    return [AccountSum(account, *map(int, cents)) for account, *cents in found]


# Deposits


class Deposited(NamedTuple):
    """A deposit as the bank's statement has it: one reference of an entry, or one payment without a reference."""

    account: str
    day: date
    comment: str
    cents: int
    source: str
    payments: tuple[str, ...]
    is_split: bool
    """Whether its reference has amounts in entries of other dates too."""


class _Bank(NamedTuple):
    account: str
    batch: Any
    entry: int
    number: str
    customer: str
    own_date: date
    cents: int


def deposits_in(company: Company, month: Month) -> list[Deposited]:
    """By account, day and comment; what nets to nothing is not on the statement."""
    banks = models.BatchSum.objects.filter(company=company, role=BANK).order_by().values_list("account", flat=True)
    rows = models.BatchPosting.objects.filter(
        company=company, account__in=[*banks.distinct()], open_date__range=month, batch__state__in=LIVE,
        unit_kind=UnitKind.PAYMENT,
    )  # fmt: skip
    columns = "account", "batch_id", "entry", "unit_number", "customer", "own_date", "amount_cents"
    postings = [_Bank(*row) for row in rows.order_by("own_date", "unit_number", "position").values_list(*columns)]
    references = _references(company, (it.number for it in postings))
    groups: dict[tuple[str, Any, int, str], list[_Bank]] = defaultdict(list)
    for it in postings:
        said = references.get(it.number) or f"\0{it.number}"
        groups[it.account, it.batch, it.entry, said].append(it)
    sources = _sources(company, month)
    split = _split(company, {said for *_, said in groups}, month)
    found = [
        _deposited(its, said, sources.get((batch, entry), ""), is_split=said in split)
        for (_, batch, entry, said), its in groups.items()
        if sum(it.cents for it in its)
    ]
    return sorted(found, key=lambda it: (it.account, it.day, it.comment))


def _deposited(its: Sequence[_Bank], said: str, source: str, *, is_split: bool) -> Deposited:
    first = its[0]
    comment = f"{first.number} {first.customer}".strip() if said.startswith("\0") else said
    numbers = tuple(dict.fromkeys(it.number for it in its))
    return Deposited(first.account, first.own_date, comment, sum(it.cents for it in its), source, numbers, is_split)


def _references(company: Company, numbers: Iterable[str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for chunk in chunks(numbers):
        rows = models.Payment.objects.filter(company=company, number__in=chunk).exclude(bank_reference="")
        found |= dict(rows.values_list("number", "bank_reference"))
    return found


def _sources(company: Company, month: Month) -> Mapping[tuple[Any, int], str]:
    rows = models.BatchEntry.objects.filter(company=company, dated__range=month, batch__state__in=LIVE)
    return {(batch, number): source for batch, number, source in rows.values_list("batch_id", "number", "source")}


def _split(company: Company, references: set[str], month: Month) -> set[str]:
    """References of which payments are dated in another month too."""
    found: set[str] = set()
    for chunk in chunks(it for it in references if not it.startswith("\0")):
        rows = models.Payment.objects.filter(company=company, bank_reference__in=chunk, held=True)
        found |= {*rows.exclude(date__range=month).values_list("bank_reference", flat=True)}
    return found


# Who looked at it


def look(company: Company, month: Month, control: Control, by: Membership) -> models.MonthLook:
    """Notes that somebody looked at a month's proof, with what the accounts come to; once for the same figures."""
    figures = {account: control.balance(account).cents for account, _ in controlled_in(company)}
    with transaction.atomic():
        kept = locked_company(company.pk)
        before = models.MonthLook.objects.filter(company=kept, month=month.first).order_by("-at").first()
        if before is not None and before.by_id == by.user_id and before.figures == figures:
            return before
        said = {"month": month.first, "at": timezone.now(), "by": by.user, "by_name": by.user.identified}
        made: models.MonthLook = models.MonthLook.objects.create(company=kept, figures=figures, **said)
        audit.note(kept, who=by.user, action="proof-looked", area="batches", subject=f"{month.first:%Y-%m}")
    return made


def looks_at(company: Company, month: Month) -> list[models.MonthLook]:
    return [*models.MonthLook.objects.filter(company=company, month=month.first).order_by("-at")[:20]]
