"""The transfer of a company: the plan of what is pending, and batches made from it, each exactly once (posting.md, 6).

Whoever exports looked at a plan, and says so by its fingerprint. Under the company's lock the plan is made again: if it is
another one meanwhile, nothing is written; if it became a batch already, that batch is the answer.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from hashlib import sha256

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from ecriture import transfer
from ecriture.core.batches import BatchState, BatchUnit, NoReason, NoSuchBatch, Transferred, WrongState
from ecriture.core.documents import LINE, Books, UnitId, UnitKind
from ecriture.core.plan import Plan, exported_units
from ecriture.core.problems import Problem
from ecriture.core.settings import Settings
from ecriture.core.text import storable
from ecriture.store import audit, models
from ecriture.store.batches import LIVE, has_live_batch, put_batch, transferred
from ecriture.store.catalogue import items_named
from ecriture.store.charts import chart_of
from ecriture.store.closed import note_closed_later
from ecriture.store.control import unsettle_named
from ecriture.store.layouts import own_layout, target_by, toml_of_shipped
from ecriture.store.locking import locked_company
from ecriture.store.models import Company, Membership
from ecriture.store.own_texts import mark_of
from ecriture.store.settings import settings_of
from ecriture.store.touched import finish, let_go, touch, touch_all, touched_books, wait_for_remap
from ecriture.targets.registry import is_layout
from ecriture.transfer import Inputs, Written


class NotExported(ValueError):
    """Nothing was written."""

    def __init__(self, planned: "Planned") -> None:
        super().__init__(planned.fingerprint)
        self.planned = planned


class PlanChanged(NotExported):
    """What is pending is not what the person looked at: `planned` is what it is now."""


class Blocked(NotExported):
    """Errors stand against it; the person may leave out the documents and payments that have them."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.planned.plan.problems if problem.stops)


class AcrossYears(NotExported):
    """Something of a closed fiscal year would be carried into a later one, and nobody said that it may."""


class NothingPending(NotExported):
    """There is no entry to write."""


@dataclass(frozen=True)
class Planned:
    """A plan, what it was made from, and the mark by which it is known again."""

    company: Company
    inputs: Inputs
    plan: Plan
    transferred: Transferred
    own_layout: str = ""
    """The text of the company's own layout, by which the file is written."""

    @cached_property
    def units(self) -> tuple[BatchUnit, ...]:
        """All that its batch would hold."""
        return tuple(exported_units(self.plan))

    @property
    def remapped(self) -> frozenset[UnitId]:
        """Those of its units whose recorded accounts are forgotten."""
        ids = (it.unit for it in self.units)
        return frozenset(it for it in ids if (held := self.transferred.of(it.kind).get(it.number)) and held.remapped)

    @cached_property
    def fingerprint(self) -> str:
        """Of the number, the program, its layout, the entries and every posting: another plan has another one."""
        target = f"{self.company.target} {mark_of(self.own_layout)}".strip()
        found = sha256(f"{self.company.pk} {target} {self.plan.batch} {self.plan.through}".encode())
        for value in (*self.plan.entries, *self.units):
            found.update(repr(value).encode("utf-8", "surrogatepass"))
        return found.hexdigest()

    @property
    def layout(self) -> str:
        """The layout that its batch keeps: the company's own, else the shipped one; empty where the program has none."""
        target = self.company.target
        return self.own_layout or (toml_of_shipped(target) if is_layout(target) else "")

    @cached_property
    def written(self) -> Written:
        """The file of its batch."""
        inputs, planned = self.inputs, self.plan
        return transfer.write(
            planned.entries, settings=inputs.settings, chart=inputs.chart, target=inputs.target, planned=planned
        )

    def is_blocked(self, *, skip_invalid: bool) -> bool:
        return transfer.is_blocked(self.plan.problems, skip_invalid=skip_invalid)

    @property
    def carried_across_years(self) -> tuple[Problem, ...]:
        """What of a closed fiscal year would be written in a later one, for each of these."""
        return tuple(it for it in self.plan.problems if it.code == "carried-across-year")


def plan(
    company: Company,
    through: date,
    books: Books | None = None,
    supposed: Callable[[Settings], Settings] | None = None,
    remapped: Collection[UnitId] = (),
) -> Planned:
    """What a batch of now would contain, own dates up to `through`. `company`: as it is now. Raises ThroughLocked.

    Of the touched units, unless it is to be of others; under other settings where some are `supposed`, and as if some
    units were `remapped`.
    """
    if books is None:
        books = touched_books(company)
    settings = _settings(company, books)
    own = own_layout(company)
    layout = target_by(own) if own else None
    inputs = Inputs(supposed(settings) if supposed else settings, chart_of(company), books, (), layout=layout)
    held = transferred(company, [unit.id for unit in books.units]).without_accounts(remapped)
    return Planned(
        company,
        inputs,
        transfer.plan(inputs, transferred=held, through=through, batch=company.batches_made + 1),
        held,
        own.toml if own else "",
    )


def _settings(company: Company, books: Books) -> Settings:
    """The settings with the items that some documents name."""
    codes = {key.code for document in books.documents.values() for key in document.keys if key.kind is LINE} - {""}
    return replace(settings_of(company, items=False), items=items_named(company, codes))


