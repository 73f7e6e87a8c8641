import json
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecriture.core.accounts import Account, Chart
from ecriture.core.entries import JournalEntry, Line
from ecriture.targets.entries_json import TARGET, read, write
from ecriture.targets.registry import WriteOptions
from strategies import journal_entries, write_options
from target_promises import assert_golden, assert_reads_back, assert_refuses_or_reads, damaged, damages, is_refused

ENTRY = JournalEntry(date(2026, 1, 31), "EC000001-01", "Ventes", (Line("1201", 11498), Line("4000", -11498, "Été")))
OPTIONS = WriteOptions(chart=Chart([Account("4000", "Revenue", "Revenus")]))
DATA = write([ENTRY], OPTIONS)


def test_golden() -> None:
    assert_golden("json")


@given(journal_entries(), write_options())
def test_reads_back(entries: tuple[JournalEntry, ...], options: WriteOptions) -> None:
    data = assert_reads_back("json", entries, options)
    assert data.endswith(b"}\n")


def test_what_a_script_gets() -> None:
    (entry,) = json.loads(DATA)["entries"]
    assert list(entry) == ["date", "source", "comment", "lines"]
    assert entry["lines"][1] == {
        "account": "4000",
        "account_name": "Revenus",
        "debit_cents": 0,
        "credit_cents": 11498,
        "amount_cents": -11498,
        "comment": "Été",
    }
    assert "Été".encode() in DATA


def test_control_characters_stay() -> None:
    entry = JournalEntry(date(2026, 1, 31), "\x00", "a\r\nb\u2028", ENTRY.lines)
    assert TARGET.fit([entry]).replaced == 0
    assert TARGET.fit([JournalEntry(date(2026, 1, 31), "\ud800x", "", ENTRY.lines)]).entries[0].source == "?x"


def entry_with(**changes: Any) -> bytes:
    content = json.loads(DATA)
    entry = content["entries"][0]
    for key, value in changes.items():
        part = entry if key in entry else entry["lines"][0]
        part[key] = value
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"{}",
        b'{"entries": {}}',
        b'{"entries": [1]}',
        b"[" * 100_000,
        b'{"entries": [' + b"9" * 10_000 + b"]}",
        "{}".encode("utf-16"),
        entry_with(date="20260131"),
        entry_with(date="2026-02-30"),
        entry_with(date=None),
        entry_with(lines=[]),
        entry_with(lines=[None, None]),
        entry_with(account="12 01"),
        entry_with(account=1201),
        entry_with(amount_cents=11498.0),
        entry_with(amount_cents=11497),
        entry_with(debit_cents=11497),
        entry_with(credit_cents=1),
        entry_with(debit_cents=11497, amount_cents=11497),
    ],
)
def test_refuses(data: bytes) -> None:
    assert read(entry_with()) == (ENTRY,)
    assert is_refused("json", data)


@given(st.binary())
@example(b'{"entries": NaN}')
def test_any_bytes(data: bytes) -> None:
    assert_refuses_or_reads("json", data)


@given(damages())
def test_damaged_files(damage: list[tuple[int, int, bytes]]) -> None:
    assert_refuses_or_reads("json", damaged(DATA, damage))
