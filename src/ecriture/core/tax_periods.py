"""Which period a tax return is for: the one after another, and the first that was not filed."""

from collections.abc import Iterable
from datetime import date, timedelta

from ecriture.core.tax_return import Period

_DAY = timedelta(days=1)


def month_after(first: date, months: int) -> date:
    """The first day of a month so many months later."""
    whole = 12 * first.year + first.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)


def following(period: Period) -> Period:
    """The next one, as long: in whole months if it is of whole months."""
    first = period.last + _DAY
    if period.first.day == 1 and first.day == 1:
        months = 12 * (first.year - period.first.year) + first.month - period.first.month
        return Period(first, month_after(first, months) - _DAY)
    return Period(first, first + (period.last - period.first))


def next_unfiled(period: Period, filed: Iterable[Period]) -> Period:
    """The first after a filed one that none of the others has, as long as the one before it.

    It ends before the next of them.
    """
    last = period
    for other in sorted(filed):
        if other.first <= last.last + _DAY and other.last > last.last:
            last = other
        elif other.first > last.last:
            found = following(last)
            return Period(found.first, min(found.last, other.first - _DAY))
    return following(last)
