"""Importing documents and payments: what a file would change, storing it as one act, and undoing that.

Who imports looked at the effect, and says so by its fingerprint. Numbers belong to the source that brought them: a number
of another source is never replaced. What a file does not have means nothing.
"""

import json
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain, repeat
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ecriture.core.documents import (
    Document,
    DocumentKind,
    Payment,
    PaymentKind,
    PaymentRow,
    RowKey,
    RowKind,
    Status,
    Unit,
    UnitId,
    UnitKind,
)
from ecriture.sources.books_file import BooksRead
from ecriture.store import uploads
from ecriture.store.batches import is_live
from ecriture.store.books import Changes, owned_by_others, record
from ecriture.store.locking import locked_company
from ecriture.store.models import Company, Import, Membership, Upload
from ecriture.store.units import units_named


class NotUndone(ValueError):
    """An import stays, because of some units: a live batch holds them, or they were changed since."""

    def __init__(self, live: Collection[UnitId], changed: Collection[UnitId]) -> None:
        self.live, self.changed = tuple(sorted(live)), tuple(sorted(changed))
        super().__init__(f"{len(live)} {len(changed)}")


class EffectChanged(ValueError):
    """What the file would do now is not what the person looked at."""


@dataclass(frozen=True)
class Effect:
    """What a file would do: the units that are new, those that it changes (before and after), and how many stay."""

    new: tuple[Unit, ...]
    changed: tuple[tuple[Unit, Unit], ...]
    unchanged: int
    transferred: frozenset[UnitId]
    """Those that it changes and that a live batch holds: a correction will be transferred."""
    of_others: Mapping[UnitId, str]
    """Those that it has and that another source brought, with that source: they stand in its way."""

    def __bool__(self) -> bool:
        return bool(self.new or self.changed)

    @property
    def units(self) -> tuple[Unit, ...]:
        """All that it writes."""
        return (*self.new, *(after for _, after in self.changed))

    @cached_property
    def fingerprint(self) -> str:
        rows: tuple[Iterable[tuple[str, str]], ...] = (
            (("new", repr(unit)) for unit in self.new),
            ((repr(before), repr(after)) for before, after in self.changed),
            (("of", f"{it.kind} {it.number} {origin}") for it, origin in sorted(self.of_others.items())),
            (("transferred", f"{it.kind} {it.number}") for it in sorted(self.transferred)),
        )
        return uploads.fingerprint(chain.from_iterable(rows))


def effect_of(company: Company, units: Iterable[Unit], origin: str) -> Effect:
    """What storing units would do. `origin`: the source that they come from, empty for our own files."""
    wanted = {unit.id: unit._replace(row=0) for unit in units}
    before = units_named(company, wanted.keys())
    changed = tuple((before[it], unit) for it, unit in wanted.items() if it in before and before[it] != unit)
    return Effect(
        tuple(unit for it, unit in wanted.items() if it not in before),
        changed,
        len(before) - len(changed),
        is_live(company, [unit.id for unit, _ in changed]),
        owned_by_others(company, before.keys(), origin),
    )


def divided_in(company: Company, read: BooksRead, others: Mapping[str, Document] = MappingProxyType({})) -> BooksRead:
    """A file with its payments of several documents divided: by its own documents, by `others`, by the stored ones."""
    if not read.several:
        return read
    named = {UnitId(UnitKind.DOCUMENT, number) for number in read.named_elsewhere - others.keys()}
    stored = {it.number: unit for it, unit in units_named(company, named).items() if isinstance(unit, Document)}
    return read.divided({**stored, **others})


