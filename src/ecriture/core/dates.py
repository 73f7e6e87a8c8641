"""Calendar dates: read from text, and placed in a company's books (own date to open date, P3)."""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ecriture.core.settings import FiscalYear, Settings


class UnreadDate(NamedTuple):
    """A text that is not a date, with the code of its problem."""

    code: str
    text: str


NO_DATE = UnreadDate("date-missing", "")

_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.]?)([0-9]{2})\2([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")


class DateReader(dict[str, "date | UnreadDate"]):
    """Texts to dates, each distinct text read once. `2026-01-31` and its like; `31/01/2026` when no month is meant twice."""

    LEARNED = 50_000

    def __init__(self) -> None:
        super().__init__()
        self.span: tuple[date, date] | None = None
        """The first and the last date that was read."""

    def __missing__(self, text: str) -> date | UnreadDate:
        bare = text.strip()
        found = (_read(bare) or UnreadDate("date-unreadable", text)) if bare else NO_DATE
        if isinstance(found, date):
            first, last = self.span or (found, found)
            self.span = min(first, found), max(last, found)
        if len(self) < self.LEARNED:
            self[text] = found
        return found


def _read(text: str) -> date | None:
    if found := _YEAR_FIRST.fullmatch(text):
        return _real(int(found[1]), int(found[3]), int(found[4]))
    if found := _YEAR_LAST.fullmatch(text):
        return _day_and_month(int(found[4]), int(found[1]), int(found[3]))
    return None


def _day_and_month(year: int, first: int, second: int) -> date | None:
    """`31/01/2026` and `01/31/2026` can only be one day; `05/01/2026` could be two days and is refused."""
    if first == second or second > 12:
        return _real(year, first, second)
    return _real(year, second, first) if first > 12 else None


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_date(text: str) -> date | UnreadDate:
    """One text; see DateReader for many."""
    return DateReader()[text]


def month_end(day: date) -> date:
    """The last day of a date's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


class Day(NamedTuple):
    """An own date with its open date in the books."""

    own: date
    open: date
    year: FiscalYear | None
    """The fiscal year of the open date; None if the company has none, or it is in none."""
    fault: str = ""
    """The code of the error for anything posted on this date."""

    @property
    def carried(self) -> bool:
        return self.own != self.open

    @property
    def across_year(self) -> bool:
        """Whether it is carried into a later fiscal year."""
        return self.carried and self.year is not None and self.own < self.year.first


class Calendar(dict[date, Day]):
    """Maps own dates to their placed days, each computed once, for one lock date and set of fiscal years."""

    def __init__(
        self, *, lock_date: date | None, fiscal_years: Sequence[FiscalYear], carry: bool, first: date, last: date
    ) -> None:
        super().__init__()
        self._lock_date = lock_date
        self._years = tuple(fiscal_years)
        self._carry = carry
        self._bounds = (first, last)

    @classmethod
    def of(cls, settings: Settings, *, first: date = date.min, last: date = date.max) -> "Calendar":
        """The calendar of a company, for a target that accepts dates from `first` to `last`."""
        return cls(
            lock_date=settings.lock_date,
            fiscal_years=settings.fiscal_years,
            carry=settings.accounting.carry,
            first=first,
            last=last,
        )

    def __missing__(self, own: date) -> Day:
        self[own] = day = self._place(own)
        return day

    def _place(self, own: date) -> Day:
        locked = self._lock_date is not None and own <= self._lock_date
        if locked and not self._carry:
            return Day(own, own, None, "date-locked")
        opened = self._lock_date + timedelta(days=1) if locked and self._lock_date else own
        year = next((year for year in self._years if year.first <= opened <= year.last), None)
        outside = bool(self._years) and year is None
        in_target = self._bounds[0] <= opened <= self._bounds[1]
        return Day(own, opened, year, "" if in_target and not outside else "date-outside-fiscal-year")
