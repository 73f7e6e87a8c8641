"""Where the pages of documents and payments are."""

from collections.abc import Iterable
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from ecriture.core.documents import UnitKind
from ecriture.store.models import Company
from ecriture.store.units import MODELS, chunks
from ecriture.web.remembered import BACK


def addresses(company: Company, units: Iterable[tuple[str, str]], back: str = "") -> dict[tuple[str, str], str]:
    """The addresses of the pages of some units, by kind and number (as a UnitId has them); of those that there are."""
    found: dict[tuple[str, str], str] = {}
    query = f"?{urlencode({BACK: back})}" if back else ""
    asked = [*units]
    for kind in UnitKind:
        for chunk in chunks(number for its, number in asked if its == kind and number):
            rows: Iterable[tuple[str, UUID]] = (
                MODELS[kind].objects.filter(company=company, number__in=chunk).values_list("number", "pk")
            )
            found |= {
                (kind.value, number): f"{reverse(kind.value, args=[company.pk, pk])}{query}" for number, pk in rows
            }
    return found
