"""The column mappings of a company: its own, which come before those that are shipped."""

from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.http import Http404

from ecriture.sources.books_file import fits_one
from ecriture.sources.mapping.mapping_file import read_mapping
from ecriture.sources.mapping.model import ColumnMapping
from ecriture.sources.mapping.shipped import all_shipped
from ecriture.store import models
from ecriture.store.locking import locked_company
from ecriture.store.models import Company, Membership
from ecriture.store.own_texts import ChangedMeanwhile, mark_of, note_text


class NameTaken(ValueError):
    """Another mapping of the company has this name."""


def mappings_of(company: Company) -> list[ColumnMapping]:
    """All that a file can be recognised by; one of the company takes the place of a shipped one of that name."""
    own = {row.name: mapping_of(row) for row in own_mappings(company)}
    others = [read.mapping for _, read in all_shipped() if read.mapping.name not in own]
    return [*own.values(), *others]


def mappings_for(company: Company, stream: BinaryIO) -> Sequence[ColumnMapping]:
    """Those by which a file is to be read: where one of the company fits, a shipped one does not come between."""
    own = [mapping_of(row) for row in own_mappings(company)]
    return own if fits_one(stream, own) else mappings_of(company)


def own_mappings(company: Company) -> list[models.Mapping]:
    return list(models.Mapping.objects.filter(company=company).order_by("name"))


def own_mapping(company: Company, mapping_id: UUID) -> models.Mapping:
    """Raises Http404, also for another company's."""
    found = models.Mapping.objects.filter(company=company, pk=mapping_id).first()
    if found is None:
        raise Http404
    return found


def mapping_of(row: models.Mapping) -> ColumnMapping:
    return read_mapping(BytesIO(row.toml.encode())).mapping


def put_mapping(
    company: Company,
    name: str,
    toml: str,
    *,
    by: Membership | None,
    seen: str = "",
    instead: UUID | None = None,
) -> models.Mapping:
    """Keeps a mapping under its name. `seen` is the mark of the one that it replaces: that of its name, or `instead`.

    Raises ChangedMeanwhile and NameTaken; then nothing is changed.
    """
    with transaction.atomic():
        kept = locked_company(company.pk)
        of_company = models.Mapping.objects.filter(company=kept)
        named = of_company.filter(name=name).first()
        row = named if instead is None else of_company.filter(pk=instead).first()
        before = row.toml if row else ""
        if mark_of(before) != seen:
            raise ChangedMeanwhile(before)
        if instead is not None and named is not None and named.pk != instead:
            raise NameTaken
        if row is None:
            row = models.Mapping(company=kept, name=name)
        row.name, row.toml = name, toml
        row.save()
        note_text(kept, by, "mapping-kept", name, before, toml, area="mappings")
        return row


def delete_mapping(company: Company, mapping_id: UUID, *, by: Membership | None, seen: str) -> None:
    """Raises ChangedMeanwhile, also where it is gone already; then nothing is changed."""
    with transaction.atomic():
        kept = locked_company(company.pk)
        row = models.Mapping.objects.filter(company=kept, pk=mapping_id).first()
        if row is None or mark_of(row.toml) != seen:
            raise ChangedMeanwhile(row.toml if row else "")
        row.delete()
        note_text(kept, by, "mapping-deleted", row.name, row.toml, "", area="mappings")
