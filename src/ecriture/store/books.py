"""A company's documents and payments: one writer, under the company's lock, audited."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from ecriture.core.documents import Document, PaymentRow, RowKind, Status, Unit, UnitId, UnitKind, signed
from ecriture.core.money import plain
from ecriture.core.text import is_storable
from ecriture.store import audit, models
from ecriture.store.batches import is_live
from ecriture.store.ids import new_id
from ecriture.store.inserting import insert
from ecriture.store.locking import locked_company
from ecriture.store.models import Company, Membership
from ecriture.store.particulars import HEAD, NOTHING, OF_ROW, Particulars, RowWords, particulars_of
from ecriture.store.touched import touch
from ecriture.store.units import (
    COLUMNS,
    MODELS,
    ROW_COLUMNS,
    ROWS,
    by_kind,
    chunks,
    named_by,
    rows_of,
    units_named,
    values_of,
)

MOST_CENTS = 10**15 - 1
"""The largest amount of a row or document. A column holds 9,000 times as much, since batches have sums of thousands."""
BY_HAND = "by-hand"
"""The source of what a person entered on a page."""
CHANGED = 100
"""How many rows a statement changes: it has a case for each value."""


def used_items(company: Company, codes: Collection[str]) -> frozenset[str]:
    """Which of these items are used by a document, including drafts and void ones."""
    return _used(company, RowKind.LINE, codes)


def used_taxes(company: Company, codes: Collection[str]) -> frozenset[str]:
    """Which of these taxes are used by a document, including drafts and void ones."""
    return _used(company, RowKind.TAX, codes)


def _used(company: Company, kind: RowKind, codes: Collection[str]) -> frozenset[str]:
    rows = models.DocumentRow.objects.filter(company=company, kind=kind, code__in=[*filter(is_storable, codes)])
    return frozenset(rows.values_list("code", flat=True).distinct()) if codes else frozenset()


# Recording


class Changes(NamedTuple):
    """What to do with documents and payments. A unit that is there is changed, another one is new.

    `by_hand`: those of `units` that a person entered, each with what it says beside its amounts; a payment says nothing.
    Of other documents what they say stays as it is, the words of a row as long as its amount does. `known_as`: payments
    that a file has under other numbers, by these; nothing of them is changed, and it is noted.
    """

    units: Sequence[Unit] = ()
    void: Collection[UnitId] = ()
    deleted: Collection[UnitId] = ()
    by_hand: Mapping[UnitId, Particulars] = MappingProxyType({})
    known_as: Mapping[str, str] = MappingProxyType({})


class Done(NamedTuple):
    """What `record` did. Units that were as they should be already are in none of them."""

    new: tuple[UnitId, ...] = ()
    changed: tuple[UnitId, ...] = ()
    void: tuple[UnitId, ...] = ()
    deleted: tuple[UnitId, ...] = ()

    def __bool__(self) -> bool:
        return any(self)


class Refused(ValueError):
    """Nothing was recorded, because of some units."""

    def __init__(self, units: Iterable[UnitId]) -> None:
        self.units = tuple(sorted(units))
        super().__init__(", ".join(f"{kind} {number}" for kind, number in self.units))


class Live(Refused):
    """A live batch holds them: void them instead of deleting, or cancel the batch first."""


class Unknown(Refused):
    """They are to be void or deleted, and are not there."""


class OfAnother(Refused):
    """Another source brought these numbers: it alone replaces them."""


class ChangedMeanwhile(Refused):
    """They are not what the person saw who changes them."""


class TooLarge(Refused):
    """A text or an amount is larger than the database takes, or a text has a character that it does not take."""


def record(
    company: Company,
    changes: Changes,
    *,
    by: Membership | None,
    source: str,
    origin: str | None = None,
    upload: models.Upload | None = None,
    seen: Mapping[UnitId, Unit | None] | None = None,
) -> Done:
    """Does all changes or none, as one act of the audit log. `source`: where they come from, such as a file's name;
    `upload` is that file. `origin`: the program whose numbers these are, empty for our own files; None for a person,
    who may change any of them.

    `seen` are units as somebody saw them who changes them, None for one that was not there. Raises Live, Unknown,
    OfAnother, ChangedMeanwhile and TooLarge, Removed, and ValueError for a unit that is named twice; then nothing is
    changed.
    """
    ids = [*(unit.id for unit in changes.units), *changes.void, *changes.deleted]
    if len(set(ids)) != len(ids):
        raise ValueError("a unit is named twice")
    if unfit := [unit.id for unit in changes.units if not (fits(unit) and changes.by_hand.get(unit.id, NOTHING).fits)]:
        raise TooLarge(unfit)
    with transaction.atomic():
        kept = locked_company(company.pk)
        before = units_named(kept, {*ids, *(seen or ())})
        if differing := [it for it, unit in (seen or {}).items() if before.get(it) != (unit and unit._replace(row=0))]:
            raise ChangedMeanwhile(differing)
        if unknown := [it for it in (*changes.void, *changes.deleted) if it not in before]:
            raise Unknown(unknown)
        if live := is_live(kept, changes.deleted):
            raise Live(live)
        present = [unit.id for unit in changes.units if unit.id in before]
        if origin is not None and (others := owned_by_others(kept, present, origin)):
            raise OfAnother(others)
        entered = [number for kind, number in changes.by_hand if kind is UnitKind.DOCUMENT]
        return _Act(kept, before, changes, particulars_of(kept, entered), origin or "").done(by, source, upload)


def owned_by_others(company: Company, units: Iterable[UnitId], origin: str) -> dict[UnitId, str]:
    """Those of some units that another source brought, with that source; a person is one too (`BY_HAND`)."""
    found: dict[UnitId, str] = {}
    for kind, numbers in by_kind(units).items():
        for chunk in chunks(numbers):
            rows = MODELS[kind].objects.filter(company=company, number__in=chunk)
            others = rows.exclude(origin=origin, by_hand=False).values_list("number", "origin", "by_hand")
            found |= {UnitId(kind, number): BY_HAND if is_typed else its for number, its, is_typed in others}
    return found


def fits(unit: Unit) -> bool:
    """Whether the database can hold a unit."""
    texts: list[tuple[str, int]] = [(unit.number, 200), (unit.customer, 200)]
    cents: list[int] = []
    if isinstance(unit, Document):
        texts += [(unit.applies_to, 200), *((key.code, 100) for key in unit.keys)]
        cents += [*unit.amounts, unit.total_cents]
    else:
        texts += [(unit.method, 100), (unit.bank_reference, 200), *((row.document, 200) for row in unit.rows)]
        for row in unit.rows:
            cents += [row.amount_cents, row.fee_cents, row.rounding_cents, row.tip_cents]
    return all(len(text) <= most and is_storable(text) for text, most in texts) and all(
        abs(it) <= MOST_CENTS for it in cents
    )


@dataclass(frozen=True)
class _Act:
    """What `record` does, once nothing stands against it."""

    company: Company
    before: Mapping[UnitId, Unit]
    changes: Changes
    particulars: Mapping[str, Particulars]
    """What the documents that are entered by hand said before, by number."""
    origin: str

    def done(self, by: Membership | None, source: str, upload: models.Upload | None) -> Done:
        after = {unit.id: unit._replace(row=0) for unit in self.changes.units}
        after |= {it: self.before[it]._replace(status=Status.VOID) for it in self.changes.void}
        written = {it: unit for it, unit in after.items() if self.before.get(it) != unit or self._is_reworded(it)}
        new = tuple(it for it in written if it not in self.before)
        others = [it for it in written if it in self.before]
        void = tuple(it for it in others if written[it].status is Status.VOID)
        done = Done(new, tuple(it for it in others if it not in {*void}), void, tuple(self.changes.deleted))
        if done:
            self._touch(written, done)
            self._delete(done.deleted)
            self._write(written, done)
        if done or self.changes.known_as:
            self._note(written, done, by, source, upload)
        return done

    def _said(self, unit: UnitId) -> Particulars:
        return self.particulars.get(unit.number, NOTHING) if unit.kind is UnitKind.DOCUMENT else NOTHING

    def _is_reworded(self, unit: UnitId) -> bool:
        return self.changes.by_hand.get(unit, self._said(unit)) != self._said(unit)

    def _touch(self, written: Mapping[UnitId, Unit], done: Done) -> None:
        """Touches what was named before and is named after, and what names them, before anything is deleted."""
        if not self.company.units_made:  # nothing is there yet that could be named, or could name
            return
        involved = [*written.values(), *(self.before[it] for it in (*written, *done.deleted) if it in self.before)]
        touch(self.company, {unit.id for unit in involved}, {number for unit in involved for number in named_by(unit)})

    def _delete(self, units: Iterable[UnitId]) -> None:
        for kind, numbers in by_kind(units).items():
            for chunk in chunks(numbers):
                found = MODELS[kind].objects.filter(company=self.company, number__in=chunk)
                ids = list(found.values_list("pk", flat=True))
                ROWS[kind].objects.filter(company=self.company, **{f"{kind}__in": ids}).delete()
                found.delete()

    def _write(self, written: Mapping[UnitId, Unit], done: Done) -> None:
        position = self.company.units_made
        Company.objects.filter(pk=self.company.pk).update(units_made=position + len(done.new))
        present = self._present(it for it in written if it in self.before)
        words = self._words_kept(written, {pk: it for it, pk in present.items() if it not in self.changes.by_hand})
        self._change({it: written[it] for it in present}, present)
        ids = present | {it: new_id() for it in done.new}
        for kind in UnitKind:
            units = [written[it] for it in done.new if it.kind is kind]
            head = self.company.pk, self.origin
            made = ((*head, ids[unit.id], position + at, *values_of(unit)) for at, unit in enumerate(units))
            insert(MODELS[kind], ("company_id", "origin", "id", "position", *COLUMNS[kind]), made)
            position += len(units)
            rows = (
                (self.company.pk, ids[unit.id], at, *row)
                for unit in written.values()
                if unit.id.kind is kind
                for at, row in enumerate(rows_of(unit))
            )
            insert(ROWS[kind], ("company_id", f"{kind}_id", "position", *ROW_COLUMNS[kind]), rows)
        entered = {it: ids[it] for it in written if it in self.changes.by_hand}
        self._put_words({**words, **{pk: self.changes.by_hand[it].rows for it, pk in entered.items()}})
        for unit, pk in entered.items():
            said = self.changes.by_hand[unit]
            of_unit = {name: getattr(said, name) for name in HEAD} if unit.kind is UnitKind.DOCUMENT else {}
            MODELS[unit.kind].objects.filter(pk=pk).update(by_hand=True, **of_unit)

    def _words_kept(self, written: Mapping[UnitId, Unit], ids: Mapping[UUID, UnitId]) -> dict[UUID, list[RowWords]]:
        """What the rows of changed documents say that was typed once, where the row is as it was."""
        documents = {f"{pk}": pk for pk, it in ids.items() if it.kind is UnitKind.DOCUMENT}
        kept: dict[UUID, list[RowWords]] = {}
        for chunk in chunks(documents):
            rows = models.DocumentRow.objects.filter(company=self.company, document__in=[documents[pk] for pk in chunk])
            told = rows.exclude(**dict.fromkeys(OF_ROW, ""))
            for pk, at, *row in told.values_list("document_id", "position", *ROW_COLUMNS[UnitKind.DOCUMENT], *OF_ROW):
                after = rows_of(written[ids[pk]])
                if at < len(after) and tuple(after[at]) == tuple(row[:3]):
                    of_document = kept.setdefault(pk, [RowWords()] * len(after))
                    of_document[at] = RowWords(*row[3:])
        return kept

    def _put_words(self, words: Mapping[UUID, Sequence[RowWords]]) -> None:
        for pk, of_rows in words.items():
            rows = {row.position: row for row in models.DocumentRow.objects.filter(company=self.company, document=pk)}
            told = [(rows[at], it) for at, it in enumerate(of_rows) if any(it)]
            for row, said in told:
                row.description, row.quantity, row.unit_price = said
            models.DocumentRow.objects.bulk_update([row for row, _ in told], OF_ROW, batch_size=CHANGED)

    def _change(self, changed: Mapping[UnitId, Unit], ids: Mapping[UnitId, UUID]) -> None:
        """Units that are there, but for their rows, which are taken away."""
        for kind, numbers in by_kind(changed).items():
            model, units = MODELS[kind], [changed[UnitId(kind, number)] for number in numbers]
            names = COLUMNS[kind]
            made = [
                model(id=ids[unit.id], touched=True, **dict(zip(names, values_of(unit), strict=True))) for unit in units
            ]
            model.objects.bulk_update(made, [*names[1:], "touched"], batch_size=CHANGED)  # type: ignore[arg-type] # of its own model
            for chunk in chunks(numbers):
                of_chunk = [ids[UnitId(kind, number)] for number in chunk]
                ROWS[kind].objects.filter(company=self.company, **{f"{kind}__in": of_chunk}).delete()

    def _present(self, units: Iterable[UnitId]) -> dict[UnitId, UUID]:
        """The ids of units that are there."""
        found: dict[UnitId, UUID] = {}
        for kind, numbers in by_kind(units).items():
            for chunk in chunks(numbers):
                rows = MODELS[kind].objects.filter(company=self.company, number__in=chunk)
                found |= {UnitId(kind, number): pk for number, pk in rows.values_list("number", "id")}
        return found

    def _note(
        self,
        written: Mapping[UnitId, Unit],
        done: Done,
        by: Membership | None,
        source: str,
        upload: models.Upload | None,
    ) -> None:
        changes = chain(
            (change for it in written for change in differences(self.before.get(it), written[it])),
            (change for it in written for change in self._rewordings(it)),
            (change for it in done.deleted for change in differences(self.before[it], None)),
            ((f"payment.known_as {ours}", "", theirs) for theirs, ours in self.changes.known_as.items()),
        )
        who = by.user if by else None
        audit.note(
            self.company, who=who, action="books-recorded", area="books", subject=source, changes=changes, source=upload
        )

    def _rewordings(self, unit: UnitId) -> Iterator[audit.Change]:
        old, new = (_wording(it) for it in (self._said(unit), self.changes.by_hand.get(unit, self._said(unit))))
        for name in new:
            if old[name] != new[name]:
                yield f"{unit.kind}.{name} {unit.number}", old[name], new[name]


def _wording(said: Particulars) -> dict[str, str]:
    """What a document says beside its amounts, as texts."""
    each = [" × ".join(filter(None, row[1:])) for row in said.rows]
    rows = (" · ".join(filter(None, pair)) for pair in zip((row.description for row in said.rows), each, strict=True))
    return {**{name: getattr(said, name) for name in HEAD}, "words": "; ".join(filter(None, rows))}


# What the audit log says


def differences(before: Unit | None, after: Unit | None) -> Iterator[audit.Change]:
    """`document F-1` for one that is new or deleted, else `document.date F-1` for each field that differs."""
    unit = after or before
    if unit is None:
        return
    kind, number = unit.id
    old, new = (_texts(it) if it is not None else {} for it in (before, after))
    if before is None or after is None:
        whole = [" · ".join(text for text in texts.values() if text) for texts in (old, new)]
        yield f"{kind} {number}", whole[0], whole[1]
        return
    for name in new:
        if old[name] != new[name]:
            yield f"{kind}.{name} {number}", old[name], new[name]


def _texts(unit: Unit) -> dict[str, str]:
    """The fields of a unit as texts."""
    found = {"kind": unit.kind.value, "status": unit.status.value, "date": f"{unit.date}", "customer": unit.customer}
    if isinstance(unit, Document):
        rows = zip(unit.keys, unit.amounts, strict=True)
        each = [" ".join(filter(None, (*key, plain(signed(key, cents))))) for key, cents in rows]
        return {**found, "applies_to": unit.applies_to, "rows": "; ".join(each)}
    each = [_payment_row(row) for row in unit.rows]
    return {**found, "method": unit.method, "bank_reference": unit.bank_reference, "rows": "; ".join(each)}


def _payment_row(row: PaymentRow) -> str:
    amounts = [f"{name} {plain(getattr(row, f'{name}_cents'))}" for name in ("fee", "rounding", "tip")]
    said = [text for text, cents in zip(amounts, row[2:5], strict=True) if cents]
    applied = [f"applied {row.applied}"] if row.applied else []
    return " ".join(filter(None, (row.document, plain(row.amount_cents), *said, *applied)))