def store(
    company: Company,
    units: Iterable[Unit],
    *,
    origin: str,
    by: Membership | None,
    upload: Upload,
    fingerprint: str,
    known_as: Mapping[str, str] = MappingProxyType({}),
) -> Import:
    """Stores what somebody looked at, as one act. Raises EffectChanged, and what `record` raises; then nothing is stored.

    `known_as`: payments that the file has under another number than ours, by that number; they are known again from then on.
    """
    with transaction.atomic():
        kept = locked_company(company.pk)
        uploads.need_waiting(upload)
        effect = effect_of(kept, units, origin)
        if effect.fingerprint != fingerprint or effect.of_others or not (effect or known_as):
            raise EffectChanged
        changes = Changes(effect.units, known_as=known_as)
        record(kept, changes, by=by, source=upload.name, origin=origin, upload=upload)
        return Import.objects.create(
            company=kept,
            upload=upload.pk,
            at=timezone.now(),
            by_name=by.user.identified if by else "",
            name=upload.name,
            origin=origin,
            new=len(effect.new),
            changed=len(effect.changed),
            unchanged=effect.unchanged,
            before=_packed(effect),
            known_as={**known_as},
        )


def undo(company: Company, import_id: UUID, *, by: Membership | None) -> Import:
    """Takes back all that an import did, as one act. Raises NotUndone, and DoesNotExist; then nothing is changed."""
    with transaction.atomic():
        kept = locked_company(company.pk)
        found = Import.objects.get(company=kept, pk=import_id, undone_at=None)
        made, restored = _unpacked(bytes(found.before))
        after = {it: unit for it, (unit, _) in restored.items()} | made
        now = units_named(kept, after.keys())
        changed = [it for it, unit in after.items() if now.get(it) != unit]
        if (live := is_live(kept, after.keys())) or changed:
            raise NotUndone(live, changed)
        back = [before for _, before in restored.values()]
        record(kept, Changes(back, deleted=[*made]), by=by, source=found.name, origin=found.origin)
        found.undone_at, found.undone_by_name = timezone.now(), by.user.identified if by else ""
        found.save(update_fields=["undone_at", "undone_by_name"])
        return found


def imports_of(company: Company) -> Any:
    """All imports, the latest first, without what they were before."""
    return Import.objects.filter(company=company).defer("before").order_by("-at", "-id")


# What it was before


def _packed(effect: Effect) -> bytes:
    """As one list in JSON, compressed as it is made."""
    new = ([plain_of(unit), None] for unit in effect.new)
    changed = ([plain_of(after), plain_of(before)] for before, after in effect.changed)
    packing, marks = zlib.compressobj(), chain("[", repeat(","))
    parts = [
        packing.compress(f"{mark}{json.dumps(row, ensure_ascii=False, separators=(',', ':'))}".encode())
        for mark, row in zip(marks, chain(new, changed))  # noqa: B905 - there is a mark for each
    ]
    return b"".join((*parts, packing.compress(b"]" if parts else b"[]"), packing.flush()))


def _unpacked(content: bytes) -> tuple[dict[UnitId, Unit], dict[UnitId, tuple[Unit, Unit]]]:
    """The units that were new; and those that were changed, each after and before."""
    made: dict[UnitId, Unit] = {}
    restored: dict[UnitId, tuple[Unit, Unit]] = {}
    for row, earlier in json.loads(zlib.decompress(content)):
        after = unit_of(row)
        if earlier is None:
            made[after.id] = after
        else:
            restored[after.id] = after, unit_of(earlier)
    return made, restored


def plain_of(unit: Unit) -> list[object]:
    number, kind, status, day, customer, *_ = unit
    head = [unit.id.kind, number, kind, status, day.isoformat(), customer]
    if isinstance(unit, Document):
        return [*head, unit.applies_to, [list(key) for key in unit.keys], list(unit.amounts)]
    rows = [[*row[:5], row.applied and row.applied.isoformat()] for row in unit.rows]
    return [*head, unit.method, unit.bank_reference, rows]


def unit_of(plain: Sequence[Any]) -> Unit:
    which, number, kind, status, day, customer, *more = plain
    head = Status(status), date.fromisoformat(day), customer
    if which == UnitKind.DOCUMENT:
        applies_to, keys, amounts = more
        its_keys = tuple(RowKey(RowKind(row), code) for row, code in keys)
        return Document(number, DocumentKind(kind), *head, applies_to, its_keys, tuple(amounts))
    method, bank_reference, rows = more
    its_rows = tuple(PaymentRow._make([*cents, applied and date.fromisoformat(applied)]) for *cents, applied in rows)
    return Payment(number, PaymentKind(kind), *head, method, bank_reference, its_rows)
