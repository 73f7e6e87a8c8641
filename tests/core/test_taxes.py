"""Taxes of section 2: dated rates, and the tax of a document rounded once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.taxes import Rate, Tax, tax_on

GST, QST, HST = Decimal(5), Decimal("9.975"), Decimal(13)


@pytest.mark.parametrize(
    ("base_cents", "gst_cents", "qst_cents"), [(140_00, 7_00, 13_97), (1140_00, 57_00, 113_72), (100_00, 5_00, 9_98)]
)
def test_the_golden_taxes(base_cents: int, gst_cents: int, qst_cents: int) -> None:
    assert tax_on([base_cents], GST) == gst_cents
    assert tax_on([base_cents], QST) == qst_cents


def test_the_worked_example_has_the_taxes_of_its_two_lines_together() -> None:
    assert (tax_on([100_00, 50_00], GST), tax_on([100_00, 50_00], QST)) == (7_50, 14_96)
    assert (tax_on([100_00, 40_00], GST), tax_on([100_00, 40_00], QST)) == (7_00, 13_97)


def test_it_is_rounded_once_for_a_document_and_not_line_by_line() -> None:
    lines = [33] * 3
    assert tax_on(lines, HST) == 13
    assert sum(tax_on([line], HST) for line in lines) == 12


def test_a_half_cent_is_rounded_up_and_down_below_zero() -> None:
    assert tax_on([10], GST) == 1
    assert tax_on([-10], GST) == -1


@given(st.lists(st.integers(-(10**9), 10**9), max_size=6))
def test_the_order_of_lines_does_not_matter(bases: list[int]) -> None:
    assert tax_on(bases, QST) == tax_on(sorted(bases), QST)


NOVA_SCOTIA = Tax("HST", rates=(Rate(date(2010, 7, 1), Decimal(15)), Rate(date(2025, 4, 1), Decimal(14))))


@pytest.mark.parametrize(
    ("day", "percent"),
    [("2010-06-30", None), ("2010-07-01", 15), ("2025-03-31", 15), ("2025-04-01", 14), ("2040-01-01", 14)],
)
def test_a_rate_holds_from_its_date(day: str, percent: int | None) -> None:
    assert NOVA_SCOTIA.percent_on(date.fromisoformat(day)) == percent


@given(st.dates(date(2010, 7, 2)))
def test_a_rate_changes_only_on_its_date(day: date) -> None:
    yesterday = NOVA_SCOTIA.percent_on(day - timedelta(1))
    assert (NOVA_SCOTIA.percent_on(day) != yesterday) == (day == date(2025, 4, 1))


def test_a_tax_without_rates_has_none() -> None:
    assert Tax("PST", credit="2340").percent_on(date(2026, 1, 1)) is None
