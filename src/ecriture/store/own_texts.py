"""Texts of a company that people change as a whole, its mappings and layouts: seen before they are replaced, and audited."""

from collections.abc import Iterable, Sequence
from difflib import unified_diff
from hashlib import sha256
from itertools import takewhile

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
    went, came = map("\n".join, went_and_came(before.splitlines(), after.splitlines()))
    changes = [(name, went, came)] if went or came else []
    audit.note(company, who=by.user if by else None, action=action, area=area, subject=name, changes=changes)


MOST_COMPARED = 500
"""So many lines are compared one by one: that takes as long as their square, and the company is locked meanwhile."""


def went_and_came(before: Sequence[str], after: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines of a text that went, and those that came; where very many differ, all between the first and the last."""
    start = _same(zip(before, after, strict=False))
    most = min(len(before), len(after)) - start
    end = min(_same(zip(reversed(before), reversed(after), strict=False)), most)
    old, new = [*before[start : len(before) - end]], [*after[start : len(after) - end]]
    if len(old) > MOST_COMPARED or len(new) > MOST_COMPARED:
        return old, new
    lines = [*unified_diff(old, new, n=0, lineterm="")][2:]
    return [it[1:] for it in lines if it.startswith("-")], [it[1:] for it in lines if it.startswith("+")]


def _same(pairs: Iterable[tuple[str, str]]) -> int:
    """How many of the first pairs are of two that are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
