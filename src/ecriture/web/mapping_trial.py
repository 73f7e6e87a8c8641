"""What a mapping would make of the beginning of a file: its first documents and payments, and what is wrong."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from django.utils.translation import gettext as say

from ecriture.core.documents import TAX, Document, Payment
from ecriture.core.provinces import tax_name
from ecriture.core.settings import Settings
from ecriture.sources.books_file import BooksRead
from ecriture.sources.mapping.model import ColumnMapping
from ecriture.sources.mapping.reading import read_mapped
from ecriture.sources.mapping.sample import Sample
from ecriture.store.importing import divided_in
from ecriture.store.models import Company
from ecriture.web.book_words import OF_ROWS
from ecriture.web.import_preview import said
from ecriture.web.words import language

MOST_UNITS = 5
MOST_FAULTS = 20


class Share(NamedTuple):
    """A row of a document or payment in words, with its amount."""

    words: str
    cents: int


class First(NamedTuple):
    """One of the first documents and payments."""

    unit: Document | Payment
    shares: tuple[Share, ...]


class Trial(NamedTuple):
    """What came of it. `documents` and `payments` are how many there are in the rows that were read."""

    units: tuple[First, ...]
    documents: int
    payments: int
    faults: tuple[str, ...]
    notices: tuple[str, ...]
    unread: tuple[str, ...]
    """The columns with amounts that nothing reads."""

    @property
    def more_faults(self) -> int:
        return max(0, len(self.faults) - MOST_FAULTS)

    @property
    def first_faults(self) -> Sequence[str]:
        return self.faults[:MOST_FAULTS]


def tried(company: Company, settings: Settings, sample: Sample, mapping: ColumnMapping, name: str) -> Trial:
    """What a mapping makes of the first rows of a file."""
    found = read_mapped(sample.stream(), mapping, settings, file=name)
    read = divided_in(company, BooksRead(found.documents, found.payments, mapping, found.several))
    spoken = language()
    units: list[Document | Payment] = []
    units += islice(read.documents.units.values(), MOST_UNITS)
    units += islice(read.payments.units.values(), MOST_UNITS)
    return Trial(
        tuple(First(unit, tuple(shares_of(unit))) for unit in units),
        len(read.documents.units),
        len(read.payments.units),
        tuple(said(it, spoken) for it in read.problems if it.stops),
        tuple(said(it, spoken) for it in read.problems if not it.stops)[:MOST_FAULTS],
        sample.unread(mapping)[:MOST_FAULTS],
    )


def shares_of(unit: Document | Payment) -> Iterator[Share]:
    """The rows of a unit in words."""
    if isinstance(unit, Document):
        for key, cents in zip(unit.keys, unit.amounts, strict=True):
            code = tax_name(key.code, language()) if key.kind is TAX else key.code
            yield Share(f"{OF_ROWS[key.kind]} {code}".strip(), cents)
        return
    for row in unit.rows:
        yield Share(row.document or say("deposit"), row.amount_cents)
        if row.fee_cents:
            yield Share(say("fee"), row.fee_cents)
        if row.tip_cents:
            yield Share(say("tip"), row.tip_cents)
