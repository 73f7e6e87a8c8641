"""The lock of a company: whoever writes holds its row until the end of the transaction. On SQLite it is the database's own."""

from uuid import UUID

from django.http import Http404

from ecriture.store.models import Company


class Removed(Http404):
    """The company was removed meanwhile."""


def locked_company(company_id: UUID) -> Company:
    """A company as it is now; until the transaction ends nobody else changes it. Raises Removed."""
    found = Company.objects.select_for_update().filter(pk=company_id).first()
    if found is None:
        raise Removed
    return found
