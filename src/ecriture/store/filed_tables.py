"""Filed returns as tables for files: the figures of each, and the documents and payments that they are made of.

Their words are English whatever the screen speaks.
"""

from collections.abc import Iterable, Iterator

from ecriture.core.tax_return import Amounts, Group
from ecriture.sources.leaving import Cents
from ecriture.store import filed, filing
from ecriture.store.models import TaxReturn

Row = tuple[object, ...]
OF_RETURN = ("form", "first", "last", "version")

FIGURE = (*OF_RETURN, "method", "line", "amount", "filed_at", "filed_by", "withdrawn_at", "withdrawn_by", "reason")
ENTRY = (*OF_RETURN, "source", "number", "date", "customer", "what", "amount")


def figure_rows(returns: Iterable[TaxReturn]) -> Iterator[Row]:
    """A row for each line; the amount of a line that was left open is blank."""
    for it in returns:
        taken_back = filed.withdrawal_of(it)
        back = (taken_back.at, taken_back.who_name, taken_back.reason) if taken_back else (None,) * 3
        for number, cents in it.lines:
            amount = None if cents is None else Cents(cents)
            yield *_head(it), it.method, number, amount, it.at, it.who_name, *back


def entry_rows(returns: Iterable[TaxReturn]) -> Iterator[Row]:
    """A row for each amount that a document or payment had in a return when it was filed."""
    for it in returns:
        for entry in filing.entries_filed(it).iterator(chunk_size=1000):
            for what, cents in named_amounts(filing.read(entry.amounts)):
                yield *_head(it), entry.source, entry.number, entry.day, entry.customer, what, Cents(cents)


def _head(it: TaxReturn) -> Row:
    return tuple(getattr(it, name) for name in OF_RETURN)


def named_amounts(amounts: Amounts) -> Iterator[tuple[str, int]]:
    """Each amount with what it is: `sales taxable GST QST`, `taxes GST`, `deducted QST`."""
    for group, cents in amounts.sales.items():
        yield f"sales {_group(group)}", cents
    for name, taxes in zip(Amounts._fields[1:], amounts.parts[1:], strict=True):
        for code, cents in taxes.items():
            yield f"{name} {code}", cents


def _group(group: Group) -> str:
    return " ".join((group.supply.value, *group.codes, *(("outside",) if group.outside else ())))
