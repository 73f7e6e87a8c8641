"""What a document that was entered by hand says beside its amounts: the words on its paper, and where it is supplied."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from ecriture.core.text import is_storable
from ecriture.store import models
from ecriture.store.models import Company
from ecriture.store.units import chunks, with_rows

HEAD = ("place", "terms", "address", "language")
OF_ROW = ("description", "quantity", "unit_price")


class RowWords(NamedTuple):
    """What a row says: the quantity and the price as plain decimals."""

    description: str = ""
    quantity: str = ""
    unit_price: str = ""


class Particulars(NamedTuple):
    """The place of supply, the terms, the address of the buyer and their language; and the words of each row."""

    place: str = ""
    terms: str = ""
    address: str = ""
    language: str = ""
    rows: tuple[RowWords, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether the database can hold them."""
        texts = [(self.place, 10), (self.terms, 200), (self.address, 500), (self.language, 2)]
        for row in self.rows:
            texts += [(row.description, 500), (row.quantity, 30), (row.unit_price, 30)]
        return all(len(text) <= most and is_storable(text) for text, most in texts)


NOTHING = Particulars()


def particulars_of(company: Company, numbers: Collection[str]) -> Mapping[str, Particulars]:
    """Those of some documents, by number; with as many rows as the document has."""
    found: dict[str, Particulars] = {}
    for chunk in chunks(numbers):
        for number, at, *values in _columns(company, chunk):
            kept = found.get(number, Particulars(*values[: len(HEAD)]))
            row = () if at is None else (RowWords(*values[len(HEAD) :]),)  # a document without rows has one of none
            found[number] = kept._replace(rows=(*kept.rows, *row))
    return found


def _columns(company: Company, numbers: list[str]) -> Iterator[Any]:
    documents = with_rows(models.Document.objects.filter(company=company, number__in=numbers), company)
    of_rows = [f"its_rows__{name}" for name in OF_ROW]
    columns = ("number", "its_rows__position", *HEAD, *of_rows)
    yield from documents.order_by("number", "its_rows__position").values_list(*columns)
