"""Who did what: one record for each action, with what was before and after."""

from collections.abc import Iterable

from ecriture.store.models import AuditRecord, Company, User

Change = tuple[str, str, str]
"""A setting's path, its value before and after; an empty one was not there."""


def note(
    company: Company, *, who: User | None, action: str, area: str, subject: str = "", changes: Iterable[Change] = ()
) -> AuditRecord:
    """Writes a record. `who` is None for the command line."""
    return AuditRecord.objects.create(
        company=company,
        who=who,
        who_name=who.shown if who else "",
        action=action,
        area=area,
        subject=subject[:200],
        changes=[list(change) for change in changes],
    )
