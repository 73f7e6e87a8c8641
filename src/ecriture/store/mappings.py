"""The column mappings of a company: its own, which come before those that are shipped."""

from io import BytesIO

from ecriture.sources.mapping.mapping_file import read_mapping
from ecriture.sources.mapping.model import ColumnMapping
from ecriture.sources.mapping.shipped import all_shipped
from ecriture.store import models
from ecriture.store.models import Company


def mappings_of(company: Company) -> list[ColumnMapping]:
    """All that a file can be recognised by; one of the company takes the place of a shipped one of that name."""
    own = {row.name: read_mapping(BytesIO(row.toml.encode())).mapping for row in own_mappings(company)}
    others = [read.mapping for _, read in all_shipped() if read.mapping.name not in own]
    return [*own.values(), *others]


def own_mappings(company: Company) -> list[models.Mapping]:
    return list(models.Mapping.objects.filter(company=company).order_by("name"))


def put_mapping(company: Company, mapping: ColumnMapping, toml: str) -> None:
    """Keeps a mapping under its name, in the place of an earlier one."""
    models.Mapping.objects.update_or_create(company=company, name=mapping.name[:120], defaults={"toml": toml})
