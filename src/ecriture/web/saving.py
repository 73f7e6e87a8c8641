"""Saving settings: one sentence says what a change does and does not do, with numbers."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as say
from django.utils.translation import ngettext

from ecriture.core.documents import Books, RowKind
from ecriture.core.effects import Moved, moved, unpaid
from ecriture.core.provinces import tax_name
from ecriture.core.settings import Item, Settings, frozen_mapping
from ecriture.store.batches import has_live_batch
from ecriture.store.catalogue import Used, change_items, items_named, items_with_accounts
from ecriture.store.charts import chart_of
from ecriture.store.models import Company, Membership, Upload
from ecriture.store.settings import Changed, OnlyOwnerReopens, StartDateFixed, TaxesUsed, change, settings_of
from ecriture.store.waiting import few_touched
from ecriture.web.soundness import newly_unsound, texts_of
from ecriture.web.words import language

MOST_SAID = 5
"""How many of the problems that a change makes are said."""
MOST_LOOKED_AT = 2000
"""The maximum number of pending documents that a page checks to say where they will go."""


ItemsTo = Callable[[Mapping[str, Item]], Mapping[str, Item]]


def save(
    request: HttpRequest,
    member: Membership,
    to: Callable[[Settings], Settings],
    *,
    area: str,
    warnings: Iterable[str] = (),
    items: bool = False,
    source: Upload | None = None,
) -> Changed | None:
    """Changes the settings and shows a message. Returns None if refused; then nothing is changed.

    The items are among them only with `items`, as in company.toml. `source` is the file that the settings come from.
    """
    return _told(
        request, member, lambda: change(member.company, member, to, area=area, items=items, source=source), warnings
    )


def save_items(
    request: HttpRequest,
    member: Membership,
    codes: Iterable[str],
    to: ItemsTo,
    *,
    warnings: Iterable[str] = (),
    source: Upload | None = None,
) -> Changed | None:
    """Changes some items of the catalogue and shows a message. Returns None if refused; then nothing is changed."""

    def changed() -> Changed:
        found = change_items(member.company, member, codes, to, source=source)
        settings = settings_of(member.company, items=False)
        return Changed(replace(settings, items=found.before), replace(settings, items=found.after), found.changes)

    return _told(request, member, changed, warnings)


def _told(
    request: HttpRequest, member: Membership, made: Callable[[], Changed], warnings: Iterable[str]
) -> Changed | None:
    try:
        changed = made()
    except (StartDateFixed, OnlyOwnerReopens, Used) as refused:
        messages.error(request, refusal(refused))
        return None
    messages.success(request, effect(member.company, changed))
    for text in (*warnings, *made_unsound(member.company, changed)):
        messages.warning(request, text)
    return changed


def made_unsound(company: Company, changed: Changed) -> list[str]:
    """What the change makes wrong: of this page, or of another that it touches."""
    if not changed.changes:
        return []
    if not (changed.before.items or changed.after.items):  # accounts of items may not go with the new settings
        changed = beside(changed, items_with_accounts(company))
    return texts_of(newly_unsound(changed.before, changed.after, chart_of(company)), most=MOST_SAID)


def beside(changed: Changed, others: Mapping[str, Item]) -> Changed:
    """The same change, with other items of the catalogue, which it leaves as they are."""
    its_own = changed.before.items.keys() | changed.after.items.keys()
    kept = {code: item for code, item in others.items() if code not in its_own}
    return changed._replace(
        before=replace(changed.before, items=frozen_mapping({**kept, **changed.before.items})),
        after=replace(changed.after, items=frozen_mapping({**kept, **changed.after.items})),
    )


class Checked(Protocol):
    """A form that was filled in."""

    warnings: list[str]

    def is_valid(self) -> bool: ...


class Changing(Checked, Protocol):
    """A form that changes settings."""

    def change(self, settings: Settings) -> Settings: ...


class ChangingItems(Checked, Protocol):
    """A form that changes some items of the catalogue."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the items that it changes."""

    def items(self, before: Mapping[str, Item]) -> Mapping[str, Item]:
        """Those items as they shall be, from those of them that exist."""


