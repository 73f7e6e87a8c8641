"""Texts of a company that people change as a whole, its mappings and layouts: seen before they are replaced, and audited."""

from difflib import unified_diff
from hashlib import sha256

from ecriture.store import audit
from ecriture.store.models import Company, Membership


class ChangedMeanwhile(ValueError):
    """The text is not what the person saw. `now` is what it is; empty where it was deleted."""

    def __init__(self, now: str) -> None:
        super().__init__(now)
        self.now = now


def mark_of(toml: str) -> str:
    """Stands for a text as somebody saw it; empty for none."""
    return sha256(toml.encode()).hexdigest()[:16] if toml else ""


def note_text(
    company: Company, by: Membership | None, action: str, name: str, before: str, after: str, *, area: str
) -> None:
    """The audit log has the lines that went, and those that came."""
    lines = [*unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")][2:]
    went, came = ("\n".join(line[1:] for line in lines if line.startswith(mark)) for mark in "-+")
    changes = [(name, went, came)] if went or came else []
    audit.note(company, who=by.user if by else None, action=action, area=area, subject=name, changes=changes)
