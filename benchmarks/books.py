"""`make bench`: what a conversion costs, beside the floor (only reading the files) and beside hledger and Beancount.

All of it in one run on the same made-up books: each document an invoice of a line, GST and QST, each paid once; about
four rows a document. Every program runs by itself; CPU time and peak memory are those of its process.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

COMPANY = """\
[company]
name = "Bench"
language = "fr"
fiscal_years = [[2026-01-01, 2026-12-31]]
[accounts]
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
[items.CLEAN]
credit = "4100"
[items.WINDOW]
credit = "4110"
[methods.card]
debit = "1065"
[extras]
deposit = "2450"
"""
FLOOR = "import csv, sys\nfor name in sys.argv[1:]:\n    for row in csv.reader(open(name, newline='', encoding='utf-8')): pass"


class Cost(NamedTuple):
    seconds: float
    megabytes: int


def cost_of(command: Sequence[str]) -> Cost:
    """CPU time and peak memory of one run; raises when the program fails."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        errors = process.stderr.read() if process.stderr is not None else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} failed: {errors.decode(errors='replace')[:500]}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


def best_of(command: Sequence[str], runs: int) -> Cost:
    """The cheapest of some runs: what other work on the computer added least to."""
    return min(cost_of(command) for _ in range(runs))


class Invoice(NamedTuple):
    number: int
    day: date
    paid: date
    cents: int
    item: str

    @property
    def taxes(self) -> tuple[int, int]:
        return (self.cents * 5 + 50) // 100, (self.cents * 9975 + 50_000) // 100_000


def invoices(count: int) -> Iterator[Invoice]:
    """The same made-up invoices in each run, spread over a year, paid within twenty days or on the last one."""
    chance = random.Random(1)  # noqa: S311 - figures, not secrets
    for number in range(count):
        day = date(2026, 1, 1) + timedelta(days=number * 364 // count)
        paid = min(day + timedelta(days=chance.randrange(20)), date(2026, 12, 31))
        yield Invoice(100_000 + number, day, paid, chance.randrange(2_000, 60_000), chance.choice(("CLEAN", "WINDOW")))


def money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def write_books(folder: Path, count: int) -> None:
    (folder / "company.toml").write_text(COMPANY, encoding="utf-8")
    with (folder / "documents.csv").open("w", encoding="utf-8") as documents:
        documents.write("document,type,status,date,customer,row,code,description,quantity,unit_price,amount,total\n")
        for it in invoices(count):
            (gst, qst), amount = it.taxes, money(it.cents)
            total = money(it.cents + gst + qst)
            customer = f"Client {it.number % 5000} inc."
            documents.write(
                f"F-{it.number},invoice,final,{it.day},{customer},line,{it.item},Entretien,1,{amount},{amount},{total}\n"
                f"F-{it.number},,,,,tax,GST,TPS,,,{money(gst)},\nF-{it.number},,,,,tax,QST,TVQ,,,{money(qst)},\n"
            )
    with (folder / "payments.csv").open("w", encoding="utf-8") as payments:
        payments.write("payment,type,status,date,document,customer,method,amount,fee,rounding,applied,bank_reference\n")
        for it in invoices(count):
            total = money(it.cents + sum(it.taxes))
            payments.write(f"P-{it.number},payment,final,{it.paid},F-{it.number},,card,{total},,,,\n")


def write_journals(folder: Path, count: int) -> None:
    """The same transactions, one by one, as hledger and Beancount read them."""
    with (folder / "books.journal").open("w", encoding="utf-8") as hledger:
        for it in invoices(count):
            gst, qst = it.taxes
            total = money(it.cents + gst + qst)
            revenue = "4100" if it.item == "CLEAN" else "4110"
            hledger.write(
                f"{it.day} F-{it.number}\n  assets:1201  {total} CAD\n  revenues:{revenue}  -{money(it.cents)} CAD\n"
                f"  liabilities:2310  -{money(gst)} CAD\n  liabilities:2330  -{money(qst)} CAD\n\n"
                f"{it.paid} P-{it.number}\n  assets:1065  {total} CAD\n  assets:1201  -{total} CAD\n\n"
            )
    with (folder / "books.beancount").open("w", encoding="utf-8") as beancount:
        for account in (
            "Assets:1201",
            "Assets:1065",
            "Income:4100",
            "Income:4110",
            "Liabilities:2310",
            "Liabilities:2330",
        ):
            beancount.write(f"2026-01-01 open {account} CAD\n")
        for it in invoices(count):
            gst, qst = it.taxes
            total = money(it.cents + gst + qst)
            revenue = "4100" if it.item == "CLEAN" else "4110"
            beancount.write(
                f'{it.day} * "F-{it.number}"\n  Assets:1201  {total} CAD\n  Income:{revenue}  -{money(it.cents)} CAD\n'
                f"  Liabilities:2310  -{money(gst)} CAD\n  Liabilities:2330  -{money(qst)} CAD\n\n"
                f'{it.paid} * "P-{it.number}"\n  Assets:1065  {total} CAD\n  Assets:1201  -{total} CAD\n\n'
            )


def convert(folder: Path) -> list[str]:
    command = str(Path(sys.executable).with_name("ecriture"))
    inputs = [f"--{name}={folder / name}.csv" for name in ("documents", "payments")]
    return [command, "convert", f"--company={folder / 'company.toml'}", *inputs, f"--out={folder / 'out.txt'}"]


def floor(folder: Path) -> list[str]:
    return [sys.executable, "-c", FLOOR, str(folder / "documents.csv"), str(folder / "payments.csv")]


def show(name: str, cost: Cost, floor_cost: Cost) -> None:
    print(
        f"{name:44} {cost.seconds:8.2f} s {cost.seconds / floor_cost.seconds:7.1f} x {cost.megabytes:6} MB", flush=True
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="only the floor and convert")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, count = Path(name), options.documents
        write_books(folder, count)
        lowest = best_of(floor(folder), options.runs)
        print(f"{count:,} documents; CPU time, times the floor, peak memory")
        show("csv module reading the files (the floor)", lowest, lowest)
        converted = best_of(convert(folder), options.runs)
        show("ecriture convert", converted, lowest)
        if options.quick:
            return
        write_journals(folder, count)
        hledger = ["hledger", "-f", str(folder / "books.journal"), "bal", "--monthly"]
        show("hledger bal --monthly", cost_of(hledger), lowest)
        check = [str(Path(sys.executable).with_name("bean-check")), "-C", str(folder / "books.beancount")]
        show("beancount (bean-check)", cost_of(check), lowest)
        for other in (count // 10, count * 10):
            write_books(folder, other)
            show(f"ecriture convert, {other:,} documents", best_of(convert(folder), 1), lowest)
    version, nothing = (
        best_of([str(Path(sys.executable).with_name("ecriture")), "--version"], 5),
        best_of([sys.executable, "-c", "pass"], 5),
    )
    print(
        f"ecriture --version {version.seconds * 1000:.0f} ms, {version.seconds / nothing.seconds:.1f} x python -c pass"
    )


if __name__ == "__main__":
    main()
