"""Filed returns as tables for files: the figures of each, and the documents and payments that they are made of.

Their words are English whatever the screen speaks.
"""

from collections.abc import Iterator

from django.db.models import QuerySet

from ecriture.core.tax_return import Amounts, Group
from ecriture.sources.leaving import Cents
from ecriture.store import filing
from ecriture.store.models import Company, TaxReturn, TaxReturnEntry, TaxReturnWithdrawal

Row = tuple[object, ...]
OF_RETURN = ("form", "first", "last", "version")

FIGURE = (*OF_RETURN, "method", "line", "amount", "filed_at", "filed_by", "withdrawn_at", "withdrawn_by", "reason")
ENTRY = (*OF_RETURN, "source", "number", "date", "customer", "what", "amount")


def figure_rows(company: Company, returns: QuerySet[TaxReturn]) -> Iterator[Row]:
    """A row for each line; the amount of a line that was left open is blank."""
    withdrawals = TaxReturnWithdrawal.objects.filter(company=company, tax_return__in=returns.values("pk"))
    taken_back = {it.tax_return_id: it for it in withdrawals}
    for it in returns:
        back = taken_back.get(it.pk)
        tail = it.at, it.who_name, *((back.at, back.who_name, back.reason) if back else (None,) * 3)
        for number, cents in it.lines:
            amount = None if cents is None else Cents(cents)
            yield *(getattr(it, name) for name in OF_RETURN), it.method, number, amount, *tail


def entry_rows(company: Company, returns: QuerySet[TaxReturn]) -> Iterator[Row]:
    """A row for each amount that a document or payment had in a return when it was filed."""
    head = [f"tax_return__{name}" for name in OF_RETURN]
    entries = TaxReturnEntry.objects.filter(company=company, tax_return__in=returns.values("pk"))
    ordered = entries.order_by("tax_return__last", *head, "day", "number", "source")
    columns = (*head, "source", "number", "day", "customer", "amounts")
    for *texts, amounts in ordered.values_list(*columns).iterator(chunk_size=1000):
        for what, cents in named_amounts(filing.read(amounts)):
            yield *texts, what, Cents(cents)


def named_amounts(amounts: Amounts) -> Iterator[tuple[str, int]]:
    """Each amount with what it is: `sales taxable GST QST`, `taxes GST`, `deducted QST`."""
    for group, cents in amounts.sales.items():
        yield f"sales {_group(group)}", cents
    for name, taxes in zip(Amounts._fields[1:], amounts.parts[1:], strict=True):
        for code, cents in taxes.items():
            yield f"{name} {code}", cents


def _group(group: Group) -> str:
    return " ".join((group.supply.value, *group.codes, *(("outside",) if group.outside else ())))