def export(
    company: Company,
    through: date,
    fingerprint: str,
    by: Membership | None,
    *,
    skip_invalid: bool = False,
    across_years: bool = True,
) -> models.Batch:
    """The batch of a plan that somebody looked at, with its file; a second time the same batch.

    Without `across_years`, nothing is carried from a closed fiscal year into a later one. Raises PlanChanged, Blocked,
    NothingPending, AcrossYears and ThroughLocked; then nothing is written.
    """
    with transaction.atomic():
        kept = locked_company(company.pk)
        planned = plan(kept, through)
        if planned.fingerprint != fingerprint:
            made = models.Batch.objects.filter(company=kept, fingerprint=fingerprint).first()
            if made is None:
                raise PlanChanged(planned)
            return made
        if planned.is_blocked(skip_invalid=skip_invalid):
            raise Blocked(planned)
        if not planned.plan.entries:
            raise NothingPending(planned)
        if planned.carried_across_years and not across_years:
            raise AcrossYears(planned)
        batch = _put(planned, by)
        finish(kept, [*planned.plan.finished()], [it.unit for it in planned.units])
        note_closed_later(kept)
        _note(batch, "batch-exported", by)
    return batch


def _put(planned: Planned, by: Membership | None) -> models.Batch:
    company, now = planned.company, timezone.now()
    made = transfer.batch_of(
        planned.inputs, planned.plan, planned.written, target=planned.inputs.target, exported_at=now.isoformat()
    )
    row = models.Batch(
        company=company,
        number=made.number,
        fingerprint=planned.fingerprint,
        target=made.target,
        layout=planned.layout,
        through=made.through,
        opening=made.opening,
        start_date=made.start_date,
        content=made.content,
        sha256=sha256(made.content).hexdigest(),
        exported_at=now,
        exported_by=by.user if by else None,
        exported_by_name=_name(by),
    )
    put_batch(row, made, planned.units, planned.remapped)
    Company.objects.filter(pk=company.pk).update(batches_made=made.number)
    return row


# What becomes of a batch


def confirm(company: Company, number: int, by: Membership | None) -> models.Batch:
    """The program took the batch's file. Raises NoSuchBatch, and WrongState for a cancelled one."""
    with transaction.atomic():
        batch = _locked(company, number)
        if batch.state == BatchState.EXPORTED:
            batch.state, batch.confirmed_at = BatchState.CONFIRMED, timezone.now()
            batch.confirmed_by, batch.confirmed_by_name = by.user if by else None, _name(by)
            batch.save(update_fields=["state", "confirmed_at", "confirmed_by", "confirmed_by_name"])
            _note(batch, "batch-confirmed", by)
    return batch


def cancel(
    company: Company, number: int, by: Membership | None, *, reason: str, seen: str | None = None
) -> models.Batch:
    """All postings of a batch are pending again; its number, file and listing stay.

    `seen` is the state in which a person saw it: what went in meanwhile must be reversed first. Raises NoSuchBatch,
    NoReason, and WrongState for one that is cancelled already, or is in another state than the seen one.
    """
    if not reason.strip():
        raise NoReason
    with transaction.atomic():
        batch = _locked(company, number)
        if seen is not None and batch.state != seen:
            raise WrongState(batch.state)
        batch.state, batch.cancelled_at, batch.reason = (
            BatchState.CANCELLED,
            timezone.now(),
            storable(reason.strip())[:500],
        )
        batch.cancelled_by, batch.cancelled_by_name = by.user if by else None, _name(by)
        batch.save(update_fields=["state", "cancelled_at", "reason", "cancelled_by", "cancelled_by_name"])
        _touch_again(batch)
        _note(batch, "batch-cancelled", by)
    return batch


def _locked(company: Company, number: int) -> models.Batch:
    """A batch that is not cancelled, under the company's lock, without its file."""
    kept = locked_company(company.pk)
    batch = batches_of(kept).filter(number=number).first()
    if batch is None:
        raise NoSuchBatch(number)
    if not batch.live:
        raise WrongState(batch.state)
    batch.company = kept
    return batch


def _touch_again(batch: models.Batch) -> None:
    """Its units may have something pending again; without any live batch every unit, since then all settings may change.

    What it remapped waits for that again, unless a later batch took the unit with the accounts of then.
    """
    company = batch.company
    records = models.BatchRecord.objects.filter(company=company, batch=batch)
    units = {UnitId(UnitKind(kind), number) for kind, number in records.values_list("unit_kind", "unit_number")}
    let_go(company, units)
    unsettle_named(company, units)
    later = models.BatchRecord.objects.filter(
        company=company,
        unit_number=OuterRef("unit_number"),
        unit_kind=OuterRef("unit_kind"),
        batch__state__in=LIVE,
        batch__number__gt=batch.number,
    )
    again = records.filter(~Exists(later), remapped=True).values_list("unit_kind", "unit_number")
    wait_for_remap(company, [UnitId(UnitKind(kind), number) for kind, number in again])
    if has_live_batch(company):
        touch(company, units, ())
    else:
        touch_all(company)


def batches_of(company: Company) -> QuerySet[models.Batch]:
    """All batches, the latest first, without their files, entries and layouts."""
    return models.Batch.objects.filter(company=company).defer("content", "entries", "layout").order_by("-number")


def _name(by: Membership | None) -> str:
    return by.user.identified if by else ""


def _note(batch: models.Batch, action: str, by: Membership | None) -> None:
    who = by.user if by else None
    changes = [("batch.reason", "", batch.reason)] if batch.reason else []
    audit.note(batch.company, who=who, action=action, area="batches", subject=str(batch.number), changes=changes)
