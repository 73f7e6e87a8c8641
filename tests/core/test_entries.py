"""Journal entries: an unbalanced one cannot be built."""

from dataclasses import FrozenInstanceError
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.entries import JournalEntry, Line, Unbalanced, balances
from strategies import journal_entries, journal_entry
from worlds import SOME

DAY = date(2026, 1, 31)


def entry(*amounts: int) -> JournalEntry:
    return JournalEntry(
        DAY, "EC000001-01", "Ventes", tuple(Line(str(1000 + i), cents) for i, cents in enumerate(amounts))
    )


@given(st.lists(st.integers(-1000, 1000).filter(bool), min_size=2, max_size=5))
def test_an_entry_exists_exactly_when_it_balances(amounts: list[int]) -> None:
    if sum(amounts):
        with pytest.raises(Unbalanced, match=f"EC000001-01.*{sum(amounts)} cents"):
            entry(*amounts)
    else:
        assert entry(*amounts).debit_cents == sum(cents for cents in amounts if cents > 0)


@pytest.mark.parametrize("amounts", [(1,), (-1, 2), (10**15, -(10**15) + 1)])
def test_there_is_no_tolerance(amounts: tuple[int, ...]) -> None:
    with pytest.raises(Unbalanced):
        entry(*amounts)


@pytest.mark.parametrize("amounts", [(), (0,), (0, 0), (5, -5, 0)])
def test_an_entry_has_two_lines_or_more_and_none_is_zero(amounts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="two lines or more, none of them zero"):
        entry(*amounts)


def test_an_entry_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        entry(1, -1).lines = ()  # type: ignore[misc]


@SOME
@given(journal_entry())
def test_debits_are_as_much_as_credits(found: JournalEntry) -> None:
    credit_cents = -sum(line.amount_cents for line in found.lines if line.amount_cents < 0)
    assert found.debit_cents == credit_cents > 0


@SOME
@given(journal_entries())
def test_balances_sum_to_zero_and_their_accounts_are_in_order(entries: tuple[JournalEntry, ...]) -> None:
    sums = balances(entries)
    assert sum(sums.values()) == 0
    assert list(sums) == sorted({line.account for found in entries for line in found.lines})


def test_an_account_that_comes_to_zero_is_shown() -> None:
    assert balances([entry(5, -5), entry(-5, 5), entry(7, -7)]) == {"1000": 7, "1001": -7}
    assert balances([entry(5, -5), entry(-5, 5)]) == {"1000": 0, "1001": 0}
