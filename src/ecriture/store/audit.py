"""The audit log: one record per action, with the values before and after."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.dispatch import Signal

from ecriture.core.text import fold, storable
from ecriture.store.ids import new_id
from ecriture.store.inserting import insert
from ecriture.store.models import AuditPart, AuditRecord, Company, Upload, User

noted = Signal()
"""Sent with each `record` that is added."""

Change = tuple[str, str, str]
"""A setting's path, and its value before and after; empty if it did not exist."""
AT_FIRST, IN_A_PART = 200, 500
"""How many changes a record has itself, which a page reads with it, and how many each of its parts has."""
RECORDS = 50
"""How many records are in memory with all their changes."""


def note(
    company: Company,
    *,
    who: User | None,
    action: str,
    area: str,
    subject: str = "",
    changes: Iterable[Change] = (),
    source: Upload | None = None,
) -> AuditRecord:
    """Adds a record. `who` is None for the command line. A file that made the changes is the subject, and is kept for good.

    Changes are taken as they come, some at a time: an import has hundreds of thousands.
    """
    subject = str(source) if source else storable(subject)
    name, every, pk = who.identified if who else "", iter(changes), new_id()
    first = [list(change) for change in islice(every, AT_FIRST)]
    with transaction.atomic(savepoint=False):  # without its record, nothing of the act stands
        record = AuditRecord.objects.create(
            pk=pk,
            company=company,
            who=who,
            who_name=name,
            action=action,
            area=area,
            subject=subject[:200],
            changes=first,
            more=_put_parts(company, pk, every) or None,
            words=_words([(name, subject), *first]),
        )
        if source:
            Upload.objects.filter(pk=source.pk).update(record=record, expires_at=None)
    noted.send(AuditRecord, record=record)
    return record


def _put_parts(company: Company, record_id: UUID, changes: Iterator[Change]) -> int:
    """Keeps further changes of a record. Returns how many there were."""
    count = 0

    def parts() -> Iterator[tuple[object, ...]]:
        nonlocal count
        position = 0
        while part := [list(change) for change in islice(changes, IN_A_PART)]:
            yield company.pk, record_id, position, part, _words(part)
            count, position = count + len(part), position + 1

    if (first := next(every := parts(), None)) is not None:  # most records have none: no statement for those
        insert(AuditPart, ("company_id", "record_id", "position", "changes", "words"), chain([first], every))
    return count


def _words(texts: Iterable[Iterable[str]]) -> str:
    return fold("\n".join(chain.from_iterable(texts)))


def with_changes(
    company: Company, found: QuerySet[AuditRecord]
) -> Iterator[tuple[AuditRecord, Iterator[Sequence[str]]]]:
    """Records of a company, each with all of its changes; some records at a time."""
    parts = AuditPart.objects.filter(company=company).defer("words").order_by("position")
    for record in found.prefetch_related(Prefetch("parts", parts)).iterator(chunk_size=RECORDS):
        yield record, chain(record.changes, *(part.changes for part in record.parts.all()))


class Asked(NamedTuple):
    """A filter of records; empty fields do not filter. From `since` (included) to `until` (excluded).

    `text` is searched in the words of a record; records of one of `actions` or `settings` match too.
    """

    who_name: str | None = None
    area: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    actions: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()


def records(company: Company, asked: Asked) -> QuerySet[AuditRecord]:
    """The matching records of a company, in no order."""
    chosen = {
        "who_name": asked.who_name,
        "area": asked.area or None,
        "at__gte": asked.since,
        "at__lt": asked.until,
    }
    found = AuditRecord.objects.filter(company=company, **{name: it for name, it in chosen.items() if it is not None})
    if asked.text:
        words = Q(words__contains=fold(asked.text))
        for path in asked.settings:
            words |= Q(words__contains=path)
        parts = AuditPart.objects.filter(words, company=company, record=OuterRef("pk"))
        found = found.filter(words | Q(action__in=asked.actions) | (Q(more__gt=0) & Exists(parts)))
    return found.defer("words").order_by()


def of_unit(company: Company, kind: str, number: str, *, most: int) -> list[tuple[AuditRecord, list[Change]]]:
    """The latest records about a document or payment, each with its changes of that unit."""
    words = {"company": company, "words__contains": fold(f" {number}")}
    records = AuditRecord.objects.filter(area="books", **words).defer("words").order_by("-at", "-id")
    parts = AuditPart.objects.filter(**words, record__area="books").defer("words").select_related("record")
    parts = parts.defer("words", "record__words", "record__changes").order_by("-record__at", "-record_id", "position")
    found: dict[UUID, tuple[AuditRecord, list[Change]]] = {}
    of_parts = ((part.record, part.changes) for part in parts[: 5 * most])
    for record, changes in chain(((it, it.changes) for it in records[: 5 * most]), of_parts):
        about = [(path, before, after) for path, before, after in changes if _is_about(path, kind, number)]
        if about:
            found.setdefault(record.pk, (record, []))[1].extend(about)
    return sorted(found.values(), key=lambda pair: (pair[0].at, pair[0].pk), reverse=True)[:most]


def _is_about(path: str, kind: str, number: str) -> bool:
    """`document F-1` or `document.date F-1`."""
    what, _space, about = path.partition(" ")
    return about == number and what.partition(".")[0] == kind


def count_of(who: User, action: str, *, since: datetime) -> int:
    """How often a person did something, in all companies. Unlike what was made, records of it cannot be removed."""
    return AuditRecord.objects.filter(who=who, action=action, at__gte=since).count()


def names_of(company: Company) -> list[str]:
    """Everybody in the log, by name; the empty name is the command line."""
    names = AuditRecord.objects.filter(company=company).order_by("who_name").values_list("who_name", flat=True)
    return sorted(names.distinct())
