"""Which period a return is for."""

from datetime import date

import pytest

from ecriture.core.tax_periods import next_unfiled
from ecriture.core.tax_return import Period


def period(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


JANUARY, FEBRUARY, MARCH = (
    period(f"2026-{month:02}-01", f"2026-{month:02}-{last}") for month, last in ((1, 31), (2, 28), (3, 31))
)


@pytest.mark.parametrize(
    ("filed", "found"),
    [
        ([period("2025-12-01", "2025-12-31")], JANUARY),
        ([period("2026-01-01", "2026-03-31")], period("2026-04-01", "2026-06-30")),
        ([period("2025-01-01", "2025-12-31")], period("2026-01-01", "2026-12-31")),
        ([period("2026-01-05", "2026-02-01")], period("2026-02-02", "2026-03-01")),
        ([JANUARY, MARCH], FEBRUARY),
        ([JANUARY, FEBRUARY, JANUARY], MARCH),
        ([period("2025-10-01", "2025-12-31"), MARCH], period("2026-01-01", "2026-02-28")),
    ],
)
def test_the_first_that_was_not_filed(filed: list[Period], found: Period) -> None:
    assert next_unfiled(filed[0], filed) == found
