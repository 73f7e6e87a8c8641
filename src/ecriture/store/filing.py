"""Returns that were filed, what changed since, and what people decided of it.

What was filed is kept: the lines, and what each document and payment contributed. A change since is the difference between
that and the books, less what was decided before: so a document that changes again is asked about again, for the rest.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from ecriture.core.documents import CREDIT_NOTE, FINAL
from ecriture.core.money import plain
from ecriture.core.tax_return import (
    NONE,
    Amounts,
    Credits,
    Form,
    Group,
    Line,
    Period,
    Source,
    Supply,
    lines_of,
    total,
)
from ecriture.store import audit, models
from ecriture.store import filed as filed_returns
from ecriture.store.inserting import insert
from ecriture.store.locking import locked_company
from ecriture.store.models import Company, Membership, TaxReturn, TaxReturnDecision, TaxReturnEntry
from ecriture.store.tax_returns import Prepared, entries_of, prepared
from ecriture.store.units import chunks

REGULAR, QUICK = "regular", "quick"


class NotFiled(ValueError):
    """Nothing was kept."""


class FiguresChanged(NotFiled):
    """The figures are not those that the person looked at."""


class Overlaps(NotFiled):
    """A period that was filed has some of these days, and others."""

    def __init__(self, filed: TaxReturn) -> None:
        super().__init__(str(filed))
        self.filed = filed


class NotEnded(NotFiled):
    """The period has days to come: what they bring would be missing."""


class AlreadyFiled(NotFiled):
    """The last return filed of the period has these figures and entries: sent twice, it is the same return."""

    def __init__(self, filed: TaxReturn) -> None:
        super().__init__(str(filed))
        self.filed = filed


class Choice(StrEnum):
    """What becomes of a change after the filing."""

    AMEND = "amend"
    NEXT = "next"


# How amounts are kept


def written(amounts: Amounts) -> dict[str, Any]:
    """As JSON: the sales as `[supply, codes, outside, cents]`, the taxes by their codes."""
    sales = sorted([*group[:1], [*group.codes], group.outside, cents] for group, cents in amounts.sales.items())
    taxes = {name: dict(sorted(getattr(amounts, name).items())) for name in Amounts._fields[1:]}
    return {"sales": sales, **{name: part for name, part in taxes.items() if part}}


def read(kept: Mapping[str, Any]) -> Amounts:
    """The inverse of `written`."""
    sales = {Group(Supply(supply), tuple(codes), outside): cents for supply, codes, outside, cents in kept["sales"]}
    return Amounts(sales, *(kept.get(name, NONE) for name in Amounts._fields[1:]))


# The figures of a form


class Figures(NamedTuple):
    """One form of a period: what its lines are made of, and what was filed of it."""

    form: Form
    amounts: Amounts
    lines: tuple[Line, ...]
    moved: tuple[TaxReturnDecision, ...]
    """Changes of filed periods that this one takes."""
    left_out: Amounts
    """Changes of this period that a later one takes."""
    filed: TaxReturn | None
    shows: str
    """By which it is known again that these figures were looked at."""


def figures_of(found: Prepared, typed: Credits = NONE) -> tuple[Figures, ...]:
    """Each form of a period, with the changes that were moved into it."""
    return tuple(_figures(found, form, typed) for form in found.forms)


def _figures(found: Prepared, form: Form, typed: Credits) -> Figures:
    company, period = found.company, found.period
    into = _moved(company, form.name).filter(goes_into__gte=period.first, goes_into__lte=period.last)
    moved = tuple(into.select_related("tax_return"))
    of_period = filed_returns.of_period(company, form.name, period)
    left = _moved(company, form.name).filter(tax_return_id__in=of_period.values("pk"))
    left_out = total(read(it.amounts) for it in left)
    every = [*(entry.amounts for entry in found.entries), *(read(it.amounts) for it in moved), left_out.negated()]
    amounts = total(it.of(form.codes) for it in every)
    lines = lines_of(form, amounts, typed)
    shows = sha256(repr([company.pk, form, period, company.quick_method, lines, amounts, found.entries]).encode())
    filed = of_period.first()
    return Figures(form, amounts, lines, moved, left_out, filed, shows.hexdigest())


def _moved(company: Company, form: str) -> QuerySet[TaxReturnDecision]:
    of_form = filed_returns.standing(company).filter(form=form).values("pk")
    return TaxReturnDecision.objects.filter(company=company, choice=Choice.NEXT, tax_return_id__in=of_form)


# Filing


def file_return(member: Membership, form: str, period: Period, typed: Credits, shows: str) -> TaxReturn:
    """Keeps the figures and entries that somebody looked at, as filed.

    Raises NotEnded, FiguresChanged, AlreadyFiled and Overlaps, and then nothing is kept.
    """
    if not has_ended(period):
        raise NotEnded
    with transaction.atomic():
        company = locked_company(member.company_id)
        found = prepared(company, period)
        figures = next((it for it in figures_of(found, typed) if it.form.name == form), None)
        if figures is None or figures.shows != shows:
            raise FiguresChanged
        _forbid_same(found, figures)
        _forbid_overlap(company, form, period)
        kept = _keep(member, found, figures)
        changes = [(f"line {it.number}", "", plain(it.cents)) for it in figures.lines if it.cents is not None]
        subject = f"{form} {period.first} – {period.last}"
        audit.note(company, who=member.user, action="return-filed", area="taxes", subject=subject, changes=changes)
    return kept


def has_ended(period: Period) -> bool:
    return period.last < timezone.localdate()


def _forbid_same(found: Prepared, figures: Figures) -> None:
    filed = figures.filed
    if filed is None:
        return
    kept = {(it.source, it.number): it.amounts for it in _entries(filed)}
    now = {it.key: written(it.amounts.of(figures.form.codes)) for it in found.entries}
    was = filed.lines, filed.amounts, filed.method, kept
    if was == ([list(line) for line in figures.lines], written(figures.amounts), _method(found.company), now):
        raise AlreadyFiled(filed)


def _method(company: Company) -> str:
    return QUICK if company.quick_method else REGULAR


def _forbid_overlap(company: Company, form: str, period: Period) -> None:
    others = filed_returns.standing(company).filter(form=form, first__lte=period.last, last__gte=period.first)
    other = others.exclude(first=period.first, last=period.last).first()
    if other is not None:
        raise Overlaps(other)


def _keep(member: Membership, found: Prepared, figures: Figures) -> TaxReturn:
    """Its entries first: from its own row on the database takes no more."""
    form, period = figures.form, found.period
    versions = TaxReturn.objects.filter(company=found.company, form=form.name, first=period.first)
    kept = TaxReturn(
        company=found.company,
        form=form.name,
        first=period.first,
        last=period.last,
        version=(versions.aggregate(last=Max("version"))["last"] or 0) + 1,
        method=_method(found.company),
        lines=[list(line) for line in figures.lines],
        amounts=written(figures.amounts),
        entry_count=len(found.entries),
        who=member.user,
        who_name=member.user.identified,
    )
    rows = [
        (found.company.pk, kept.pk, it.source, it.number, it.day, it.customer, written(it.amounts.of(form.codes)))
        for it in found.entries
    ]
    insert(TaxReturnEntry, _ENTRY, rows)
    kept.save(force_insert=True)
    return kept


_ENTRY = ("company_id", "tax_return_id", "source", "number", "day", "customer", "amounts")


# What changed since


class Since(NamedTuple):
    """A document or payment of a filed period that is not what it was: what it was, what it is, and what is left to decide."""

    source: Source
    number: str
    day: date
    customer: str
    before: Amounts
    now: Amounts
    left: Amounts
    decided: tuple[TaxReturnDecision, ...] = ()

    @property
    def what(self) -> str:
        """`new`, `gone` or `changed`."""
        return "changed" if self.before and self.now else "new" if self.now else "gone"

    @property
    def mark(self) -> str:
        """By which it is known again that this change was looked at."""
        return sha256(repr([self.source, self.number, written(self.left)]).encode()).hexdigest()[:24]


def codes_of(filed: TaxReturn, found: Iterable[Form]) -> tuple[str, ...]:
    """The taxes of a filed form as the company has them now."""
    return next((form.codes for form in found if form.name == filed.form), ())


def since_filed(filed: TaxReturn, codes: Iterable[str]) -> tuple[Since, ...]:
    """All that changed of a filed return, decided or not. `codes` are those of its form."""
    asked = frozenset(codes)
    kept = {(Source(it.source), it.number): it for it in _entries(filed)}
    now = {it.key: it for it in entries_of(filed.company, Period(filed.first, filed.last))}
    decided: dict[tuple[Source, str], list[TaxReturnDecision]] = {}
    for it in TaxReturnDecision.objects.filter(company_id=filed.company_id, tax_return_id=filed.pk).order_by("at"):
        decided.setdefault((Source(it.source), it.number), []).append(it)
    found: list[Since] = []
    for key in dict.fromkeys((*kept, *now)):
        entry, was = now.get(key), kept.get(key)
        before = read(was.amounts) if was is not None else Amounts()
        after = entry.amounts.of(asked) if entry is not None else Amounts()
        its = decided.get(key, [])
        left = total([after, before.negated(), *(read(it.amounts).negated() for it in its)])
        if left or its:
            day, customer = (entry.day, entry.customer) if entry is not None else (was.day, was.customer)  # type: ignore[union-attr] # one of both
            found.append(Since(*key, day, customer, before.without_zeros(), after.without_zeros(), left, tuple(its)))
    return tuple(sorted(found, key=lambda it: (not it.left, it.day, it.number)))


def _entries(filed: TaxReturn) -> QuerySet[TaxReturnEntry]:
    return TaxReturnEntry.objects.filter(company_id=filed.company_id, tax_return_id=filed.pk)


def entries_filed(filed: TaxReturn) -> QuerySet[TaxReturnEntry]:
    """By day and number."""
    return _entries(filed).order_by("day", "number", "source")


def later_notes(filed: TaxReturn) -> Iterator[models.Document]:
    """Credit notes of later days that settle invoices of a filed period: they are in their own period, by day."""
    numbers = _entries(filed).filter(source=Source.DOCUMENT).values_list("number", flat=True)
    notes = models.Document.objects.filter(company_id=filed.company_id, kind=CREDIT_NOTE, status=FINAL)
    for asked in chunks(numbers):
        yield from notes.filter(applies_to__in=asked, date__gt=filed.last).order_by("date", "number")


class NotStanding(ValueError):
    """The return was withdrawn, or a later version replaces it: nothing more is decided of it."""


class ChangedMeanwhile(ValueError):
    """The change is not what the person saw."""


def decide(
    member: Membership, filed: TaxReturn, codes: Iterable[str], key: tuple[str, str], choice: Choice, mark: str
) -> None:
    """Notes what somebody decided of a change. Raises NotStanding and ChangedMeanwhile."""
    with transaction.atomic():
        company = locked_company(member.company_id)
        if filed_returns.replaced_by(filed) or filed_returns.withdrawal_of(filed):
            raise NotStanding
        found = next((it for it in since_filed(filed, codes) if (it.source, it.number) == key and it.left), None)
        if found is None or found.mark != mark:
            raise ChangedMeanwhile
        TaxReturnDecision.objects.create(
            company=company,
            tax_return=filed,
            source=found.source,
            number=found.number,
            amounts=written(found.left),
            choice=choice,
            goes_into=filed_returns.next_after(filed).first if choice is Choice.NEXT else None,
            who=member.user,
            who_name=member.user.identified,
        )
        subject = f"{filed.form} {filed.first} – {filed.last}"
        changes = [(f"{found.source} {found.number}", "", choice.value)]
        audit.note(company, who=member.user, action="change-decided", area="taxes", subject=subject, changes=changes)
