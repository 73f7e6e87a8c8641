import csv
import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ecriture.core.accounts import Account, AccountClass, Chart
from ecriture.core.entries import JournalEntry, Line, balances
from ecriture.core.money import plain
from ecriture.targets.hledger import ROOTS, TARGET, read, write
from ecriture.targets.plain_text import account_path, number_in
from ecriture.targets.registry import WriteOptions
from golden_cases import cases
from strategies import account_numbers, journal_entries, texts, write_options
from target_promises import assert_golden, assert_reads_back, assert_refuses_or_reads, damaged, damages, is_refused

ENTRY = JournalEntry(date(2026, 1, 31), "EC000001-01", "Ventes", (Line("1201", 11498), Line("4000", -11498, "Été")))
OPTIONS = WriteOptions(chart=Chart([Account("4000", "Revenue", "Revenus")]))
DATA = write([ENTRY], OPTIONS)


def hledger(data: bytes, *arguments: str) -> str:
    """What hledger says of a journal; a test fails where it is missing, because nothing else proves these files."""
    program = shutil.which("hledger")
    assert program, "hledger is not installed, and nothing else proves its journals: apt-get install hledger"
    run = subprocess.run(
        [program, "-f", "-", *arguments],
        input=data,
        capture_output=True,
        check=False,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
    )
    assert run.returncode == 0, f"{run.stderr.decode()}\n{data.decode()}"
    return run.stdout.decode()


def assert_accepted(data: bytes, entries: tuple[JournalEntry, ...], currency: str) -> None:
    """hledger's strict check passes, and it finds the balance of every account that the entries have."""
    hledger(data, "check", "--strict")
    table = hledger(data, "balance", "--flat", "--empty", "--no-total", "--output-format", "csv")
    rows = list(csv.reader(io.StringIO(table)))[1:]
    expected = {number: plain(cents) for number, cents in balances(entries).items()}
    found = {number_in(path, ROOTS): amount.removesuffix(f" {currency}") for path, amount in rows}
    assert {number: "0.00" if amount == "0" else amount for number, amount in found.items()} == expected


def test_golden() -> None:
    assert_golden("hledger")


@given(journal_entries(), write_options())
def test_reads_back(entries: tuple[JournalEntry, ...], options: WriteOptions) -> None:
    assert_reads_back("hledger", entries, options)


def test_hledger_accepts_the_golden_files() -> None:
    for case in cases("hledger"):
        assert_accepted(case.written(TARGET), case.entries, case.options.currency)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(journal_entries(most=6), min_size=1, max_size=8), write_options())
def test_hledger_accepts_any_entries(batches: list[tuple[JournalEntry, ...]], options: WriteOptions) -> None:
    """Two runs of the program for many entries at once."""
    entries = TARGET.fit(sum(batches, ())).entries
    assert_accepted(write(entries, options), entries, options.currency)


ORDERS = (
    *("date:", "x date: 2026-13-45", "date2:x", "Date:2020-01-01", "a:b, date:zz", "type: none", "type:A", "(date:x"),
    *("[2026-02-30]", "[1/2]", "[=1]", "[12.50]", "[.1]", "[[1/2]]", "a:[1/9999]", "[2020-01-01=2020-01-02]"),
    *("; ; date:x", "* ! (x) | y", "=1", "@ 5 USD", "  two  blanks", "\u200f\u202e", "a\nb", 'say "x"', "{1}"),
)


def test_no_text_gives_orders() -> None:
    """Each in every place: the dates, sums and types are those of the entries, not of the texts."""
    chart = Chart(Account(f"{n}", text, text) for n, text in enumerate(ORDERS))
    entries = TARGET.fit(list(order_entries())).entries
    data = write(entries, WriteOptions(chart=chart))
    assert_accepted(data, entries, "CAD")
    printed = list(csv.DictReader(io.StringIO(hledger(data, "register", "--output-format", "csv"))))
    assert [row["date"] for row in printed] == ["2026-01-31"] * 2 * len(ORDERS)
    assert {row["code"] for row in printed} == {entry.source for entry in entries}
    assert {row["description"] for row in printed} >= {"[2026-02-30]", "date:", "=1"}


def order_entries() -> Iterator[JournalEntry]:
    for n, text in enumerate(ORDERS):
        yield JournalEntry(date(2026, 1, 31), text, text, (Line(str(n), 5, text), Line("1201", -5, text)))


def test_cleaning() -> None:
    entry = JournalEntry(date(2026, 1, 31), "a)b", "x; y\nz", (Line("1", 5, "due date: [1/2]; \x07"), Line("2", -5)))
    fitted = TARGET.fit([entry])
    assert fitted.replaced == 3
    assert fitted.entries[0].source == "a?b"
    assert fitted.entries[0].comment == "x, y z"
    assert fitted.entries[0].lines[0].comment == "due date : (1/2); ?"


def test_classes() -> None:
    chart = Chart([Account("7000", account_class=AccountClass.EXPENSE), Account("1201")])
    paths = [
        account_path(number, chart, ROOTS)
        for number in ("1201", "2310", "3560", "4000", "5610", "7000", "9000", "0100")
    ]
    assert paths == [
        *("assets:1201", "liabilities:2310", "equity:3560", "revenues:4000", "expenses:5610", "expenses:7000"),
        *("expenses:9000", "equity:0100"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        DATA.replace(b"commodity", b"account"),
        DATA.replace(b"114.98 CAD  ;", b"114.99 CAD  ;"),
        DATA.replace(b"CAD  ;", b"USD  ;"),
        DATA.replace(b"assets:1201  ", b"assets:12 01"),
        DATA.replace(b"    assets:1201", b"    other:1201"),
        DATA.replace(b"    assets:1201", b"    assets:X-1201"),
        DATA.replace(b"    assets:1201", b"    assets:1-32201"),
        DATA.replace(b"    assets:1201", b"    assets:-FF"),
        DATA.replace(b"2026-01-31", b"2026-02-30"),
        DATA.replace(b"2026-01-31 (EC000001-01)", b"2026-01-31 *"),
        DATA + b"\n",
        DATA[:-1],
        b"include /etc/passwd\n" + DATA,
        DATA + b"\ninclude /etc/passwd\n",
    ],
)
def test_refuses(data: bytes) -> None:
    assert read(DATA) == (ENTRY,)
    assert is_refused("hledger", data)


@given(st.binary())
@example(b"commodity 1000.00 CAD\n")
def test_any_bytes(data: bytes) -> None:
    assert_refuses_or_reads("hledger", data)


@given(damages())
def test_damaged_files(damage: list[tuple[int, int, bytes]]) -> None:
    assert_refuses_or_reads("hledger", damaged(DATA, damage))


@given(account_numbers(), texts())
def test_one_account_one_path(number: str, text: str) -> None:
    """Encoded and back, so no two numbers share a path; what is no path is refused."""
    assert number_in(account_path(number, Chart(), ROOTS), ROOTS) == number
    try:
        other = number_in(f"equity:{text}", ROOTS)
    except ValueError:
        return
    assert account_path(other, Chart([Account(other, account_class=AccountClass.EQUITY)]), ROOTS) == f"equity:{text}"
