"""A return as a table, CSV, to file away or to look into: every line, document and reason. Its words are English whatever
the screen speaks."""

import io
from collections.abc import Iterator

from ecriture.core.tax_return import Amounts, Credits
from ecriture.sources.leaving import Cents, write_table
from ecriture.store import filing
from ecriture.store.filed_tables import named_amounts
from ecriture.store.models import TaxReturn
from ecriture.store.tax_returns import Prepared

HEADER = ("part", "form", "key", "date", "customer", "what", "amount")
Row = tuple[object, ...]


def return_table(found: Prepared, typed: Credits) -> bytes:
    """The figures of a period, and all that they are made of."""
    return _table(_rows(found, typed))


def _table(rows: Iterator[Row]) -> bytes:
    file = _Kept()
    write_table(file, HEADER, rows)
    return file.content


class _Kept(io.BytesIO):
    """What was written, after it is closed too."""

    content = b""

    def close(self) -> None:
        self.content = self.getvalue()
        super().close()


def _rows(found: Prepared, typed: Credits) -> Iterator[Row]:
    yield from _of_forms(found, typed)
    yield from _amounts("total", found.amounts, "", None, "")
    yield from _of_accounts(found)
    for receipt in (it.receipt for it in found.received):
        what = receipt.nature.value or "undecided"
        yield "received", "", receipt.payment, receipt.day, receipt.customer, what, Cents(receipt.cents)
    for debt in found.write_offs:
        for code, cents in debt.taxes.items():
            yield "bad-debt", "", debt.payment, debt.day, debt.customer, f"{debt.document} {code}", Cents(cents)
    for entry in found.entries:
        yield from _amounts(entry.source.value, entry.amounts, entry.number, entry.day, entry.customer)


def _of_forms(found: Prepared, typed: Credits) -> Iterator[Row]:
    """By the quick method the lines are not those to file: the bases are in the totals."""
    for figures in filing.figures_of(found, typed):
        for number, cents in () if found.company.quick_method else figures.lines:
            yield "line", figures.form.name, number, None, "", "", None if cents is None else Cents(cents)
        for it in figures.moved:
            yield from _amounts("moved", filing.read(it.amounts), it.number, None, it.source, figures.form.name)


def _of_accounts(found: Prepared) -> Iterator[Row]:
    for check in found.checks:
        for what, cents in (("posted", check.posted_cents), ("documents", check.documents_cents)):
            yield "account", "", check.account, None, "", what, Cents(cents)
        for it in check.differences:
            yield "difference", "", check.account, it.day, it.unit.number, it.why.value, Cents(it.cents)
        yield "account", "", check.account, None, "", "unexplained", Cents(check.unexplained_cents)


def _amounts(part: str, amounts: Amounts, key: str, day: object, customer: str, form: str = "") -> Iterator[Row]:
    for what, cents in named_amounts(amounts):
        yield part, form, key, day, customer, what, Cents(cents)


def filed_table(filed: TaxReturn) -> bytes:
    """A return as it was filed, with all of its entries."""

    def rows() -> Iterator[Row]:
        for number, cents in filed.lines:
            yield "line", filed.form, number, None, "", "", None if cents is None else Cents(cents)
        for it in filing.entries_filed(filed).iterator(chunk_size=1000):
            yield from _amounts(it.source, filing.read(it.amounts), it.number, it.day, it.customer, filed.form)

    return _table(rows())
