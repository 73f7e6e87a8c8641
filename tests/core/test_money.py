"""Cents: rounded once, shared out exactly, written plainly."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.money import allocate, percent_of, plain, round_half_up

CENTS = st.integers(-(10**13), 10**13)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(1, 2, 1), (-1, 2, -1), (3, 2, 2), (-3, 2, -2), (49, 100, 0), (-49, 100, 0), (51, 100, 1), (7, 7, 1), (0, 3, 0)],
)
def test_a_half_goes_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert round_half_up(numerator, denominator) == rounded


@given(CENTS, st.integers(1, 10**6))
def test_rounding_is_never_more_than_half_a_cent_off(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    assert abs(round_half_up(numerator, denominator) - exact) <= Fraction(1, 2)


@given(CENTS, st.decimals(0, 100, places=3))
def test_a_percentage_is_that_of_decimal_arithmetic(cents: int, percent: Decimal) -> None:
    expected = (cents * percent / 100).quantize(Decimal(1), ROUND_HALF_UP)
    assert percent_of(cents, percent) == expected


@given(CENTS, WEIGHTS)
def test_shares_sum_to_the_total_and_each_is_within_a_cent(total: int, weights: list[int]) -> None:
    shares = allocate(total, weights)
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    assert sum(shares) == total
    assert all(abs(share - wanted) < 1 for share, wanted in zip(shares, exact, strict=True))


@given(CENTS, WEIGHTS)
def test_a_share_without_weight_gets_nothing(total: int, weights: list[int]) -> None:
    assert allocate(total, [*weights, 0])[-1] == 0


def test_the_cents_left_go_to_the_largest_remainders_the_first_of_equal_ones_first() -> None:
    assert allocate(100, (1, 1, 1)) == (34, 33, 33)
    assert allocate(200, (1, 1, 1)) == (67, 67, 66)
    assert allocate(101, (10, 10, 81)) == (10, 10, 81)
    assert allocate(10, (1, 2, 4)) == (1, 3, 6)


@pytest.mark.parametrize("weights", [(), (0, 0), (1, -1), (3, -1)])
def test_weights_that_are_negative_or_nothing_are_refused(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="weights"):
        allocate(100, weights)


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123456, "1234.56"), (-100, "-1.00"), (10**17, "1000000000000000.00")],
)
def test_the_plain_form_has_a_period_and_two_decimals(cents: int, text: str) -> None:
    assert plain(cents) == text


@given(st.integers())
def test_the_plain_form_says_every_cent(cents: int) -> None:
    text = plain(cents)
    assert Fraction(text) * 100 == cents
    assert text[-3] == "."
