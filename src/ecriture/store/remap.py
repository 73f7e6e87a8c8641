"""Remap: what was transferred goes to the accounts of today's settings, with the next transfer (posting.md, 1).

Units are chosen, and what it would do to them is planned before anything is kept. The act keeps only that they wait: their
next plan forgets the recorded accounts. The batch that holds them ends it, and records the new accounts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from ecriture.core.documents import FINAL, LINE, TAX, RowKind, UnitId, UnitKind
from ecriture.core.methods import Methods
from ecriture.store import audit, models
from ecriture.store.batches import LIVE
from ecriture.store.locking import locked_company
from ecriture.store.models import Company, Membership
from ecriture.store.settings import settings_of
from ecriture.store.standing import last_day_of
from ecriture.store.touched import books_around, wait_for_remap
from ecriture.store.transfer import Planned, plan
from ecriture.store.units import MODELS

MOST = 10_000
"""So many units are looked at and moved at once."""


class TooMany(ValueError):
    """More than MOST units are chosen."""


class Moved(ValueError):
    """What it would do is not what the person looked at: `found` is what it would do now."""

    def __init__(self, found: "Remapped") -> None:
        super().__init__(found.fingerprint)
        self.found = found


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which units, by all that is given: an account on which they have something, an item, a tax, a payment method,
    their number, their dates.
    """

    account: str = ""
    item: str = ""
    tax: str = ""
    method: str = ""
    kind: UnitKind | None = None
    number: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether it says more than dates and a kind."""
        return bool(self.account or self.item or self.tax or self.method or self.number)

    @property
    def said(self) -> str:
        """In the audit log."""
        named = (self.account, self.item, self.tax, self.method, self.number, self.first, self.last)
        return " · ".join(str(it) for it in named if it)


@dataclass(frozen=True)
class Remapped:
    """What moving some units to today's accounts does: a plan of its own, with nothing else in it."""

    planned: Planned
    changed: int
    """How many of them have something to transfer already. They are not moved: that comes first."""
    same: int
    """How many are where today's settings say, or have an error."""

    @property
    def units(self) -> list[UnitId]:
        return [it.unit for it in self.planned.units]

    @property
    def carried(self) -> int:
        """How many of them have a part in a closed period, which is entered on the first open day."""
        return sum(any(part.open_date != part.own_date for part in it.parts) for it in self.planned.units)

    @property
    def fingerprint(self) -> str:
        return self.planned.fingerprint


def look(company: Company, choice: Choice) -> Remapped:
    """What moving the chosen units to today's accounts would do. Nothing is kept. Raises TooMany."""
    chosen = frozenset(_chosen(company, choice))
    books = books_around(company, chosen)
    through = last_day_of(company, books)
    as_it_is = plan(company, through, books)
    waits = {it.unit for it in as_it_is.units} | {UnitId(it.kind, it.number) for it in as_it_is.plan.kept_back}
    changed = chosen & waits
    alone = books._replace(silent=books.silent | changed)
    planned = plan(company, through, alone, remapped=chosen - changed)
    return Remapped(planned, len(changed), len(chosen) - len(changed) - len(planned.units))


def remap(company: Company, choice: Choice, fingerprint: str, by: Membership | None) -> int:
    """The chosen units wait for a transfer to today's accounts, as somebody saw it: how many.

    Raises Moved if it would do something else by now, and TooMany; then nothing is kept.
    """
    with transaction.atomic():
        kept = locked_company(company.pk)
        found = look(kept, choice)
        if found.fingerprint != fingerprint or not found.units:
            raise Moved(found)
        wait_for_remap(kept, found.units)
        _note(kept, "remap-asked", f"{len(found.units)} · {choice.said}", by)
        return len(found.units)


def take_back(company: Company, by: Membership | None) -> int:
    """No unit waits to be remapped any more: how many did."""
    with transaction.atomic():
        kept = locked_company(company.pk)
        count = sum(rows.update(remap=False) for rows in _waiting(kept))
        if count:
            _note(kept, "remap-taken-back", str(count), by)
        return count


def count_waiting(company: Company) -> int:
    return sum(rows.count() for rows in _waiting(company))


def _waiting(company: Company) -> Iterator[QuerySet[models.Document] | QuerySet[models.Payment]]:
    """They stay touched when they wait no more: a plan finds that nothing is left."""
    return (model.objects.filter(company=company, remap=True) for model in MODELS.values())


def _note(company: Company, action: str, subject: str, by: Membership | None) -> None:
    audit.note(company, who=by.user if by else None, action=action, area="batches", subject=subject)


# Which units


def _chosen(company: Company, choice: Choice) -> list[UnitId]:
    found: list[UnitId] = []
    for kind, model in MODELS.items():
        rows = model.objects.filter(_of(company, kind, choice), company=company, held=True, remap=False, status=FINAL)
        numbers = rows.order_by("number").values_list("number", flat=True)[: MOST + 1 - len(found)]
        found += [UnitId(kind, number) for number in numbers]
    if len(found) > MOST:
        raise TooMany
    return found


def _of(company: Company, kind: UnitKind, choice: Choice) -> Q:
    """Those of one kind that are chosen."""
    nothing = Q(pk__in=())
    is_document = kind is UnitKind.DOCUMENT
    if choice.kind not in (None, kind) or (choice.method if is_document else choice.item or choice.tax):
        return nothing
    asked = Q()
    if choice.number:
        asked &= Q(number=choice.number)
    if choice.first:
        asked &= Q(date__gte=choice.first)
    if choice.last:
        asked &= Q(date__lte=choice.last)
    if choice.account:
        asked &= Q(number__in=_on_account(company, kind, choice.account))
    if choice.method:
        asked &= Q(method__in=_methods(company, choice.method))
    for row_kind, code in ((LINE, choice.item), (TAX, choice.tax)):
        asked &= Q(_has_row(company, row_kind, code)) if code else Q()
    return asked


def _on_account(company: Company, kind: UnitKind, account: str) -> QuerySet[models.BatchPosting, str]:
    """The numbers of the units of which live batches hold something on an account, on any date."""
    rows = models.BatchPosting.objects.filter(
        company=company, unit_kind=kind, account=account, batch__state__in=LIVE
    ).order_by()
    summed = rows.values("unit_number", "own_date").annotate(cents=Sum("amount_cents"))
    return summed.exclude(cents=0).values_list("unit_number", flat=True)


def _has_row(company: Company, kind: RowKind, code: str) -> Exists:
    rows = models.DocumentRow.objects.filter(company=company, document=OuterRef("pk"))
    return Exists(rows.filter(kind=kind, code=code))


def _methods(company: Company, name: str) -> list[str]:
    """The ways in which payments write a method of the settings."""
    methods = Methods(settings_of(company, items=False).methods)
    written = models.Payment.objects.filter(company=company).order_by().values_list("method", flat=True).distinct()
    return [it for it in written if it == name or ((found := methods.find(it)) is not None and found.name == name)]
