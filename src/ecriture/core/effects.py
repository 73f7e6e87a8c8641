"""What a change of settings does to documents and payments that wait for their first transfer. What was transferred stays."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from ecriture.core.batches import NOTHING_TRANSFERRED, Transferred
from ecriture.core.documents import Books, UnitKind
from ecriture.core.sales import Standing
from ecriture.core.settings import Settings
from ecriture.core.wants import Wants


class Moved(NamedTuple):
    """How many documents and payments go to an account."""

    documents: int = 0
    payments: int = 0


def moved(
    books: Books, before: Settings, after: Settings, transferred: Transferred = NOTHING_TRANSFERRED
) -> Mapping[str, Moved]:
    """What will go to an account under the new settings and would not have under the old ones, by account.

    `transferred` is what live batches hold of the units of the books, which keep their accounts.
    """
    counts: Counter[tuple[str, UnitKind]] = Counter()
    for (kind, old), (_, new) in zip(*(_accounts(books, it, transferred) for it in (before, after)), strict=True):
        counts.update((account, kind) for account in new - old)
    numbers = sorted({account for account, _ in counts})
    return {it: Moved(counts[it, UnitKind.DOCUMENT], counts[it, UnitKind.PAYMENT]) for it in numbers}


def _accounts(books: Books, settings: Settings, transferred: Transferred) -> Iterator[tuple[UnitKind, set[str]]]:
    """The kind of each unit, and the accounts on which it posts an amount, sooner or later."""
    for want in Wants(books, settings, through=date.max, transferred=transferred):
        yield want.unit.id.kind, {it.account for part in want.parts for it, _, _ in part.postings() if it.account}


def unpaid(books: Books, settings: Settings, transferred: Transferred = NOTHING_TRANSFERRED) -> int:
    """How many documents would wait for their payment, if the books showed a sale only when it is paid."""
    only_when_paid = replace(settings, accounting=replace(settings.accounting, only_when_paid=True))
    wants = Wants(books, only_when_paid, through=date.max, transferred=transferred)
    return sum(want.sale is Standing.WAITS for want in wants)
