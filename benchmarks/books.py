"""Made-up books to measure with: the same ones in each run, without a mistake in them.

.venv/bin/python benchmarks/books.py KIND COUNT FOLDER writes the files of one kind: company.toml, chart.csv,
documents.csv and payments.csv. `KINDS` says which kinds there are.
"""

import argparse
import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple

from varied_books import Varied
from vocabulary import FIRST_DAY, LAST_DAY, Document, Payment, Period, Row, Share, items, taxes_on

CHANGED = 10
"""How many documents `--changed` changes."""
EARLIER = 50
"""How many payments of a later month pay documents of the books before it."""


class Kind(NamedTuple):
    varied: bool
    accounting: str = ""
    """What the company's file says under [accounting]."""


KINDS = {
    "uniform": Kind(varied=False),
    "varied": Kind(varied=True),
    "start-date": Kind(varied=True, accounting='start_date = 2026-02-15\nopening = "clearing"\n'),
    "when-paid": Kind(varied=True, accounting="only_when_paid = true\n"),
    "detail": Kind(varied=True, accounting='detail = "document"\n'),
    "bank-lines": Kind(varied=True, accounting='bank_lines = "payment"\n'),
}

COMPANY = """\
[company]
name = "Bench"
language = "fr"
fiscal_years = [[2026-01-01, 2026-12-31], [2027-01-01, 2027-12-31]]
[accounting]
{accounting}[accounts]
invoice_debit = "1201"
invoice_credit = "4000"
payment_debit = "1060"
payment_credit = "1201"
[taxes.GST]
credit = "2310"
rate = "5"
[taxes.QST]
credit = "2330"
rate = "9.975"
[methods.cash]
debit = "1010"
[methods.cheque]
debit = "1060"
[methods.card]
debit = "1065"
[methods.etransfer]
debit = "1061"
[methods.debit]
debit = "1062"
[extras]
discount = "4900"
tip = "2400"
shipping = "4200"
rounding = "5990"
fee = "5610"
deposit = "2450"
"""
ACCOUNTS = {
    "1010": "Caisse",
    "1060": "Compte courant",
    "1061": "Virements",
    "1062": "Prélèvements",
    "1065": "Cartes",
    "1201": "Clients, compensation",
    "2310": "TPS à payer",
    "2330": "TVQ à payer",
    "2400": "Pourboires à remettre",
    "2450": "Dépôts de clients",
    "4000": "Ventes",
    "4200": "Livraison",
    "4900": "Escomptes",
    "5610": "Frais de cartes",
    "5990": "Arrondis",
}


# Uniform books: an invoice of a line, GST and QST, paid once by card


def uniform_documents(period: Period) -> Iterator[Document]:
    for document, _ in _uniform(period):
        yield document


def uniform_payments(period: Period) -> Iterator[Payment]:
    for document, paid in _uniform(period):
        shares = [Share(document.number, document.total_cents)]
        yield Payment(f"P-{document.number[2:]}", "payment", "final", paid, "", "card", "", shares)


def _uniform(period: Period) -> Iterator[tuple[Document, date]]:
    """Invoices with the day on which each is paid: within twenty days, or on the last one."""
    chance = Random(period.first_number)  # noqa: S311 - figures, not secrets
    for place in range(period.documents):
        day = period.day_of(place)
        paid = min(day + timedelta(days=chance.randrange(20)), period.last_day)
        cents, item = chance.randrange(2_000, 60_000), chance.choice(("CLEAN", "WINDOW"))
        rows = [Row("line", item, cents), *taxes_on(cents, cents)]
        number = period.first_number + place
        customer = f"Client {number % 5000} inc."
        yield Document(f"F-{number}", "invoice", "final", day, customer, rows), paid


# Any books


@dataclass(frozen=True)
class MadeBooks:
    documents: Iterable[Document]
    payments: Iterable[Payment]


def books(kind: str, period: Period) -> MadeBooks:
    if KINDS[kind].varied:
        varied = Varied(period)
        return MadeBooks(varied.documents, varied.payments)
    return MadeBooks(uniform_documents(period), uniform_payments(period))


def year(count: int) -> Period:
    """The period of the books that everything begins with."""
    return Period(count, 100_000, FIRST_DAY, LAST_DAY)


def changed(documents: Iterable[Document], count: int) -> Iterator[Document]:
    """The same documents, but ten final invoices, spread over all, have 10.00 more on their first line."""
    wait, left = count // (CHANGED + 2), CHANGED
    for place, document in enumerate(documents):
        if left and place >= (CHANGED - left + 1) * wait and document.is_final_invoice:
            left -= 1
            yield document.with_more(1000)
        else:
            yield document


