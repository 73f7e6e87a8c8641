"""A link to one batch, for the person at the computer with the accounting program: read-only, for a while, without an account.

Only its digest is kept, so that a copy of the database opens nothing.
"""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ecriture.store import audit
from ecriture.store.locking import locked_company
from ecriture.store.models import Batch, BatchLink, Membership

LASTS = timedelta(days=14)
TOKEN_BYTES = 32
MOST_OPEN = 10
"""The most open links of one batch."""


class TooManyLinks(ValueError):
    """The batch has the most links already."""


class Over(ValueError):
    """The link was withdrawn, is too old, or never was one."""


class MadeLink(NamedTuple):
    """A new link, and its token, which is not kept."""

    link: BatchLink
    token: str


def links_of(batch: Batch) -> QuerySet[BatchLink]:
    """The open links of a batch, the newest first."""
    return _open().filter(company_id=batch.company_id, batch=batch).order_by("-made_at")


def _open() -> QuerySet[BatchLink]:
    return BatchLink.objects.filter(expires_at__gt=timezone.now())


def make_link(batch: Batch, by: Membership) -> MadeLink:
    """Raises TooManyLinks."""
    token, now = secrets.token_urlsafe(TOKEN_BYTES), timezone.now()
    with transaction.atomic():
        locked_company(batch.company_id)
        if links_of(batch).count() >= MOST_OPEN:
            raise TooManyLinks
        BatchLink.objects.filter(company_id=batch.company_id, expires_at__lte=now).delete()
        link = BatchLink.objects.create(
            company_id=batch.company_id,
            batch=batch,
            digest=_digest(token),
            made_by_name=by.user.identified,
            made_at=now,
            expires_at=now + LASTS,
        )
        audit.note(by.company, who=by.user, action="batch-link-made", area="batches", subject=str(batch.number))
    return MadeLink(link, token)


def withdraw_link(batch: Batch, link_id: UUID, by: Membership) -> bool:
    """Ends a link of a batch at once. False for one that is gone, or is another's."""
    with transaction.atomic():
        deleted, _each = BatchLink.objects.filter(company_id=batch.company_id, batch=batch, pk=link_id).delete()
        if deleted:
            audit.note(
                by.company, who=by.user, action="batch-link-withdrawn", area="batches", subject=str(batch.number)
            )
    return bool(deleted)


def link_of(token: str) -> BatchLink:
    """The open link of a token, with its batch and company. Raises Over."""
    found = _open().filter(digest=_digest(token)).select_related("batch", "company").first()
    if found is None:
        raise Over
    return found


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
