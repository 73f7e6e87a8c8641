"""What an export closed is noted by a job after it, so that the control costs what is open and no export waits for that.

Until the job ran, the control looks at those units too: it is right, and slower.
"""

from contextlib import suppress
from functools import partial
from uuid import UUID

from django.db import transaction
from django_tasks import task

from ecriture.store.control import settle
from ecriture.store.locking import Removed, locked_company
from ecriture.store.models import Company
from ecriture.store.settings import settings_of


@task()
def note_closed(company_id: str) -> None:
    """Notes it for a company, if that is still there. It may run twice."""
    with suppress(Removed), transaction.atomic():
        company = locked_company(UUID(company_id))
        settle(company, settings_of(company, items=False))


def note_closed_later(company: Company) -> None:
    """Once the transaction is over. If the job cannot be put in the queue, the next export's does it."""
    transaction.on_commit(partial(note_closed.enqueue, f"{company.pk}"), robust=True)
