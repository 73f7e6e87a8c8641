"""Saving settings: what a change will and will not do is said in one sentence, with how much."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as say
from django.utils.translation import ngettext

from ecriture.core.company import Company as Settings
from ecriture.core.effects import moved
from ecriture.store.books import has_live_batch, waiting_books
from ecriture.store.models import Company, Membership
from ecriture.store.settings import Changed, ItemsUsed, StartDateFixed, change

MOST_LOOKED_AT = 2000
"""How many waiting documents a page looks at to say where they will go."""


def save(
    request: HttpRequest,
    member: Membership,
    to: Callable[[Settings], Settings],
    *,
    area: str,
    warnings: Iterable[str] = (),
) -> Changed | None:
    """Changes the settings, and says what that does. None when it is refused; then that is said, and nothing is changed."""
    try:
        changed = change(member.company, member, to, area=area)
    except (StartDateFixed, ItemsUsed) as refused:
        messages.error(request, refusal(refused))
        return None
    messages.success(request, effect(member.company, changed))
    for text in warnings:
        messages.warning(request, text)
    return changed


def refusal(refused: StartDateFixed | ItemsUsed) -> str:
    if isinstance(refused, ItemsUsed):
        codes = ", ".join(refused.codes)
        return say("Nothing was saved. Documents use %s: archive instead of deleting.") % codes
    return say("Nothing was saved. The start date cannot change any more: a batch was transferred. Cancel it first.")


def effect(company: Company, changed: Changed) -> str:
    """What a change does: nothing to what was transferred, and this to what waits."""
    if not changed.changes:
        return say("Nothing was changed.")
    parts = [say("Saved.")]
    if has_live_batch(company):
        parts.append(say("Nothing that was transferred moves."))
    parts += _of_waiting(company, changed)
    return " ".join(parts)


def _of_waiting(company: Company, changed: Changed) -> Iterable[str]:
    if not _may_move(changed):
        return
    books = waiting_books(company, most=MOST_LOOKED_AT)
    if books is None:
        yield say("What waits will be transferred by the new settings.")
        return
    for account, count in sorted(moved(books, changed.before, changed.after).items()):
        text = ngettext(
            "%(count)s waiting document or payment will go to %(account)s.",
            "%(count)s waiting documents and payments will go to %(account)s.",
            count,
        )
        yield text % {"count": count, "account": account}


def _may_move(changed: Changed) -> bool:
    """Whether an account is among what was changed."""
    tables = ("accounts.", "extras.", "taxes.", "items.", "methods.")
    return any(path.startswith(tables) for path, _, _ in changed.changes)
