"""The corrections that a change will cause of what was transferred: by account, from the core's own functions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from ecriture.core.dates import Calendar
from ecriture.core.documents import Status, Unit, UnitId, UnitKind
from ecriture.store.charts import accounts_named
from ecriture.store.importing import Effect
from ecriture.store.models import Company, PaymentRow
from ecriture.store.standing import pending_if
from ecriture.store.units import units_named
from ecriture.web.ledger import LedgerLine, PlainLine, in_words, plain_lines

MOST_CORRECTIONS = 20
"""So many corrections are shown."""


class Correction(NamedTuple):
    """What the next transfer will have of a unit. Without lines the ledger stays as it is."""

    unit: UnitId
    lines: Sequence[PlainLine]
    is_left_out: bool = False
    """The unit would have an error, or wait: the transfer leaves it out."""


class Shown(NamedTuple):
    """A correction in words."""

    unit: UnitId
    lines: Sequence[LedgerLine]
    is_left_out: bool


def corrections_of(company: Company, units: Iterable[UnitId], changed: Mapping[UnitId, Unit]) -> list[Correction]:
    """The corrections of the first of some units, once others are new or changed."""
    wanted = [*islice(units, MOST_CORRECTIONS)]
    if not wanted:
        return []
    planned, pending = pending_if(company, wanted, changed)
    calendar = Calendar.of(planned.inputs.settings)
    return [Correction(it, [*plain_lines(pending.get(it, ()), calendar)], it not in pending) for it in wanted]


def corrections_by(company: Company, effect: Effect) -> list[Correction]:
    """Those that a file will cause, in the order in which its preview shows the units."""
    transferred = [after.id for _, after in effect.changed if after.id in effect.transferred]
    ours = (it for it in transferred if it not in effect.of_others)
    return corrections_of(company, ours, {unit.id: unit for unit in effect.units})


def if_void(company: Company, unit: UnitId) -> list[Correction]:
    """Those of a document or payment that becomes void, and of what names the document and was transferred."""
    naming: list[UnitId] = []
    if unit.kind is UnitKind.DOCUMENT:
        rows = PaymentRow.objects.filter(company=company, document=unit.number, payment__held=True)
        numbers = rows.order_by("payment__date", "payment__number").values_list("payment__number", flat=True).distinct()
        naming = [UnitId(UnitKind.PAYMENT, number) for number in numbers[:MOST_CORRECTIONS]]
    void = {it: found._replace(status=Status.VOID) for it, found in units_named(company, [unit]).items()}
    return corrections_of(company, [unit, *naming], void)


def shown(company: Company, corrections: Sequence[Correction]) -> list[Shown]:
    chart = accounts_named(company, {it.account for correction in corrections for it in correction.lines})
    return [Shown(it.unit, [*in_words(it.lines, chart)], it.is_left_out) for it in corrections]


def plain(corrections: Iterable[Correction]) -> list[Any]:
    """As a worker puts them down."""
    return [
        [
            it.unit,
            [[line.own_date.isoformat(), line.open_date.isoformat(), *line[2:]] for line in it.lines],
            it.is_left_out,
        ]
        for it in corrections
    ]


def of_plain(found: Iterable[Any]) -> list[Correction]:
    return [
        Correction(
            UnitId(UnitKind(kind), number),
            [PlainLine(date.fromisoformat(own), date.fromisoformat(opened), *more) for own, opened, *more in lines],
            is_left_out,
        )
        for (kind, number), lines, is_left_out in found
    ]
