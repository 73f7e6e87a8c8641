"""Gaps in numbers."""

from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.numbering import Gap, gaps


def test_each_series_has_its_gaps() -> None:
    assert gaps(["F-1001", "F-1002", "F-1005", "C-1", "C-3", "0009", "0012", "deposit", ""]) == [
        Gap("0009", "0010", "0011", "0012", 2),
        Gap("C-1", "C-2", "C-2", "C-3", 1),
        Gap("F-1002", "F-1003", "F-1004", "F-1005", 2),
    ]


def test_digits_before_the_last_ones_are_part_of_the_name() -> None:
    assert gaps(["2025-9", "2025-11", "2026-1", "2026-2"]) == [Gap("2025-9", "2025-10", "2025-10", "2025-11", 1)]


@given(st.sets(st.integers(0, 300), min_size=1))
def test_what_is_there_and_what_is_missing_are_all_numbers(there: set[int]) -> None:
    found = gaps(f"N{number}" for number in there)
    missing = {number for it in found for number in range(int(it.first[1:]), int(it.last[1:]) + 1)}
    assert missing == {*range(min(there), max(there) + 1)} - there
    assert sum(it.missing for it in found) == len(missing)