def later_month(kind: str, before: int, count: int) -> MadeBooks:
    """A month after books of `before` documents: its own documents and payments, and payments of earlier documents.

    None of those is in the month's files: only a state knows them.
    """
    month = Period(count, 100_000 + before, date(2027, 1, 1), date(2027, 1, 31))
    found = books(kind, month)
    paying = (
        Payment(f"L-{place}", "payment", "final", month.day_of(place * count // EARLIER), "", "card", "", [share])
        for place, share in enumerate(_unpaid(kind, before))
    )
    return MadeBooks(found.documents, [*found.payments, *paying])


def _unpaid(kind: str, before: int) -> Iterator[Share]:
    """Some final invoices of the year's books that no payment names; of books that have none, some that are paid."""
    all_books = books(kind, year(before))
    paid = {share.document for payment in all_books.payments for share in payment.shares}
    final = [document for document in all_books.documents if document.is_final_invoice]
    unpaid = [document for document in final if document.number not in paid]
    for document in islice(unpaid or final, EARLIER):
        yield Share(document.number, document.total_cents)


# Files


def money(cents: int) -> str:
    sign, whole = "-" if cents < 0 else "", abs(cents)
    return f"{sign}{whole // 100}.{whole % 100:02d}"


def write_company(folder: Path, kind: str) -> None:
    chosen = KINDS[kind]
    accounts = dict(ACCOUNTS)
    with (folder / "company.toml").open("w", encoding="utf-8") as company:
        company.write(COMPANY.format(accounting=chosen.accounting))
        for item in items(varied=chosen.varied):
            accounts.setdefault(item.account, f"Ventes {item.account}")
            company.write(item.setting)
    rows = sorted((number, name, "") for number, name in accounts.items())
    _write(folder / "chart.csv", ("number", "name", "type"), rows)


def write_documents(folder: Path, documents: Iterable[Document]) -> None:
    header = "document,type,status,date,customer,row,code,description,quantity,unit_price,amount,total,applies_to"
    rows = (row for document in documents for row in _rows_of_document(document))
    _write(folder / "documents.csv", header.split(","), rows)


def _rows_of_document(it: Document) -> Iterator[Sequence[str]]:
    head = (it.kind, it.status, str(it.day), it.customer)
    total, applies_to = money(it.total_cents), it.applies_to
    for row in it.rows:
        amount = money(row.cents)
        price = ("1", amount) if row.kind == "line" else ("", "")
        yield (it.number, *head, row.kind, row.code, row.text, *price, amount, total, applies_to)
        head, total, applies_to = ("", "", "", ""), "", ""


def write_payments(folder: Path, payments: Iterable[Payment], *, tips: bool) -> None:
    """Without `tips` no payment has a tip, and the file has no column for it."""
    header = "payment,type,status,date,document,customer,method,amount,fee,rounding,applied,bank_reference"
    columns = [*header.split(","), *(["tip"] if tips else [])]
    _write(folder / "payments.csv", columns, (row for it in payments for row in _rows_of_payment(it, tips=tips)))


def _rows_of_payment(it: Payment, *, tips: bool) -> Iterator[Sequence[str]]:
    head, tail = (it.kind, it.status, str(it.day)), (it.customer, it.method)
    reference = it.reference
    for given in it.shares:
        share = given if tips else replace(given, tip_cents=0)
        fee, rounding, tip = (
            money(cents) if cents else "" for cents in (share.fee_cents, share.rounding_cents, share.tip_cents)
        )
        applied = str(share.applied or "")
        row = (it.number, *head, share.document, *tail, money(share.amount_cents), fee, rounding, applied, reference)
        yield (*row, tip) if tips else row


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_books(folder: Path, kind: str, count: int, *, tips: bool = True, with_changes: bool = False) -> None:
    """All files of the books of a year; `with_changes`: those of after ten documents were changed."""
    write_company(folder, kind)
    found = books(kind, year(count))
    write_documents(folder, changed(found.documents, count) if with_changes else found.documents)
    write_payments(folder, found.payments, tips=tips)


def write_month(folder: Path, kind: str, before: int, count: int, *, tips: bool = True) -> None:
    """All files of a month after books of `before` documents."""
    write_company(folder, kind)
    found = later_month(kind, before, count)
    write_documents(folder, found.documents)
    write_payments(folder, found.payments, tips=tips)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("count", type=int, help="how many documents")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--no-tip", action="store_true", help="no tips with payments")
    parser.add_argument("--changed", action="store_true", help="ten of the documents are changed")
    parser.add_argument("--after", type=int, metavar="COUNT", help="a month after books of so many documents")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.after is not None:
        write_month(options.folder, options.kind, options.after, options.count, tips=not options.no_tip)
    else:
        write_books(options.folder, options.kind, options.count, tips=not options.no_tip, with_changes=options.changed)


if __name__ == "__main__":
    main()
