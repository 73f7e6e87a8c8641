import re
from collections import Counter
from datetime import date

import pytest
from beancount import loader
from beancount.core.data import Open, Transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ecriture.core.accounts import Account, Chart
from ecriture.core.entries import JournalEntry, Line, balances
from ecriture.targets.beancount import ROOTS, TARGET, read, write
from ecriture.targets.plain_text import component, number_in
from ecriture.targets.registry import WriteOptions
from golden_cases import cases
from strategies import account_numbers, journal_entries, write_options
from target_promises import assert_golden, assert_reads_back, assert_refuses_or_reads, damaged, damages, is_refused

ENTRY = JournalEntry(date(2026, 1, 31), "EC000001-01", "Ventes", (Line("1201", 11498), Line("4000", -11498, "Été")))
OPTIONS = WriteOptions(chart=Chart([Account("4000", "Revenue", "Revenus")]))
DATA = write([ENTRY], OPTIONS)


def assert_accepted(data: bytes, entries: tuple[JournalEntry, ...]) -> None:
    """Beancount loads it without an error, and has every balance, text and date as the entries have them."""
    directives, errors, _ = loader.load_string(data.decode())
    assert not errors, f"{errors}\n{data.decode()}"
    transactions = [one for one in directives if isinstance(one, Transaction)]
    assert cents_by_account(transactions) == balances(entries)
    assert Counter(map(texts_of, transactions)) == Counter(
        (entry.date, entry.source, entry.comment, tuple(line.comment for line in entry.lines)) for entry in entries
    )


def cents_by_account(transactions: list[Transaction]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for posting in (posting for transaction in transactions for posting in transaction.postings):
        number = number_in(posting.account, ROOTS)
        assert posting.units
        assert posting.units.number
        sums[number] = sums.get(number, 0) + int(posting.units.number * 100)
    return sums


def texts_of(transaction: Transaction) -> tuple[object, ...]:
    comments = tuple((posting.meta or {}).get("comment", "") for posting in transaction.postings)
    return transaction.date, transaction.meta["source"], transaction.narration, comments


def test_golden() -> None:
    assert_golden("beancount")


@given(journal_entries(), write_options())
def test_reads_back(entries: tuple[JournalEntry, ...], options: WriteOptions) -> None:
    assert_reads_back("beancount", entries, options)


def test_beancount_accepts_the_golden_files() -> None:
    for case in cases("beancount"):
        assert_accepted(case.written(TARGET), TARGET.fit(case.entries).entries)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(journal_entries(most=12), write_options())
def test_beancount_accepts_any_entries(entries: tuple[JournalEntry, ...], options: WriteOptions) -> None:
    fitted = TARGET.fit(entries).entries
    assert_accepted(write(fitted, options), fitted)


def test_long_texts_are_accepted() -> None:
    """Beancount refuses a string of more than 64 lines; ours never has more than one."""
    entry = JournalEntry(date(2026, 1, 31), "S", "line\n" * 200, ENTRY.lines)
    assert TARGET.fit([entry]).replaced == 0
    assert_accepted(write([entry], OPTIONS), (entry,))


def test_accounts_are_opened_on_their_first_day() -> None:
    earlier = JournalEntry(date(2026, 1, 1), "S", "C", (Line("1201", 5), Line("9", -5)))
    directives, errors, options = loader.load_string(write([ENTRY, earlier], OPTIONS).decode())
    assert not errors
    opened = {one.account: (one.date, one.currencies) for one in directives if isinstance(one, Open)}
    assert opened == {
        "Assets:1201": (date(2026, 1, 1), ["CAD"]),
        "Income:4000": (date(2026, 1, 31), ["CAD"]),
        "Expenses:9": (date(2026, 1, 1), ["CAD"]),
    }
    assert options["operating_currency"] == ["CAD"]
    assert b"Income:4000 CAD ; Revenus\n" in DATA


def test_cleaning() -> None:
    entry = JournalEntry(date(2026, 1, 31), "a\x00\ud800", 'say "x"\\ \r\n\t', ENTRY.lines)
    fitted = TARGET.fit([entry])
    assert (fitted.replaced, fitted.entries[0].source, fitted.entries[0].comment) == (1, "a??", entry.comment)


@given(account_numbers())
@example("a1")
@example("X-61-1")
@example("X/1")
@example("/1")
def test_components_are_what_beancount_takes(number: str) -> None:
    assert re.fullmatch("[A-Z0-9][A-Za-z0-9-]*", component(number))
    assert number_in(f"Assets:{component(number)}", ROOTS) == number


@pytest.mark.parametrize(
    "data",
    [
        b"",
        DATA.replace(b"option", b"include"),
        DATA.replace(b"114.98 CAD\n", b"114.99 CAD\n", 1),
        DATA.replace(b"114.98 CAD\n", b"114.98 USD\n", 1),
        DATA.replace(b"  Assets:1201", b"  Other:1201"),
        DATA.replace(b"  Assets:1201", b"  Assets:X-1201"),
        DATA.replace(b'* "Ventes"', b'* "Ventes'),
        DATA.replace(b'* "Ventes"', b'* "Ven\\qtes"'),
        DATA.replace(b'* "Ventes"', b'* "A" "Ventes"'),
        DATA.replace(b"source:", b"origin:"),
        DATA.replace(b'2026-01-31 * "', b'2026-02-30 * "'),
        DATA + b'plugin "x"\n',
    ],
)
def test_refuses(data: bytes) -> None:
    assert read(DATA) == (ENTRY,)
    assert is_refused("beancount", data)


@given(st.binary())
@example(b'option "operating_currency" "CAD"\n')
def test_any_bytes(data: bytes) -> None:
    assert_refuses_or_reads("beancount", data)


@given(damages())
def test_damaged_files(damage: list[tuple[int, int, bytes]]) -> None:
    assert_refuses_or_reads("beancount", damaged(DATA, damage))