def sent(request: HttpRequest, name: str = "settings") -> QueryDict | None:
    """The data submitted to one of a page's forms; None if it was not submitted."""
    if request.method != "POST" or request.POST.get("form", "settings") != name:
        return None
    return request.POST


def saved(request: HttpRequest, member: Membership, form: Changing, *, area: str) -> bool:
    """Whether a form was submitted and its change was made."""
    if request.method != "POST" or not form.is_valid():
        return False
    return save(request, member, form.change, area=area, warnings=form.warnings) is not None


def saved_items(request: HttpRequest, member: Membership, form: ChangingItems) -> bool:
    """Whether a form was submitted and its change of items was made."""
    if request.method != "POST" or not form.is_valid():
        return False
    return save_items(request, member, form.codes, form.items, warnings=form.warnings) is not None


def refusal(refused: StartDateFixed | OnlyOwnerReopens | Used) -> str:
    if isinstance(refused, TaxesUsed):
        codes = ", ".join(tax_name(code, language()) for code in refused.codes)
        return say("Nothing was saved. Documents use %s: such a tax is kept for their late transactions.") % codes
    if isinstance(refused, Used):
        codes = ", ".join(refused.codes)
        return say("Nothing was saved. Documents use %s: archive instead of deleting.") % codes
    if isinstance(refused, OnlyOwnerReopens):
        return say("Nothing was saved. Only an owner may move the lock date back.")
    return say("Nothing was saved. The start date can no longer change: a batch was transferred. Cancel it first.")


def effect(company: Company, changed: Changed) -> str:
    """The effect of a change: none on what was transferred, and this on what is pending."""
    if not changed.changes:
        return say("Nothing was changed.")
    parts = [say("Saved.")]
    if has_live_batch(company):
        parts.append(say("What was already transferred does not change."))
    parts += _of_waiting(company, changed)
    return " ".join(parts)


def _of_waiting(company: Company, changed: Changed) -> Iterator[str]:
    moves, switched = _may_move(changed), _is_switched(changed)
    if not (moves or switched):
        return
    waiting = few_touched(company, most=MOST_LOOKED_AT)
    if waiting is None:
        yield say("Pending transactions will follow the new settings.")
        return
    books, held = waiting
    changed = beside(changed, items_named(company, _sold(books)))
    if moves:
        counted = moved(books, changed.before, changed.after, held)
        for account, counts in counted.items():
            yield from _of_account(account, counts)
    if switched:
        yield from _of_switch(unpaid(books, changed.after, held), changed.after)


def _sold(books: Books) -> set[str]:
    """The codes of the items that some documents name."""
    return {key.code for it in books.documents.values() for key in it.keys if key.kind is RowKind.LINE}


def _of_account(account: str, counts: Moved) -> Iterator[str]:
    """`3 waiting documents will go to 4150.`"""
    if counts.documents:
        text = ngettext(
            "%(count)s waiting document will go to %(account)s.",
            "%(count)s waiting documents will go to %(account)s.",
            counts.documents,
        )
        yield text % {"count": counts.documents, "account": account}
    if counts.payments:
        text = ngettext(
            "%(count)s waiting payment will go to %(account)s.",
            "%(count)s waiting payments will go to %(account)s.",
            counts.payments,
        )
        yield text % {"count": counts.payments, "account": account}


def _of_switch(count: int, after: Settings) -> Iterator[str]:
    """The effect of the switch on so many unpaid documents; nothing where there are none."""
    if after.accounting.only_when_paid:
        text = ngettext(
            "%(count)s unpaid document: its sale is transferred once it is paid.",
            "%(count)s unpaid documents: their sales are transferred once they are paid.",
            count,
        )
    else:
        text = ngettext(
            "%(count)s unpaid document will be in the next transfer.",
            "%(count)s unpaid documents will be in the next transfer.",
            count,
        )
    if count:
        yield text % {"count": count}


def _may_move(changed: Changed) -> bool:
    """Whether an account was changed."""
    tables = ("accounts.", "extras.", "taxes.", "items.", "methods.")
    return any(path.startswith(tables) for path, _, _ in changed.changes)


def _is_switched(changed: Changed) -> bool:
    return changed.before.accounting.only_when_paid != changed.after.accounting.only_when_paid
