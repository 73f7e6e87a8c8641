"""The traps in which other programs are caught, each with its own test: nothing here is about how ours is built."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture import transfer
from ecriture.core.amounts import UnreadAmount, read_amount
from ecriture.core.batches import BatchState, transferred_by
from ecriture.core.entries import JournalEntry, Line
from ecriture.core.money import allocate
from ecriture.core.plan import Plan
from ecriture.targets import registry

SETTINGS = """
[accounts]
invoice_debit = "1201"
invoice_credit = "4000"
payment_debit = "1060"
payment_credit = "1201"
[taxes.GST]
credit = "2310"
rate = "5"
[extras]
deposit = "2450"
"""
DOCUMENTS = "document,status,date,customer,row,code,amount\n"
PAYMENTS = "payment,date,document,amount\n"
SALE = "F-1,,2026-02-05,Lise,,,100.00\nF-1,,,,tax,GST,5.00\n"
CARRIED_WITH = {"receivable": "1201", "deposits": "2450"}


def books(documents: str = SALE, payments: str = "", settings: str = SETTINGS) -> transfer.Inputs:
    return transfer.read(
        company=settings.encode(), documents=(DOCUMENTS + documents).encode(), payments=(PAYMENTS + payments).encode()
    )


def postings(found: Plan) -> dict[str, int]:
    """Cents by account of all entries."""
    sums: dict[str, int] = {}
    for entry in found.entries:
        for line in entry.lines:
            sums[line.account] = sums.get(line.account, 0) + line.amount_cents
    return sums


def codes(found: transfer.Inputs | Plan) -> list[str]:
    return [problem.code for problem in found.problems]


def test_a_comma_is_not_taken_out_of_an_amount() -> None:
    """Stripping commas makes 1250 of 12,50."""
    for text in ("12,50", "12.50", "(12,50)", "12,50-", "12,50 $"):
        assert abs(read_amount(text)) == 1250  # type: ignore[arg-type] # each is read
    for blank in " \u00a0\u202f":
        assert read_amount(f"1{blank}234,50") == 123450
    assert read_amount("1,234.50") == 123450
    for text in ("1,234", "1.234"):
        assert isinstance(read_amount(text), UnreadAmount), "it may be either"


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any))
def test_a_split_is_exact_and_no_share_is_a_cent_off(total_cents: int, weights: list[int]) -> None:
    """A remainder that is handed out in one order gives shares that are more than a cent off."""
    shares = allocate(total_cents, weights)
    assert sum(shares) == total_cents
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(total_cents * weight, sum(weights))) < 1


def test_an_entry_that_does_not_balance_cannot_be_made() -> None:
    """It is never mended by moving a cent."""
    with pytest.raises(ValueError, match="not to zero"):
        JournalEntry(date(2026, 1, 31), "EC000001-01", "", (Line("1060", 10001), Line("4000", -10000)))


def test_two_payments_that_look_alike_are_two() -> None:
    """Identity decides, not similarity."""
    found = transfer.plan(books(SALE, "P-1,2026-02-06,F-1,50.00\nP-2,2026-02-06,F-1,50.00\n"))
    assert postings(found)["1060"] == 10000


def test_an_error_of_the_writer_is_never_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written is read back; a difference stops everything."""
    inputs = books()
    found, target = transfer.plan(inputs), registry.target("sage50-ca")
    wrong = replace(target, write=lambda entries, options: target.write(entries[:-1], options))
    monkeypatch.setattr(transfer, "target_of", lambda _name: wrong)
    with pytest.raises(transfer.ReadBackDiffers):
        transfer.write(found.entries, settings=inputs.settings)


def test_what_is_exported_follows_from_batches_and_is_no_flag() -> None:
    """A cancelled batch is pending again, to the cent; an unchanged export is empty."""
    inputs = books()
    found = transfer.plan(inputs)
    written = transfer.write(found.entries, settings=inputs.settings)
    batch = transfer.export(inputs, found, written, exported_at="2026-03-01T12:00:00+00:00")
    assert transfer.plan(inputs, transferred=transferred_by([batch])).entries == ()
    cancelled = replace(batch, state=BatchState.CANCELLED)
    assert transfer.plan(inputs, transferred=transferred_by([cancelled]), batch=1).entries == found.entries


@given(st.lists(st.integers(1, 4000), min_size=2, max_size=4))
def test_every_deposit_of_a_paid_invoice_is_reversed(deposits: list[int]) -> None:
    """Where only the last one is, the entry balances and nobody sees it."""
    rest = 10500 - sum(deposits) if sum(deposits) < 10500 else 0
    paid = [cents for cents in (*deposits, rest) if cents][: len(deposits) + 1]
    total = sum(paid)
    sale = f"F-1,,2026-02-05,Lise,,,{total / 100:.2f}\n"
    rows = "".join(f"P-{at},2026-01-{10 + at:02},F-1,{cents / 100:.2f}\n" for at, cents in enumerate(paid))
    sums = postings(transfer.plan(books(sale, rows)))
    assert {name: sums.get(account, 0) for name, account in CARRIED_WITH.items()} == dict.fromkeys(CARRIED_WITH, 0)
    assert sums["1060"] == total == -sums["4000"]


def test_nothing_is_left_out_in_silence() -> None:
    """A setting that is missing and an invoice without a date are problems, and what they hold back is listed."""
    tip = transfer.plan(books(SALE + "F-2,,2026-02-06,Lise,,,10.00\nF-2,,,,tip,,2.00\n"))
    assert "account-missing" in codes(tip)
    assert [unit.number for unit in tip.kept_back] == ["F-2"]
    undated = transfer.plan(books(SALE + "F-3,,,Lise,,,10.00\n"))
    assert "date-missing" in codes(undated)
    assert [unit.number for unit in undated.kept_back] == ["F-3"]


@given(st.lists(st.integers(1, 99999), min_size=1, max_size=12))
def test_a_year_closes_to_the_cent(cents: list[int]) -> None:
    """Line by line, month by month or at once: the same sums, whatever was rounded."""
    rows = "".join(
        f"F-{at},,2026-{at % 12 + 1:02}-03,Lise,,,{it / 100:.2f}\nF-{at},,,,tax,GST,{round(it * 0.05) / 100:.2f}\n"
        for at, it in enumerate(cents)
    )
    sums = [
        postings(transfer.plan(books(rows, settings=f'{SETTINGS}\n[accounting]\ndetail = "{detail}"\n')))
        for detail in ("summary", "document", "line")
    ]
    assert sums[0] == sums[1] == sums[2]
    assert sum(sums[0].values()) == 0
    assert -sums[0]["4000"] == sum(cents)


def test_letters_that_the_program_cannot_hold_are_replaced_and_never_crash() -> None:
    settings = f'{SETTINGS}\n[accounting]\ndetail = "document"\n'
    inputs = books("F-1,,2026-02-05,Œuvre 😀 d’été &eacute; 北,,,100.00\n", settings=settings)
    content = transfer.write(transfer.plan(inputs).entries, settings=inputs.settings).content
    assert content.isascii()
    assert b"OEuvre" in content
    assert b"d'ete" in content


def test_a_late_payment_needs_no_unlocked_books() -> None:
    settings = f"[company]\nlock_date = 2026-01-31\n{SETTINGS}"
    late = books("F-1,,2026-01-05,Lise,,,105.00\n", "P-1,2026-01-20,F-1,105.00\n", settings)
    found = transfer.plan(late, through=date(2026, 2, 28))
    assert {entry.date for entry in found.entries} == {date(2026, 2, 1)}
    assert not any(problem.stops for problem in found.problems)
