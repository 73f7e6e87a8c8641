"""Uniform books as hledger and Beancount read them: the same transactions, one by one.

.venv/bin/python benchmarks/journals.py COUNT FOLDER writes books.journal and books.beancount.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from books import money, uniform_documents, uniform_payments, year
from vocabulary import UNIFORM_ITEMS, Document, Payment

ACCOUNT_OF = {item.code: item.account for item in UNIFORM_ITEMS} | {"GST": "2310", "QST": "2330"}
BANK, CLEARING = "1065", "1201"
HLEDGER = {"1": "assets", "2": "liabilities", "4": "revenues"}
BEANCOUNT = {"1": "Assets", "2": "Liabilities", "4": "Income"}


def sale(document: Document) -> Iterator[tuple[str, int]]:
    """Accounts and cents of an invoice."""
    yield CLEARING, document.total_cents
    for row in document.rows:
        yield ACCOUNT_OF[row.code], -row.cents


def receipt(payment: Payment) -> Iterator[tuple[str, int]]:
    """Accounts and cents of a payment."""
    cents = payment.shares[0].amount_cents
    yield from ((BANK, cents), (CLEARING, -cents))


def transactions(count: int) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each with its date and number, and with accounts and amounts."""
    for document, payment in zip(uniform_documents(year(count)), uniform_payments(year(count)), strict=True):
        yield (
            f'{document.day} * "{document.number}"\n',
            [(account, f"{money(cents)} CAD\n") for account, cents in sale(document)],
        )
        yield (
            f'{payment.day} * "{payment.number}"\n',
            [(account, f"{money(cents)} CAD\n") for account, cents in receipt(payment)],
        )


def write_journals(folder: Path, count: int) -> None:
    with (
        (folder / "books.journal").open("w", encoding="utf-8") as hledger,
        (folder / "books.beancount").open("w", encoding="utf-8") as beancount,
    ):
        for account in (BANK, CLEARING, *ACCOUNT_OF.values()):
            beancount.write(f"2026-01-01 open {BEANCOUNT[account[0]]}:{account} CAD\n")
        for head, lines in transactions(count):
            for file, names in ((hledger, HLEDGER), (beancount, BEANCOUNT)):
                file.write(head)
                file.writelines(f"  {names[account[0]]}:{account}  {amount}" for account, amount in lines)
                file.write("\n")


if __name__ == "__main__":
    write_journals(Path(sys.argv[2]), int(sys.argv[1]))
