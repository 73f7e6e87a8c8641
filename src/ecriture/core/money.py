"""Money is an integer number of cents. Rates and quantities are `Decimal`, rounded to cents only here."""

from collections.abc import Sequence
from decimal import Decimal


def round_half_up(numerator: int, denominator: int) -> int:
    """The integer nearest to numerator / denominator; a half goes away from zero. The denominator is positive."""
    quotient, remainder = divmod(abs(numerator), denominator)
    rounded = quotient + (2 * remainder >= denominator)
    return rounded if numerator >= 0 else -rounded


def percent_of(cents: int, percent: Decimal) -> int:
    """`percent` percent of an amount, rounded half up to the cent: 9.975 % of 140.00 is 13.97."""
    numerator, denominator = percent.as_integer_ratio()
    return round_half_up(cents * numerator, 100 * denominator)


def allocate(total_cents: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Splits `total_cents` in proportion to `weights`, exactly, each share within one cent of its exact value.

    Cents left over by rounding down go to the largest remainders, ties to the first. Raises ValueError if a weight is
    negative or all are zero.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative, nor all zero")
    shares = [total_cents * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -(total_cents * weights[i] % whole))
    for i in by_remainder[: total_cents - sum(shares)]:
        shares[i] += 1
    return tuple(shares)


def plain(cents: int) -> str:
    """`-1234.50`: a period, two decimals, no thousands mark; the form of every file that a program reads."""
    if cents < 0:
        return f"-{-cents // 100}{_HUNDREDTHS[-cents % 100]}"
    return f"{cents // 100}{_HUNDREDTHS[cents % 100]}"


_HUNDREDTHS = tuple(f".{cents:02d}" for cents in range(100))
